"""From what somebody wrote to a typed value, or to words that say what was expected and what was found."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from headswap_tui.config.given import SECRET_NAMES, SECTIONS, Given, ProfileSection
from headswap_tui.config.settings import General
from headswap_tui.domain.errors import ConfigError

TRUE: Final = frozenset({"true", "yes", "on", "1"})
FALSE: Final = frozenset({"false", "no", "off", "0"})


def convert(name: str, given: Given) -> Any:
    """The value of setting `name` (dotted, or `profiles.NAME.x`), typed and within its limits.

    Raises `ConfigError` naming the place, the setting, what was expected and what was found (never a secret).
    """
    wanted = _type_of(name)
    value = _from_text(given.value, wanted) if given.is_text else given.value
    try:
        typed = msgspec.convert(
            value, wanted, strict=not given.is_text, dec_hook=lambda kind, text: _special(kind, text, given.base)
        )
    except msgspec.ValidationError:
        raise wrong(name, given, f"expected {_expected(wanted)}, found {_found(name, given.value)}") from None
    try:
        return _checked(name, typed)
    except ConfigError as error:
        raise wrong(name, given, error.message, error.hint) from None


def wrong(name: str, given: Given, what: str, hint: str = "") -> ConfigError:
    """The error about one setting at one place."""
    return ConfigError(f"{given.place}: `{name}`: {what}.", hint)


def _type_of(name: str) -> Any:
    section, _, field = name.rpartition(".")
    if name.startswith("views."):
        return str
    if section == "keys":
        return str | list[str]
    struct: type[msgspec.Struct] = General
    if section.startswith("profiles.") or field in {"api_key_command", "api_key_file"}:
        struct = ProfileSection
    elif section:
        struct = SECTIONS[section]
    return next(info.type for info in msgspec.structs.fields(struct) if info.name == field)


def _special(kind: type, value: Any, base: Path | None) -> Any:
    if kind is Path and isinstance(value, str) and value and "\0" not in value:
        try:
            path = Path(value).expanduser()
        except RuntimeError:  # ~somebody who does not exist
            raise msgspec.ValidationError from None
        return (base or Path.cwd()) / path
    raise msgspec.ValidationError


def _from_text(text: str, wanted: Any) -> Any:
    """Booleans in the words people use, lists by commas; the rest is msgspec's lax mode."""
    if wanted in {bool, bool | None}:
        word = text.strip().lower()
        return True if word in TRUE else False if word in FALSE else text
    if wanted == tuple[str, ...]:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text.strip()


def _checked(name: str, value: Any) -> Any:
    field = name.rpartition(".")[2]
    if field == "base_url":
        from headswap_tui.domain.urls import check_base_url

        return check_base_url(value)
    if field == "accent" and value is not None:
        from headswap_tui.config.colours import check_colour

        return check_colour(value)
    if name == "api.detail_path":
        _check_detail_path(value)
    elif name == "download.filename":
        from headswap_tui.domain.filenames import check_template

        check_template(value)
    elif name == "webhook.listen" and value:
        from headswap_tui.config.listening import listen_address

        listen_address(value)
    return value


def _check_detail_path(path: str) -> None:
    if (
        not path.startswith("/")
        or path.startswith("//")
        or any(char in "?#\\" or not "!" <= char <= "~" for char in path)
    ):
        raise ConfigError(f"expected a path such as /api/open/v4/headswap/task/detail, found {path[:80]!r}")


def _found(name: str, value: Any) -> str:
    if name.rpartition(".")[2] in SECRET_NAMES:
        return f"something of type {type(value).__name__}"
    kinds = {str: "the text", bool: "", int: "the number", float: "the number", list: "the list", dict: "a section:"}
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    text = text if len(text) <= 60 else text[:59] + "…"
    return f"{kinds.get(type(value), 'the value')} {text}".strip()


def _expected(wanted: Any) -> str:
    from msgspec import inspect

    info = inspect.type_info(wanted)
    parts = info.types if isinstance(info, inspect.UnionType) else (info,)
    return " or ".join(_words(part) for part in parts if not isinstance(part, inspect.NoneType))


def _words(info: Any) -> str:
    """Words for one of msgspec's descriptions of a type."""
    words = {
        "BoolType": "true or false",
        "StrType": "text",
        "ListType": "a list of texts",
        "VarTupleType": "a list of texts",
        "CustomType": "a path",
    }
    kind = type(info).__name__
    if kind in {"IntType", "FloatType"}:
        low = f"from {info.ge:g} to" if info.gt is None else f"above {info.gt:g} and up to"
        return f"{'a whole number' if kind == 'IntType' else 'a number'} {low} {info.le:g}"
    if kind == "LiteralType":
        return "one of " + ", ".join(f'"{value}"' for value in info.values)
    if kind == "StrType" and info.max_length:
        return f"text of 1 to {info.max_length} characters"
    return words.get(kind, "another type")
