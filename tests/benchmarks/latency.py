"""How soon a key is felt while videos are fetched: `python -m tests.benchmarks latency`.

The real dashboard on a real engine, without a terminal: from a key to the cursor's having moved. Phases take turns,
so that the machine's other work hits all alike; the service and the file host are processes of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from headswap_tui.config.credential import find_credential
from headswap_tui.config.settings import DownloadSettings, Settings, UiSettings
from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.events import DownloadFinished, Event
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.engine.connecting import Connector
from headswap_tui.engine.engine import Engine
from headswap_tui.simulator.server import running_simulator
from headswap_tui.store.tasks import TaskStore
from headswap_tui.ui.app import HeadswapApp
from headswap_tui.ui.screens.main import MainScreen
from tests.benchmarks.downloads import MB, hosted, nginx
from tests.benchmarks.report import Row, ms
from tests.benchmarks.tools import missing
from tests.benchmarks.workload import percentile

TITLE: Final = "how soon a key is felt while videos are fetched"
TURNS: Final = 3
EVERY_S: Final = 0.03
TASKS: Final = 300
LIMITS: Final = {"idle": None, "two downloads at 12 MB/s": 2.0, "one download at full speed": 2.5}
"""Most that the 99th percentile may be, over that of the first."""


class Fetched:
    """Keeps downloads going: a file that is there is deleted and fetched again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._wanted: Sequence[TaskId] = ()
        self.count = 0

    def want(self, ids: Sequence[TaskId]) -> None:
        """From now on these, for ever."""
        self._engine.cancel_download(self._wanted)
        self._wanted = ids
        self._engine.download(ids)

    def listen(self, event: Event) -> None:
        """The engine's listener."""
        if not isinstance(event, DownloadFinished):
            return
        download = self._engine.tasks[event.id].download
        if download and download.path:
            Path(download.path).unlink(missing_ok=True)
        if event.id in self._wanted:
            self.count += 1
            self._engine.download([event.id])


async def keys_s(app: HeadswapApp, seconds: float) -> list[float]:
    """Press the key that moves the cursor for so long; how long each press took to be felt, in seconds."""
    assert isinstance(app.screen, MainScreen)
    table = app.screen.table
    felt: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        key, row = ("j", table.cursor_row) if len(felt) % 2 == 0 else ("k", table.cursor_row)
        began = time.perf_counter()
        app.simulate_key(key)
        while table.cursor_row == row:
            await asyncio.sleep(0)
        felt.append(time.perf_counter() - began)
        await asyncio.sleep(EVERY_S)
    return felt


@contextlib.contextmanager
def service() -> Iterator[tuple[str, str]]:
    """Base address and key of a simulator in another process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running_simulator() as ours:
        key = ours.api_key  # the same for every simulator of the same seed
    argv = [sys.executable, "-m", "headswap_tui", "simulate", "--port", str(port), "--seed", "1"]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + 10
        while time.monotonic() < give_up:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
        yield f"http://127.0.0.1:{port}", key
    finally:
        process.terminate()
        process.wait(10)


def fill(directory: Path, files: str) -> dict[str, list[TaskId]]:
    """A list with tasks to ask about and three with a video; the ids of those by phase."""
    now_ms = SystemClock().now_ms()
    videos = {"a": f"{files}/slow/a.mp4", "b": f"{files}/slow/b.mp4", "c": f"{files}/c.mp4"}
    done = [
        TrackedTask(
            TaskId(name * 24), now_ms, detail=Detail(status=3, video_url=url, file_name=name), finished_ms=now_ms
        )
        for name, url in videos.items()
    ]
    active = [TrackedTask(TaskId(f"{number:024x}"), now_ms, f"clip {number}") for number in range(TASKS)]
    store = TaskStore.open(directory / "default")
    store.add([*active, *done])
    store.close()
    return {"two downloads at 12 MB/s": [done[0].id, done[1].id], "one download at full speed": [done[2].id]}


async def measured(seconds: float, place: Path, files: str, base_url: str, key: str) -> dict[str, list[float]]:
    """Seconds from key to cursor, by phase."""
    ids = fill(place / "data", files)
    settings = Settings(
        base_url=base_url,
        data_dir=place / "data",
        state_dir=place / "state",
        download=DownloadSettings(directory=place / "videos", allow_hosts=("127.0.0.1",)),
        ui=UiSettings(animations=False),
    )
    engine = Engine(settings, Connector(settings, partial(find_credential, settings, {"HEADSWAP_API_KEY": key})))
    fetched = Fetched(engine)
    engine.subscribe(fetched.listen)
    app = HeadswapApp(engine, settings, environ={}, themes_dir=place / "themes")
    felt: dict[str, list[float]] = {phase: [] for phase in LIMITS}
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await keys_s(app, 2.0)
        for turn in range(TURNS * len(LIMITS)):
            phase = list(LIMITS)[turn % len(LIMITS)]
            if phase == "idle":
                engine.pause()
            else:
                engine.resume()
            fetched.want(ids.get(phase, []))
            await keys_s(app, 1.0)
            felt[phase] += await keys_s(app, seconds / TURNS)
    return felt


def rows(is_quick: bool) -> list[Row]:
    """The 99th percentile of each phase over that of the first."""
    if why := missing("nginx"):
        return [Row(TITLE, why=why)]
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="headswap-latency-") as name:
        place = Path(name)
        (place / "files").mkdir()
        for file in ("a.mp4", "b.mp4", "c.mp4"):
            hosted(place / "files" / file, 300 * MB)
        with nginx(place) as files, service() as (base_url, key):
            felt = asyncio.run(measured(3.0 if is_quick else 12.0, place, files, base_url, key))
    idle = percentile(felt["idle"], 0.99)
    found = [Row("key felt, idle: median", percentile(felt["idle"], 0.5) * 1000, unit="ms")]
    for phase, limit in LIMITS.items():
        if limit is not None:
            p99 = percentile(felt[phase], 0.99)
            found.append(Row(f"key felt, {phase}: p99 / idle", p99 / idle, limit, 1.5, "", ms(p99), f"idle {ms(idle)}"))
    return found
