"""How pictures are drawn in this terminal, by what its environment says: it is never asked.

A terminal that has to be asked answers late over SSH, and what it does not understand shows up as a title or as keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from headswap_tui.preview.frames import is_installed

Kind: TypeAlias = Literal["halfblock", "sixel", "kitty"]
Setting: TypeAlias = Literal["auto", "halfblock", "sixel", "kitty", "off"]

INSTALL: Final = "pip install 'headswap-tui[preview]'"
_ENOUGH_COLORS: Final = frozenset({"256", "truecolor"})
_KITTY_TERMS: Final = ("xterm-kitty", "kitty", "xterm-ghostty", "ghostty")
_SIXEL_TERMS: Final = ("foot", "mlterm", "contour", "yaft")
_SIXEL_PROGRAMS: Final = frozenset({"wezterm", "iterm.app", "mlterm", "contour"})
_OTHERS: Final = ("XTERM_VERSION", "VTE_VERSION", "ALACRITTY_WINDOW_ID", "KONSOLE_VERSION", "TERM_PROGRAM")
"""Set by terminals that may have been started from kitty and inherited its variables."""
_KONSOLE_WITH_SIXEL: Final = 220400


class Choice(NamedTuple):
    """What is drawn with."""

    kind: Kind | None
    why: str = ""
    """Why there are no pictures, if `kind` is `None`; part of a sentence."""


def choose(
    setting: Setting,
    environ: Mapping[str, str],
    *,
    colors: str | None,
    has_colors: bool,
    is_ascii: bool,
    installed: Callable[[], bool] = is_installed,
) -> Choice:
    """The way to draw. `colors` is Rich's name of the colour system in use; `has_colors` is false under `NO_COLOR`."""
    if setting == "off":
        return Choice(None, "pictures are switched off (`ui.images`)")
    reasons = (
        (is_ascii, "no pictures with ASCII alone"),
        (not has_colors, "no pictures without colours (NO_COLOR)"),
        (colors not in _ENOUGH_COLORS, "no pictures in 16 colours (a terminal with more may need COLORTERM=truecolor)"),
        (not installed(), f"an optional part is missing: {INSTALL}"),
    )
    if why := next((why for is_so, why in reasons if is_so), ""):
        return Choice(None, why)
    if setting == "kitty" and is_multiplexed(environ):  # it could not be told where to put a picture
        return Choice("halfblock")
    return Choice(known_kind(environ) if setting == "auto" else setting)


def is_multiplexed(environ: Mapping[str, str]) -> bool:
    """Whether tmux or screen stands between us and the terminal."""
    return bool(environ.get("TMUX") or environ.get("STY") or environ.get("TERM", "").startswith(("tmux", "screen")))


def known_kind(environ: Mapping[str, str]) -> Kind:
    """The best that the terminal is known for; half blocks work in all of them and through everything."""
    term, program = environ.get("TERM", "").lower(), environ.get("TERM_PROGRAM", "").lower()
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY") or is_multiplexed(environ):
        return "halfblock"
    if term.startswith(_KITTY_TERMS) or program == "ghostty":
        return "kitty"
    if environ.get("KITTY_WINDOW_ID") and not any(environ.get(name) for name in _OTHERS):
        return "kitty"
    version = environ.get("KONSOLE_VERSION", "")
    if version.isdecimal() and int(version) >= _KONSOLE_WITH_SIXEL:
        return "sixel"
    return "sixel" if term.startswith(_SIXEL_TERMS) or program in _SIXEL_PROGRAMS else "halfblock"
