"""Rows painted line by line straight from the live records: a changed cell costs that cell and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.ui.glyphs import UNICODE, Glyphs
from headswap_tui.ui.presentation.cells import Look
from headswap_tui.ui.presentation.columns import Column
from headswap_tui.ui.presentation.extras import ExtrasOf, no_extras
from headswap_tui.ui.presentation.pieces import Line, line_width, wrap
from headswap_tui.ui.widgets.paint import Palette, Unboxed
from headswap_tui.ui.widgets.table_rows import Row, RowPainter

BLANK_GUTTER: Line = (("  ", ""),)
FOR_EVER_MS: Final = 1 << 62


class LiveRows(Unboxed, ScrollView, can_focus=True, inherit_bindings=False):
    """A pinned header and below it the rows in view; no cursor, no marks, no keys."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    LiveRows {
        height: 1fr;
        background: $background;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-color: $bar-track;
        scrollbar-color-hover: $faint;
        scrollbar-color-active: $muted;
        &:ansi { scrollbar-color: $scrollbar; }
    }
    """

    def __init__(
        self,
        now: Callable[[], int],
        extras: ExtrasOf = no_extras,
        *,
        glyphs: Glyphs = UNICODE,
        flash: bool = True,
        id: str | None = None,  # noqa: A002  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        """`now` gives the wall clock in milliseconds; `flash` marks changed cells for a second."""
        super().__init__(id=id, classes=classes)
        self._now = now
        self._extras = extras
        self._glyphs = glyphs
        self._palette = Palette(self)
        self._painter = RowPainter(self._palette, flash)
        self._tasks: Mapping[TaskId, TrackedTask] = {}
        self._order: Sequence[TaskId] = ()
        self._rows: dict[TaskId, Row] = {}
        self._dirty: set[TaskId] = set()
        self._second = 0
        self._sort: tuple[str, bool] | None = None
        self._empty: tuple[str, str] = ("", "")
        self._kept: list[Strip] = []
        """The lines of the last frame ..."""
        self._kept_for: tuple[Region, int, int] | None = None
        """... and what they were painted for; `None`: they are void."""
        self._stale: set[int] = set()
        """Those of them that have to be painted anew."""

    def mark_dirty(self, ids: Iterable[TaskId]) -> None:
        """These records (or their live figures) changed; they are looked at in the next `flush()`."""
        self._dirty.update(ids)

    def flush(self) -> None:
        """Repaint the cells in view that differ from what is painted; nothing is sent if none does.

        Call it from one timer at any rate. Ages are renewed, and the marks of changed cells taken back, once a second.
        """
        now_ms = self._now()
        second = now_ms // 1000
        ticks = second != self._second
        if not (self._dirty or ticks):
            return
        dirty, self._dirty, self._second = self._dirty, set(), second
        look = Look(self._glyphs, now_ms)
        regions: list[Region] = []
        for y, task_id in enumerate(self.visible_ids(), 1):
            row = self._rows.get(task_id)  # one not painted yet will be up to date when it is
            if row is not None and (task_id in dirty or (ticks and row.steady_until_ms <= now_ms)):
                regions += self._renewed(y, task_id, row, look)
        if regions:
            self.refresh(*regions)

    def visible_ids(self) -> Sequence[TaskId]:
        """The tasks in view, from the top."""
        return self._order[self._top : self._top + self._page]

    @property
    def steady_until_ms(self) -> int:
        """Before that nothing in view changes by itself; 0 if that is not known."""
        rows = map(self._rows.get, self.visible_ids())
        return min((row.steady_until_ms if row is not None else 0 for row in rows), default=FOR_EVER_MS)

    def show_empty(self, title: str, help_text: str) -> None:
        """What to say while there is nothing to show: a line, and below it what to do about it."""
        if self._empty != (title, help_text):
            self._empty = (title, help_text)
            if not self._order:
                self.refresh()

    @property
    def sort(self) -> tuple[str, bool] | None:
        """The column whose header carries the arrow, and whether it points down; `None` for no arrow."""
        return self._sort

    @sort.setter
    def sort(self, sort: tuple[str, bool] | None) -> None:
        if sort != self._sort:
            self._sort = sort
            self.refresh(self._line_region(0))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns shown where there is room for them, in order."""
        return self._painter.columns

    @columns.setter
    def columns(self, columns: tuple[Column, ...]) -> None:
        """Show others."""
        if columns != self._painter.columns:
            self._painter.columns = columns
            self._painter.resize(0)  # laid out anew by the next painting
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, a row, or blank."""
        return self._line(y, self._top, self._width)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The screen asks for all of them whenever one changed: the others are as in the last frame."""
        what = (crop, self._top, self._width)
        if what != self._kept_for:
            self._kept, self._kept_for = super().render_lines(crop), what
        else:
            for y in self._stale.intersection(crop.line_range):
                (self._kept[y - crop.y],) = super().render_lines(Region(crop.x, y, crop.width, 1))
        self._stale.clear()
        return self._kept

    def _set_dirty(self, *regions: Region) -> None:
        # Every way to a refresh leads through here.
        super()._set_dirty(*regions)
        for region in regions:
            self._stale.update(region.line_range)
        if not regions:
            self._kept_for = None

    def painted(self, lines: range) -> list[Strip]:
        """Such lines."""
        top, width = self._top, self._width
        return [self._line(y, top, width) for y in lines]

    def _line(self, y: int, top: int, width: int) -> Strip:
        if width != self._painter.width:
            self._painter.resize(width)
            self._rows.clear()
        if y == 0:
            glyphs = self._glyphs
            return self._painter.header(self._sort, glyphs.up, glyphs.down, glyphs.ellipsis).crop(0, width)
        index = top + y - 1
        if index >= len(self._order):
            return self._below(y)
        task_id = self._order[index]
        row = self._row(task_id)
        if row is None:
            return Strip.blank(width, self.rich_style)
        return self._painter.strip(row, *self._ground(index, task_id)).crop(0, width)

    def notify_style_update(self) -> None:
        """Theme, focus or CSS changed: everything painted is void."""
        super().notify_style_update()
        self._kept_for = None
        self._palette.clear()
        for row in self._rows.values():
            row.strips.clear()

    def _row(self, task_id: TaskId) -> Row | None:
        row = self._rows.get(task_id)
        if row is None:
            task = self._tasks.get(task_id)
            if task is None:  # removed, and the next order not here yet
                return None
            if len(self._rows) > 4 * self._page:
                self._rows = {shown: self._rows[shown] for shown in self.visible_ids() if shown in self._rows}
            row = self._rows[task_id] = self._painter.row(task, self._extras(task_id), Look(self._glyphs, self._now()))
        return row

    def _renewed(self, y: int, task_id: TaskId, row: Row, look: Look) -> list[Region]:
        task = self._tasks.get(task_id)
        if task is None:
            del self._rows[task_id]
            return [self._line_region(y)]
        changed = self._painter.renew(row, task, self._extras(task_id), look)
        return [Region(x, y, cells, 1) for x, cells in changed]

    def _ground(self, index: int, _task_id: TaskId) -> tuple[Line, tuple[str, ...]]:
        """The gutter of a row and the grounds it is painted on."""
        return BLANK_GUTTER, (("row-zebra",) if index % 2 else ())

    def _below(self, y: int) -> Strip:
        """A line under the last row."""
        width = self._width
        title, help_text = self._empty
        lines: list[Line] = []
        if title and not self._order:
            lines = [((title, "strong"),), (), *wrap(((help_text, "muted"),), min(width - 4, 56))]
        first = max(1, (self.size.height - len(lines)) // 3)
        if not first <= y < first + len(lines):
            return Strip.blank(width, self.rich_style)
        line = lines[y - first]
        left = max(0, (width - line_width(line)) // 2)
        return self._palette.strip(((" " * left, ""), *line), width).crop(0, width)

    @property
    def _top(self) -> int:
        """Index of the first row in view."""
        return self.scroll_offset.y

    @property
    def _width(self) -> int:
        """Cells of a row: without the scrollbar."""
        return self.scrollable_content_region.width

    @property
    def _page(self) -> int:
        """Rows that the screen holds."""
        return max(1, self.size.height - 1)

    def _line_region(self, y: int) -> Region:
        return Region(0, y, self.size.width, 1)

    def _resize_list(self) -> None:
        """Tell the scrollbar how many rows there are."""
        height = len(self._order) + 1
        if self.virtual_size.height != height:
            self.virtual_size = Size(1, height)

    def _scroll_top(self, top: int) -> None:
        """Scroll so that the row of that index is the first in view."""
        if top != self._top:
            self.scroll_to(y=top, animate=False, force=True)
