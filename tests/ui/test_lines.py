"""Status line, view tabs and banner."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.geometry import Region

from headswap_tui.domain.events import Connection, Mode
from headswap_tui.domain.task import State
from headswap_tui.ui.presentation.pieces import plain
from headswap_tui.ui.widgets.banner import Banner
from headswap_tui.ui.widgets.key_line import KeyLine
from headswap_tui.ui.widgets.status_line import StatusLine
from headswap_tui.ui.widgets.view_tabs import Place, ViewTabs
from tests.conftest import NOON_MS
from tests.ui.table_host import WidgetApp

COUNTS = {"all": 60, "active": 12, "completed": 40, "failed": 8}


class WatchedStatus(StatusLine):
    """Remembers what it asked to repaint."""

    repaints: list[Region]

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> WatchedStatus:
        self.repaints = [*getattr(self, "repaints", []), *regions]
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class LinesApp(WidgetApp):
    AUTO_FOCUS = None

    def __init__(self) -> None:
        super().__init__()
        self.said: list[object] = []
        self.status, self.banner, self.tabs = WatchedStatus(), Banner(), ViewTabs()

    def compose(self) -> ComposeResult:
        yield self.status
        yield self.banner
        yield self.tabs

    def on_view_tabs_chosen(self, message: ViewTabs.Chosen) -> None:
        self.said.append(message.view)


async def test_a_tick_of_the_status_line_repaints_the_digit_that_changed() -> None:
    app = LinesApp()
    async with app.run_test(size=(100, 10)) as pilot:
        app.status.show(Connection(Mode.LIVE, next_due_s=9), {State.QUEUED: 3}, "default", NOON_MS)
        await pilot.pause()
        assert app.status.render_line(0).text.endswith("next in 9s ")
        app.status.repaints = []
        app.status.show(Connection(Mode.LIVE, next_due_s=9.2), {State.QUEUED: 3}, "default", NOON_MS + 1000)
        assert app.status.repaints == []
        app.status.show(Connection(Mode.LIVE, next_due_s=8), {State.QUEUED: 3}, "default", NOON_MS + 1000)
        assert app.status.repaints == [Region(97, 0, 1, 1)]


async def test_a_click_chooses_a_view() -> None:
    app = LinesApp()
    async with app.run_test(size=(100, 10)) as pilot:
        app.tabs.show(COUNTS, "active")
        text = app.tabs.render_line(0).text
        assert text.split("  ")[:2] == [" 1 All 60", " 2 Active 12"]
        for title in ("All", "Completed", "Failed"):
            await pilot.click(ViewTabs, offset=(text.index(title), 0))
        assert app.said == ["all", "completed", "failed"]
        await pilot.click(ViewTabs, offset=(95, 0))
        assert len(app.said) == 3


@pytest.mark.parametrize("width", [40, 30])
async def test_narrow_tabs_still_name_the_views_and_take_clicks(width: int) -> None:
    app = LinesApp()
    async with app.run_test(size=(width, 10)) as pilot:
        app.tabs.show(COUNTS, "all")
        text = app.tabs.render_line(0).text
        assert "All 60" in text
        assert "Active 12" in text
        await pilot.click(ViewTabs, offset=(text.index("Active") + 1, 0))
        assert app.said == ["active"]


async def test_the_banner_takes_room_only_with_something_to_say() -> None:
    app = LinesApp()
    async with app.run_test(size=(60, 10)) as pilot:
        assert not app.banner.display
        app.banner.show("key [/b] refused\x1b[2J", "error")
        await pilot.pause()
        assert app.banner.size.height == 1
        assert app.banner.render_line(0).text.strip() == "! key [/b] refused␛[2J"
        app.banner.show("offline", "warning")
        await pilot.pause()
        assert app.banner.has_class("-warning")
        assert not app.banner.has_class("-error")
        app.banner.clear()
        await pilot.pause()
        assert not app.banner.display


def test_the_place_stands_behind_the_views_as_far_as_there_is_room() -> None:
    tabs = ViewTabs()
    tabs._place = Place(row=4, rows=42, marked=3, marked_hidden=1, sort="Added", descending=True)
    whole = plain(tabs.line(100))
    assert whole.endswith("▼ Added  4/42  3 marked +1 hidden ")
    assert len(whole) == 100
    assert plain(tabs.line(80)).endswith("4/42  3 marked +1 hidden ")
    assert plain(tabs.line(52)).rstrip().endswith("Failed 0")


def test_keys_that_just_fit_are_not_cut() -> None:
    keys = KeyLine()
    keys._entries = [("a", "add", "add"), ("d", "download", "download"), ("?", "help", "help"), ("q", "quit", "quit")]
    wanted = " a add  d download  ? help  q quit"
    assert plain(keys.line(len(wanted))) == wanted
    assert plain(keys.line(len(wanted) - 1)) == " a add  ? help  q quit"
