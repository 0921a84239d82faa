"""The user's own views: a tab and a key each, our filter on top, and words where one makes no sense."""

from __future__ import annotations

import pytest

from headswap_tui.domain.task import State
from headswap_tui.ui.presentation.views import saved_views
from headswap_tui.ui.widgets.view_tabs import ViewTabs
from tests import scenes
from tests.ui.driving import Desk, dashboard

VIEWS = {"Client A": "tag:client-a", "Fresh [/b]\x1b": "age<10m", "Archive": "is:archived"}


def tabs(desk: Desk, width: int = 120) -> str:
    return "".join(text for text, _role in desk.main.query_one(ViewTabs).line(width))


async def test_a_saved_view_by_key_and_the_filter_on_top() -> None:
    async with dashboard(views=VIEWS) as desk:
        assert "5 Client A" in tabs(desk)
        assert "6 Fresh [/b]␛" in tabs(desk)
        await desk.press("5")
        assert desk.main.lineup.order == [scenes.task_id(1), scenes.task_id(11)]
        await desk.press("slash")
        await desk.type("state:processing")
        await desk.press("enter")
        assert desk.main.lineup.order == [scenes.task_id(1)]
        await desk.press("escape", "right_square_bracket")
        assert desk.main.lineup.view == "6"
        assert scenes.task_id(13) not in desk.main.lineup.order
        await desk.press("7")
        await desk.expect(lambda: "No task is in this view" in desk.screen_text())
        await desk.press("right_square_bracket")
        assert desk.main.lineup.view == "all"


async def test_a_view_of_archived_ones_shows_them_and_follows() -> None:
    async with dashboard(views=VIEWS) as desk:
        await desk.go_to(2)
        await desk.press("z", "7")
        await desk.expect(lambda: desk.main.lineup.order == [scenes.task_id(2)])
        await desk.press("u")
        await desk.expect(lambda: desk.task(2).state is State.PROCESSING and not desk.task(2).archived)


async def test_a_place_without_a_view_says_so_and_a_click_works() -> None:
    async with dashboard(views=VIEWS, size=(80, 24)) as desk:
        await desk.press("8")
        await desk.said("There is no saved view 4")
        assert desk.main.lineup.view == "all"
        x = tabs(desk, 80).index("Cli")
        await desk.pilot.click(ViewTabs, offset=(x + 1, 0))
        await desk.expect(lambda: desk.main.lineup.view == "5")


@pytest.mark.parametrize("width", [20, 36, 40, 60, 80])
async def test_the_active_tab_is_always_seen(width: int) -> None:
    async with dashboard(views=VIEWS | {"More": "x", "Most": "y"}) as desk:
        for key, title in (("1", "All"), ("7", "Archive"), ("9", "Most")):
            await desk.press(key)
            assert title in tabs(desk, width)[:width]


async def test_a_view_that_makes_no_sense_is_named_at_the_start() -> None:
    async with dashboard(views={"Odd": "state:nowhere"}) as desk:
        await desk.said("`views.Odd`: ")
        await desk.press("5")
        assert len(desk.main.lineup.order) == 12


def test_five_views_fit() -> None:
    many = {f"v{number}": "x" for number in range(7)}
    assert [view.id for view in saved_views(many)] == ["5", "6", "7", "8", "9"]
