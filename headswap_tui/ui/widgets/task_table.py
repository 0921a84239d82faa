"""The table of tasks: live rows with a cursor that stays on its task, marks, and the mouse."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain

from textual import events
from textual.message import Message

from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.ui.glyphs import UNICODE, Glyphs
from headswap_tui.ui.presentation.columns import GUTTER
from headswap_tui.ui.presentation.extras import ExtrasOf, no_extras
from headswap_tui.ui.presentation.pieces import Line
from headswap_tui.ui.widgets.live_rows import LiveRows
from headswap_tui.ui.widgets.marks import Marks


class TaskTable(LiveRows, inherit_bindings=False):
    """Holds the cursor on a task id, not on a row. It has no key bindings: the screen binds its methods."""

    class Highlighted(Message):
        """The cursor stands on another task, or on none."""

        def __init__(self, task_id: TaskId | None) -> None:
            super().__init__()
            self.id = task_id

    class Opened(Message):
        """The user double-clicked a task."""

        def __init__(self, task_id: TaskId) -> None:
            super().__init__()
            self.id = task_id

    class HeaderClicked(Message):
        """The user clicked a header."""

        def __init__(self, column: str) -> None:
            super().__init__()
            self.column = column

    class MarksChanged(Message):
        """So many tasks are marked now."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

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
        super().__init__(now, extras, glyphs=glyphs, flash=flash, id=id, classes=classes)
        self._cursor_id: TaskId | None = None
        self._cursor_row = 0
        self._left_id: TaskId | None = None
        """Where the cursor was before the list was narrowed or empty; `None` once the user moved it."""
        self._marks = Marks()
        self._page_before = 0

    def show(self, tasks: Mapping[TaskId, TrackedTask], order: Sequence[TaskId]) -> None:
        """Show these tasks in this order; both are kept, not copied, and the records in `tasks` may change.

        The cursor stays on its task, and that row on its line of the screen unless the list stands at its top and the
        row is in view there anyway. If the task is gone, the cursor goes to the one that came after it; if the
        list was empty meanwhile, the cursor comes back to its task.
        """
        lines, top, line, before = self._in_view(), self._top, self._cursor_row - self._top, self._cursor_id
        was_empty, row = not self._order, self._row_in(order)
        if not order and self._left_id is None:
            self._left_id = self._cursor_id
        self._tasks, self._order = tasks, order
        self._cursor_row, self._cursor_id = max(row, 0), order[row] if row >= 0 else None
        self._rows = {task_id: shown for task_id, shown in self._rows.items() if task_id in tasks}
        unmarked = self._marks.keep(tasks)
        self._resize_list()
        self._scroll_top(0 if top == 0 and row < self._page else row - line)
        if self._top == top:  # else all was repainted
            self._repaint(y for y, (old, new) in enumerate(zip(lines, self._in_view(), strict=True), 1) if old != new)
        self.mark_dirty(self.visible_ids())
        self.flush()
        if self._cursor_id != before or was_empty:
            self.post_message(self.Highlighted(self._cursor_id))
        if unmarked:
            self.post_message(self.MarksChanged(len(self._marks)))

    def _row_in(self, order: Sequence[TaskId]) -> int:
        """Where the cursor belongs in a new order; -1 in an empty one."""
        if not order:
            return -1
        if self._cursor_id is None:
            return order.index(self._left_id) if self._left_id in order else 0
        try:
            return order.index(self._cursor_id)
        except ValueError:  # its task is gone
            known = set(order)
        after, before = self._order[self._cursor_row + 1 :], reversed(self._order[: self._cursor_row])
        return next((order.index(task_id) for task_id in chain(after, before) if task_id in known), 0)

    def _in_view(self) -> list[tuple[TaskId, bool] | None]:
        """What stands on each line, for finding the lines that differ."""
        top, count = self._top, len(self._order)
        return [
            (self._order[index], index == self._cursor_row) if index < count else None
            for index in range(top, top + self._page)
        ]

    # The cursor

    @property
    def cursor_id(self) -> TaskId | None:
        """The task under the cursor; `None` only if nothing is shown."""
        return self._cursor_id

    @property
    def cursor_row(self) -> int:
        """Its place in the order, from 0."""
        return self._cursor_row

    def move_to(self, task_id: TaskId) -> bool:
        """Put the cursor on that task and bring it into view; false if it is not shown."""
        try:
            self._move(self._order.index(task_id))
        except ValueError:
            return False
        return True

    def remember_cursor(self) -> None:
        """The list is about to be narrowed: `return_cursor` comes back here."""
        if self._cursor_id is not None:
            self._left_id = self._cursor_id

    def return_cursor(self) -> None:
        """To where `remember_cursor` was called, unless the user moved the cursor since or that task is not shown."""
        if self._left_id is not None:
            self.move_to(self._left_id)
            self._left_id = None

    def cursor_down(self, rows: int = 1) -> None:
        """Move the cursor; negative numbers go up."""
        self._move(self._cursor_row + rows)

    def page(self, share: float) -> None:
        """Move view and cursor by a share of the page: 1 down, -1 up, 0.5 half a page down."""
        rows = int(self._page * share) or (1 if share > 0 else -1)
        self._move(self._cursor_row + rows, self._top + rows)

    def home(self) -> None:
        """To the first row."""
        self._move(0)

    def end(self) -> None:
        """To the last row."""
        self._move(len(self._order) - 1)

    def next_where(self, wanted: Callable[[TrackedTask], bool], *, backwards: bool = False) -> bool:
        """Put the cursor on the next task that is wanted, from the end on again from the start; false if none is."""
        count, step = len(self._order), -1 if backwards else 1
        for distance in range(1, count + 1):
            row = (self._cursor_row + step * distance) % count
            task = self._tasks.get(self._order[row])
            if task is not None and wanted(task):
                self._move(row)
                return True
        return False

    def _move(self, row: int, top: int | None = None) -> None:
        if not self._order:
            return
        self._left_id = None
        row = min(max(row, 0), len(self._order) - 1)
        left, self._cursor_row = self._cursor_row, row
        before, self._cursor_id = self._cursor_id, self._order[row]
        ranged = self._marks.stretch(self._order, row)
        top = self._top if top is None else min(max(top, 0), max(0, len(self._order) - self._page))
        self._scroll_top(min(max(top, row - self._page + 1), row))
        self._repaint([left - self._top + 1, row - self._top + 1])
        if ranged:
            self._remarked(ranged)
        if self._cursor_id != before:
            self.post_message(self.Highlighted(self._cursor_id))

    def on_resize(self) -> None:
        """The cursor stays in view when the page shrinks, unless the user had scrolled away from it."""
        if not self.size.height:  # hidden for a while
            return
        page, self._page_before = self._page_before, self._page
        if self._order and self._top <= self._cursor_row < self._top + page:
            row = self._cursor_row
            self._scroll_top(min(max(self._top, row - self._page + 1), row))

    # Marks

    @property
    def marked(self) -> Collection[TaskId]:
        """The marked tasks, shown or not."""
        return self._marks.ids

    @property
    def is_ranging(self) -> bool:
        """Whether moving the cursor marks."""
        return self._marks.is_ranging

    def toggle_mark(self) -> None:
        """Mark the task under the cursor, or take its mark away."""
        if self._cursor_id is not None:
            self._remarked(self._marks.toggle(self._cursor_id))

    def toggle_range(self) -> None:
        """Begin to mark from the cursor to wherever it goes, or end that and keep the marks."""
        if self._cursor_id is not None:
            self._remarked(self._marks.toggle_range(self._cursor_id))

    def mark_all(self) -> None:
        """Mark all that are shown; if they all are, take their marks away."""
        self._remarked(self._marks.toggle_all(self._order))

    def clear_marks(self) -> None:
        """Take all marks away, shown or not, and end a range."""
        self._remarked(self._marks.clear())

    def selection(self) -> list[TaskId]:
        """What an action is for: the marked tasks that are shown, in order; without marks, the one under the cursor.

        Nothing if all marks are hidden: whoever marked did not mean the row that happens to be under the cursor.
        """
        if len(self._marks):
            return [task_id for task_id in self._order if task_id in self._marks.ids]
        return [self._cursor_id] if self._cursor_id is not None else []

    def _remarked(self, changed: Collection[TaskId]) -> None:
        self._repaint(y for y, task_id in enumerate(self.visible_ids(), 1) if task_id in changed)
        self.post_message(self.MarksChanged(len(self._marks)))

    # The mouse

    def on_click(self, event: events.Click) -> None:
        """A header sorts, the gutter marks, a row takes the cursor, twice on a row opens it."""
        event.stop()
        if event.y == 0:
            for placed in self._painter.placed:
                if placed.x <= event.x < placed.x + placed.width:
                    self.post_message(self.HeaderClicked(placed.column.id))
            return
        row = self._top + event.y - 1
        if row >= len(self._order):
            return
        self._move(row)
        if event.x < GUTTER:
            self.toggle_mark()
        elif event.chain == 2:
            self.post_message(self.Opened(self._order[row]))

    # Painting

    def on_focus(self) -> None:
        """The cursor looks otherwise."""
        self._repaint([self._cursor_row - self._top + 1])

    def on_blur(self) -> None:
        """As above."""
        self._repaint([self._cursor_row - self._top + 1])

    def _ground(self, index: int, task_id: TaskId) -> tuple[Line, tuple[str, ...]]:
        is_cursor, is_marked = index == self._cursor_row, task_id in self._marks.ids
        grounds = ["row-zebra"] if index % 2 else []
        if is_marked:
            grounds.append("row-marked")
        if is_cursor:
            grounds.append("row-cursor" if self.has_focus else "row-cursor-blurred")
        bar, mark = self._glyphs.cursor if is_cursor else "", self._glyphs.mark if is_marked else ""
        return ((f"{bar + mark:<{GUTTER}}", "accent"),), tuple(grounds)

    def _repaint(self, lines: Iterable[int]) -> None:
        """Whole lines of the screen, the header being 0."""
        regions = [self._line_region(y) for y in lines if 1 <= y <= self._page]
        if regions:
            self.refresh(*regions)
