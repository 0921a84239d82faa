"""What the terminal shows after many small repaints is what it shows after a whole one."""

from __future__ import annotations

import sys
from pathlib import Path

import pyte

from tests.terminal import UNKNOWN_TO_PYTE, Terminal, picture
from tests.ui.table_host import TableApp
from tests.unit.ui.records import processing

COLUMNS, ROWS, STEPS = 110, 26, 25
ROOT = Path(__file__).parents[2]


def test_increments_add_up_to_the_whole() -> None:
    env = {"PYTHONPATH": str(ROOT), "TEXTUAL_ANIMATIONS": "none"}
    argv = [sys.executable, "-m", "tests.ui.moving_screen"]
    with Terminal(argv, env, columns=COLUMNS, rows=ROWS) as terminal:
        terminal.wait_for("started")
        for step in range(1, STEPS + 1):
            terminal.send("n")
            terminal.wait_for(f"step {step} out")
        terminal.send("c")
        terminal.wait_for("calm again")
        built = picture(terminal.screen)[:-1]  # the last line names the step
        before, pen = len(terminal.output), terminal.screen.cursor.attrs
        terminal.send("F")
        terminal.wait_for("painted afresh")
        whole = pyte.Screen(COLUMNS, ROWS)
        whole.cursor.attrs = pen
        pyte.ByteStream(whole).feed(UNKNOWN_TO_PYTE.sub(b"", bytes(terminal.output[before:])))
        terminal.send("ctrl+q")
    fresh = picture(whole)[:-1]
    off = [
        (y, x, built[y][x], fresh[y][x]) for y in range(ROWS - 1) for x in range(COLUMNS) if built[y][x] != fresh[y][x]
    ]
    assert not off, off[:10]
    assert sum(cell[0] != " " for line in fresh for cell in line) > 500, "nothing was painted"


async def test_changes_are_on_the_screen_wherever_one_scrolled_to() -> None:
    """Beyond the rows that are kept, too: lines that stayed are taken from the frame before."""
    app = TableApp(processing(number, 40.0) for number in range(200))
    async with app.run_test(size=(100, 12)) as pilot:
        for progress in range(50, 70):
            app.table.page(1)
            await pilot.pause()
            first, count = app.table.scroll_offset.y, len(app.table.visible_ids())
            for number in range(first, first + count):
                app.put(processing(number, float(progress)))
            app.table.flush()
            await pilot.pause()
            lines = [strip.text for strip in app.screen._compositor.render_strips()]
            assert [f"{progress}%" in line for line in lines[1 : 1 + count]] == [True] * count
