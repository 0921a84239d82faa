"""The rows that the table has on the screen: what stands in their cells, and which of them have changed."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from rich.segment import Segment
from textual.strip import Strip

from headswap_tui.domain.task import TrackedTask
from headswap_tui.ui.presentation.cells import Look, steady_until_ms
from headswap_tui.ui.presentation.columns import COLUMNS, GUTTER, Column, Placed, lay_out
from headswap_tui.ui.presentation.extras import Extras
from headswap_tui.ui.presentation.pieces import Line, ascii_only, differing, fit, line_width, words
from headswap_tui.ui.widgets.paint import Palette, joined

CHANGED_MS = 1000
"""How long a changed cell stays marked."""


class Row(msgspec.Struct):
    """One painted row."""

    task: TrackedTask
    cells: tuple[Line, ...]
    strips: dict[tuple[str, ...], Strip] = {}
    """By the grounds it was painted on; emptied when a cell changes."""
    steady_until_ms: int = 0
    """Before that nothing in it changes by itself."""
    changed: dict[int, int] = {}
    """Columns (by position) that changed lately, and when that was in milliseconds."""


def _marked(cell: Line) -> tuple[int, int]:
    """What of a changed cell is marked: first cell and number of cells. A bar is not, it would be sent twice whole."""
    before, said, _after = words(cell)
    return line_width(before), line_width(said)


class RowPainter:
    """Makes rows for one width."""

    def __init__(self, palette: Palette, flash: bool) -> None:
        self._palette = palette
        self._flash = flash
        self.width = 0
        self.placed: tuple[Placed, ...] = ()
        self.columns: tuple[Column, ...] = COLUMNS

    def resize(self, width: int) -> None:
        """Lay the columns out anew; rows made before are void."""
        self.width = width
        self.placed = lay_out(width, self.columns)

    def row(self, task: TrackedTask, extras: Extras, look: Look) -> Row:
        """A row as it stands now."""
        return Row(task, self._cells(task, extras, look), steady_until_ms=steady_until_ms(task, extras, look.now_ms))

    def renew(self, row: Row, task: TrackedTask, extras: Extras, look: Look) -> Iterator[tuple[int, int]]:
        """Bring the row up to date; gives what must be painted again: first cell and number of cells."""
        was, cells = row.cells, self._cells(task, extras, look)
        # No news: the figures of a download, which move all the time, and a first answer, with which all cells change.
        is_news = row.task is not task and row.task.detail is not None and extras.transfer is None
        row.task = task
        touched = False
        for index, placed in enumerate(self.placed):
            differs, was_marked = was[index] != cells[index], index in row.changed
            if differs and is_news and self._flash and not placed.column.quiet:
                row.changed[index] = look.now_ms
            elif was_marked and not 0 <= look.now_ms - row.changed[index] < CHANGED_MS:
                del row.changed[index]
            elif not differs:
                continue
            touched = True
            spans = differing(was[index], cells[index])
            spans += [_marked(was[index])] if was_marked else []
            spans += [_marked(cells[index])] if index in row.changed else []
            yield from ((placed.x + x, count) for x, count in spans if count)
        row.steady_until_ms = look.now_ms if row.changed else steady_until_ms(task, extras, look.now_ms)
        if touched:
            row.cells = cells
            row.strips.clear()

    def _cells(self, task: TrackedTask, extras: Extras, look: Look) -> tuple[Line, ...]:
        glyphs = look.glyphs
        cells = []
        for placed in self.placed:
            line = placed.column.cell(task, extras, look, placed.width)
            if glyphs.is_ascii:
                line = ascii_only(line)
            cells.append(fit(line, placed.width, glyphs.ellipsis, placed.column.align))
        return tuple(cells)

    def strip(self, row: Row, gutter: Line, grounds: tuple[str, ...]) -> Strip:
        """The row painted on these grounds."""
        key = (gutter[0][0], *grounds)
        strip = row.strips.get(key)
        if strip is None:
            strip = row.strips[key] = self._painted(row, gutter, grounds)
        return strip

    def _painted(self, row: Row, gutter: Line, grounds: tuple[str, ...]) -> Strip:
        palette = self._palette
        blank = palette.style("", *grounds)
        segments = palette.segments(gutter, *grounds)
        x = GUTTER
        for index, placed in enumerate(self.placed):
            if placed.x > x:
                segments.append(Segment(" " * (placed.x - x), blank))
            if index in row.changed:
                before, said, after = words(row.cells[index])
                segments += palette.segments(before, *grounds)
                segments += palette.segments(said, *grounds, "row-changed")
                segments += palette.segments(after, *grounds)
            else:
                segments += palette.segments(row.cells[index], *grounds)
            x = placed.x + placed.width
        if x < self.width:
            segments.append(Segment(" " * (self.width - x), blank))
        return Strip(joined(segments), max(x, self.width))

    def header(self, sort: tuple[str, bool] | None, up: str, down: str, ellipsis: str) -> Strip:
        """The pinned line of headers, with an arrow at the one sorted by."""
        line: list[tuple[str, str]] = []
        x = 0
        for placed in self.placed:
            line.append((" " * (placed.x - x), ""))
            column, role, title = placed.column, "", placed.column.header
            if sort is not None and sort[0] == column.id:
                arrow = down if sort[1] else up
                blank = " " if len(title) + 2 <= placed.width else ""
                title, role = f"{title[: placed.width - 1]}{blank}{arrow}", "accent"
            line += fit(((title, role),), placed.width, ellipsis, column.align)
            x = placed.x + placed.width
        if x < self.width:
            line.append((" " * (self.width - x), ""))
        return Strip(joined(self._palette.segments(line, "table-header")), max(x, self.width))
