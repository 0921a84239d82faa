"""Colour variables of our own with their defaults, made from whatever theme is in force; a theme may override each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from textual.color import Color

if TYPE_CHECKING:
    from textual.theme import Theme

READABLE: Final = 4.0
"""Least contrast of a word to the background."""

_SOURCES: Final = ("background", "foreground", "primary", "accent", "success", "warning", "error")

_WORDS: Final = {
    "state-processing": "primary",
    "state-completed": "success",
    "state-failed": "error",
    "state-unknown": "warning",
    "state-missing": "warning",
    "download": "accent",
    "stale": "warning",
}
"""Colours of words, made readable."""

_LAID_OVER: Final = {
    "state-pending": ("foreground", 0.62),
    "state-queued": ("foreground", 0.8),
    "bar-track": ("foreground", 0.18),
    "bar-estimate": ("primary", 0.65),
    "bar-completed": ("success", 0.6),
    "bar-failed": ("error", 0.6),
    "remark-failed": ("error", 0.78),
    "muted": ("foreground", 0.66),
    "faint": ("foreground", 0.42),
    "row-cursor": ("primary", 0.26),
    "row-cursor-blurred": ("foreground", 0.10),
    "row-marked": ("accent", 0.16),
    "row-zebra": ("foreground", 0.025),
    "row-changed": ("warning", 0.22),
    "table-header": ("foreground", 0.06),
    "chip": ("primary", 0.24),
}
"""A colour of the theme and the share of it over the background."""

ANSI_DEFAULTS: Final = {
    "state-pending": "ansi_default",
    "state-queued": "ansi_cyan",
    "state-processing": "ansi_bright_blue",
    "state-completed": "ansi_green",
    "state-failed": "ansi_red",
    "state-unknown": "ansi_yellow",
    "state-missing": "ansi_yellow",
    "bar-track": "ansi_default",
    "bar-estimate": "ansi_cyan",
    "bar-completed": "ansi_green",
    "bar-failed": "ansi_red",
    "remark-failed": "ansi_red",
    "download": "ansi_magenta",
    "stale": "ansi_yellow",
    "muted": "ansi_default",
    "faint": "ansi_default",
    "row-cursor": "ansi_default",
    "row-cursor-blurred": "ansi_default",
    "row-marked": "ansi_default",
    "row-zebra": "ansi_default",
    "row-changed": "ansi_default",
    "table-header": "ansi_default",
    "chip": "ansi_default",
}
"""With the terminal's own colours rows are told apart by attributes (reverse, bold, dim), never by background."""


def theme_variable_defaults(theme: Theme, generated: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variable name (without `$`) to a CSS colour; `generated` is what Textual makes of the theme.

    The values are plain colours because Textual does not resolve variables inside variables.
    """
    if theme.ansi:
        return dict(ANSI_DEFAULTS)
    generated = generated or theme.to_color_system().generate()
    colors = {name: Color.parse(generated[name]) for name in _SOURCES}
    background, foreground = colors["background"], colors["foreground"]
    laid = {
        name: background.blend(colors[source], share, alpha=1.0).hex for name, (source, share) in _LAID_OVER.items()
    }
    words = {name: _readable(colors[source], background, foreground).hex for name, source in _WORDS.items()}
    return laid | words


def _readable(color: Color, background: Color, foreground: Color) -> Color:
    """The colour, moved towards the foreground until it can be read on the background."""
    for step in range(10):
        shade = color.blend(foreground, step / 10, alpha=1.0)
        if _contrast(shade, background) >= READABLE:
            return shade
    return foreground


def _contrast(one: Color, other: Color) -> float:
    """Contrast ratio of WCAG 2, 1..21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
