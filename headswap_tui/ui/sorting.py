"""The rows in the order of one column, whose keys are kept: a record is looked at again only when it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.ui.presentation.columns import COLUMN_BY_ID
from headswap_tui.ui.presentation.extras import NO_EXTRAS, ExtrasOf

_NEW: Final = object()


class Sorting:
    """Sorts the ids of live records; `tasks` may change, and what did is told by `look_at`."""

    def __init__(self, tasks: Mapping[TaskId, TrackedTask], extras: ExtrasOf) -> None:
        self._tasks = tasks
        self._extras = extras
        self._column = COLUMN_BY_ID["added"]
        self._keys: dict[TaskId, Any] = {}
        self._without: set[TaskId] = set()
        """Those that have no value to sort by."""
        self._active: set[TaskId] = set()
        """Those whose key moves by itself; kept only for a column that looks at the live figures."""
        self._newest_first: list[TaskId] | None = None
        """All ids against the order in which they were added; `None`: made when it is needed."""

    def __contains__(self, task_id: TaskId) -> bool:
        return task_id in self._keys

    def choose(self, column_id: str) -> None:
        """Sort by that column from now on; every record is looked at."""
        self._column = COLUMN_BY_ID[column_id]
        tasks, key = self._tasks, self._column.key
        self._active = {task_id for task_id, task in tasks.items() if task.is_active} if self._column.live else set()
        self._keys = {task_id: key(task, NO_EXTRAS) for task_id, task in tasks.items()}
        self._without = {task_id for task_id, value in self._keys.items() if value is None}
        self._newest_first = None

    def look_at(self, task_id: TaskId) -> bool:
        """Learn a record as it is now, or that it is gone; whether the order may be another one since."""
        task = self._tasks.get(task_id)
        self._active.discard(task_id)
        if (task is None) is (task_id in self._keys):
            self._newest_first = None
        if task is None:
            self._without.discard(task_id)
            return self._keys.pop(task_id, _NEW) is not _NEW
        if self._column.live and task.is_active:
            self._active.add(task_id)
        before = self._keys.get(task_id, _NEW)
        return bool(self._learned(task) != before)

    def ids(self, *, descending: bool) -> list[TaskId]:
        """All ids in order; the newest first among equals, and those without a value last either way."""
        for task_id in self._active:
            if (task := self._tasks.get(task_id)) is not None:
                self._learned(task)
        if self._newest_first is None:
            self._newest_first = [task_id for task_id in reversed(list(self._tasks)) if task_id in self._keys]
        without = self._without
        if not without:
            return sorted(self._newest_first, key=self._keys.__getitem__, reverse=descending)
        found = [task_id for task_id in self._newest_first if task_id not in without]
        found.sort(key=self._keys.__getitem__, reverse=descending)
        return found + [task_id for task_id in self._newest_first if task_id in without]

    def _learned(self, task: TrackedTask) -> Any:
        """The key of a record, with its live figures if it has any."""
        value = self._column.key(task, self._extras(task.id) if task.id in self._active else NO_EXTRAS)
        self._keys[task.id] = value
        if value is None:
            self._without.add(task.id)
        else:
            self._without.discard(task.id)
        return value
