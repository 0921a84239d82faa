"""The dashboard with 100 to 100 000 tasks: opening, scrolling, sorting, filtering, updating; processor time.

The real dashboard on records in memory, whose frames are encoded and kept in the process; from the call to the last
frame that it leads to. Sorting and filtering are measured without the frame too, beside what Python needs for the
same: `sorted()` of the keys, a list comprehension over the texts.
"""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from headswap_tui.domain import filters
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.ui.lineup import Lineup
from headswap_tui.ui.presentation.columns import COLUMN_BY_ID
from headswap_tui.ui.presentation.extras import NO_EXTRAS, no_extras
from headswap_tui.ui.screens.main import MainScreen
from tests.benchmarks import samples
from tests.benchmarks.dashboard import Moving, moved
from tests.benchmarks.report import Row, ms
from tests.ui.fake_engine import FakeEngine
from tests.ui.wire import Wire

TITLE: Final = "lists of 100 to 100 000 tasks"
NOW_MS: Final = 1_790_000_000_000
RANDOM_CHANGES: Final = 100
Act = Callable[[MainScreen, int], None]


def cpu_s(call: Callable[[int], object], runs: int) -> float:
    """The median of so many calls; the garbage of one is not cleared away in the next."""
    taken = []
    for run in range(runs):
        gc.collect()
        start = time.process_time()
        call(run)
        taken.append(time.process_time() - start)
    return statistics.median(taken)


async def quiet(frames: asyncio.Event) -> None:
    """Until no frame came for a while."""
    while True:
        frames.clear()
        try:
            await asyncio.wait_for(frames.wait(), 0.15)
        except TimeoutError:
            return


class Framed(Moving):
    """Tells when a frame is out."""

    def __init__(self, engine: FakeEngine, place: Path) -> None:
        self.frames = asyncio.Event()
        super().__init__(engine, place, driver_class=Wire, environ={}, now_ms=lambda: NOW_MS)

    def post_display_hook(self) -> None:
        self.frames.set()


async def dashboard(count: int, runs: int) -> dict[str, float]:
    """Processor seconds of each act with so many tasks."""
    engine = FakeEngine(samples.tasks(count, now_ms=NOW_MS), now_ms=lambda: NOW_MS)
    ids = list(engine.tasks)
    dice = random.Random(2)

    def update(screen: MainScreen, _run: int) -> None:
        engine.put(*(moved(engine.tasks[ids[dice.randrange(count)]]) for _ in range(RANDOM_CHANGES)))
        screen.beat()

    acts: dict[str, Act] = {
        "page down": lambda screen, run: screen.table.page(1 if run % 2 == 0 else -1),
        "sort by name": lambda screen, run: screen.run_command("reverse") if run else sort(screen, "name"),
        "filter key": lambda screen, run: narrow(screen, ("take", "take 4")[run % 2]),
        "update": update,
    }
    with tempfile.TemporaryDirectory() as place:
        gc.collect()
        start = time.process_time()
        app = Framed(engine, Path(place))
        running = asyncio.create_task(app.run_async(size=(160, 48)))
        await app.frames.wait()
        found = {"open": time.process_time() - start}
        await quiet(app.frames)
        screen = app.screen
        assert isinstance(screen, MainScreen)
        for name, act in acts.items():
            found[name] = await acted(app, screen, act, runs)
            narrow(screen, "")
        app.exit()
        await running
    return found


async def acted(app: Framed, screen: MainScreen, act: Act, runs: int) -> float:
    """The median of an act until its frames are out; the first one warms up."""
    taken = []
    for run in range(runs + 1):
        await quiet(app.frames)
        gc.collect()
        start = time.process_time()
        act(screen, run)
        await asyncio.sleep(0.05)  # a frame at sixty a second, if there is one
        taken.append(time.process_time() - start)
    return statistics.median(taken[1:])


def sort(screen: MainScreen, column: str) -> None:
    """As the sort dialog does it."""
    screen.lineup.sort_by(column, descending=False)
    screen.show_order()


def narrow(screen: MainScreen, text: str) -> None:
    """As the filter's field does it."""
    screen.lineup.narrow_by(text)
    screen.show_order()


def sorting(lineup: Lineup, tasks: dict[TaskId, TrackedTask], runs: int) -> Iterator[Row]:
    """A sort whose keys are kept beside `sorted()` of them, and the first by a column, for which they are made."""
    for column in ("progress", "name", "state"):
        key = COLUMN_BY_ID[column].key
        keys = [key(task, NO_EXTRAS) for task in tasks.values()]
        bare = cpu_s(lambda _run: sorted(keys), runs)  # noqa: B023  # used at once
        lineup.sort_by("added", descending=True)
        first = cpu_s(lambda _run: lineup.sort_by(column, descending=False), 1)  # noqa: B023  # used at once
        again = cpu_s(lambda run: lineup.sort_by(column, descending=run % 2 == 0), runs)  # noqa: B023  # same
        what = f"{len(tasks)} tasks sorted by {column}"
        yield Row(f"{what} / sorted() of the keys", again / bare, 3, 1.5, "", ms(again), ms(bare))
        made = cpu_s(lambda _run: sorted([key(task, NO_EXTRAS) for task in tasks.values()]), runs)  # noqa: B023  # same
        yield Row(f"{what}, keys made / the same bare", first / made, ours=ms(first), peer=ms(made))


def filtering(lineup: Lineup, tasks: dict[TaskId, TrackedTask], runs: int) -> Row:
    """One more key in the filter's field."""
    texts = {task_id: filters.prepared(task) for task_id, task in tasks.items()}
    pairs = list(texts.items())
    first = cpu_s(lambda _run: lineup.narrow_by("t"), 1)
    ours = cpu_s(lambda run: lineup.narrow_by("tak" if run % 2 else "take"), runs)
    bare = cpu_s(lambda run: [one for one, text in pairs if ("tak" if run % 2 else "take") in text], runs)
    lineup.narrow_by("")
    what = f"{len(tasks)} tasks, a key in the filter / list comprehension"
    return Row(what, ours / bare, 3, 1.5, "", f"{ms(ours)}, the first {ms(first)}", ms(bare))


def rows(is_quick: bool) -> Iterator[Row]:
    """The curve, then what stands beside bare Python."""
    runs, counts = (5, (100, 1000, 10_000)) if is_quick else (9, (100, 1000, 10_000, 100_000))
    curve = {count: asyncio.run(dashboard(count, runs)) for count in counts}
    for name in curve[counts[0]]:
        taken = ", ".join(f"{ms(curve[count][name])}" for count in counts[:-1])
        last = curve[counts[-1]][name]
        yield Row(f"{name}: CPU with {counts[-1]} tasks", last * 1000, unit="ms", peer=f"with fewer: {taken}")
    many, some = curve[counts[-1]]["update"], curve[1000]["update"]
    what = f"{RANDOM_CHANGES} random changes, {counts[-1]} tasks / 1000"
    yield Row(what, many / some, 1.3, 1.0, "", ms(many), ms(some))
    tasks = {task.id: task for task in samples.tasks(counts[-1], now_ms=NOW_MS)}
    lineup = Lineup(tasks, no_extras, lambda: NOW_MS)
    lineup.rebuild()
    yield from sorting(lineup, tasks, runs)
    yield filtering(lineup, tasks, runs)
