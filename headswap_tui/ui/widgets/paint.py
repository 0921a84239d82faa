"""From roles to styles: the inks that the painting widgets share, and the palette that they paint with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import msgspec
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip
from textual.widget import Widget

from headswap_tui.domain.task import State
from headswap_tui.ui.presentation.pieces import Line, line_width, text_width

BLACK: Final = RichColor.from_rgb(0, 0, 0)


class Ink(msgspec.Struct, frozen=True):
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
    "table-header": Ink("muted", "table-header", is_bold=True),
    "row-zebra": Ink(ground="row-zebra"),
    "row-changed": Ink(ground="row-changed"),
    "row-marked": Ink(ground="row-marked"),
    "row-cursor": Ink(ground="row-cursor", is_bold=True),
    "row-cursor-blurred": Ink(ground="row-cursor-blurred"),
    **{f"state-{state}": Ink(f"state-{state}") for state in State},
    **{f"headline-{state}": Ink(f"state-{state}", is_bold=True) for state in State},
}
"""Looked up in the theme's variables rather than by component classes: those cost Textual a walk through all its rules
for each of fifty roles in each of six widgets, at every start, focus and change of theme."""

ANSI_DIM: Final = frozenset(
    {"muted", "faint", "rule", "track", "spark-foreseen", "bar-completed", "bar-failed", "state-pending", "tab"}
)
"""With the terminal's own colours there is no shade between text and background but the attribute."""
ANSI_REVERSE: Final = frozenset({"tab-active", "chip", "chip-bad", "row-cursor", "row-cursor-blurred"})
"""What is told by its ground elsewhere."""
ANSI_BOLD: Final = frozenset({"row-changed", "row-marked"})
"""The same where the letters' colours have to stay."""
ANSI_UNDERLINED: Final = frozenset({"table-header"})
ANSI_NOT_BOLD: Final = frozenset({"row-cursor", "table-header"})
"""Told by more than that."""


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

    def ink(self, role: str) -> Style:
        """What a role adds: its colours from the theme in force, and its attributes."""
        if role.startswith("#"):
            return _pixels(role)
        style = self._partial.get(role)
        if style is None:
            style = self._partial[role] = self.own.get(role) or self._made(INKS[role], role)
        return style

    def _made(self, ink: Ink, role: str) -> Style:
        is_ansi = self._widget.app.current_theme.ansi
        is_bold = role in ANSI_BOLD or (ink.is_bold and role not in ANSI_NOT_BOLD) if is_ansi else ink.is_bold
        return Style(
            color=self._color(ink.color),
            bgcolor=self._color(ink.ground),
            bold=is_bold or None,
            dim=(is_ansi and role in ANSI_DIM) or None,
            reverse=(is_ansi and role in ANSI_REVERSE) or None,
            underline=(is_ansi and role in ANSI_UNDERLINED) or None,
        )

    def _color(self, variable: str) -> RichColor | None:
        """The theme's colour of that name, laid over the widget's background where it is not a whole one."""
        if not variable:
            return None
        value, _, share = self._widget.app.theme_variables[variable].partition(" ")
        color = Color.parse(value)
        if share:
            color = color.multiply_alpha(int(share.rstrip("%")) / 100)
        if color.a < 1:
            color = self._widget.background_colors[1] + color
        return color.rich_color

    def style(self, role: str, *grounds: str) -> Style:
        """The style of a role on the widget's own style and the grounds (roles too), in that order.

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
        if not role and not grounds:
            return self._widget.rich_style  # of all its ancestors' styles: looked up once, as `style` keeps it
        style = self.style("", *grounds[:-1])
        if grounds:
            style += self.ink(grounds[-1])
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
    """A widget that is nothing but its lines, with blanks at their sides: no outline, opacity or tint.

    Textual looks these up anew for every line, which takes as long as the table takes to paint it. While there is a
    line above it (`border-top`), Textual paints it.
    """

    def painted(self, lines: range) -> list[Strip]:
        """These lines for the screen, without what only the mouse looks for in them."""
        return [self.render_line(y) for y in lines]

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """As Textual's, but one that paints itself."""
        if self._vertical_scrollbar is None:
            bar = self._vertical_scrollbar = Bar(name="vertical", thickness=self.scrollbar_size_vertical)
            bar.display = False
            self.app._start_widget(self, bar)  # noqa: SLF001  # as Textual does
        return self._vertical_scrollbar

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines as they were painted."""
        if self.styles.border_top[0]:
            return super().render_lines(crop)
        width, style, left = self.region.width, self.rich_style, self.styles.padding.left
        strips = self.painted(crop.line_range)
        if left:
            margin = Segment(" " * left, style)
            strips = [Strip([margin, *strip], left + strip.cell_length) for strip in strips]
        return finished(self, [strip.adjust_cell_length(width, style) for strip in strips], crop)


class Bar(ScrollBar):
    """A vertical scrollbar without Textual's way from segments to lines, which takes longer than all the rest of it."""

    _kept: tuple[object, list[Strip]] | None = None
    """The lines of the last frame behind what they were painted for."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """A cell or more for each line, most of them the same."""
        bar = self.render()
        assert isinstance(bar, ScrollBarRender) and isinstance(bar.style, Style)
        thickness, height = self.region.size
        background = self.background_colors[1]
        drawn = (bar.virtual_size, bar.window_size, bar.position, bar.style)
        what = (crop, thickness, height, drawn, background, *self.get_line_filters())
        if self._kept is None or self._kept[0] != what:
            made = bar.render_bar(
                size=height,
                virtual_size=bar.virtual_size,
                window_size=bar.window_size,
                position=bar.position,
                thickness=thickness,
                back_color=bar.style.bgcolor or BLACK,
                bar_color=bar.style.color or BLACK,
            )
            lines = list(made.segments)[crop.y : crop.bottom]
            unlike = dict.fromkeys(lines)
            strips = finished(self, [Strip([segment], thickness) for segment in unlike], crop)
            painted = dict(zip(unlike, strips, strict=True))
            self._kept = what, [painted[segment] for segment in lines]
        return self._kept[1]


def blank_lines(widget: Widget, crop: Region) -> list[Strip]:
    """All lines of a widget that has nothing but what lies above it.

    Textual makes each of them, with borders and all, to throw them away.
    """
    strip = Strip.blank(widget.region.width, widget.rich_style)
    return finished(widget, [strip], crop) * crop.height


def finished(widget: Widget, strips: list[Strip], crop: Region) -> list[Strip]:
    """Whole lines of it as they go to the screen."""
    background = widget.background_colors[1]
    for line_filter in widget.get_line_filters():
        strips = [strip.apply_filter(line_filter, background) for strip in strips]
    if crop.column_span != (0, widget.region.width):
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
