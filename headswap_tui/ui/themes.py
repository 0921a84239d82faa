"""Palettes: TOML files, ours and the user's, made into Textual themes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from textual.color import Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme

import headswap_tui
from headswap_tui.domain.errors import ConfigError

DARK: Final = "headswap-dark"
ANSI: Final = "headswap-ansi"

_COLORS: Final = frozenset(
    [
        "primary",
        "secondary",
        "warning",
        "error",
        "success",
        "accent",
        "foreground",
        "background",
        "surface",
        "panel",
        "boost",
    ]
)
_STYLE_WORDS: Final = frozenset(
    ["none", "bold", "b", "italic", "i", "underline", "u", "reverse", "dim", "strike", "not"]
)
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")


def shipped_directory() -> Path:
    """Where our own palettes are: inside the installed package, or beside it in a working copy."""
    package = Path(headswap_tui.__file__).parent
    packed = package / "themes"
    return packed if packed.is_dir() else package.parent / "themes"


def load(directory: Path, only: Collection[str] | None = None) -> tuple[list[Theme], list[str]]:
    """The themes of a directory by name, and one sentence for each file that is none. Never raises.

    `only` names files, without their ending: no other is read.
    """
    themes, problems = [], []
    try:
        paths = sorted(path for path in directory.glob("*.toml") if only is None or path.stem in only)
    except OSError as error:
        return [], [f"themes: cannot read {directory}: {error.strerror}"]
    for path in paths:
        try:
            themes.append(read(path))
        except ConfigError as error:
            problems.append(error.message)
    return themes, problems


def read(path: Path) -> Theme:
    """One palette file as a theme. Raises `ConfigError` naming the file, the key, what was expected and found."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"theme {path.name}: cannot be read: {error}") from error
    colors, variables = _table(path, table, "colors"), _table(path, table, "variables")
    if "primary" not in colors:
        raise ConfigError(f"theme {path.name}: colors.primary is missing")
    if unknown := sorted(table.keys() - {"name", "dark", "ansi", "colors", "variables"}):
        raise ConfigError(f"theme {path.name}: unknown key `{unknown[0]}`")
    if unknown := sorted(colors.keys() - _COLORS):
        raise ConfigError(f"theme {path.name}: unknown color `{unknown[0]}`; known: {', '.join(sorted(_COLORS))}")
    dark, ansi = _flag(path, table, "dark", True), _flag(path, table, "ansi", False)
    if ansi:  # Textual's style sheets name variables that it makes for all other themes but not for these
        variables = {**BUILTIN_THEMES["ansi-dark" if dark else "ansi-light"].variables, **variables}
    return Theme(
        name=_text(path, table, "name", path.stem),
        dark=dark,
        ansi=ansi,
        variables=variables,
        **colors,
    )


def _table(path: Path, table: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A table of names to CSS values, each checked: Textual would stop the program at a wrong one."""
    values = table.get(key, {})
    if not isinstance(values, dict):
        raise ConfigError(f"theme {path.name}: `{key}` must be a table")
    for name, value in values.items():
        if not isinstance(value, str) or not _NAME.fullmatch(name) or not _is_css(name, value):
            raise ConfigError(f"theme {path.name}: {key}.{name}: expected a color, found {value!r}")
    return values


def _is_css(name: str, value: str) -> bool:
    if name.endswith("-style"):
        return set(value.split()) <= _STYLE_WORDS and bool(value.split())
    color, _, share = value.partition(" ")
    try:
        Color.parse(color)
    except ColorParseError:
        return False
    return not share or bool(re.fullmatch(r"\d{1,3}%", share))


def _text(path: Path, table: Mapping[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ConfigError(f"theme {path.name}: `{key}`: expected lower-case letters, digits and -, found {value!r}")
    return value


def _flag(path: Path, table: Mapping[str, Any], key: str, default: bool) -> bool:
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise ConfigError(f"theme {path.name}: `{key}`: expected true or false, found {value!r}")
    return value


def choose(wanted: str | None, themes: Mapping[str, Theme], *, no_color: bool, few_colors: bool) -> str:
    """The name of the theme to start with.

    Without a wish (or with one that is gone) ours; the terminal's own colours where it has only 16. Under `NO_COLOR`
    never one of the terminal's colours: Textual paints those black on black then.
    """
    theme = themes.get(wanted or "")
    if theme is not None and not (theme.ansi and no_color):
        return theme.name
    return ANSI if few_colors and not no_color and ANSI in themes else DARK
