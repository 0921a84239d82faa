"""The records as everybody in this process sees them: what the store holds plus what waits to be written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from headswap_tui.domain.changes import merged
from headswap_tui.domain.clock import Clock
from headswap_tui.domain.events import Event, TasksChanged
from headswap_tui.domain.task import TaskId, TrackedTask, pack

Step = Callable[[TrackedTask], TrackedTask]


class Book:
    """Records by id. An outcome is visible at once and marked as unwritten until the store has it."""

    def __init__(self, emit: Callable[[Event], None], clock: Clock) -> None:
        self._emit = emit
        self._clock = clock
        self._records: dict[TaskId, TrackedTask] = {}
        self._unwritten: set[TaskId] = set()
        self._waiting = asyncio.Event()
        self.view: Mapping[TaskId, TrackedTask] = MappingProxyType(self._records)
        """Live and read-only. Records are immutable: a changed task is another object."""

    @property
    def has_unwritten(self) -> bool:
        """Whether anything waits to be written."""
        return bool(self._unwritten)

    async def wait(self) -> None:
        """Return when something waits to be written."""
        await self._waiting.wait()

    def fill(self, records: Mapping[TaskId, TrackedTask]) -> None:
        """Take what the store holds at the start."""
        self._records.clear()
        self._records.update(records)
        self._emit(TasksChanged(frozenset(records)))

    def apply(self, task_id: TaskId, step: Step) -> tuple[TrackedTask, TrackedTask] | None:
        """Change one record in memory and mark it as unwritten.

        Returns the record before and after; `None` if it is not tracked any more.
        """
        before = self._records.get(task_id)
        if before is None:
            return None
        after = step(before)
        if after is not before:
            self._records[task_id] = after
            self._unwritten.add(task_id)
            self._note_waiting()
            self._emit(TasksChanged(frozenset((task_id,))))
        return before, after

    def to_write(self) -> dict[TaskId, TrackedTask]:
        """What waits to be written, as it is now; call `written` or `put_off` with it afterwards."""
        records = {task_id: self._records[task_id] for task_id in self._unwritten if task_id in self._records}
        self._unwritten.clear()
        self._note_waiting()
        return records

    def put_off(self, tried: Iterable[TaskId]) -> None:
        """Writing these failed: they wait again."""
        self._unwritten.update(task_id for task_id in tried if task_id in self._records)
        self._note_waiting()

    def accept(self, records: Mapping[TaskId, TrackedTask | None], written: Mapping[TaskId, TrackedTask]) -> None:
        """Take over what the store now holds; `None` means removed. `written` is what `to_write` gave for it.

        A record that changed here meanwhile keeps its change and goes on waiting.
        """
        changed = set()
        for task_id, stored in records.items():
            ours = self._records.get(task_id)
            if stored is None:
                if ours is not None:
                    del self._records[task_id]
                    changed.add(task_id)
                self._unwritten.discard(task_id)
                continue
            moved_on = task_id in self._unwritten and ours is not None and ours is not written.get(task_id)
            record = merged(stored, ours, self._clock.now_ms()) if moved_on and ours is not None else stored
            if record.is_finished:
                pack((record,))
            if record != ours:
                self._records[task_id] = record
                changed.add(task_id)
        self._note_waiting()
        if changed:
            self._emit(TasksChanged(frozenset(changed)))

    def _note_waiting(self) -> None:
        if self._unwritten:
            self._waiting.set()
        else:
            self._waiting.clear()
