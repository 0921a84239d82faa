"""The filter bar: chips, what it offers, and the keys that are typed in one go with those that leave it."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from headswap_tui.domain.task import State
from headswap_tui.ui.screens.main import MainScreen
from headswap_tui.ui.widgets.chips import Chips
from headswap_tui.ui.widgets.filter_bar import FilterBar
from tests import scenes
from tests.ui.driving import Desk, dashboard


def chips(desk: Desk) -> list[str]:
    """What the chips say."""
    line = desk.main.query_one(Chips).line(200)
    return "".join(text for text, _role in line).replace(" × ", "|").split("|")[:-1]


def burst(desk: Desk, *keys: str) -> None:
    """All of them before any is dealt with, as over a slow line."""
    for key in keys:
        desk.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_a_filter_takes_the_keys_from_a_detail_over_the_whole_screen() -> None:
    async with dashboard(size=(80, 20)) as desk:
        await desk.press("enter", "slash", *"inter")
        assert not desk.detail_open
        assert desk.main.lineup.filter_text == "inter"


async def test_a_filter_typed_as_early_as_the_first_frame_runs_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MainScreen, "_furnish", lambda _screen: None)  # nothing is ready beforehand
    async with dashboard() as desk:
        burst(desk, "slash", *"xerp")
        await desk.expect(lambda: desk.main.lineup.filter_text == "xerp")
        assert desk.dialog == "MainScreen"
        assert desk.engine.called("remove") == []
        burst(desk, "escape", "slash", *"inter")
        await desk.expect(lambda: desk.main.lineup.filter_text == "inter")


async def test_a_blank_makes_a_chip_and_enter_keeps_it_in_sight() -> None:
    async with dashboard() as desk:
        await desk.press("slash", *"state:failed", "space", *"inter")
        assert [chip.strip() for chip in chips(desk)] == ["state:failed"]
        assert desk.main.lineup.filter_text == "state:failed inter"
        await desk.press("enter")
        assert [chip.strip() for chip in chips(desk)] == ["state:failed", "inter"]
        assert desk.main.table.has_focus
        text = desk.screen_text()
        assert "state:failed ×" in text
        assert "1 of 12   esc clears" in text
        await desk.press("escape")
        assert not desk.main.filter_bar.display
        assert len(desk.main.lineup.order) == 12


async def test_a_chip_that_makes_no_sense_is_marked_and_explained() -> None:
    async with dashboard() as desk:
        await desk.press("slash")
        await desk.type("tag:client-a stat:x ")
        await desk.expect(lambda: "“stat:” is no field; there are" in desk.screen_text())
        assert "! stat:x ×" in desk.screen_text()
        await desk.press("enter")
        assert "“stat:” is no field" in desk.screen_text()
        assert "! stat:x ×" in desk.screen_text()


async def test_backspace_at_the_beginning_takes_a_chip_and_left_goes_into_it() -> None:
    async with dashboard() as desk:
        await desk.press("slash")
        await desk.type('"my clip" state:failed x ')
        assert len(chips(desk)) == 3
        await desk.press("backspace")
        assert desk.main.lineup.filter_text == '"my clip" state:failed'
        await desk.press("left", "backspace", "backspace")
        assert desk.main.lineup.filter_text == '"my clip" state:fail'
        assert desk.main.query_one(Input).value == "state:fail"
        await desk.press("home", "ctrl+u")
        assert desk.main.lineup.filter_text == "state:fail"
        await desk.press("backspace")
        assert desk.main.lineup.filter_text == "state:fail", "without chips there is nothing to take"


async def test_clicks_remove_a_chip_or_lead_back_into_the_filter() -> None:
    async with dashboard() as desk:
        await desk.press("slash")
        await desk.type("state:failed interview")
        await desk.press("enter")
        first = len(" state:failed × ")
        await desk.pilot.click(Chips, offset=(first + len(" interview "), 0))
        await desk.expect(lambda: desk.main.lineup.filter_text == "state:failed")
        await desk.pilot.click(Chips, offset=(3, 0))
        await desk.expect(lambda: isinstance(desk.main.focused, Input))
        await desk.pilot.click("TaskTable", offset=(10, 2))
        await desk.expect(lambda: desk.main.table.has_focus)
        assert "state:failed ×" in desk.screen_text(), "a click beside the field keeps the filter"
        await desk.pilot.click(Chips, offset=(len(" state:failed "), 0))
        await desk.expect(lambda: not desk.main.filter_bar.display)
        assert len(desk.main.lineup.order) == 12


async def test_it_offers_fields_and_their_values() -> None:
    async with dashboard() as desk:
        await desk.press("slash")
        await desk.expect(lambda: "state:  tag:  is:  res:  age<" in desk.screen_text())
        await desk.press(*"tag:")
        await desk.expect(lambda: "client-a  final  client-b" in desk.screen_text())
        await desk.press(*"client-b", "home", *"!")
        assert desk.main.lineup.filter_text == "!tag:client-b"
        await desk.press("end", "backspace", "tab")
        assert desk.main.lineup.filter_text == "!tag:client-a"
        await desk.press("space", *"is:", "tab")
        assert desk.main.lineup.filter_text == "!tag:client-a is:active"
        await desk.press("space", *"file:")
        await desk.expect(lambda: "looked for in id, label" in desk.screen_text())


@pytest.mark.parametrize("typed", ["age<", "!age>2h"])
async def test_an_age_is_explained_while_it_is_typed(typed: str) -> None:
    async with dashboard() as desk:
        await desk.press("slash")
        await desk.type(typed)
        await desk.expect(lambda: "younger than that" in desk.screen_text())
        assert "looked for in" not in desk.screen_text()


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24)])
async def test_many_chips_leave_room_to_type(size: tuple[int, int]) -> None:
    async with dashboard(size=size) as desk:
        await desk.press("slash")
        await desk.type("state:completed,failed !tag:client-a res:720p age<2w model:akool-premium xy")
        await desk.expect(lambda: "+" in desk.screen_text())
        assert desk.main.query_one(Input).size.width >= 8
        assert "xy" in desk.screen_text()
        assert all(len(line) == size[0] for line in desk.screen_text().splitlines())
        await desk.press("enter")
        await desk.expect(lambda: "model:akool-premium ×" in desk.screen_text() or size[0] == 40)


async def test_keys_typed_with_the_one_that_clears_the_filter_go_to_the_table() -> None:
    async with dashboard(scenes.engine()) as desk:
        await desk.press("slash", *"teaser")
        burst(desk, "escape", "g", "j", "j", "r")
        await desk.expect(lambda: desk.engine.called("refresh"))
        assert desk.engine.called("refresh") == [[desk.main.lineup.order[2]]]
        assert not desk.main.filter_bar.display


async def test_keys_typed_with_the_one_that_keeps_the_filter_work_on_what_it_leaves() -> None:
    async with dashboard(scenes.engine()) as desk:
        burst(desk, "slash", *"state:fail", "enter", "G", "r")
        await desk.expect(lambda: desk.engine.called("refresh"))
        failed = [task_id for task_id, task in desk.engine.tasks.items() if task.state is State.FAILED]
        assert desk.engine.called("refresh") == [[desk.main.lineup.order[-1]]]
        assert set(desk.main.lineup.order) == set(failed)
        assert desk.main.query_one(FilterBar).text == "state:fail"


async def test_tab_completes_the_filter() -> None:
    async with dashboard() as desk:
        await desk.press("slash", *"st", "tab", *"fa", "tab")
        await desk.expect(lambda: desk.main.lineup.filter_text == "state:failed")
        assert len(desk.main.lineup.order) == 2
        await desk.press("space", *"tag:cl")
        await desk.expect(lambda: "tag:client-" in desk.screen_text())
        await desk.press("right", "tab")
        await desk.expect(lambda: "tag:client-" in desk.main.lineup.filter_text)
        assert desk.app.focused is not desk.main.table


async def test_a_click_out_of_the_filter_holds_back_no_key() -> None:
    async with dashboard() as desk:
        await desk.press("slash", *"state:failed")
        burst(desk, "escape")
        desk.main.set_focus(desk.main.table)  # as a click in the same instant does
        await desk.press("slash", *"te")
        await desk.expect(lambda: desk.main.query_one(Input).value.endswith("te"))
        await desk.press("escape", "g", "r")
        await desk.expect(lambda: desk.engine.called("refresh"))
