"""A file host, a directory and a transfer with short waits, for the tests of this folder."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from headswap_tui.config.settings import DownloadSettings
from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.errors import DownloadError, Unreachable
from headswap_tui.domain.events import Transfer
from headswap_tui.domain.task import Detail, Download, DownloadState, TaskId, TrackedTask
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.disk import FreeBytes, free_bytes
from headswap_tui.downloads.hosts import HostRules, Resolver
from headswap_tui.downloads.part import PartState
from headswap_tui.downloads.queue import DownloadQueue
from headswap_tui.downloads.transfer import Finished, Transferer
from headswap_tui.downloads.trouble import Timing
from tests.contract.downloads.file_server import FileServer

QUICK = Timing(connect_s=5.0, look_up_s=5.0, stall_s=5.0, backoff_s=0.001, longest_backoff_s=0.002)
"""Waits for tests; a stall is long enough for a busy machine and shortened where it is the point."""
IMPATIENT = msgspec.structs.replace(QUICK, stall_s=0.2)
ID = TaskId("6a066dc58570ecbf64f761a5")


def task(url: str | None, task_id: str = ID, file_name: str | None = "v.mp4") -> TrackedTask:
    """A completed task."""
    detail = Detail(status=3, video_url=url, file_name=file_name)
    return TrackedTask(id=TaskId(task_id), added_ms=1, finished_ms=1, detail=detail)


def eventually(condition: Callable[[], bool], limit_s: float = 20.0) -> None:
    """Return as soon as `condition` holds; fail when it does not within the limit."""
    give_up, never = time.monotonic() + limit_s, threading.Event()
    while not condition():
        assert time.monotonic() < give_up, "did not happen in time"
        never.wait(0.005)


def no_renewal(_task_id: TaskId) -> str:
    """A service that cannot be asked."""
    raise Unreachable("The service cannot be reached.", "Check the network.")


def resolving(answers: dict[str, Iterable[str]]) -> Resolver:
    """A resolver that knows these names and numeric addresses."""
    return Resolver(lambda host, _port: answers.get(host, [host]))


class Place:
    """One directory to download into from one server, with the service's part played by `renew`."""

    def __init__(self, server: FileServer, directory: Path) -> None:
        self.server = server
        self.directory = directory
        self.renewed: list[TaskId] = []
        """Tasks for which a fresh address was asked."""
        self.notes: list[str] = []
        self.fresh: str | None = None
        """What `renew` answers; `None`: it fails."""

    def renew(self, task_id: TaskId) -> str:
        """See `fresh`."""
        self.renewed.append(task_id)
        return no_renewal(task_id) if self.fresh is None else self.fresh

    def fetch(
        self,
        url: str | None,
        *,
        task_id: str = ID,
        file_name: str | None = "v.mp4",
        retries: int = 4,
        is_verified: bool = True,
        timing: Timing = QUICK,
        free: FreeBytes = free_bytes,
        rules: HostRules | None = None,
        control: Control | None = None,
        on_bytes: Callable[[int, int | None], None] = lambda _size, _total: None,
    ) -> Finished:
        """One transfer to its end, in this thread."""
        transferer = Transferer(
            rules or HostRules("127.0.0.1"),
            self.renew,
            SystemClock(),
            retries=retries,
            is_verified=is_verified,
            timing=timing,
            free=free,
        )
        control = control or Control(on_bytes, self.notes.append)
        return transferer.fetch(task(url, task_id, file_name), self.directory, "{file_name}", control)

    @property
    def part(self) -> Path:
        """The part of `v.mp4`."""
        return self.directory / "v.mp4.part"

    def change_state(self, change: Callable[[PartState], PartState]) -> None:
        """Write the state file of `v.mp4` anew."""
        path = self.directory / "v.mp4.part.state"
        state = msgspec.json.decode(path.read_bytes(), type=PartState)
        path.write_bytes(msgspec.json.encode(change(state)).ljust(4096))

    def names(self) -> list[str]:
        """What lies in the directory."""
        return sorted(path.name for path in self.directory.iterdir())

    def child(self, url: str, *more: str) -> subprocess.Popen[str]:
        """The same transfer in a process of its own, which prints the path or the error; to be waited for."""
        command = [sys.executable, "-m", "tests.contract.downloads.child", url, str(self.directory), *more]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


class Watched:
    """A queue and everything that it told."""

    def __init__(self, directory: Path, **options: object) -> None:
        self.changes: list[tuple[float, TaskId, Transfer | None]] = []
        self.done: dict[TaskId, tuple[Download, DownloadError | None]] = {}
        self.order: list[TaskId] = []
        settings = {name: options.pop(name) for name in ("parallel", "retries") if name in options}
        self.queue = DownloadQueue(
            msgspec.structs.replace(DownloadSettings(directory=directory, retries=2), **settings),
            api_host="127.0.0.1",
            renew=options.pop("renew", no_renewal),  # type: ignore[arg-type]  # tests hand in what fits
            clock=SystemClock(),
            on_change=self._changed,
            on_done=self._done,
            timing=options.pop("timing", QUICK),  # type: ignore[arg-type]  # the same
            **options,  # type: ignore[arg-type]  # the same
        )

    def _changed(self, task_id: TaskId) -> None:
        self.changes.append((time.monotonic(), task_id, self.queue.transfer(task_id)))

    def _done(self, task_id: TaskId, download: Download, error: DownloadError | None) -> None:
        self.order.append(task_id)
        self.done[task_id] = (download, error)

    def states(self, task_id: TaskId) -> list[DownloadState]:
        """The states told of, doubles dropped."""
        return list(dict.fromkeys(figures.state for _, one, figures in self.changes if one == task_id and figures))
