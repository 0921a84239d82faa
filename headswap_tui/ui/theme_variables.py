"""Colour variables of our own with their defaults, made from whatever theme is in force; a theme may override each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.color import Color

if TYPE_CHECKING:
    from textual.theme import Theme

READABLE = 4.0
"""Least contrast of a word to the background."""

ANSI_DEFAULTS = {
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
}
"""With the terminal's own colours rows are told apart by attributes (reverse, bold, dim), never by background."""


def theme_variable_defaults(theme: Theme) -> dict[str, str]:
    """What the app answers for `get_theme_variable_defaults`: variable name (without `$`) to a CSS colour.

    The values are plain colours because Textual does not resolve variables inside variables.
    """
    if theme.ansi:
        return dict(ANSI_DEFAULTS)
    colors = theme.to_color_system().generate()
    background = Color.parse(colors["background"])
    foreground = Color.parse(colors["foreground"])

    def over(name: str, share: float) -> str:
        """The colour laid over the background."""
        return background.blend(Color.parse(colors[name]), share, alpha=1.0).hex

    def text(name: str) -> str:
        """The colour, moved towards the foreground until it can be read on the background."""
        color = Color.parse(colors[name])
        for step in range(10):
            shade = color.blend(foreground, step / 10, alpha=1.0)
            if _contrast(shade, background) >= READABLE:
                return shade.hex
        return foreground.hex

    return {
        "state-pending": over("foreground", 0.62),
        "state-queued": over("foreground", 0.8),
        "state-processing": text("primary"),
        "state-completed": text("success"),
        "state-failed": text("error"),
        "state-unknown": text("warning"),
        "state-missing": text("warning"),
        "bar-track": over("foreground", 0.12),
        "bar-estimate": over("primary", 0.65),
        "bar-completed": over("success", 0.32),
        "bar-failed": over("error", 0.38),
        "remark-failed": over("error", 0.78),
        "download": text("accent"),
        "stale": text("warning"),
        "muted": over("foreground", 0.66),
        "faint": over("foreground", 0.42),
        "row-cursor": over("primary", 0.26),
        "row-cursor-blurred": over("foreground", 0.10),
        "row-marked": over("accent", 0.16),
        "row-zebra": over("foreground", 0.025),
        "row-changed": over("warning", 0.22),
        "table-header": over("foreground", 0.06),
    }


def _contrast(one: Color, other: Color) -> float:
    """Contrast ratio of WCAG 2, 1..21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
