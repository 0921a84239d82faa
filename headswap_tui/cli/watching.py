"""From what the engine tells to what `watch` tells: transitions of tasks, of downloads and of the connection."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

from headswap_tui.cli.columns import span
from headswap_tui.cli.happenings import Happening, Kind
from headswap_tui.domain.events import (
    Connection,
    ConnectionChanged,
    Event,
    Listener,
    Mode,
    TasksChanged,
    VideosExpiring,
)
from headswap_tui.domain.expiry import deadline, is_unsaved
from headswap_tui.domain.task import DownloadState, State, TaskId, TrackedTask
from headswap_tui.domain.text import unsigned

_ENDS: Final = {DownloadState.DONE: Kind.DOWNLOADED, DownloadState.FAILED: Kind.NOT_DOWNLOADED}


class Watched(Protocol):
    """The part of the engine that is needed here."""

    @property
    def tasks(self) -> Mapping[TaskId, TrackedTask]:
        """All tracked tasks, live."""
        ...

    @property
    def connection(self) -> Connection:
        """How polling stands."""
        ...

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of every event."""
        ...


class Watching:
    """Remembers how everything was last seen, and queues what is different."""

    def __init__(self, engine: Watched, now_ms: Callable[[], int], retention_days: float) -> None:
        """`retention_days`: how long the service is assumed to keep a file whose address does not say."""
        self.happenings: deque[Happening] = deque()
        """What was not told yet, oldest first."""
        self.finished: dict[TaskId, None] = {}
        """Those seen to end, until somebody takes them out."""
        self.removed: set[TaskId] = set()
        """Those not tracked any more, until somebody takes them out."""
        self.told: set[TaskId] = set()
        """Those whose end was told."""
        self._engine = engine
        self._now_ms = now_ms
        self._retention_days = retention_days
        self._seen = dict(engine.tasks)
        self._modes: tuple[Mode, Mode | None] = (Mode.LIVE, None)
        self._trouble = ""
        engine.subscribe(self._heard)
        self._connection(engine.connection)

    def note(self, kind: Kind, message: str | None = None, task: TrackedTask | None = None) -> None:
        """Queue something that others found out."""
        self.happenings.append(Happening(kind, self._now_ms(), task, message))

    def ended(self, task: TrackedTask) -> None:
        """Tell that the task has ended, now or while nobody watched."""
        self.told.add(task.id)
        detail = task.detail
        if task.state is State.FAILED:
            self.note(Kind.FAILED, unsigned(detail.error_reason) if detail and detail.error_reason else None, task)
        else:
            self.note(Kind.COMPLETED, None, task)

    def _heard(self, event: Event) -> None:
        if isinstance(event, TasksChanged):
            self._look(event.ids)
        elif isinstance(event, VideosExpiring):
            for task in (self._engine.tasks[task_id] for task_id in event.ids if task_id in self._engine.tasks):
                self._expiring(task)
        elif isinstance(event, ConnectionChanged):
            self._connection(event.connection)

    def _expiring(self, task: TrackedTask) -> None:
        now_ms = self._now_ms()
        end = deadline(task, now_ms, self._retention_days)
        if end is not None and is_unsaved(task):
            left = span(max(0, end.at_ms - now_ms) / 1000)
            self.note(Kind.EXPIRING, f"may be gone in {left}" + (", an assumption" if end.assumed else ""), task)

    def _look(self, ids: Iterable[TaskId]) -> None:
        for task_id in ids:
            before, task = self._seen.get(task_id), self._engine.tasks.get(task_id)
            if task is None:
                if before is not None:
                    del self._seen[task_id]
                    self.told.discard(task_id)
                    self.removed.add(task_id)
                    self.note(Kind.REMOVED, None, before)
                continue
            self._seen[task_id] = task
            if before is None:
                self.note(Kind.ADDED, None, task)
            self._task(before, task)

    def _task(self, before: TrackedTask | None, task: TrackedTask) -> None:
        known = State.PENDING if before is None else before.state
        if task.is_finished and not (before is not None and before.is_finished):
            self.finished[task.id] = None
            self.ended(task)
        elif task.state is State.MISSING and known is not State.MISSING:
            self.note(Kind.MISSING, task.last_error.message if task.last_error else None, task)
        elif task.state is not known:
            self.note(Kind.CHANGED, task.state.value, task)
        download = task.download
        was = before.download.state if before is not None and before.download is not None else None
        if download is not None and download.state is not was and download.state in _ENDS:
            is_there = download.state is DownloadState.DONE
            self.note(_ENDS[download.state], download.path if is_there else download.error, task)

    def _connection(self, connection: Connection) -> None:
        modes = (connection.mode, connection.leader_mode)
        if modes != self._modes:
            self._modes = modes
            self.note(Kind.CONNECTION, _in_words(connection))
        if connection.store_trouble != self._trouble:
            self._trouble = connection.store_trouble
            self.note(Kind.STORE, self._trouble or "written again")


def _in_words(connection: Connection) -> str:
    mode = connection.leader_mode or connection.mode
    words = f"{mode.value}: {connection.message}" if connection.message else mode.value
    if connection.mode is Mode.FOLLOWING and connection.leader_pid:
        what = f"says {words}" if connection.leader_mode else "asks, its answers are taken over"
        return f"following: process {connection.leader_pid} {what}"
    return words
