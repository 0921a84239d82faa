"""The detail pane: everything about one task, scrollable, painted line by line so that a new age costs one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from headswap_tui.domain.task import TrackedTask
from headswap_tui.ui.glyphs import UNICODE, Glyphs
from headswap_tui.ui.presentation.cells import Look
from headswap_tui.ui.presentation.detail import detail_lines
from headswap_tui.ui.presentation.extras import Extras
from headswap_tui.ui.presentation.pieces import Line, differing, is_picture, line_width, plain, text_width, wrap
from headswap_tui.ui.widgets.paint import Palette, Unboxed

if TYPE_CHECKING:
    from headswap_tui.ui.pictures.drawing import Drawing
    from headswap_tui.ui.pictures.overlaying import Placed

ROOMY: Final = 9
"""Lines from which on a plot may be `HIGH` lines high, else `LOW`."""
HIGH: Final = 4
LOW: Final = 2


class DetailPane(Unboxed, ScrollView, can_focus=True):
    """Shows one task; only lines that differ from what is on the screen are painted again."""

    class RoomChanged(Message):
        """The pane has another size, or has one at last."""

    DEFAULT_CSS = """
    DetailPane {
        padding: 0 1;
        background: $surface;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-background: $surface;
        scrollbar-background-hover: $surface;
        scrollbar-background-active: $surface;
        scrollbar-color: $bar-track;
        scrollbar-color-hover: $faint;
        scrollbar-color-active: $muted;
        &:ansi { scrollbar-color: $scrollbar; }
        scrollbar-gutter: stable;
    }
    """

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.keys: Mapping[str, str] = {}
        """Command id to key, for the actions that the pane names: `download`, `cancel_download`, `copy_url`, `open`,
        `copy_id`, `refresh`, `retry`."""
        self.retention_days = 7.0
        """How long the service is assumed to keep a file."""
        self._glyphs = glyphs
        self._palette = Palette(self)
        self._shown: TrackedTask | None = None
        self._extras = Extras()
        self._now_ms = 0
        self._wrap = True
        self._empty = ("", "")
        self._lines: list[Line] = []
        self._made_for = 0
        self._drawing: Drawing | None = None

    def show(self, task: TrackedTask | None, extras: Extras, now_ms: int) -> None:
        """Show this task as it stands at `now_ms` (wall clock); `None` shows what `show_empty` said."""
        if task is None or self._shown is None or task.id != self._shown.id:
            self.scroll_to(y=0, animate=False)
            self._drawing = None
        self._shown, self._extras, self._now_ms = task, extras, now_ms
        self._renew()

    def show_empty(self, title: str, help_text: str) -> None:
        """What to say while no task is shown."""
        self._empty = (title, help_text)
        self._renew()

    @property
    def shown(self) -> TrackedTask | None:
        """The task that is shown."""
        return self._shown

    @property
    def room(self) -> tuple[int, int]:
        """Columns and rows for what is shown; zeros while the pane is not on the screen."""
        return (self._width, self.size.height) if self.display else (0, 0)

    def show_frames(self, drawing: Drawing) -> None:
        """Show this strip of frames, or words about it, below the task's name until another task is shown."""
        self._drawing = drawing
        self._renew()

    def overlays(self) -> list[Placed]:
        """Pictures that the terminal has to draw over the strip, but for those that are not in the window whole."""
        if self._drawing is None or not self._drawing.overlays or not self.display:
            return []
        from headswap_tui.ui.pictures.overlaying import Placed

        first = next((y for y, line in enumerate(self._lines) if line is self._drawing.lines[0]), None)
        if first is None:
            return []
        window = self.scrollable_content_region
        corner = window.offset - self.scroll_offset + (0, first)
        placed = [
            Placed(Region(corner.x + one.column, corner.y + one.row, one.width, one.height), one.data, one.erase)
            for one in self._drawing.overlays
        ]
        return [one for one in placed if window.contains_region(one.region)]

    @property
    def wrap(self) -> bool:
        """Whether long values are broken over lines; else they are cut."""
        return self._wrap

    @wrap.setter
    def wrap(self, wrap: bool) -> None:
        if wrap != self._wrap:
            self._wrap = wrap
            self._renew()

    @property
    def text(self) -> str:
        """The lines as plain text."""
        return "\n".join("" if is_picture(line) else plain(line).rstrip() for line in self._lines)

    def on_resize(self, _event: events.Resize) -> None:
        """Break the lines for the new width."""
        self._renew()
        self.post_message(self.RoomChanged())

    def notify_style_update(self) -> None:
        """Theme or CSS changed."""
        super().notify_style_update()
        self._palette.clear()

    def render_line(self, y: int) -> Strip:
        """One line of the pane, with what tells the mouse which letters it selects."""
        return self.painted(range(y, y + 1))[0].apply_offsets(0, self.scroll_offset.y + y)

    def painted(self, lines: range) -> list[Strip]:
        """Lines of the pane."""
        width, top, selection = self._width, self.scroll_offset.y, self.text_selection
        blank = self._palette.strip((), width)
        strips = []
        for index in range(top + lines.start, top + lines.stop):
            line = self._lines[index] if index < len(self._lines) else ()
            strip = self._palette.strip(line, max(width, line_width(line))).crop(0, width) if line else blank
            span = selection.get_span(index) if selection is not None else None
            strips.append(strip if span is None else self._selected(strip, *span))
        return strips

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What the mouse has selected."""
        return selection.extract(self.text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002  # Textual's signature
        """The mouse selects."""
        self.refresh()

    def _selected(self, strip: Strip, start: int, end: int) -> Strip:
        """The strip with these characters (to the end of the text if -1) in the colours of a selection."""
        text = strip.text.rstrip()
        first = text_width(text[:start])
        last = text_width(text if end < 0 else text[:end])
        if last <= first:
            return strip
        style = self.screen.get_component_rich_style("screen--selection")
        return Strip.join([strip.crop(0, first), strip.crop(first, last).apply_style(style), strip.crop(last)])

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _renew(self) -> None:
        width = self._width
        if width <= 0:
            return
        before, self._lines = self._lines, self._made(width)
        if width != self._made_for:
            self._made_for, before = width, []
            self.refresh()
        if len(self._lines) != self.virtual_size.height:
            self.virtual_size = Size(1, len(self._lines))
        regions, top = [], self.scroll_offset.y
        for y in range(min(self.size.height, max(len(before), len(self._lines)) - top)):
            index = top + y
            old = before[index] if index < len(before) else ()
            new = self._lines[index] if index < len(self._lines) else ()
            if old != new:
                regions += [Region(x, y, cells, 1) for x, cells in differing(old, new) if x < width]
        if regions:
            self.refresh(*regions)

    def _made(self, width: int) -> list[Line]:
        if self._shown is None:
            title, help_text = self._empty
            return [(), ((title, "strong"),), (), *wrap(((help_text, "muted"),), width)] if title else []
        look = Look(self._glyphs, self._now_ms, self.retention_days, HIGH if self.size.height >= ROOMY else LOW)
        frames = self._drawing.lines if self._drawing else ()
        return detail_lines(self._shown, self._extras, look, self.keys, width, wrapped=self._wrap, frames=frames)
