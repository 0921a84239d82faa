"""From roles to styles: the component classes that the painting widgets share, and the palette that they paint with."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from headswap_tui.domain.task import State
from headswap_tui.ui.presentation.pieces import Line, line_width
from headswap_tui.ui.presentation.roles import ROLES

PAINT_CLASSES: Final = {f"paint--{role}" for role in ROLES}
"""Component classes of every painting widget."""

_RULES: Final = {
    "strong": "text-style: bold;",
    "muted": "color: $muted;",
    "faint": "color: $faint;",
    "link": "color: $download;",
    "good": "color: $text-success;",
    "bad": "color: $text-error;",
    "warn": "color: $text-warning;",
    "accent": "color: $text-accent;",
    "stale": "color: $stale; text-style: bold;",
    "bar": "color: $state-processing; background: $bar-track;",
    "bar-estimate": "color: $bar-estimate; background: $bar-track;",
    "bar-completed": "color: $bar-completed; background: $bar-track;",
    "bar-failed": "color: $bar-failed; background: $bar-track;",
    "bar-download": "color: $download; background: $bar-track;",
    "track": "color: $faint; background: $bar-track;",
    "download": "color: $download;",
    "remark-failed": "color: $remark-failed;",
    "remark-stale": "color: $stale;",
    "headline-bad": "color: $state-failed; text-style: bold;",
    "edge-bad": "color: $text-error;",
    "edge-stale": "color: $stale;",
    "spark": "color: $state-processing;",
    "section": "color: $muted; text-style: bold;",
    "rule": "color: $bar-track;",
    "prose": "color: $foreground;",
    "keycap": "color: $text-accent; background: $bar-track; text-style: bold;",
    **{f"state-{state}": f"color: $state-{state};" for state in State},
    **{f"headline-{state}": f"color: $state-{state}; text-style: bold;" for state in State},
}

_ANSI_DIM: Final = ("muted", "faint", "rule", "bar-completed", "bar-failed", "state-pending")
"""With the terminal's own colours there is no shade between text and background but the attribute."""


def paint_css(widget: str) -> str:
    """Default CSS that gives each role its style inside the widget of that class name."""
    rules = [f"{widget} > .paint--{role} {{ {rule} }}" for role, rule in _RULES.items()]
    rules += [f"{widget}:ansi > .paint--{role} {{ text-style: dim; }}" for role in _ANSI_DIM]
    return "\n".join(rules) + "\n"


class Palette:
    """Rich styles of a widget's roles on its background, looked up once until `clear()`.

    Textual empties its own cache of component styles at every refresh; this one lives until the styles change.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
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

    def style(self, role: str, *grounds: str) -> Style:
        """The style of a role on the widget's own style and the component classes of the ground, in that order.

        A reversed ground swallows the role's colour (except a bar's): colours on it could not be read.
        """
        key = (role, *grounds)
        style = self._full.get(key)
        if style is None:
            style = self._full[key] = self._mixed(role, grounds)
        return style

    def _mixed(self, role: str, grounds: tuple[str, ...]) -> Style:
        is_bar = role.startswith(("bar", "track"))
        style = self._widget.rich_style
        for ground in grounds:
            style += self.component(ground)
        if not role:
            return style
        if style.reverse:
            return self._widget.rich_style + self.component(f"paint--{role}") if is_bar else style
        return style + self.component(f"paint--{role}")

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


def joined(segments: Iterable[Segment]) -> list[Segment]:
    """The same picture in fewer segments: each one costs an escape sequence on the wire.

    Neighbours of one style become one; blanks take the style before them if nothing but their letters' colour differs.
    """
    made: list[Segment] = []
    for text, style, _control in segments:
        if made and text:
            before, its_style, _ = made[-1]
            if style is its_style or style == its_style or (text.isspace() and _same_ground(style, its_style)):
                made[-1] = Segment(before + text, its_style)
                continue
        if text:
            made.append(Segment(text, style))
    return made


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
