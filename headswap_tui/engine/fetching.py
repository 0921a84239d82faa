"""Joins the download queue, whose threads know nothing of the book, with the records and the API."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import msgspec

from headswap_tui.domain.changes import with_download
from headswap_tui.domain.clock import Clock
from headswap_tui.domain.errors import ApiError, DownloadError, FileGone, Unreachable
from headswap_tui.domain.events import Event, Transfer, TransfersChanged
from headswap_tui.domain.task import Detail, Download, DownloadState, State, TaskId, TrackedTask
from headswap_tui.downloads.part import discard
from headswap_tui.engine.book import Book

RENEW_WITHIN_S: Final = 60.0
RECORD_MS: Final = 3_000
"""How far a moving download has come is recorded so often, for other processes and `list`."""


class FetchesFiles(Protocol):
    """The part of the download queue that is used here."""

    def submit(self, task: TrackedTask) -> bool:
        """Fetch the task's video when its turn comes; `False` if it is in the queue already."""
        ...

    def cancel(self, task_id: TaskId) -> bool:
        """Stop it; the part stays."""
        ...

    def transfer(self, task_id: TaskId) -> Transfer | None:
        """The figures of one that is queued or moving."""
        ...

    @property
    def active(self) -> int:
        """How many are queued or moving."""
        ...

    def give_way(self) -> None:
        """Let the screen go before for a moment."""
        ...

    def close(self, timeout_s: float) -> bool:
        """Stop all; parts stay resumable."""
        ...


