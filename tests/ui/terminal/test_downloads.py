"""Downloads in the dashboard on a real terminal: fifty at one key, and a SIGKILL in the middle of them."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from headswap_tui.domain.task import Detail, DownloadState, TaskId, TrackedTask
from headswap_tui.simulator.server import Simulator
from headswap_tui.store.tasks import TaskStore
from tests.silent_resolver import silent_resolver
from tests.ui.terminal.conftest import Start

COUNT = 50
SLOW_BYTES = 1_000_000


@pytest.fixture
def fifty(simulator: Simulator, tmp_path: Path) -> list[TaskId]:
    """Completed tasks in the list; the files of two of them come slowly."""
    ids = [
        TaskId(simulator.create(age_s=100, queue_s=0, processing_s=0, file_name=f"clip {number}.mp4"))
        for number in range(COUNT)
    ]
    for task_id in ids[20], ids[40]:
        simulator.change(task_id, size=SLOW_BYTES, bandwidth=100_000)
    store = TaskStore.open(tmp_path / "data" / "headswap-tui" / "default")
    store.add([TrackedTask(task_id, 1) for task_id in ids])
    store.close()
    return ids


def sizes(videos: Path) -> dict[str, int]:
    """Bytes there are of each unfinished download; one may end while it is looked at."""
    found = {}
    for part in videos.glob("*.part"):
        with contextlib.suppress(FileNotFoundError):
            found[part.name] = part.stat().st_size
    return found


def test_fifty_are_fetched_by_one_key_and_a_killed_dashboard_goes_on_with_them(
    start: Start,
    simulator: Simulator,
    fifty: list[TaskId],
    stored: Callable[[], dict[TaskId, TrackedTask]],
    tmp_path: Path,
) -> None:
    videos = tmp_path / "videos"
    first = start()
    first.wait_for(f"{COUNT} completed")
    first.send("A")
    first.send("d")
    first.wait_for(f"Downloading {COUNT} videos")
    first.wait_for("saved")
    end = time.monotonic() + 20
    while sum(size > 50_000 for size in sizes(videos).values()) < 2:
        assert time.monotonic() < end, first.text
        first.read(0.05)
    os.kill(first.pid, signal.SIGKILL)
    assert first.wait_end() == -signal.SIGKILL
    had = {name: size for name, size in sizes(videos).items() if size > 50_000}
    saved = len(list(videos.glob("*.mp4")))
    assert 0 < saved < COUNT
    for task_id in fifty:
        simulator.change(task_id, bandwidth=None)

    second = start()  # no key is pressed: it goes on by itself
    while len(list(videos.glob("*.mp4"))) < COUNT:
        assert time.monotonic() < end + 20, second.text
        second.read(0.05)
    while any(task.download is None or task.download.state is not DownloadState.DONE for task in stored().values()):
        assert time.monotonic() < end + 20, second.text
        second.read(0.05)
    second.send("q")
    assert second.wait_end() == 0
    assert sorted(path.name for path in videos.iterdir()) == sorted(f"clip {number}.mp4" for number in range(COUNT))
    for number, task_id in enumerate(fifty):
        assert (videos / f"clip {number}.mp4").read_bytes() == simulator.video_bytes(task_id), number
    ranges = {request.headers.get("range") for request in simulator.requests.media()}
    assert {f"bytes={size}-" for size in had.values()} <= ranges


@pytest.mark.parametrize("whose", ["file host", "service"])
def test_a_name_server_that_keeps_silent_holds_up_no_end(whose: str, start: Start, tmp_path: Path) -> None:
    store = TaskStore.open(tmp_path / "data" / "headswap-tui" / "default")
    detail = Detail(status=3, video_url="https://files.example/v.mp4", file_name="v.mp4")
    now_ms = round(time.time() * 1000)
    ids = [TaskId(f"{number:024x}") for number in range(3)]
    store.add([TrackedTask(task_id, now_ms, detail=detail, finished_ms=now_ms) for task_id in ids])
    store.add([TrackedTask(TaskId("a" * 24), now_ms)])
    store.close()
    extra = {"HEADSWAP_DOWNLOAD_PARALLEL": "3"}
    if whose == "service":
        extra["HEADSWAP_BASE_URL"] = "https://openapi.example"
    with contextlib.ExitStack() as stack:
        try:
            prefix = stack.enter_context(silent_resolver())
        except OSError as error:
            pytest.skip(str(error))
        terminal = start(prefix=prefix, extra=extra)
        terminal.send("A")
        terminal.send("d")
        terminal.wait_for("Downloading 3 videos")
        while len(list((tmp_path / "videos").glob("*.part"))) < 3:
            terminal.read(0.05)
        began = time.monotonic()
        terminal.send("q")
        terminal.wait_for("Quit while 3 downloads run?")
        terminal.send("y")
        assert terminal.wait_end() == 0
        assert time.monotonic() - began < 3.0  # a second is the limit on an idle machine, the look-ups take ten
