"""The mouse: rows, headers, views, the footer, the wheel."""

from __future__ import annotations

from textual import events

from tests import scenes
from tests.ui.driving import dashboard


async def test_a_double_click_and_a_click_on_a_header_and_a_view() -> None:
    async with dashboard() as desk:
        table = desk.main.table
        await desk.pilot.click(table, offset=(4, 0))
        assert desk.main.lineup.sort == "state"
        await desk.pilot.click(table, offset=(4, 3), times=2)
        await desk.expect(lambda: desk.main.body.detail.has_focus)
        await desk.pilot.click("ViewTabs", offset=(15, 0))
        assert desk.main.lineup.view == "active"


async def test_the_wheel_scrolls_and_leaves_the_cursor_where_it_is() -> None:
    many = [scenes.processing(number, 50.0) for number in range(60)]
    async with dashboard(scenes.engine(many)) as desk:
        table = desk.main.table
        await desk.press("j")
        at = desk.cursor
        table.post_message(
            events.MouseScrollDown(table, 5, 5, 0, 1, 0, shift=False, meta=False, ctrl=False, screen_x=5, screen_y=5)
        )
        await desk.expect(lambda: table.visible_ids()[0] != desk.main.lineup.order[0])
        assert desk.cursor == at


async def test_the_footer_of_the_filter_keeps_or_clears_by_the_mouse() -> None:
    async with dashboard() as desk:
        await desk.press("slash", *"teaser")
        await desk.pilot.click("KeyLine", offset=(3, 0))
        await desk.expect(lambda: "esc clears" in desk.screen_text())
        assert desk.main.lineup.filter_text == "teaser"
        await desk.press("slash")
        await desk.pilot.click("KeyLine", offset=(len(" enter keep  e"), 0))
        await desk.expect(lambda: not desk.main.filter_bar.display)
