"""The rows in the order of one column, whose keys are kept: a record is looked at again only when it changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
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
        self._active: set[TaskId] = set()
        """Those whose key moves by itself; kept only for a column that looks at the live figures."""
        self._places: dict[TaskId, None] = {}
        """In the order in which they were added. One that is gone keeps its place: an undo brings it back there."""
        self._lined_up: tuple[list[TaskId], list[Any], list[TaskId]] | None = None
        """Ids against the order in which they were added, beside them their keys, and the ids without a value.

        `None`: made when it is needed. To look a hundred thousand keys up takes twice as long as to sort them.
        """

    def __contains__(self, task_id: TaskId) -> bool:
        return task_id in self._keys

    def choose(self, column_id: str) -> None:
        """Sort by that column from now on; every record is looked at."""
        self._column = COLUMN_BY_ID[column_id]
        tasks, key = self._tasks, self._column.key
        self._active = {task_id for task_id, task in tasks.items() if task.is_active} if self._column.live else set()
        self._keys = {task_id: key(task, NO_EXTRAS) for task_id, task in tasks.items()}
        self._lined_up = None

    def look_at(self, task_id: TaskId) -> bool:
        """Learn a record as it is now, or that it is gone; whether the order may be another one since."""
        task = self._tasks.get(task_id)
        self._active.discard(task_id)
        if task is None:
            self._lined_up = None
            return self._keys.pop(task_id, _NEW) is not _NEW
        if self._column.live and task.is_active:
            self._active.add(task_id)
        return self._learn(task)

    def ids(self, *, descending: bool) -> list[TaskId]:
        """All ids in order; the newest first among equals, and those without a value last either way."""
        for task_id in self._active:
            if (task := self._tasks.get(task_id)) is not None:
                self._learn(task)
        if self._lined_up is None:
            self._places |= dict.fromkeys(self._tasks)
            keys = self._keys
            newest_first = [task_id for task_id in reversed(self._places) if task_id in keys]
            ids = [task_id for task_id in newest_first if keys[task_id] is not None]
            without = [task_id for task_id in newest_first if keys[task_id] is None]
            self._lined_up = ids, [keys[task_id] for task_id in ids], without
        ids, values, without = self._lined_up
        key_in_turn = partial(next, iter(values))  # for each id the next one; `next` takes the id for its default
        return sorted(ids, key=key_in_turn, reverse=descending) + without

    def _learn(self, task: TrackedTask) -> bool:
        """Keep the key of a record, with its live figures if it has any; whether it is another one."""
        value = self._column.key(task, self._extras(task.id) if task.id in self._active else NO_EXTRAS)
        if self._keys.get(task.id, _NEW) == value:
            return False
        self._keys[task.id] = value
        self._lined_up = None
        return True
