"""Which tasks the table shows and in which order: view, filter and sort over the live records. No widget here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from headswap_tui.domain import filters
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.ui.presentation.columns import COLUMN_BY_ID
from headswap_tui.ui.presentation.extras import ExtrasOf
from headswap_tui.ui.presentation.views import VIEWS, View, any_task
from headswap_tui.ui.sorting import Sorting

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
        self._sorting = Sorting(tasks, extras)
        self._sorted: list[TaskId] = []
        self._shown: set[TaskId] | None = None
        """What is in `order`, made when it is needed."""
        self._archived: set[TaskId] = set()
        self._kept: TaskId | None = None
        self._haystacks: dict[TaskId, str] = {}
        self._sorted_at_ms = 0
        self._out_of_order = False

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set."""
        return bool(self.filter_text.strip())

    @property
    def is_unsettled(self) -> bool:
        """Whether values that moved are to change the order when it has stood for a while."""
        return self._out_of_order

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
        before, self.sort = self.sort, column if column in COLUMN_BY_ID else "added"
        self.descending = descending
        if self.sort != before or not self._sorted:
            self.rebuild()
        else:
            self._arrange()

    def rebuild(self) -> None:
        """Everything anew."""
        self._archived = {task_id for task_id, task in self._tasks.items() if task.archived}
        self._sorting.choose(self.sort)
        self._arrange()

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
            was_known, task = task_id in self._sorting, self._tasks.get(task_id)
            out_of_order = self._sorting.look_at(task_id)
            self._haystacks.pop(task_id, None)
            self._archived.discard(task_id)
            if task is not None and task.archived:
                self._archived.add(task_id)
            if task is None or not was_known:
                come_or_gone = come_or_gone or was_known or task is not None
                continue
            self._out_of_order = self._out_of_order or out_of_order
            moved = moved or self._belongs(task, self._now_ms()) != self._is_shown(task_id)
        if come_or_gone or (self._out_of_order and not calm and self._now_ms() - self._sorted_at_ms >= CALM_MS):
            self._keep(cursor)
            self._arrange()
        elif moved:
            self._keep(cursor)
            self._narrow()
        return self.order is not before and self.order != before

    def _arrange(self) -> None:
        """Sort anew."""
        self._sorted = self._sorting.ids(descending=self.descending)
        self._sorted_at_ms = self._now_ms()
        self._out_of_order = False
        self._narrow()

    def _keep(self, cursor: TaskId | None) -> None:
        self._kept = cursor if cursor is not None and self._is_shown(cursor) else None

    def _is_shown(self, task_id: TaskId) -> bool:
        if self.order is self._sorted:
            return task_id in self._sorting
        if self._shown is None:
            self._shown = set(self.order)
        return task_id in self._shown

    @property
    def _hides_archived(self) -> bool:
        return not (self._view_filter.shows_archived or self.filter.shows_archived)

    def _belongs(self, task: TrackedTask, now_ms: int) -> bool:
        ours, users = self._view_filter, self.filter
        if not self._view.holds(task) or (task.archived and self._hides_archived):
            return False
        if not ours.terms and not users.terms:
            return True
        haystack = self._haystacks.get(task.id)
        return ours.matches(task, now_ms, haystack) and users.matches(task, now_ms, haystack)

    def _narrow(self) -> None:
        """Choose anew which of the sorted ids are shown."""
        try:
            order = self._chosen()
        except KeyError:  # a task is gone of which `take` has not been told yet
            self._sorted = [task_id for task_id in self._sorted if task_id in self._tasks]
            order = self._chosen()
        if self._kept is not None and self._kept not in (shown := set(order)):
            shown.add(self._kept)
            order = [task_id for task_id in self._sorted if task_id in shown]
        self.order, self._shown = order, None

    def _chosen(self) -> list[TaskId]:
        ids, tasks, holds = self._sorted, self._tasks, self._view.holds
        if self._archived and self._hides_archived:
            archived = self._archived
            ids = [task_id for task_id in ids if task_id not in archived]
        if holds is not any_task:
            ids = [task_id for task_id in ids if holds(tasks[task_id])]
        for term in (*self._view_filter.terms, *self.filter.terms):
            ids = self._by(term, ids)
        return ids

    def _by(self, term: filters.Term, ids: list[TaskId]) -> list[TaskId]:
        """Those of the ids that the term holds for."""
        word, negated, tasks = term.word, term.negated, self._tasks
        if word is None:
            test, now_ms = term.test, self._now_ms()
            return [task_id for task_id in ids if test(tasks[task_id], "", now_ms) is not negated]
        haystacks = self._haystacks
        try:
            return [task_id for task_id in ids if (word in haystacks[task_id]) is not negated]
        except KeyError:  # not all are prepared, or not any more
            haystacks |= {task_id: filters.prepared(tasks[task_id]) for task_id in ids if task_id not in haystacks}
            return [task_id for task_id in ids if (word in haystacks[task_id]) is not negated]
