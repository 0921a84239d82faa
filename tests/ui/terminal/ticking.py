"""The dashboard on records that change at a given pace: `ticking.py ROWS SECONDS` changes so many each so often.

Each change writes the time into a label, as `t` and milliseconds of the monotonic clock, so that whoever looks at the
screen knows how old it is. Pausing (`p`) stops the changes.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

import msgspec

from headswap_tui.config.settings import DownloadSettings, Settings, UiSettings
from headswap_tui.domain.task import TrackedTask
from headswap_tui.ui import memory
from headswap_tui.ui.app import HeadswapApp
from headswap_tui.ui.run import prepare
from tests.ui.fake_engine import FakeEngine
from tests.unit.ui.records import processing

TASKS = 25


class Ticking(FakeEngine):
    """Changes some records in turn, until paused."""

    def tick(self, rows: int, number: int) -> None:
        """The next ones."""
        if not self.paused:
            ids = list(self.tasks)
            self.put(*(changed(self.tasks[ids[(number * rows + row) % TASKS]]) for row in range(rows)))


def changed(task: TrackedTask) -> TrackedTask:
    """Further on, and with the time in its label."""
    assert task.detail is not None
    progress = ((task.detail.progress or 0) + 7) % 100
    detail = msgspec.structs.replace(task.detail, progress=progress)
    return msgspec.structs.replace(task, label=f"t{round(time.monotonic() * 1000)}", detail=detail)


async def run(rows: int, seconds: float) -> None:
    """Until it is quit."""
    place = Path(tempfile.mkdtemp(dir=os.environ["HOME"]))
    memory.save(place, memory.Memory(detail=False))
    now_ms = time.time_ns() // 10**6
    engine = Ticking(
        (msgspec.structs.replace(processing(number), added_ms=now_ms) for number in range(TASKS)), now_ms=lambda: now_ms
    )
    settings = Settings(
        data_dir=place, state_dir=place, ui=UiSettings(), download=DownloadSettings(directory=place / "videos")
    )
    app = HeadswapApp(engine, settings, now_ms=lambda: now_ms, themes_dir=place / "none")
    running = asyncio.create_task(app.run_async())
    for number in count():
        done, _ = await asyncio.wait([running], timeout=seconds)
        if done:
            return
        engine.tick(rows, number)


if __name__ == "__main__":
    prepare(os.environ)
    asyncio.run(run(int(sys.argv[1]), float(sys.argv[2])))
