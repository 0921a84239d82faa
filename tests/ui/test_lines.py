"""Status line, view tabs and banner."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.geometry import Region

from headswap_tui.domain.events import Connection, Mode
from headswap_tui.domain.task import State
from headswap_tui.ui.presentation.pieces import plain
from headswap_tui.ui.presentation.views import VIEWS, saved_views
from headswap_tui.ui.widgets.banner import Banner
from headswap_tui.ui.widgets.key_line import KeyLine
from headswap_tui.ui.widgets.status_line import StatusLine
from headswap_tui.ui.widgets.view_tabs import Place, ViewTabs, short_count
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
    assert plain(tabs.line(37)).rstrip().endswith("Failed 0")


SAVED = saved_views({"Client A": "tag:a", "Fresh renders": "age<1h", "Archive": "is:archived"})


def saved_tabs(saved: int, count: int, active: str = "all") -> ViewTabs:
    """With so many views of the user's."""
    tabs = ViewTabs()
    tabs.views = (*VIEWS, *SAVED[:saved])
    tabs.show({"all": count, "active": count // 2, "completed": count // 3, "failed": 7}, active)
    tabs.show_place(Place(row=4, rows=count, sort="Added", descending=True))
    return tabs


@pytest.mark.parametrize(
    ("saved", "count", "behind"),
    [(0, 99_999, "▼ Added  4/99999 "), (1, 9_999, "▼ Added  4/9999 "), (2, 41, "▼ Added  4/41 "), (3, 41, "4/41 ")],
)
def test_views_are_shortened_before_order_and_place_go(saved: int, count: int, behind: str) -> None:
    line = plain(saved_tabs(saved, count).line(80))
    assert line.endswith(behind)
    assert len(line) == 80
    for title in ("All", "Active", "Com", "Failed", *(view.title[:2] for view in SAVED[:saved])):
        assert title in line


@pytest.mark.parametrize("active", ["all", "completed", "7"])
@pytest.mark.parametrize("count", [41, 9_999, 99_999])
def test_the_keys_of_the_views_go_last(count: int, active: str) -> None:
    line = plain(saved_tabs(3, count, active).line(80))
    for key, title in enumerate(("All", "Active", "Com", "Failed", "Cl", "Fr", "Ar"), start=1):
        assert f" {key} {title}" in line


@pytest.mark.parametrize(("count", "hidden"), [(41, 0), (41, 1), (9_999, 0)])
def test_what_is_marked_is_said_even_where_the_keys_have_no_room_beside_it(count: int, hidden: int) -> None:
    tabs = saved_tabs(3, count, "7")
    tabs.show_place(Place(row=4, rows=count, marked=3, marked_hidden=hidden, sort="Added"))
    assert plain(tabs.line(80)).rstrip().endswith("3 marked +1 hidden" if hidden else "3 marked")


@pytest.mark.parametrize("width", [30, 40, 60])
def test_a_short_title_is_a_part_of_the_whole_one(width: int) -> None:
    words = plain(saved_tabs(0, 41).line(width)).split()
    assert any(len(word) > 3 and "Completed".startswith(word.rstrip("…")) for word in words)


def test_the_tabs_stand_still_while_the_cursor_moves() -> None:
    tabs = ViewTabs()
    tabs.views = (*VIEWS, *SAVED)
    tabs.show({"all": 9_999, "active": 5, "completed": 9_000, "failed": 7}, "all")
    for width in range(60, 120):
        lines = set()
        for row in (1, 10, 100, 9_999):
            tabs.show_place(Place(row=row, rows=9_999, sort="Added"))
            lines.add(plain(tabs.line(width)).partition("Failed")[0])
        assert len(lines) == 1


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0"), (9_949, "9949"), (9_999, "10k"), (123_456, "123k"), (999_499, "999k"), (1_234_567, "1.2M")],
)
def test_a_short_count(count: int, words: str) -> None:
    assert short_count(count) == words


def test_keys_that_just_fit_are_not_cut() -> None:
    keys = KeyLine()
    keys._entries = [("a", "add", "add"), ("d", "download", "download"), ("?", "help", "help"), ("q", "quit", "quit")]
    wanted = " a add  d download  ? help  q quit"
    assert plain(keys.line(len(wanted))) == wanted
    assert plain(keys.line(len(wanted) - 1)) == " a add  ? help  q quit"
