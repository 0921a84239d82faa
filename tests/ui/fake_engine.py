"""An engine in memory with the real one's door: records in a dict, nothing asked, every call written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from headswap_tui.domain.changes import edited, track
from headswap_tui.domain.errors import DownloadError, StoreError
from headswap_tui.domain.events import (
    Connection,
    ConnectionChanged,
    Event,
    Forecast,
    Listener,
    Mode,
    Stall,
    TasksChanged,
    Transfer,
    TransfersChanged,
)
from headswap_tui.domain.task import DownloadState, TaskId, TrackedTask
from headswap_tui.engine.tracking import Added

PACES = (0.5, 1.0, 2.0)


class FakeEngine:
    """Does at once what it is told."""

    def __init__(
        self, tasks: Iterable[TrackedTask] = (), *, now_ms: Callable[[], int], profile: str = "default"
    ) -> None:
        self.profile = profile
        self.tasks: dict[TaskId, TrackedTask] = {task.id: task for task in tasks}
        self.connection = Connection(mode=Mode.LIVE, requests_per_s=2.4, next_due_s=1.0)
        self.forecasts: dict[TaskId, Forecast] = {}
        self.stalls: dict[TaskId, Stall] = {}
        self.due: dict[TaskId, float] = {}
        self.transfers: dict[TaskId, Transfer] = {}
        self.calls: list[tuple[str, object]] = []
        self.attended = 0
        """How often downloads were made to hold back."""
        self.trouble: StoreError | None = None
        """Raised by whatever writes."""
        self.trouble_at_open: StoreError | None = None
        self.trouble_at_start: StoreError | None = None
        self.source: bytes | DownloadError = b""
        """What `fetch_source` brings."""
        self.started = self.stopped = False
        self._now_ms = now_ms
        self._listeners: list[Listener] = []

    def called(self, name: str) -> list[object]:
        """The arguments of all calls of that name."""
        return [argument for called, argument in self.calls if called == name]

    def emit(self, event: Event) -> None:
        """Tell the screen."""
        for listener in self._listeners:
            listener(event)

    def put(self, *tasks: TrackedTask) -> None:
        """Change or add records, as an answer would."""
        self.tasks |= {task.id: task for task in tasks}
        self.emit(TasksChanged(frozenset(task.id for task in tasks)))

    def connect(self, connection: Connection) -> None:
        """Let the status line say something else."""
        self.connection = connection
        self.emit(ConnectionChanged(connection))

    def _writes(self) -> None:
        if self.trouble is not None:
            raise self.trouble

    # -- the door

    def open(self) -> None:
        if self.trouble_at_open is not None:
            raise self.trouble_at_open

    async def start(self) -> None:
        if self.trouble_at_start is not None:
            raise self.trouble_at_start
        self.started = True

    async def stop(self) -> None:
        self.stopped = True

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def add(self, ids: Sequence[TaskId], label: str | None = None, tags: tuple[str, ...] = ()) -> Added:
        self._writes()
        self.calls.append(("add", (tuple(ids), label, tags)))
        new = tuple(task_id for task_id in ids if task_id not in self.tasks)
        known = tuple(task_id for task_id in ids if task_id in self.tasks)
        self.put(*(track(task_id, self._now_ms(), label, tags) for task_id in new))
        return Added(new=new, known=known)

    async def remove(self, ids: Iterable[TaskId]) -> list[TrackedTask]:
        self._writes()
        removed = [self.tasks.pop(task_id) for task_id in ids if task_id in self.tasks]
        self.calls.append(("remove", [task.id for task in removed]))
        self.emit(TasksChanged(frozenset(task.id for task in removed)))
        return removed

    async def restore(self, tasks: Sequence[TrackedTask]) -> None:
        self._writes()
        self.calls.append(("restore", [task.id for task in tasks]))
        self.put(*tasks)

    async def edit(
        self,
        ids: Iterable[TaskId],
        *,
        label: str | None = None,
        tags: tuple[str, ...] | None = None,
        archived: bool | None = None,
        notify: bool | None = None,
    ) -> list[TrackedTask]:
        self._writes()
        before = [self.tasks[task_id] for task_id in ids]
        step = partial(edited, label=label, tags=tags, archived=archived, notify=notify)
        self.put(*(step(task) for task in before))
        return before

    async def put_back(self, before: Iterable[TrackedTask]) -> None:
        self._writes()
        self.put(*before)

    def refresh(self, ids: Iterable[TaskId]) -> None:
        self.calls.append(("refresh", list(ids)))

    def refresh_all(self) -> None:
        self.calls.append(("refresh_all", None))

    def pause(self) -> None:
        self.connect(Connection(mode=Mode.PAUSED, since_ms=self._now_ms()))

    def resume(self) -> None:
        self.connect(Connection(mode=Mode.LIVE))

    @property
    def paused(self) -> bool:
        return self.connection.mode is Mode.PAUSED

    def pace(self, faster: bool) -> float:
        steps = [pace for pace in PACES if (pace < self.connection.pace if faster else pace > self.connection.pace)]
        if steps:
            self.connect(Connection(mode=self.connection.mode, pace=max(steps) if faster else min(steps)))
        return self.connection.pace

    def show(self, visible: Sequence[TaskId], selected: TaskId | None) -> None:
        self.calls.append(("show", (list(visible), selected)))

    def forecast(self, task_id: TaskId) -> Forecast | None:
        return self.forecasts.get(task_id)

    def stall(self, task_id: TaskId) -> Stall | None:
        return self.stalls.get(task_id)

    def due_s(self, task_id: TaskId) -> float | None:
        return self.due.get(task_id)

    def download(self, ids: Iterable[TaskId]) -> None:
        ids = list(ids)
        self.calls.append(("download", ids))
        for task_id in ids:
            self.transfers[task_id] = Transfer(DownloadState.RUNNING, 0, 48_000_000)
        self.emit(TransfersChanged(frozenset(ids)))

    def cancel_download(self, ids: Iterable[TaskId]) -> None:
        ids = list(ids)
        self.calls.append(("cancel_download", ids))
        for task_id in ids:
            self.transfers.pop(task_id, None)
        self.emit(TransfersChanged(frozenset(ids)))

    async def fetch_source(self, task_id: TaskId, path: Path) -> None:
        self.calls.append(("fetch_source", task_id))
        if isinstance(self.source, DownloadError):
            raise self.source
        path.write_bytes(self.source)

    def transfer(self, task_id: TaskId) -> Transfer | None:
        return self.transfers.get(task_id)

    def attend(self) -> None:
        self.attended += 1

    @property
    def downloading(self) -> int:
        return len(self.transfers)

    def save_now(self) -> None:
        self.calls.append(("save_now", None))

    def retry(self) -> None:
        self.calls.append(("retry", None))
