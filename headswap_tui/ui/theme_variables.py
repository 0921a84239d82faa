"""Colour variables of our own with their defaults, made from whatever theme is in force; a theme may override each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.color import Color

if TYPE_CHECKING:
    from textual.theme import Theme

ANSI_DEFAULTS = {
    "state-pending": "ansi_default",
    "state-queued": "ansi_cyan",
    "state-processing": "ansi_blue",
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
    primary = Color.parse(colors["primary"])
    accent = Color.parse(colors["accent"])
    warning = Color.parse(colors["warning"])
    success = Color.parse(colors["success"])
    error = Color.parse(colors["error"])

    def over(color: Color, share: float) -> str:
        return background.blend(color, share, alpha=1.0).hex

    return {
        "state-pending": over(foreground, 0.62),
        "state-queued": over(foreground, 0.8),
        "state-processing": colors["primary"],
        "state-completed": colors["success"],
        "state-failed": colors["error"],
        "state-unknown": colors["warning"],
        "state-missing": colors["warning"],
        "bar-track": over(foreground, 0.12),
        "bar-estimate": over(primary, 0.65),
        "bar-completed": over(success, 0.32),
        "bar-failed": over(error, 0.38),
        "remark-failed": over(error, 0.78),
        "download": colors["accent"],
        "stale": colors["warning"],
        "muted": over(foreground, 0.66),
        "faint": over(foreground, 0.42),
        "row-cursor": over(primary, 0.26),
        "row-cursor-blurred": over(foreground, 0.10),
        "row-marked": over(accent, 0.16),
        "row-zebra": over(foreground, 0.025),
        "row-changed": over(warning, 0.22),
        "table-header": over(foreground, 0.06),
    }
