"""Which tasks the table shows and in which order: view, filter and sort over the live records. No widget here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from headswap_tui.domain import filters
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.ui.presentation.columns import COLUMN_BY_ID, sorted_ids
from headswap_tui.ui.presentation.extras import NO_EXTRAS, ExtrasOf
from headswap_tui.ui.presentation.views import VIEWS, View

CALM_MS: Final = 2000
"""So long an order stands before values that moved may change it: rows do not dance."""


class Lineup:
    """The order of the rows. `order` is replaced by a new list whenever it changes, never altered in place."""

    def __init__(
        self,
        tasks: Mapping[TaskId, TrackedTask],
        extras: ExtrasOf,
        now_ms: Callable[[], int],
        retention_days: float = 7.0,
        saved: Iterable[View] = (),
    ) -> None:
        """`saved` are the user's views; they come after ours."""
        self._tasks = tasks
        self._extras = extras
        self._now_ms = now_ms
        self._retention_days = retention_days
        self.views = (*VIEWS, *saved)
        self.view = "all"
        self._view = VIEWS[0]
        self._view_filter = filters.parse("")
        self.filter = filters.parse("")
        self.filter_text = ""
        self.sort = "added"
        self.descending = True
        self.order: list[TaskId] = []
        self._sorted: list[TaskId] = []
        self._seen: dict[TaskId, TrackedTask] = {}
        self._shown: set[TaskId] = set()
        self._kept: TaskId | None = None
        self._haystacks: dict[TaskId, tuple[TrackedTask, str]] = {}
        self._sorted_at_ms = 0
        self._out_of_order = False

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set."""
        return bool(self.filter_text.strip())

    def look_at(self, view: str) -> None:
        """Choose a view by its id."""
        self.view = view
        self._view = next(each for each in self.views if each.id == view)
        self._view_filter = filters.parse(self._view.filter_text, self._retention_days)
        self._kept = None
        self._narrow()

    def narrow_by(self, text: str) -> None:
        """Set the filter; a term that makes no sense is named in `filter.problem`."""
        self.filter_text = text
        self.filter = filters.parse(text, self._retention_days)
        if not self.filter.terms:
            self._haystacks.clear()
        self._kept = None
        self._narrow()

    def sort_by(self, column: str, descending: bool) -> None:
        """Sort by a column; an id that is not known any more is the default."""
        self.sort = column if column in COLUMN_BY_ID else "added"
        self.descending = descending
        self.rebuild()

    def rebuild(self) -> None:
        """Everything anew."""
        # Newest first among equals, whatever the column: the order of the store is the order of adding.
        newest_first = reversed(list(self._tasks))
        self._sorted = sorted_ids(self._tasks, newest_first, self.sort, self.descending, self._extras)
        self._seen = dict(self._tasks)
        self._sorted_at_ms = self._now_ms()
        self._out_of_order = False
        self._narrow()

    def take(self, changed: Iterable[TaskId], cursor: TaskId | None, *, calm: bool = False) -> bool:
        """Follow these records' changes; whether `order` is another one now.

        The row under the cursor stays while the cursor is on it, even if its task left the view. A mere change of a
        value that is sorted by waits until the order has stood for two seconds, and with `calm` (the user is moving
        about) until that ends.
        """
        before = self.order
        come_or_gone = False
        moved = self._kept is not None and self._kept != cursor
        for task_id in changed:
            task, old = self._tasks.get(task_id), self._seen.get(task_id)
            if task is None or old is None:
                come_or_gone = come_or_gone or task is not old
                continue
            self._seen[task_id] = task
            self._out_of_order = self._out_of_order or self._key(task) != self._key(old)
            moved = moved or self._belongs(task, self._now_ms()) != (task_id in self._shown)
        if come_or_gone or (self._out_of_order and not calm and self._now_ms() - self._sorted_at_ms >= CALM_MS):
            self._keep(cursor)
            self.rebuild()
        elif moved:
            self._keep(cursor)
            self._narrow()
        return self.order is not before and self.order != before

    def _keep(self, cursor: TaskId | None) -> None:
        self._kept = cursor if cursor in self._shown else None

    def _key(self, task: TrackedTask) -> object:
        return COLUMN_BY_ID[self.sort].key(task, NO_EXTRAS)

    def _belongs(self, task: TrackedTask, now_ms: int) -> bool:
        ours, users = self._view_filter, self.filter
        if not self._view.holds(task) or (task.archived and not (ours.shows_archived or users.shows_archived)):
            return False
        if not ours.terms and not users.terms:
            return True
        haystack = self._haystack(task)
        return ours.matches(task, now_ms, haystack) and users.matches(task, now_ms, haystack)

    def _haystack(self, task: TrackedTask) -> str:
        kept = self._haystacks.get(task.id)
        if kept is None or kept[0] is not task:
            kept = self._haystacks[task.id] = (task, filters.prepared(task))
        return kept[1]

    def _narrow(self) -> None:
        now_ms = self._now_ms()
        if self.view == "all" and not self.is_narrowed:
            kept = self._kept
            self.order = [id_ for id_ in self._sorted if not self._tasks[id_].archived or id_ == kept]
        else:
            self.order = [
                task_id
                for task_id in self._sorted
                if task_id == self._kept or self._belongs(self._tasks[task_id], now_ms)
            ]
        self._shown = set(self.order)
