"""The user's columns: chosen, ordered, seen while choosing, remembered."""

from __future__ import annotations

from pathlib import Path

from headswap_tui.ui import memory
from headswap_tui.ui.presentation.columns import COLUMN_BY_ID, COLUMNS, chosen_columns
from tests.ui.driving import Desk, dashboard


def header(desk: Desk) -> str:
    line = desk.main.table.render_line(0)
    return " ".join(line.text.split())


async def open_columns(desk: Desk) -> None:
    await desk.press("c")
    await desk.opened("ColumnsDialog")


async def test_hidden_moved_and_remembered(tmp_path: Path) -> None:
    async with dashboard(state_dir=tmp_path) as desk:
        assert header(desk).startswith("State Progress Res Length")
        await open_columns(desk)
        await desk.press("j", "space", "j", "J")
        await desk.expect(lambda: header(desk).startswith("State Length Res"))
        await desk.press("enter")
        await desk.closed()
        assert header(desk).startswith("State Length Res")
        chosen = memory.load(tmp_path / "state").columns
        assert chosen[:3] == ("state", "duration", "resolution")
        assert "progress" not in chosen
    async with dashboard(state_dir=tmp_path) as desk:
        assert header(desk).startswith("State Length Res")
        await open_columns(desk)
        await desk.press("d", "enter")
        await desk.closed()
        assert header(desk).startswith("State Progress Res Length")
        assert memory.load(tmp_path / "state").columns == ()


async def test_leaving_changes_nothing_and_one_column_always_stays(tmp_path: Path) -> None:
    async with dashboard(state_dir=tmp_path) as desk:
        before = header(desk)
        await open_columns(desk)
        for _ in COLUMNS:
            await desk.press("space", "j")
        await desk.expect(lambda: header(desk) == "Updated")
        assert "just now" in desk.screen_text() or "ago" in desk.screen_text()
        await desk.press("escape")
        await desk.closed()
        assert header(desk) == before
        assert memory.load(tmp_path / "state").columns == ()


def test_columns_that_are_not_known_any_more() -> None:
    assert chosen_columns(["gone"]) == COLUMNS
    assert chosen_columns(["name", "gone", "state", "name"]) == (COLUMN_BY_ID["name"], COLUMN_BY_ID["state"])
