"""The dashboard of the product itself, with what it asks beside it in a process of its own, and how it feels."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx

from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.task import Detail, Download, DownloadState, TaskId, TrackedTask
from headswap_tui.simulator.server import Simulator
from headswap_tui.store.tasks import TaskStore
from tests.benchmarks.window import Window

PROGRAM: Final = Path(sys.executable).with_name("headswap-tui")
CURSOR: Final = re.compile(rb"m\xe2\x96\x8c \x1b\[")
"""The sign before the row under the cursor, as it is painted when the cursor comes there."""


def written(window: Window, wanted: re.Pattern[bytes], since: int = 0, limit_s: float = 30.0) -> None:
    """Read until the output from `since` on holds it. Raises `TimeoutError`."""
    end = time.monotonic() + limit_s
    while not wanted.search(window.output, since):
        if time.monotonic() > end:
            raise TimeoutError(f"never written: {wanted.pattern!r}")
        window.read(0.2)


def felt_s(window: Window, key: str) -> float:
    """Seconds from a key that moves the cursor until the row where it then is has been written."""
    since, began = window.sent, time.perf_counter()
    window.send(key)
    written(window, CURSOR, since)
    return time.perf_counter() - began


@contextlib.contextmanager
def service(active: int) -> Iterator[tuple[str, list[TaskId]]]:
    """Address of a simulator in another process, and that many tasks that are processed for an hour."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [str(PROGRAM), "simulate", "--port", str(port), "--tasks", "0"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it listens
        life = {"queue_s": 0, "processing_s": 3600}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            made = [client.post("/_sim/tasks", json=life).json()["id"] for _ in range(active)]
        try:
            yield f"http://127.0.0.1:{port}", [TaskId(task_id) for task_id in made]
        finally:
            process.terminate()


def prepared(place: Path, base_url: str, active: Sequence[TaskId], urls: Sequence[str]) -> Mapping[str, str]:
    """The environment of a dashboard whose list holds these tasks and downloads that go on when it starts."""
    now_ms = SystemClock().now_ms()
    downloads = [
        TrackedTask(
            TaskId(f"{number:024x}"),
            now_ms,
            detail=Detail(status=3, video_url=url, file_name=f"{number}.mp4"),
            finished_ms=now_ms,
            download=Download(DownloadState.QUEUED),
        )
        for number, url in enumerate(urls)
    ]
    store = TaskStore.open(place / "data" / "default")
    store.add([*downloads, *(TrackedTask(task_id, now_ms, f"clip {task_id[-4:]}") for task_id in active)])
    store.close()
    return {
        "HOME": str(place),
        "HEADSWAP_DATA_DIR": str(place / "data"),
        "HEADSWAP_DOWNLOAD_DIRECTORY": str(place / "videos"),
        "HEADSWAP_BASE_URL": base_url,
        "HEADSWAP_API_KEY": Simulator().api_key,
    }