class Fetching:
    """The downloads of one profile, as the engine sees them. Methods are called in the event loop's thread."""

    def __init__(
        self,
        book: Book,
        clock: Clock,
        emit: Callable[[Event], None],
        on_done: Callable[[TaskId], None],
        ask: Callable[[Iterable[TaskId]], None],
    ) -> None:
        """`on_done` is told of each end that was booked; `ask` lets the service be asked about tasks right away."""
        self._book = book
        self._clock = clock
        self._emit = emit
        self._on_done = on_done
        self._ask = ask
        self._renewals: dict[TaskId, asyncio.Future[Detail]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queue: FetchesFiles | None = None
        self._waiting: dict[TaskId, None] = {}
        self._dropped: set[TaskId] = set()

    def connect(self, queue: FetchesFiles) -> None:
        """Use this queue; what was asked for meanwhile starts now."""
        self._queue = queue
        self._loop = asyncio.get_running_loop()
        waiting, self._waiting = list(self._waiting), {}
        self.start(waiting)

    def start(self, ids: Iterable[TaskId]) -> None:
        """Fetch these; recorded, so that a restart goes on with them. Ids without a video are passed over."""
        for task_id in ids:
            task = self._book.view.get(task_id)
            if task is None or may_download(task):
                continue
            if self._queue is None:
                self._waiting[task_id] = None
            elif self._queue.submit(task):
                known = task.download or Download(state=DownloadState.QUEUED)
                record = msgspec.structs.replace(
                    known, state=DownloadState.QUEUED, error=None, at_ms=self._clock.now_ms()
                )
                self._book.apply(task_id, partial(with_download, download=record))

    def cancel(self, ids: Iterable[TaskId]) -> None:
        """Stop these; what arrived is kept for later."""
        for task_id in ids:
            self._waiting.pop(task_id, None)
            if self._queue is not None:
                self._queue.cancel(task_id)

    def drop(self, ids: Iterable[TaskId]) -> None:
        """These are tracked no more. Their parts stay as long as an undo may want them: until `tidy`."""
        ids = list(ids)
        self.cancel(ids)
        tasks = [self._book.view[task_id] for task_id in ids if task_id in self._book.view]
        self._dropped |= {task.id for task in tasks if task.download and task.download.state is not DownloadState.DONE}

    def tidy(self, directory: Path) -> None:
        """Delete the parts of tasks that were dropped and have not come back. Blocks for as long as the disk takes."""
        dropped = self._dropped - self._book.view.keys()
        if dropped:
            discard(directory, dropped)

    def transfer(self, task_id: TaskId) -> Transfer | None:
        """The figures of a download in motion; `None` if it is not."""
        return None if self._queue is None else self._queue.transfer(task_id)

    def give_way(self) -> None:
        """Something is to be seen on the screen at once: transfers hold back for a moment."""
        if self._queue is not None:
            self._queue.give_way()

    @property
    def active(self) -> int:
        """How many are queued or running."""
        if self._queue is None:
            return len(self._waiting)
        return self._queue.active

    def resume_interrupted(self) -> None:
        """Go on with what was queued or running when the last process ended."""
        going = {DownloadState.QUEUED, DownloadState.RUNNING}
        self.start([task.id for task in self._book.view.values() if task.download and task.download.state in going])

    def outcome(self, task: TrackedTask, error: ApiError | None) -> None:
        """The service was asked about a task: whoever waits for a fresh address of it goes on."""
        waiting = self._renewals.pop(task.id, None)
        if waiting is None or waiting.done():
            return
        if error is not None:
            waiting.set_exception(error)
        elif task.detail is not None:
            waiting.set_result(task.detail)

    def close(self, timeout_s: float) -> None:
        """Stop all within that time; parts stay resumable and the records say that they go on."""
        if self._queue is not None:
            self._queue.close(timeout_s)

    # -- called by the queue's threads ---------------------------------------------------------------------------

    def moved(self, task_id: TaskId) -> None:
        """A transfer has new figures."""
        self._in_loop(self._moved, task_id)

    def done(self, task_id: TaskId, download: Download, error: DownloadError | None) -> None:
        """A transfer ended."""
        del error  # its words are in the record
        self._in_loop(self._book_done, task_id, download)

    def renew(self, task_id: TaskId) -> str:
        """A fresh URL from the API. Blocks the calling thread; raises `HeadswapError`."""

        async def ask() -> Detail:
            """Wait for the answer that the engine gets; several threads may wait for the same one."""
            waiting = self._renewals.setdefault(task_id, asyncio.get_running_loop().create_future())
            self._ask((task_id,))
            return await waiting

        assert self._loop is not None, "the queue's threads began after `connect`"
        try:
            detail = asyncio.run_coroutine_threadsafe(ask(), self._loop).result(RENEW_WITHIN_S)
        except TimeoutError:
            raise Unreachable("The service was not asked for a fresh address in time.") from None
        except CancelledError:
            raise Unreachable("Nothing is asked any more: the program ends.") from None
        if not detail.video_url:
            raise FileGone("The hosted file is gone: the service names no address for it any more.")
        return detail.video_url

    def _in_loop(self, function: Callable[..., None], *args: object) -> None:
        assert self._loop is not None, "the queue's threads began after `connect`"
        try:
            self._loop.call_soon_threadsafe(function, *args)
        except RuntimeError:
            return  # the loop has ended: the record on disk still says `running`, so the next start resumes

    def _moved(self, task_id: TaskId) -> None:
        self._emit(TransfersChanged(frozenset((task_id,))))
        moving, task = self.transfer(task_id), self._book.view.get(task_id)
        # While it waits for another process, which writes the same part, the figures are that one's to record.
        if task is None or moving is None or not moving.speed_bps:
            return
        known, now_ms = task.download or Download(state=DownloadState.RUNNING), self._clock.now_ms()
        if known.state is not DownloadState.RUNNING or not 0 <= now_ms - known.at_ms < RECORD_MS:
            record = msgspec.structs.replace(
                known, state=DownloadState.RUNNING, bytes=moving.bytes, total=moving.total, error=None, at_ms=now_ms
            )
            self._book.apply(task_id, partial(with_download, download=record))

    def _book_done(self, task_id: TaskId, download: Download) -> None:
        if self._book.apply(task_id, partial(with_download, download=download)) is not None:
            self._on_done(task_id)


def may_download(task: TrackedTask) -> str | None:
    """Why this task's video cannot be fetched now; `None` if it can."""
    if task.state is State.COMPLETED:
        return None if task.detail and task.detail.has_video else "completed, but the service names no file yet"
    return f"it is {task.state}, not completed"
