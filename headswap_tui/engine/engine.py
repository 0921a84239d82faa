"""One running profile: the records, kept on disk, asked about and fetched. Dashboard and commands talk to this.

Everything here runs in one event loop's thread. Disk work goes to a thread of its own, downloads to theirs; none of
them waits for a screen. What happens goes out as plain events (`headswap_tui.domain.events`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from headswap_tui.config.settings import Settings
from headswap_tui.domain.clock import Clock, SystemClock
from headswap_tui.domain.errors import ApiError, StoreError
from headswap_tui.domain.events import (
    Connection,
    DownloadFinished,
    Event,
    Forecast,
    Listener,
    Mode,
    Stall,
    TasksFinished,
    Transfer,
)
from headswap_tui.domain.task import State, TaskId, TrackedTask
from headswap_tui.engine.alarms import Alarms
from headswap_tui.engine.book import Book
from headswap_tui.engine.condition import Condition
from headswap_tui.engine.connecting import Connector
from headswap_tui.engine.fetching import Fetching
from headswap_tui.engine.knocking import Knocker
from headswap_tui.engine.leadership import Leadership
from headswap_tui.engine.lookout import Lookout
from headswap_tui.engine.poller import Poller
from headswap_tui.engine.sources import fetch_source
from headswap_tui.engine.standing import Standing
from headswap_tui.engine.tracking import Added, Tracking
from headswap_tui.engine.workers import Workers
from headswap_tui.engine.writer import Writer
from headswap_tui.scheduler.budget import Budget
from headswap_tui.scheduler.learned import Learned
from headswap_tui.scheduler.policy import Policy
from headswap_tui.store.tasks import TaskStore

log = logging.getLogger(__name__)

BURST: Final = 5


class Engine:
    """Opens with `open()` (records are there), works from `start()` to `stop()`."""

    def __init__(
        self,
        settings: Settings,
        connector: Connector,
        *,
        clock: Clock | None = None,
        rnd: random.Random | None = None,
    ) -> None:
        self.settings = settings
        self.profile = settings.profile
        self._connector = connector
        self._clock = clock or SystemClock()
        self._rnd = rnd or random.Random()
        self._listeners: list[Listener] = []
        self._book = Book(self._emit, self._clock)
        self.tasks: Mapping[TaskId, TrackedTask] = self._book.view
        """All tracked tasks, live; records are immutable, so compare them by identity."""
        self._condition = Condition(self._clock)
        self._store: TaskStore | None = None
        self._workers = Workers(self._trouble)
        self._is_working = False

    @property
    def connection(self) -> Connection:
        """How asking stands; a new value is told by `ConnectionChanged`."""
        return self._condition.shown

    # -- life ----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Read the store. Blocks for milliseconds; raises `StoreError`. Harmless when open already."""
        if self._store is None:
            self._directory = self.settings.data_dir / self.profile
            self._store = TaskStore.open(self._directory, decoded=True)
            self._book.fill(self._store.load())
            self._furnish(self._store)

    async def start(self) -> None:
        """Begin to work: write, follow, poll, fetch. Raises `StoreError` if the store was not open and can't be."""
        self.open()
        self._is_working = True
        self._poller.plan(self.tasks)
        self._standing.lead()
        self.subscribe(self._alarms.listen)
        self.subscribe(self._standing.listen)
        for name, work in (
            ("write", self._writer.run()),
            ("poll", self._poller.run()),
            ("follow", self._lookout.run()),
            ("stand", self._standing.run()),
            ("connect", self._connect()),
            ("watch", self._alarms.run()),
        ):
            self._workers.start(name, work)

    def _furnish(self, store: TaskStore) -> None:
        """Make the parts, each with the doors to the others that it needs. They rest until `start`."""
        polling = self.settings.polling
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._writer = Writer(store, self._book, self._clock, self._disk, self._trouble)
        self._poller = Poller(
            self._book,
            Policy(polling.min_interval, polling.max_interval),
            Budget(polling.requests_per_second, BURST, polling.concurrency, self._rnd),
            self._clock,
            self._rnd,
            on_outcome=self._outcome,
            on_end=self._workers.ended,
            may_poll=lambda: self._condition.may_poll,
            may_ask=lambda: self._condition.may_ask,
        )
        self._poller.learned = Learned.from_tasks(self.tasks.values())
        self._tracking = Tracking(store, self._book, self._writer, self._clock, self._poller.plan)
        self._lookout = Lookout(store.has_news, self._tracking.follow, self._trouble)
        self._fetching = Fetching(self._book, self._clock, self._emit, self._fetched, self.refresh)
        self._alarms = Alarms(
            self._book,
            self._clock,
            self.settings.retention_days,
            self._poller.learned,
            emit=self._emit,
            rescue=self._rescue if self.settings.download.rescue else None,
        )
        self._standing = Standing(
            self._condition,
            Leadership(self._directory),
            self._connector,
            self._poller,
            clock=self._clock,
            knocker=Knocker(self.settings.base_url, self._rnd, self._poller.retry),
            emit=self._emit,
            on_lead=self._leads,
        )

    async def stop(self) -> None:
        """Stop working and bring everything to disk; bounded in time, harmless when called twice."""
        if not self._is_working:
            return
        self._is_working = False
        await self._workers.stop()
        self._fetching.close(0.5)
        await asyncio.sleep(0)  # lets the last records of the downloads in
        try:
            await asyncio.wait_for(self._writer.flush(), 1.0)
        except (StoreError, TimeoutError) as error:
            log.warning("not written at the end: %s", error)
        self._standing.resign()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._connector.aclose(), 0.5)
        with contextlib.suppress(TimeoutError):
            tidying = partial(self._fetching.tidy, self.settings.download.directory)
            await asyncio.wait_for(self._writer.in_store(tidying), 0.3)
        if self._store is not None:
            await self._writer.in_store(self._store.close)
        self._disk.shutdown(wait=False)

    def save_now(self) -> None:
        """Write what waits, from this very thread: for a hang-up, when nothing later can be relied on.

        Raises `StoreError`.
        """
        if self._store is not None:
            self._writer.save_now()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of every event; returns the function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # -- what the user does --------------------------------------------------------------------------------------

    async def add(self, ids: Sequence[TaskId], label: str | None = None, tags: tuple[str, ...] = ()) -> Added:
        """Track these: one transaction, on disk when this returns. Raises `StoreError`; then nothing was added."""
        return await self._tracking.add(ids, label, tags)

    async def remove(self, ids: Iterable[TaskId]) -> list[TrackedTask]:
        """Stop tracking these; returns their records, for undo. Raises `StoreError`."""
        ids = list(ids)
        self._fetching.drop(ids)
        return await self._tracking.remove(ids)

    async def restore(self, tasks: Sequence[TrackedTask]) -> None:
        """Undo of `remove`: the records come back as they were. Raises `StoreError`."""
        await self._tracking.put(tasks)

    async def edit(
        self,
        ids: Iterable[TaskId],
        *,
        label: str | None = None,
        tags: tuple[str, ...] | None = None,
        archived: bool | None = None,
        notify: bool | None = None,
    ) -> list[TrackedTask]:
        """Change the user's own fields; `None` leaves one. Returns the records before. Raises `StoreError`."""
        return await self._tracking.edit(ids, label=label, tags=tags, archived=archived, notify=notify)

    async def put_back(self, before: Iterable[TrackedTask]) -> None:
        """Undo of `edit`: the user's own fields as they were in these records. Raises `StoreError`."""
        await self._tracking.put_back(before)

    def refresh(self, ids: Iterable[TaskId]) -> None:
        """Ask about these first of all, once, whatever their state; a refused credential is tried again."""
        if not self._condition.may_ask:
            self.retry()
        self._poller.refresh(ids)
        self._standing.stir()

    def refresh_all(self) -> None:
        """Ask about all that may still change, and the missing ones."""
        self.refresh([task.id for task in self.tasks.values() if task.is_active or task.state is State.MISSING])

    def hint(self, ids: Iterable[TaskId]) -> None:
        """An outsider says that these changed: ask about those not finished, if anything can be asked at all.

        Unlike a refresh by the user it changes no record, tries no refused credential again and leaves a pause alone.
        """
        if self._condition.may_ask and not self.paused:
            self._poller.hint(ids)
            self._standing.stir()

    def pause(self) -> None:
        """Ask nothing by ourselves; another process may poll meanwhile."""
        self._standing.pause(True)

    def resume(self) -> None:
        """Poll again."""
        self._standing.pause(False)

    @property
    def paused(self) -> bool:
        """Whether the user paused polling."""
        return self._condition.paused

    def pace(self, faster: bool) -> float:
        """Ask more or less often, within the safe limits; returns the new factor on the intervals."""
        pace = self._poller.pace(faster)
        self._standing.show()
        return pace

    def show(self, visible: Sequence[TaskId], selected: TaskId | None) -> None:
        """Say who is on screen: they are asked first when the budget is short."""
        self._poller.show(tuple(dict.fromkeys((selected, *visible) if selected else visible)))

    def forecast(self, task_id: TaskId) -> Forecast | None:
        """When the task is expected to end; `None` if nothing is known or it is not active."""
        return self._poller.forecast(task_id)

    def stall(self, task_id: TaskId) -> Stall | None:
        """Whether the task has made no progress for longer than is normal; `None` if not."""
        return self._alarms.stall(task_id)

    def due_s(self, task_id: TaskId) -> float | None:
        """Seconds until this task is asked again, 0 while it is asked or waits for its turn.

        `None` where nobody can say: it is not asked any more, or this process does not ask just now.
        """
        is_asking = self._condition.may_poll and not self._poller.budget.is_offline
        return self._poller.due_s(task_id) if is_asking else None

    def download(self, ids: Iterable[TaskId]) -> None:
        """Fetch the videos of these; ids without one are passed over."""
        self._fetching.start(list(ids))
        self._writer.hurry()

    async def fetch_source(self, task_id: TaskId, path: Path) -> None:
        """The beginning of the task's source video into `path`. Raises `DownloadError`, `OSError`."""
        await fetch_source(self.tasks.get(task_id), self.settings, path)

    def cancel_download(self, ids: Iterable[TaskId]) -> None:
        """Stop fetching these; what arrived is kept."""
        self._fetching.cancel(ids)

    def transfer(self, task_id: TaskId) -> Transfer | None:
        """A download's live figures; `None` if it is not going on."""
        return self._fetching.transfer(task_id)

    def attend(self) -> None:
        """The user does something: what runs in the background holds back for a moment."""
        self._fetching.give_way()

    @property
    def downloading(self) -> int:
        """How many downloads are queued or running."""
        return self._fetching.active

    def retry(self) -> None:
        """Look for the credential anew and try at once, whatever held polling up."""
        self._workers.start("connect", self._connect())

    def _emit(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    def _trouble(self, message: str) -> None:
        self._standing.store_trouble(message)

    def _outcome(self, task_id: TaskId, before: TrackedTask, after: TrackedTask, error: ApiError | None) -> None:
        self._fetching.outcome(after, error)
        if after.is_finished and not before.is_finished:
            # What had ended before we first asked is no news, unless the user asked to be told.
            is_news = before.detail is not None or after.notify
            self._workers.start(f"finished {task_id}", self._finished(after, is_news))
            self._standing.show()  # it may have been the last one: nothing is due any more
        self._standing.outcome(error)

    async def _finished(self, task: TrackedTask, is_news: bool) -> None:
        await self._writer.settle()
        if is_news:
            self._emit(TasksFinished(frozenset((task.id,))))
        if self.settings.download.auto and task.state is State.COMPLETED:
            self.download((task.id,))

    def _fetched(self, task_id: TaskId) -> None:
        self._workers.start(f"downloaded {task_id}", self._saved(task_id))

    async def _saved(self, task_id: TaskId) -> None:
        await self._writer.settle()  # first the record says where it is
        self._emit(DownloadFinished(task_id))

    async def _connect(self) -> None:
        """Find the credential and make the client and the download queue, all off the loop's thread."""
        await self._standing.connect()
        queue = await self._connector.downloads(self._fetching, self._clock)
        if queue is not None:
            self._fetching.connect(queue)

    def _rescue(self, ids: Iterable[TaskId]) -> None:
        if self.connection.mode is not Mode.FOLLOWING:  # else the process that polls does it
            self.download(ids)

    def _leads(self) -> None:
        self._poller.plan(self.tasks)
        self._fetching.resume_interrupted()
