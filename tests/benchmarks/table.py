"""What a change costs on the screen against Textual's DataTable: `python -m tests.benchmarks table`.

Both tables show the same records in the same process and window (160x48), one after the other in every run; processor
time is from the change to the frame written, bytes are what the terminal would get. Medians.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
from rich.text import Text
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import DataTable

from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.ui.glyphs import UNICODE
from headswap_tui.ui.presentation.cells import Look
from headswap_tui.ui.presentation.columns import COLUMN_BY_ID, COLUMNS
from headswap_tui.ui.presentation.extras import NO_EXTRAS
from headswap_tui.ui.presentation.pieces import plain
from headswap_tui.ui.widgets.task_table import TaskTable
from tests.benchmarks.report import Row, digits
from tests.conftest import NOON_MS
from tests.ui.table_host import WidgetApp
from tests.ui.wire import Wire
from tests.unit.ui.records import processing

SIZE: Final = (160, 48)
TITLE: Final = "a change on the screen, beside DataTable (1 000 rows, 160x48)"


class Bench(WidgetApp):
    """One table; tells when a frame is out."""

    def __init__(self, table: Widget) -> None:
        super().__init__(driver_class=Wire)
        self.table = table
        self.frame = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield self.table

    def post_display_hook(self) -> None:
        self.frame.set()

    @property
    def sent(self) -> int:
        """Bytes so far."""
        assert isinstance(self._driver, Wire)
        return len(self._driver.sent.encode())


@dataclass
class Cost:
    """What one change took, run by run."""

    cpu_ms: list[float] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{statistics.median(self.cpu_ms):9.2f} ms {statistics.median(self.sent):9.0f} bytes"


def record(number: int, progress: float) -> TrackedTask:
    """A task on its way."""
    made = processing(number, progress)
    return msgspec.structs.replace(made, id=TaskId(f"6a066dc5{number:016x}"), label=f"scene {number:05} take two.mp4")


async def shown(app: Bench, prepare: Callable[[], None]) -> asyncio.Task[None]:
    """The app with its table filled and painted."""
    running = asyncio.create_task(app.run_async(size=SIZE))
    await app.frame.wait()
    app.draw_increments()
    prepare()
    await quiet(app)
    return running


async def quiet(app: Bench) -> None:
    """Until no frame came for a while."""
    while True:
        app.frame.clear()
        try:
            await asyncio.wait_for(app.frame.wait(), 0.25)
        except TimeoutError:
            return


async def measured(app: Bench, change: Callable[[int], None], runs: int) -> Cost:
    """The cost of a change until its frame is out."""
    cost = Cost()
    for run in range(runs):
        await quiet(app)
        gc.collect()
        before, start = app.sent, time.process_time_ns()
        change(run)
        await asyncio.wait_for(app.frame.wait(), 10)
        cost.cpu_ms.append((time.process_time_ns() - start) / 1e6)
        await quiet(app)
        cost.sent.append(app.sent - before)
    return cost


async def ours(rows: int, runs: int) -> dict[str, Cost]:
    """Costs of our table."""
    records = {one.id: one for one in (record(number, 40.0) for number in range(rows))}
    ids = list(records)
    table = TaskTable(lambda: NOON_MS, flash=False)
    app = Bench(table)

    def fill() -> None:
        table.show(records, ids)
        table.focus()

    def change(which: Sequence[int]) -> Callable[[int], None]:
        def step(run: int) -> None:
            for number in which:
                records[ids[number]] = record(number, 1.0 + (run * 37 + number) % 98)
            table.mark_dirty([ids[number] for number in which])
            table.flush()

        return step

    running = await shown(app, fill)
    costs = {
        "one cell": await measured(app, change([5]), runs),
        "ten cells": await measured(app, change(range(2, 22, 2)), runs),
        "all visible": await measured(app, change(range(46)), runs),
        "cursor down": await measured(app, lambda _run: table.cursor_down(), runs),
        "page down": await measured(app, lambda _run: table.page(1), runs),
    }
    app.exit()
    await running
    return costs


async def theirs(rows: int, runs: int) -> dict[str, Cost]:
    """The same with a DataTable whose cells are made by the same functions."""
    look = Look(UNICODE, NOON_MS)
    table: DataTable[Text] = DataTable(cursor_type="row")
    app = Bench(table)

    def cell(task: TrackedTask, column: str) -> Text:
        chosen = COLUMN_BY_ID[column]
        return Text(plain(chosen.cell(task, NO_EXTRAS, look, chosen.ideal)))

    def fill() -> None:
        for column in COLUMNS:
            table.add_column(column.header, key=column.id, width=column.ideal)
        for number in range(rows):
            task = record(number, 40.0)
            table.add_row(*(cell(task, column.id) for column in COLUMNS), key=task.id)

    def change(which: Sequence[int]) -> Callable[[int], None]:
        def step(run: int) -> None:
            for number in which:
                task = record(number, 1.0 + (run * 37 + number) % 98)
                table.update_cell(task.id, "progress", cell(task, "progress"))

        return step

    running = await shown(app, fill)
    costs = {
        "one cell": await measured(app, change([5]), runs),
        "ten cells": await measured(app, change(range(2, 22, 2)), runs),
        "all visible": await measured(app, change(range(46)), runs),
        "cursor down": await measured(app, lambda _run: table.action_cursor_down(), runs),
        "page down": await measured(app, lambda _run: table.action_page_down(), runs),
    }
    app.exit()
    await running
    return costs


def rows(is_quick: bool) -> Iterator[Row]:
    """Changes and movements beside DataTable, then sorting."""
    runs = 5 if is_quick else 15
    mine, other = asyncio.run(ours(1000, runs)), asyncio.run(theirs(1000, runs))
    for name, cost in mine.items():
        cpu, peer = statistics.median(cost.cpu_ms), statistics.median(other[name].cpu_ms)
        passes, goal = (30, 60) if name == "one cell" else (None, None)
        figures = f"{digits(cpu)} ms", f"{digits(peer)} ms"
        what = f"{name}: CPU of DataTable / ours"
        yield Row(what, peer / cpu, passes, goal, "", *figures, more_is_better=True)
        yield Row(f"{name}: bytes", statistics.median(cost.sent), peer=f"{statistics.median(other[name].sent)} B")
