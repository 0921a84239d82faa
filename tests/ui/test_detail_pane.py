"""The detail pane: what it repaints, wrapping, scrolling."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.geometry import Region

from headswap_tui.domain.task import TrackedTask
from headswap_tui.ui.presentation.extras import NO_EXTRAS
from headswap_tui.ui.widgets.detail_pane import DetailPane
from tests.conftest import NOON_MS
from tests.ui.table_host import WidgetApp
from tests.unit.ui.records import completed, failed, task_id, tracked

LONG = tracked(1, status=2, file_name="a" * 200, other={f"field {n}": "x" for n in range(40)})


class WatchedPane(DetailPane):
    """Remembers the regions it asked to repaint; `None` stands for the whole widget."""

    def __init__(self) -> None:
        self.repaints: list[Region | None] = []
        super().__init__()

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> WatchedPane:
        self.repaints += regions or ([None] if repaint else [])
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class PaneApp(WidgetApp):
    def __init__(self) -> None:
        super().__init__()
        self.pane = WatchedPane()

    def compose(self) -> ComposeResult:
        yield self.pane

    def show(self, task: TrackedTask | None, later_ms: int = 0) -> None:
        self.pane.show(task, NO_EXTRAS, NOON_MS + later_ms)


async def test_a_task_and_then_nothing() -> None:
    app = PaneApp()
    async with app.run_test(size=(50, 20)):
        app.pane.keys = {"copy_id": "y"}
        app.show(failed(1))
        assert app.pane.text.startswith("✖ failed")
        assert app.pane.render_line(0).text.startswith("✖ failed")
        app.pane.show_empty("No task", "Press a to add one.")
        app.show(None)
        assert "Press a to add one." in app.pane.text


async def test_a_new_age_costs_its_line() -> None:
    app = PaneApp()
    async with app.run_test(size=(60, 40)) as pilot:
        task = completed(1, finished_ms=NOON_MS - 15_000, url="https://f.example/a.mp4?Expires=9")
        app.show(task)
        await pilot.pause()
        app.pane.repaints.clear()
        app.show(task)
        assert app.pane.repaints == []
        app.show(task, later_ms=6_000)
        lines = app.pane.text.splitlines()
        ended = next(y for y, line in enumerate(lines) if line.startswith("Ended"))
        seen = next(y for y, line in enumerate(lines) if line.startswith("address seen"))
        assert [region and region.y for region in app.pane.repaints] == sorted([seen, ended])
        assert all(region and region.height == 1 for region in app.pane.repaints)


async def test_wrap_and_width() -> None:
    app = PaneApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.show(LONG)
        assert app.pane.text.count("a" * 30) > 3
        app.pane.wrap = False
        assert any(line.startswith("File") and line.endswith("…") for line in app.pane.text.splitlines())
        await pilot.resize_terminal(120, 20)
        await pilot.pause()
        assert max(map(len, app.pane.text.splitlines())) > 60


async def test_it_scrolls_and_another_task_begins_at_its_top() -> None:
    app = PaneApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.show(LONG)
        app.pane.focus()
        await pilot.press("pagedown", "down")
        await pilot.pause()
        assert app.pane.scroll_offset.y > 0
        app.show(LONG, later_ms=1000)
        assert app.pane.scroll_offset.y > 0
        app.show(tracked(2, status=2, file_name="b", other={f"field {n}": "x" for n in range(40)}))
        assert app.pane.scroll_offset.y == 0
        assert str(task_id(2)) in app.pane.text


async def test_text_is_selected_with_the_mouse_to_be_copied() -> None:
    app = PaneApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.show(failed(1, reason="東京 has no face"))
        await pilot.pause()
        text = app.pane.text.splitlines()[3]
        assert text == "▌ 東京 has no face"
        await pilot.mouse_down(DetailPane, offset=(3, 3))
        await pilot.hover(DetailPane, offset=(18, 3))
        await pilot.mouse_up(DetailPane, offset=(18, 3))
        await pilot.pause()
        assert app.screen.get_selected_text() == "東京 has no face"
        assert app.pane.render_line(3).text.rstrip() == text
