"""The queue of downloads: a few threads, the rest waits its turn; figures for the screen at any moment.

Threads, because a transfer at full speed in the event loop would be felt under every key. They are daemons: whatever
hangs (a resolver, a disk) cannot keep the process from ending, and what is on disk can be continued at any moment.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from headswap_tui.config.settings import DownloadSettings
from headswap_tui.domain.clock import Clock
from headswap_tui.domain.errors import DownloadCancelled, DownloadError, TransferFailed
from headswap_tui.domain.events import Transfer
from headswap_tui.domain.task import Download, DownloadState, TaskId, TrackedTask
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.meter import Meter

if TYPE_CHECKING:
    from headswap_tui.downloads.hosts import HostRules
    from headswap_tui.downloads.transfer import Transferer
    from headswap_tui.downloads.trouble import Timing

LEAST_INTERVAL_S: Final = 0.2
"""Progress of one transfer is told at most so often; changes of its state always."""

SWITCH_S: Final = 0.0005
"""How long a transfer's thread may keep the interpreter from the screen's: with Python's own 5 ms a key pressed during
a download at full speed is felt, in the worst case of a hundred, half as late again."""

COURTESY_S: Final = 0.05
"""How long transfers give way after `give_way`: about what a key takes until its frame is out."""
PAUSE_S: Final = 0.02
"""How long one holds its breath meanwhile, piece after piece. At network speeds the kernel's buffer takes in what comes
in such a moment, so that nothing is lost; one at the speed of memory sinks to 50 MB/s."""

OnDone = Callable[[TaskId, Download, DownloadError | None], None]


class _Entry:
    """One task in the queue, from `submit` to its end."""

    def __init__(self, task: TrackedTask) -> None:
        self.task = task
        self.state = DownloadState.QUEUED
        self.control = Control()
        self.meter = Meter()
        self.bytes = task.download.bytes if task.download else 0
        self.total = task.download.total if task.download else None
        self.note = ""
        self.told_at = 0.0
        self.is_cancelled = False
        """By the user, as opposed to the end of the queue."""


class DownloadQueue:
    """Downloads that wait or run; every method may be called from any thread and none of them blocks but `close`."""

    def __init__(
        self,
        settings: DownloadSettings,
        *,
        api_host: str,
        renew: Callable[[TaskId], str],
        clock: Clock,
        on_change: Callable[[TaskId], None] = lambda _id: None,
        on_done: OnDone = lambda _id, _download, _error: None,
        rules: HostRules | None = None,
        timing: Timing | None = None,
        turns: Path | None = None,
    ) -> None:
        """`renew` gives a fresh address for a task, may block, raises `HeadswapError`.

        `on_change` is called when `transfers()` has something new to say about a task. `on_done` is called at each
        end but the one by `close`, with the record to keep and, unless the file is there, the error. All three are
        called from worker threads, the last two also from `cancel`'s and must be quick. `api_host`: host of the API,
        with or without a port; its own files are allowed even where it is not public. `turns`: directory where tasks
        are locked against processes that fetch them to other directories; made when needed, its parent must be there.
        """
        self._settings = settings
        self._api_host = api_host
        self._renew = renew
        self._clock = clock
        self._on_change = on_change
        self._on_done = on_done
        self._rules = rules
        self._timing = timing
        self._turns = turns
        self._entries: dict[TaskId, _Entry] = {}
        self._waiting: deque[TaskId] = deque()
        self._changed = threading.Condition()
        self._way_until = 0.0
        self._is_closed = False
        self._is_silent = False
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._transferer: Transferer | None = None
        self._making = threading.Lock()

    def submit(self, task: TrackedTask) -> bool:
        """Put a task at the end of the queue; `False` if it waits or runs already, or the queue is closed.

        A task whose file is in the directory already, as long as was recorded, is done at once and not fetched again.
        """
        done = _already_there(task, self._settings.directory, self._clock.now_ms())
        with self._changed:
            if self._is_closed or task.id in self._entries:
                return False
            if done is None:
                self._entries[task.id] = _Entry(task)
                self._waiting.append(task.id)
                self._start_thread()
                self._changed.notify()
        if done is not None:
            self._on_done(task.id, done, None)
        else:
            self._on_change(task.id)
        return True

    def cancel(self, task_id: TaskId) -> bool:
        """Take a task out, stopping it if it runs; its part stays. `False` if it neither waits nor runs.

        A running transfer is told of by `on_done` as soon as its thread has let go of it.
        """
        with self._changed:
            entry = self._entries.get(task_id)
            if entry is None:
                return False
            is_waiting = entry.state is DownloadState.QUEUED
            if is_waiting:
                self._waiting.remove(task_id)
                del self._entries[task_id]
            else:
                entry.note, entry.is_cancelled = "stopping", True
        entry.control.stop()
        if is_waiting:
            cancelled = DownloadCancelled("The download was taken out of the queue.")
            self._on_done(task_id, self._record(entry, DownloadState.CANCELLED, cancelled), cancelled)
        else:
            self._on_change(task_id)
        return True

    def transfer(self, task_id: TaskId) -> Transfer | None:
        """The figures of one download; `None` if it neither waits nor runs."""
        with self._changed:
            entry = self._entries.get(task_id)
            return None if entry is None else _figures(entry, self._clock.monotonic())

    def transfers(self) -> dict[TaskId, Transfer]:
        """The figures of all downloads that wait or run, in the order they were submitted."""
        with self._changed:
            now = self._clock.monotonic()
            return {task_id: _figures(entry, now) for task_id, entry in self._entries.items()}

    @property
    def active(self) -> int:
        """How many wait or run."""
        return len(self._entries)

    def give_way(self) -> None:
        """Let the screen go before for a moment: at full speed a transfer competes with it for processor and lock."""
        self._way_until = time.monotonic() + COURTESY_S

    def close(self, timeout_s: float = 0.5) -> bool:
        """Stop everything and wait for the threads, no longer than that; nothing is told any more once it returns.

        Returns whether all threads ended; one that hangs is left behind. What this interrupts is not reported as
        ended: its record stays as it was, so that the next process can submit it again and continue the part.
        """
        give_up = time.monotonic() + timeout_s
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            entries = list(self._entries.values())
            self._changed.notify_all()
        for entry in entries:
            entry.control.stop()
        for thread in self._threads:
            thread.join(max(0.0, give_up - time.monotonic()))
        with self._changed:
            self._is_silent = True
        return not any(thread.is_alive() for thread in self._threads)

    def _start_thread(self) -> None:
        if self._idle < len(self._waiting) and len(self._threads) < self._settings.parallel:
            thread = threading.Thread(target=self._work, name=f"download {len(self._threads) + 1}", daemon=True)
            self._threads.append(thread)
            sys.setswitchinterval(min(SWITCH_S, sys.getswitchinterval()))
            thread.start()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                while not self._waiting and not self._is_closed:
                    self._changed.wait()
                self._idle -= 1
                if self._is_closed:
                    return
                entry = self._entries[self._waiting.popleft()]
                entry.state = DownloadState.RUNNING
            self._on_change(entry.task.id)
            self._run(entry)

    def _run(self, entry: _Entry) -> None:
        """One transfer from beginning to end; whatever goes wrong in it becomes its record, never a dead thread."""
        task_id = entry.task.id
        entry.control.report = lambda size, total: self._progressed(entry, size, total)
        entry.control.note = lambda note: self._noted(entry, note)
        error: DownloadError | None = None
        path: Path | None = None
        try:
            finished = self._shared().fetch(
                entry.task, self._settings.directory, self._settings.filename, entry.control
            )
            path, entry.bytes, entry.total = finished.path, finished.size, finished.size
        except DownloadError as failed:
            error = failed
        except Exception as bug:  # noqa: BLE001  # the queue must outlive a fault in one transfer; the user is told of it
            error = TransferFailed(f"The transfer broke in an unforeseen way: {type(bug).__name__}: {bug}")
        with self._changed:
            del self._entries[task_id]
            is_interrupted = self._is_closed and error is not None and not entry.is_cancelled
            if is_interrupted or self._is_silent:
                return
        if error is None:
            state = DownloadState.DONE
        else:
            state = DownloadState.CANCELLED if isinstance(error, DownloadCancelled) else DownloadState.FAILED
        self._on_done(task_id, self._record(entry, state, error, path), error)

    def _shared(self) -> Transferer:
        """Made by the first transfer, in its thread: it brings in the HTTP library, which takes a while to load."""
        from headswap_tui.downloads.hosts import HostRules
        from headswap_tui.downloads.transfer import Transferer

        with self._making:
            if self._transferer is None:
                self._transferer = Transferer(
                    self._rules or HostRules(self._api_host, self._settings.allow_hosts),
                    self._renew,
                    self._clock,
                    retries=self._settings.retries,
                    is_verified=self._settings.verify,
                    timing=self._timing,
                    turns=self._turns,
                )
            return self._transferer

    def _progressed(self, entry: _Entry, size: int, total: int | None) -> None:
        now = self._clock.monotonic()
        with self._changed:
            entry.bytes, entry.total = size, total
            entry.meter.note(now, size)
            is_due = now - entry.told_at >= LEAST_INTERVAL_S and not self._is_closed
            if is_due:
                entry.told_at = now
        if is_due:
            self._on_change(entry.task.id)
        way_s = self._way_until - time.monotonic()
        if way_s > 0:
            entry.control.wait(min(way_s, PAUSE_S))

    def _noted(self, entry: _Entry, note: str) -> None:
        with self._changed:
            if entry.note == note or entry.control.is_stopped:
                return
            entry.note = note
        self._on_change(entry.task.id)

    def _record(
        self, entry: _Entry, state: DownloadState, error: DownloadError | None, path: Path | None = None
    ) -> Download:
        return Download(
            state=state,
            path=str(path.absolute()) if path else None,
            bytes=entry.bytes,
            total=entry.total,
            error=str(error) if error and state is DownloadState.FAILED else None,
            at_ms=self._clock.now_ms(),
        )


def _figures(entry: _Entry, now: float) -> Transfer:
    is_running = entry.state is DownloadState.RUNNING
    return Transfer(
        state=entry.state,
        bytes=entry.bytes,
        total=entry.total,
        speed_bps=entry.meter.speed_bps(now) if is_running else 0.0,
        eta_s=entry.meter.eta_s(now, entry.total) if is_running else None,
        note=entry.note,
    )


def _already_there(task: TrackedTask, directory: Path, now_ms: int) -> Download | None:
    """The record again, of now, if the file that it names is there, in `directory`, as long as when it was done."""
    download = task.download
    if download is None or download.state is not DownloadState.DONE or not download.path or not download.bytes:
        return None
    path = Path(download.path)
    try:
        is_there = path.stat().st_size == download.bytes and path.parent.samefile(directory)
    except (OSError, ValueError):
        return None
    return msgspec.structs.replace(download, at_ms=now_ms) if is_there else None
