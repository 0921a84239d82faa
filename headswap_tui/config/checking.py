"""Settings whose meaning belongs to the dashboard, checked without it: command ids, keys, views and themes."""

from __future__ import annotations

import stat
import string
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from headswap_tui.config import paths
from headswap_tui.config.given import nearest
from headswap_tui.config.key_names import is_key, key_name
from headswap_tui.config.screen_names import BUILTIN_THEMES, DEFAULT_KEYS, SHIPPED_THEMES
from headswap_tui.config.settings import MOST_VIEWS, Settings


class Mistake(msgspec.Struct, frozen=True):
    """Something that the dashboard would pass over."""

    text: str
    """The place, what was expected and what was found."""
    hint: str = ""
    is_wrong: bool = True
    """`False` for what may well be meant, such as a default key given to another command."""


def mistakes(settings: Settings, themes_dir: Path | None = None) -> list[Mistake]:
    """What is wrong in `[keys]` and `[views]`, with `ui.theme` and with the file's mode.

    `themes_dir` holds the user's themes; `None`: the usual place.
    """
    themes_dir = themes_dir or paths.default_config_file().parent / "themes"
    return [
        *changeable(settings),
        *_unknown_commands(settings),
        *_no_keys(settings),
        *_clashes(settings),
        *wrong_views(settings),
        *_unknown_theme(settings, themes_dir),
    ]


def changeable(settings: Settings) -> Iterator[Mistake]:
    """Whether others than the user can write the configuration, which may name programs to run."""
    path = settings.config_file
    try:
        mode = path.stat().st_mode if path is not None else 0
    except OSError:
        return  # gone since it was read
    if path is not None and mode & (stat.S_IWGRP | stat.S_IWOTH):
        name = paths.shown(path)
        text = f"{name} can be changed by others, and it may name programs to run."
        yield Mistake(text, f"Run: chmod go-w {name}", is_wrong=False)


def wrong_views(settings: Settings) -> Iterator[Mistake]:
    """Filters in `[views]` that make no sense, and views that there is no room for."""
    from headswap_tui.domain import filters

    for number, (name, text) in enumerate(settings.views.items()):
        place = _place(settings, f"views.{name}")
        for word in filters.parse(text).words:
            if word.problem:
                yield Mistake(f"{place}: {word.problem}")
        if number >= MOST_VIEWS:
            yield Mistake(f"{place}: there is room for {MOST_VIEWS} views; this one is not shown.", is_wrong=False)


def keys_in_toml() -> str:
    """Every command with its default keys as lines of `[keys]`, each commented out."""
    written = {key_name(char): char for char in string.punctuation}
    lines = []
    for command, keys in DEFAULT_KEYS.items():
        names = [written.get(key, key) for key in keys.split(",")]
        value = msgspec.json.encode(names[0] if len(names) == 1 else names).decode().replace('","', '", "')
        lines.append(f"# {command} = {value}" + ("" if keys else "   # no key: in the palette (:) only") + "\n")
    return "".join(lines)


def _unknown_commands(settings: Settings) -> Iterator[Mistake]:
    for name in settings.keys:
        if name not in DEFAULT_KEYS:
            yield Mistake(
                f"{_place(settings, f'keys.{name}')}: expected the id of a command, found {name!r}.",
                nearest(name, list(DEFAULT_KEYS)),
            )


def _no_keys(settings: Settings) -> Iterator[Mistake]:
    for name in DEFAULT_KEYS:
        for key in _keys(settings.keys.get(name, ())):
            if not is_key(key):
                place = _place(settings, f"keys.{name}")
                yield Mistake(f"{place}: expected a key such as `x`, `?`, `f5` or `ctrl+d`, found {key!r}.")


def _clashes(settings: Settings) -> Iterator[Mistake]:
    owner: dict[str, str] = {}
    own = [name for name in DEFAULT_KEYS if name in settings.keys]
    for name in own:
        for key in _keys(settings.keys[name]):
            first = owner.setdefault(key, name)
            if first != name:
                place = _place(settings, f"keys.{name}")
                yield Mistake(f"{place}: expected a key of its own, found {key!r}, which is set for `{first}`.")
    for name, keys in DEFAULT_KEYS.items():
        for key in _keys(keys):
            if name not in settings.keys and key in owner:
                place = _place(settings, f"keys.{owner[key]}")
                yield Mistake(f"{place}: {key!r} is taken from `{name}`, which has it by default.", is_wrong=False)


def _keys(keys: str | Sequence[str]) -> list[str]:
    parts = keys.split(",") if isinstance(keys, str) and len(keys) > 1 else [keys] if isinstance(keys, str) else keys
    return list(dict.fromkeys(key_name(part.strip()) for part in parts if part.strip()))


def _unknown_theme(settings: Settings, themes_dir: Path) -> Iterator[Mistake]:
    theme = settings.ui.theme
    known = [*SHIPPED_THEMES, *BUILTIN_THEMES]
    if theme is None or theme in known:
        return
    known += _names_in(themes_dir)
    if theme not in known:
        place = _place(settings, "ui.theme")
        yield Mistake(f"{place}: expected the name of a theme, found {theme!r}.", nearest(theme, known))


def _names_in(directory: Path) -> Iterator[str]:
    """Names of the user's themes: what the file says, else the file's own name."""
    import tomllib

    for path in sorted(directory.glob("*.toml")):
        try:
            name = tomllib.loads(path.read_text(encoding="utf-8")).get("name", path.stem)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue  # the dashboard names the file and what is wrong with it
        if isinstance(name, str):
            yield name


def _place(settings: Settings, name: str) -> str:
    return f"{settings.origins.get(name, 'configuration')}: `{name}`"
