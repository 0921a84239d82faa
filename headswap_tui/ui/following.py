"""What the reports show, kept up with the records: only those that changed are looked at again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from headswap_tui.domain.failures import FailureGroup, grouped, has_gone_wrong
from headswap_tui.domain.insight import Fact, Grouping, Insight, facts, insight
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.ui.doors import EngineDoor
from headswap_tui.ui.feed import Feed
from headswap_tui.ui.presentation import times

COUNTED_AT_ONCE: Final = 2_000
"""Tasks that are counted faster than a thread is worth, and before the next key can run a command."""


class Following:
    """Knows which records changed since it was asked last, until `stop`."""

    def __init__(self, engine: EngineDoor) -> None:
        self._feed = Feed()
        self.stop = engine.subscribe(self._feed.listen)

    def changed(self) -> set[TaskId]:
        """Ids of the records that changed, came or went."""
        return self._feed.take().changed


class FailuresNow:
    """The failures by reason, as of the last `renew`."""

    def __init__(self, engine: EngineDoor) -> None:
        self._tasks: Mapping[TaskId, TrackedTask] = engine.tasks
        self._following = Following(engine)
        self.stop = self._following.stop
        self._wrong = {task.id: task for task in engine.tasks.values() if has_gone_wrong(task)}
        self.groups: list[FailureGroup] = grouped(self._wrong.values())

    @property
    def tracked(self) -> int:
        """How many tasks there are."""
        return len(self._tasks)

    def renew(self) -> bool:
        """Follow the changes; whether `groups` are others now."""
        differs = False
        for task_id in self._following.changed():
            task = self._tasks.get(task_id)
            if task is not None and has_gone_wrong(task):
                differs = differs or self._wrong.get(task_id) is not task
                self._wrong[task_id] = task
            else:
                differs = self._wrong.pop(task_id, None) is not None or differs
        if differs:
            self.groups = grouped(self._wrong.values())
        return differs


class FactsNow:
    """What each task adds to the figures, as of the last `renew`."""

    def __init__(self, engine: EngineDoor) -> None:
        self._tasks: Mapping[TaskId, TrackedTask] = engine.tasks
        self._following = Following(engine)
        self.stop = self._following.stop
        self._facts: dict[TaskId, Fact] = {}

    async def begin(self) -> None:
        """Look at all tasks: beside the keys if they are many."""
        tasks = list(self._tasks.values())
        if len(tasks) <= COUNTED_AT_ONCE:
            known = facts(tasks, times.day)
        else:  # a hundred thousand flight records take a second
            known = await asyncio.to_thread(facts, tasks, times.day)
        self._facts = {task.id: fact for task, fact in zip(tasks, known, strict=True)}

    def renew(self) -> bool:
        """Follow the changes; whether a figure may be another one now."""
        touched = False
        for task_id in self._following.changed():
            task = self._tasks.get(task_id)
            fact = facts([task], times.day)[0] if task is not None else None
            touched = touched or fact != self._facts.get(task_id)
            if fact is not None:
                self._facts[task_id] = fact
            else:
                self._facts.pop(task_id, None)
        return touched

    async def by(self, grouping: Grouping) -> Insight:
        """The figures by group: beside the keys if the tasks are many."""
        known: Sequence[Fact] = list(self._facts.values())
        if len(known) <= COUNTED_AT_ONCE:
            return insight(known, grouping)
        return await asyncio.to_thread(insight, known, grouping)
