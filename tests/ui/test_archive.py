"""Archived tasks: out of the views, found by the filter, brought back by undo or by the same key."""

from __future__ import annotations

from headswap_tui.domain.errors import StoreWriteFailed
from headswap_tui.ui.widgets.view_tabs import ViewTabs
from tests import scenes
from tests.ui.driving import Desk, dashboard


def tabs(desk: Desk) -> str:
    return "".join(text for text, _role in desk.main.query_one(ViewTabs).line(120))


async def test_an_archived_task_leaves_the_views_at_once_and_undo_brings_it_back() -> None:
    async with dashboard() as desk:
        await desk.go_to(2)
        row = desk.main.table.cursor_row
        await desk.press("z")
        await desk.said("Archived Music video, chorus; u brings it back.")
        assert desk.task(2).archived
        assert scenes.task_id(2) not in desk.main.lineup.order
        assert desk.main.table.cursor_row == row
        assert "All 11" in tabs(desk)
        assert "Active 5" in tabs(desk)
        await desk.press("u")
        await desk.said("Taken back: Music video, chorus is in the views again.")
        await desk.expect(lambda: scenes.task_id(2) in desk.main.lineup.order)
        assert not desk.task(2).archived
        assert "All 12" in tabs(desk)


async def test_the_filter_finds_archived_ones_and_the_key_brings_them_back() -> None:
    async with dashboard() as desk:
        await desk.press("4", "A", "z")
        await desk.said("Archived 3 tasks")
        assert desk.main.lineup.order == []
        assert desk.main.table.marked == set()
        await desk.press("1", "slash")
        await desk.type("is:archived")
        await desk.press("enter")
        assert len(desk.main.lineup.order) == 3
        await desk.press("z")
        await desk.expect(lambda: len(desk.main.lineup.order) == 2)
        await desk.press("A", "z")
        await desk.said("Brought back 2 tasks; u archives them again.")
        await desk.press("u")
        await desk.said("Taken back: 2 tasks are archived again.")
        await desk.press("escape")
        await desk.expect(lambda: len(desk.main.lineup.order) == 10)


async def test_everything_archived_is_said() -> None:
    async with dashboard(size=(80, 24)) as desk:
        await desk.press("A", "z")
        await desk.expect(lambda: "Everything is archived" in desk.screen_text())
        assert "is:archived" in desk.screen_text()
        await desk.press("z")
        await desk.said("No task is shown here")


async def test_a_disk_that_refuses_leaves_it_where_it_is() -> None:
    async with dashboard() as desk:
        desk.engine.trouble = StoreWriteFailed("The disk is full.", "Nothing was changed.")
        await desk.press("z")
        await desk.said("The disk is full.")
        assert len(desk.main.lineup.order) == 12
        assert not desk.main.undo.words
