"""What a changed cell costs on the wire, and that it is drawn where it belongs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from rich.console import Console
from rich.segment import Segment
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from headswap_tui.ui import increments
from headswap_tui.ui.increments import Increments
from tests.conftest import NOON_MS
from tests.ui.wire import WiredTable
from tests.unit.ui.records import completed, processing


async def cost(change: Callable[[WiredTable], None]) -> int:
    """Bytes that the change sends."""
    tasks = [processing(number, 40.0) for number in range(40)]
    app = WiredTable([completed(99, finished_ms=NOON_MS - 19_000), *tasks])
    app.table._painter._flash = False
    running = asyncio.create_task(app.run_async(size=(160, 48)))
    await app.frame.wait()
    app.draw_increments()
    await app.settle()
    app.take()
    change(app)
    app.table.flush()
    await app.settle()
    sent = app.take()
    app.exit()
    await running
    return len(sent.encode())


async def test_one_changed_cell_costs_about_its_text() -> None:
    assert 0 < await cost(lambda app: app.put(processing(3, 60.0))) <= 75


async def test_ten_changed_cells_cost_little_more_than_their_text() -> None:
    assert 0 < await cost(lambda app: app.put(*(processing(n, 60.0) for n in range(10)))) <= 350


async def test_nothing_new_sends_nothing() -> None:
    def same(app: WiredTable) -> None:
        app.put(*(msgspec.structs.replace(task) for task in app.tasks.values()))

    assert await cost(same) == 0


async def test_a_second_costs_the_age_that_changed() -> None:
    def tick(app: WiredTable) -> None:
        app.now_ms += 1000

    assert 0 < await cost(tick) <= 60


def written(text: str, x1: int, x2: int) -> str | None:
    strip = Strip([Segment(text)])
    update = ChopsUpdate([{0: strip}], [(0, x1, x2)], [[strip.cell_length]])
    return Increments().drawn(update, Console(), None)


def test_a_span_is_cropped_on_both_sides() -> None:
    assert written("abcdefgh", 2, 5) == "\x1b[1;3Hcde"
    assert written("abcdefgh", 0, 8) == "\x1b[1;1Habcdefgh"


def test_a_wide_character_is_never_cut_in_half_at_the_left() -> None:
    assert written("東京abc", 2, 7) == "\x1b[1;3H京abc"
    assert written("東京abc", 3, 7) == "\x1b[1;1H東京abc"


def test_nor_at_the_right() -> None:
    assert written("ab東x", 0, 3) == "\x1b[1;1Hab東x"


def test_no_mark_is_written_without_its_letter() -> None:
    assert written("abe\u0301x", 3, 4) == "\x1b[1;1Habe\u0301x"


def test_another_version_of_textual_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert increments.is_known()
    other = SimpleNamespace(__version__="9.0.0", __file__=f"{tmp_path}/textual/__init__.py")
    monkeypatch.setattr(increments, "textual", other)
    assert not increments.is_known()
