"""What became of the tasks that a command waits for. Pure bookkeeping over the engine's records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from headswap_tui.domain.events import Forecast, Transfer
from headswap_tui.domain.task import REFUSALS_UNTIL_MISSING, DownloadState, State, TaskId, TrackedTask

ASK_AGAIN_S: Final = 5.0
"""A new id that the service refuses is asked about so often during its grace."""


class Outcome(StrEnum):
    """How a task ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    MISSING = "missing"
    NOT_FETCHED = "not fetched"
    """Completed, but its video could not be downloaded."""
    REMOVED = "removed"
    """By somebody else, while we waited."""


def as_missing(task: TrackedTask) -> TrackedTask:
    """The record once its grace is over: a task that never answered and was refused counts as missing."""
    if task.detail is not None or not task.refusals:
        return task
    return msgspec.structs.replace(task, refusals=max(task.refusals, REFUSALS_UNTIL_MISSING))


class Works(Protocol):
    """The part of the engine that is needed here."""

    @property
    def tasks(self) -> Mapping[TaskId, TrackedTask]:
        """All tracked tasks."""
        ...

    def refresh(self, ids: Sequence[TaskId]) -> None:
        """Ask about these now."""
        ...

    def download(self, ids: Sequence[TaskId]) -> None:
        """Fetch the videos of these."""
        ...

    def transfer(self, task_id: TaskId) -> Transfer | None:
        """A download's live figures."""
        ...

    def forecast(self, task_id: TaskId) -> Forecast | None:
        """When it is expected to end."""
        ...


class Waiting:
    """Tasks on their way to an outcome."""

    def __init__(self, engine: Works, ids: Sequence[TaskId], *, grace_s: float, download: bool) -> None:
        self.engine = engine
        self.open: dict[TaskId, None] = dict.fromkeys(ids)
        """Those without an outcome, in order."""
        self.outcomes: dict[TaskId, Outcome] = {}
        """The others, in the order in which they ended."""
        self.tasks: dict[TaskId, TrackedTask] = {}
        """The records of those that ended, as they were then."""
        self.fetching: dict[TaskId, TrackedTask] = {}
        """Downloads asked for, with the record before."""
        self.fetches = download
        self._grace_s = grace_s
        self._new = {task_id for task_id in ids if (task := engine.tasks.get(task_id)) and task.detail is None}
        self._began: float | None = None
        self._asked_at: dict[TaskId, float] = {}

    def look(self, now: float) -> list[TaskId]:
        """Those that ended since the last look. `now`: seconds of a monotonic clock."""
        if self._began is None:
            self._began = now
        ended = []
        for task_id in list(self.open):
            task = self.engine.tasks.get(task_id)
            outcome = Outcome.REMOVED if task is None else self._outcome(task, now)
            if outcome is None:
                continue
            del self.open[task_id]
            self.outcomes[task_id] = outcome
            if task is not None:
                self.tasks[task_id] = as_missing(task) if outcome is Outcome.MISSING else task
            ended.append(task_id)
        return ended

    def _outcome(self, task: TrackedTask, now: float) -> Outcome | None:
        if task.state is State.FAILED:
            return Outcome.FAILED
        if task.is_finished:
            return self._fetched(task) if self.fetches else Outcome.COMPLETED
        if task.id in self._new and task.detail is None and task.refusals:
            return self._in_grace(task, now)
        return Outcome.MISSING if task.state is State.MISSING else None

    def _in_grace(self, task: TrackedTask, now: float) -> Outcome | None:
        """The service may not know an id yet that it has just given out."""
        assert self._began is not None
        if now - self._began >= self._grace_s:
            return Outcome.MISSING
        if now - self._asked_at.get(task.id, self._began) >= ASK_AGAIN_S:
            self._asked_at[task.id] = now
            self.engine.refresh([task.id])
        return None

    def _fetched(self, task: TrackedTask) -> Outcome | None:
        before = self.fetching.get(task.id)
        if before is None:
            self.fetching[task.id] = task
            if self.engine.transfer(task.id) is None:  # else `download.auto` was quicker
                self.engine.download([task.id])
            return None
        download = task.download
        if download is None or download is before.download:
            return None
        if download.state is DownloadState.DONE:
            return Outcome.COMPLETED
        return Outcome.NOT_FETCHED if download.state in {DownloadState.FAILED, DownloadState.CANCELLED} else None
