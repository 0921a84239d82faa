"""From roles to styles: the inks that the painting widgets share, and the palette that they paint with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from headswap_tui.domain.task import State
from headswap_tui.ui.presentation.pieces import Line, line_width, text_width


class Ink(NamedTuple):
    """How a role looks; colours are names of theme variables, an empty one leaves what is there."""

    color: str = ""
    ground: str = ""
    is_bold: bool = False


INKS: Final[Mapping[str, Ink]] = {
    "strong": Ink(is_bold=True),
    "muted": Ink("muted"),
    "faint": Ink("faint"),
    "link": Ink("download"),
    "good": Ink("text-success"),
    "bad": Ink("text-error"),
    "warn": Ink("text-warning"),
    "accent": Ink("text-accent"),
    "stale": Ink("stale", is_bold=True),
    "bar": Ink("state-processing"),
    "bar-estimate": Ink("bar-estimate"),
    "bar-completed": Ink("bar-completed"),
    "bar-failed": Ink("bar-failed"),
    "bar-download": Ink("download"),
    "track": Ink("bar-track"),
    "download": Ink("download"),
    "remark-failed": Ink("remark-failed"),
    "remark-stale": Ink("stale"),
    "headline-bad": Ink("state-failed", is_bold=True),
    "edge-bad": Ink("text-error"),
    "edge-stale": Ink("stale"),
    "spark": Ink("state-processing"),
    "spark-foreseen": Ink("bar-track"),
    "stack-failed": Ink("state-failed"),
    "stack-completed": Ink("bar-completed"),
    "stack-active": Ink("state-processing"),
    "stack-failed-on-stack-completed": Ink("state-failed", "bar-completed"),
    "stack-failed-on-stack-active": Ink("state-failed", "state-processing"),
    "stack-completed-on-stack-active": Ink("bar-completed", "state-processing"),
    "section": Ink("muted", is_bold=True),
    "rule": Ink("bar-track"),
    "prose": Ink("foreground"),
    "keycap": Ink("text-accent", "bar-track", is_bold=True),
    "chip": Ink("foreground", "chip"),
    "chip-bad": Ink("text-error", "chip", is_bold=True),
    "tab": Ink("muted"),
    "tab-active": Ink("foreground", "row-cursor", is_bold=True),
    "key-name": Ink("footer-key-foreground", is_bold=True),
    "key-does": Ink("footer-description-foreground"),
    **{f"state-{state}": Ink(f"state-{state}") for state in State},
    **{f"headline-{state}": Ink(f"state-{state}", is_bold=True) for state in State},
}
"""Looked up in the theme's variables rather than by component classes: those cost Textual a walk through all its rules
for each of fifty roles in each of six widgets, at every start, focus and change of theme."""

ANSI_DIM: Final = frozenset(
    {"muted", "faint", "rule", "track", "spark-foreseen", "bar-completed", "bar-failed", "state-pending", "tab"}
)
"""With the terminal's own colours there is no shade between text and background but the attribute."""
ANSI_REVERSE: Final = frozenset({"tab-active", "chip", "chip-bad"})
"""What is told by its ground elsewhere."""


class Palette:
    """Rich styles of a widget's roles on its background, looked up once until `clear()`.

    Textual empties its own cache of component styles at every refresh; this one lives until the styles change.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self.own: dict[str, Style] = {}
        """Roles of this widget alone, whose colours come from no theme."""
        self._partial: dict[str, Style] = {}
        self._full: dict[tuple[str, ...], Style] = {}

    def clear(self) -> None:
        """Forget everything: theme, focus or CSS changed."""
        self._partial.clear()
        self._full.clear()

    def component(self, name: str) -> Style:
        """What a component class adds: only what its rules set."""
        style = self._partial.get(name)
        if style is None:
            style = self._partial[name] = self._widget.get_component_rich_style(name, partial=True)
        return style

    def ink(self, role: str) -> Style:
        """What a role adds: its colours from the theme in force, and its attributes."""
        if role.startswith("#"):
            return _pixels(role)
        style = self._partial.get(role)
        if style is None:
            style = self._partial[role] = self.own.get(role) or self._made(INKS[role], role)
        return style

    def _made(self, ink: Ink, role: str) -> Style:
        app = self._widget.app
        variables, is_ansi = app.theme_variables, app.current_theme.ansi
        return Style(
            color=Color.parse(variables[ink.color]).rich_color if ink.color else None,
            bgcolor=Color.parse(variables[ink.ground]).rich_color if ink.ground else None,
            bold=ink.is_bold or None,
            dim=(is_ansi and role in ANSI_DIM) or None,
            reverse=(is_ansi and role in ANSI_REVERSE) or None,
        )

    def style(self, role: str, *grounds: str) -> Style:
        """The style of a role on the widget's own style and the component classes of the ground, in that order.

        A reversed ground swallows the role's colour: colours on it could not be read.
        """
        if role.startswith("#"):  # a picture has hundreds, each seldom seen again
            return self._mixed(role, grounds)
        key = (role, *grounds)
        style = self._full.get(key)
        if style is None:
            style = self._full[key] = self._mixed(role, grounds)
        return style

    def _mixed(self, role: str, grounds: tuple[str, ...]) -> Style:
        style = self._widget.rich_style
        for ground in grounds:
            style += self.component(ground)
        return style + self.ink(role) if role and not style.reverse else style

    def segments(self, line: Iterable[tuple[str, str]], *grounds: str) -> list[Segment]:
        """The line's pieces as styled segments."""
        return [Segment(text, self.style(role, *grounds)) for text, role in line]

    def strip(self, line: Line, width: int, *grounds: str) -> Strip:
        """The line as a strip of exactly `width` cells; it must not be longer."""
        segments = self.segments(line, *grounds)
        rest = width - line_width(line)
        if rest > 0:
            segments.append(Segment(" " * rest, self.style("", *grounds)))
        return Strip(joined(segments), width)


class Unboxed(Widget):
    """A widget that is nothing but its lines: no border, padding, outline, opacity or tint.

    Textual looks these up anew for every line, which takes as long as the table takes to paint it.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines as `render_line` painted them."""
        width, style = self.region.width, self.rich_style
        strips = [self.render_line(y).adjust_cell_length(width, style) for y in crop.line_range]
        background = self.background_colors[1]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span != (0, width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips


def joined(segments: Iterable[Segment]) -> list[Segment]:
    """The same picture in fewer segments: each one costs an escape sequence on the wire.

    Neighbours of one style become one; blanks take the style before them if nothing but their letters' colour differs.
    Wide characters begin one of their own: who disagrees about their width, as pictures may, does so only there.
    """
    made: list[Segment] = []
    for text, style, _control in segments:
        if made and text and (text.isascii() or text_width(text) == len(text)):
            before, its_style, _ = made[-1]
            if style is its_style or style == its_style or (text.isspace() and _same_ground(style, its_style)):
                made[-1] = Segment(before + text, its_style)
                continue
        if text:
            made.append(Segment(text, style))
    return made


@lru_cache(maxsize=4096)
def _pixels(role: str) -> Style:
    """The colours that a picture's role is made of."""
    return Style(color=role[:7], bgcolor=role[7:] or None)


@lru_cache(maxsize=1024)
def _same_ground(one: Style | None, other: Style | None) -> bool:
    if one is None or other is None:
        return False
    return (
        one.bgcolor == other.bgcolor
        and bool(one.reverse) == bool(other.reverse)
        and bool(one.underline) == bool(other.underline)
        and not (one.reverse and one.color != other.color)
    )
