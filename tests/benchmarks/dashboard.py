"""The whole dashboard on records in memory, as a program: `python -m tests.benchmarks.dashboard COUNT [RATE | clock]`.

Other figures come RATE times a second, each for one row in view; with `clock` the seconds until the next answer are
counted down. The signal USR1 changes a row in view, USR2 ten, ALRM paints everything anew. All but the engine is real.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec

from headswap_tui.config.settings import Settings, UiSettings
from headswap_tui.domain.events import Connection, Mode
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.ui.app import HeadswapApp
from headswap_tui.ui.run import prepare
from tests.benchmarks import samples
from tests.ui.fake_engine import FakeEngine

TICKS: Final = 20.0
DUE_S: Final = 55
POINTS: Final = 7.0
"""A task of two minutes that is asked about every eight seconds."""


def moved(task: TrackedTask) -> TrackedTask:
    """The same, processing and some points further on: what an answer brings as a rule."""
    detail = task.detail or Detail()
    progress = ((detail.progress or 0.0) + POINTS) % 100
    return msgspec.structs.replace(
        task, detail=msgspec.structs.replace(detail, status=2, progress=progress, video_url=None)
    )


class Moving(HeadswapApp):
    """Its records change at a rate, and by signals."""

    def __init__(
        self, engine: FakeEngine, state_dir: Path, *, rate: float = 0.0, counts_down: bool = False, **textual: Any
    ) -> None:
        super().__init__(
            engine, Settings(data_dir=state_dir, state_dir=state_dir, ui=UiSettings(animations=False)), **textual
        )
        self.records = engine
        self._rate = rate
        self._counts_down = counts_down
        self._steps = itertools.count(1)
        self._owed = 0.0

    def on_mount(self) -> None:
        """Textual calls the one of the dashboard, too."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, self.move, range(1, 2))
        loop.add_signal_handler(signal.SIGUSR2, self.move, range(2, 12))
        loop.add_signal_handler(signal.SIGALRM, self._paint_all)
        if self._rate:
            self.set_interval(1 / TICKS, self._flow)
        if self._counts_down:
            self.set_interval(1.0, self._count_down)

    def move(self, rows: Iterable[int]) -> None:
        """Let the progress in these rows of the window be another one."""
        shown = self.records.called("show")
        if not shown:
            return  # the first frame is not out yet
        visible = shown[-1]
        assert isinstance(visible, tuple)
        ids: list[TaskId] = visible[0]
        self.records.put(*(moved(self.records.tasks[ids[row % len(ids)]]) for row in rows))

    def _paint_all(self) -> None:
        self.refresh_css(animate=False)  # nothing that was painted before is kept
        self.screen.refresh()

    def _flow(self) -> None:
        self._owed += self._rate / TICKS
        many, self._owed = int(self._owed), self._owed % 1
        at = next(self._steps) * many
        self.move(range(at, at + many))

    def _count_down(self) -> None:
        self.records.connect(Connection(Mode.LIVE, next_due_s=DUE_S - next(self._steps) % DUE_S))


def main() -> None:
    """Run until ended."""
    count, how = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "0"
    engine = FakeEngine((moved(task) for task in samples.tasks(count)), now_ms=lambda: 0)
    counts_down, rate = how == "clock", 0.0 if how == "clock" else float(how)
    prepare(os.environ)
    with tempfile.TemporaryDirectory() as place:
        app = Moving(engine, Path(place), rate=rate, counts_down=counts_down)
        asyncio.run(app.run_async())


if __name__ == "__main__":
    main()
