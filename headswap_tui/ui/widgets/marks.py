"""Which tasks are marked, and the range that follows the cursor."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from headswap_tui.domain.task import TaskId


class Marks:
    """Marked ids; every change gives the ids whose mark came or went."""

    def __init__(self) -> None:
        self.ids: set[TaskId] = set()
        self._anchor: TaskId | None = None
        self._before: set[TaskId] = set()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def is_ranging(self) -> bool:
        """Whether a range follows the cursor."""
        return self._anchor is not None

    def toggle(self, task_id: TaskId) -> set[TaskId]:
        """Mark or unmark one; ends a range."""
        self._anchor = None
        return self._become(self.ids ^ {task_id})

    def toggle_all(self, shown: Iterable[TaskId]) -> set[TaskId]:
        """Mark all that are shown, or unmark them if they all are."""
        self._anchor = None
        every = set(shown)
        return self._become(self.ids - every if every <= self.ids else self.ids | every)

    def toggle_range(self, task_id: TaskId) -> set[TaskId]:
        """Begin a range at this task, or end the one there is and keep what it marked."""
        if self._anchor is not None:
            self._anchor = None
            return set()
        self._anchor, self._before = task_id, set(self.ids)
        return self._become(self.ids | {task_id})

    def stretch(self, order: Sequence[TaskId], to: int) -> set[TaskId]:
        """Let the range reach to that row of the order; nothing if there is no range."""
        if self._anchor is None:
            return set()
        try:
            start = order.index(self._anchor)
        except ValueError:  # filtered away under the range
            self._anchor = None
            return set()
        first, last = min(start, to), max(start, to)
        return self._become(self._before | set(order[first : last + 1]))

    def clear(self) -> set[TaskId]:
        """No marks, no range."""
        self._anchor = None
        return self._become(set())

    def keep(self, known: Container[TaskId]) -> set[TaskId]:
        """Drop the marks of tasks that are no longer there."""
        if self._anchor is not None and self._anchor not in known:
            self._anchor = None
        return self._become({task_id for task_id in self.ids if task_id in known})

    def _become(self, ids: set[TaskId]) -> set[TaskId]:
        changed = self.ids ^ ids
        self.ids = ids
        return changed
