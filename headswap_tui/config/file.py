"""The configuration file: found, read, and every name in it known, each with its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from headswap_tui.config.given import SECTIONS, Given, ProfileSection, nearest
from headswap_tui.config.paths import shown
from headswap_tui.config.plain_file import read_plain
from headswap_tui.config.settings import General
from headswap_tui.domain.errors import ConfigError

LARGEST_FILE: Final = 1 << 20
# Compiled by `re` when first used: most runs have no such file.
_PROFILE_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_HEADER: Final = r"\s*\[\s*([^\[\]]+?)\s*\]"
_KEY: Final = r"\s*([^=#\[]+?)\s*="


def is_profile_name(name: str) -> bool:
    """Whether a profile may be called that; a directory is."""
    return re.fullmatch(_PROFILE_NAME, name) is not None


def check_profile_name(name: str, place: str) -> str:
    """The name, which is also that of a directory. Raises `ConfigError` if it cannot be one."""
    if not is_profile_name(name):
        raise ConfigError(
            f"{place}: expected a profile name of letters, digits, `.`, `_` and `-` starting with a letter or digit, "
            f"found {name[:70]!r}."
        )
    return name


def read_file(path: Path, *, must_exist: bool) -> dict[str, Given]:
    """Dotted name to what the file says, `profiles.NAME.x` and `keys.x` included; empty if there is no file.

    Raises `ConfigError`: not readable, no TOML, a name that is not known.
    """
    text = _text_of(path, must_exist=must_exist)
    if text is None:
        return {}
    import tomllib

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{shown(path)}: not valid TOML: {_lower_first(str(error))}.") from None
    except RecursionError:
        raise ConfigError(f"{shown(path)}: not valid TOML: nested too deeply.") from None
    return _Reader(path, text).read(document)


def _text_of(path: Path, *, must_exist: bool) -> str | None:
    try:
        data, _ = read_plain(path, LARGEST_FILE + 1)
    except FileNotFoundError:
        if must_exist:
            raise ConfigError(
                f"{shown(path)}: no such configuration file.", "`headswap-tui config init` writes one."
            ) from None
        return None
    except OSError as error:
        raise ConfigError(f"{shown(path)}: cannot be read: {error.strerror or error}.") from None
    if len(data) > LARGEST_FILE:
        raise ConfigError(f"{shown(path)}: too big for a configuration file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{shown(path)}, line {line}: not UTF-8.") from None


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


class _Reader:
    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._name = shown(path)
        self._lines = lines_of(text)
        self._given: dict[str, Given] = {}

    def read(self, document: dict[str, Any]) -> dict[str, Given]:
        """Every value by its dotted name. Raises `ConfigError` for a name that is not known."""
        for name, value in document.items():
            if name in General.__struct_fields__:
                self._take((name,), value)
            elif name in SECTIONS:
                for field, one in self._section((name,), value).items():
                    self._known(field, (name,), list(SECTIONS[name].__struct_fields__))
                    self._take((name, field), one)
            elif name in {"keys", "views"}:
                for field, one in self._section((name,), value).items():
                    self._take((name, field), one)
            elif name == "profiles":
                for profile, section in self._section((name,), value).items():
                    self._profile(profile, section)
            else:
                valid = [*General.__struct_fields__, *SECTIONS, "views", "keys", "profiles"]
                self._known(name, (), valid)
        return self._given

    def _profile(self, profile: str, value: Any) -> None:
        path = ("profiles", profile)
        check_profile_name(profile, self._place(path))
        fields = self._section(path, value)
        self._given[f"profiles.{profile}"] = self._as_given(path, None)
        for field, one in fields.items():
            self._known(field, path, list(ProfileSection.__struct_fields__))
            self._take((*path, field), one)

    def _section(self, path: tuple[str, ...], value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ConfigError(
                f"{self._place(path)}: `{'.'.join(path)}`: expected a section, found a {type(value).__name__}."
            )
        return value

    def _known(self, field: str, section: tuple[str, ...], valid: list[str]) -> None:
        if field not in valid:
            where = f" in [{'.'.join(section)}]" if section else ""
            raise ConfigError(
                f"{self._place((*section, field))}: unknown setting `{field}`{where}.", nearest(field, valid)
            )

    def _take(self, path: tuple[str, ...], value: Any) -> None:
        self._given[".".join(path)] = self._as_given(path, value)

    def _as_given(self, path: tuple[str, ...], value: Any) -> Given:
        line = self._lines.get(path)
        origin = f"file {self._name}" + (f" line {line}" if line else "")
        return Given(value=value, origin=origin, place=self._place(path), base=self._path.absolute().parent)

    def _place(self, path: tuple[str, ...]) -> str:
        line = self._lines.get(path)
        return f"{self._name}, line {line}" if line else self._name


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """Where each header and key of a TOML text stands. tomllib does not say; exotic spellings are simply left out."""
    lines: dict[tuple[str, ...], int] = {}
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(_HEADER, line):
            section = _parts(header[1])
            lines.setdefault(section, number)
        elif key := re.match(_KEY, line):
            path = (*section, *_parts(key[1]))
            for length in range(len(section) + 1, len(path) + 1):
                lines.setdefault(path[:length], number)
    return lines


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
