"""The reports over the list: the failure desk and the insight."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from headswap_tui.config import secret
from headswap_tui.config.settings import Billing
from headswap_tui.ui.presentation.times import exact_span
from headswap_tui.ui.screens.failures import FailureDesk
from tests import scenes
from tests.ui.driving import Desk, dashboard


async def open_failures(desk: Desk) -> None:
    await desk.press("exclamation_mark")
    await desk.opened("FailureDesk")
    await desk.expect(lambda: "Reason" in desk.screen_text() or desk.app.size.height < 18)


async def test_the_failure_desk_groups_and_enter_shows_the_tasks() -> None:
    async with dashboard(scenes.failing()) as desk:
        await open_failures(desk)
        text = desk.screen_text()
        assert "8 failed" in text
        assert "1 missing" in text
        assert "44%" in text
        assert "does not publish what this code means" in text
        await desk.press("j")
        await desk.expect(lambda: "the video could not be processed" in desk.screen_text())
        await desk.press("enter")
        await desk.closed()
        assert desk.main.lineup.filter_text == 'state:failed "create video error, try later"'
        assert desk.main.lineup.order == [scenes.task_id(40), scenes.task_id(41)]
        assert desk.cursor == scenes.task_id(40)
        assert desk.main.table.has_focus
        await desk.press("escape")
        assert len(desk.main.lineup.order) == len(desk.engine.tasks)


async def test_the_note_for_support_goes_to_the_clipboard_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "_seen", set())  # other tests' secrets of one letter would hide everything
    secret.Secret("Planted-Key-77")
    async with dashboard(scenes.failing()) as desk:
        desk.engine.put(
            scenes.ended(90, 4, "Private label", error_reason="Planted-Key-77 https://x.example/a?sig=zz", error_code=1)
        )
        await open_failures(desk)
        screen = desk.app.screen
        assert isinstance(screen, FailureDesk)
        screen._groups[0] = next(group for group in screen._groups if group.code == 1)
        await desk.press("y")
        await desk.said("a support note about one task")
        await desk.said("(the first of ")
        note = desk.app.clipboard
        assert scenes.task_id(90) in note
        assert "https://x.example/a" in note
        for private in ("Planted", "sig", "Private label", "take_90"):
            assert private not in note
        assert desk.dialog == "FailureDesk"
        await desk.press("exclamation_mark")
        await desk.closed()


async def test_without_failures_the_desk_says_so() -> None:
    async with dashboard(scenes.engine([])) as desk:
        await desk.press("exclamation_mark")
        await desk.said("Nothing has failed.")
        assert desk.dialog == "MainScreen"


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24), (200, 60)])
async def test_the_failure_desk_fits(size: tuple[int, int]) -> None:
    async with dashboard(scenes.failing(), size=size) as desk:
        await open_failures(desk)
        await desk.expect(lambda: "No face" in desk.screen_text())
        assert "support" in desk.screen_text()
        assert all(len(line) == size[0] for line in desk.screen_text().splitlines())


async def test_insight_groups_measures_and_saves_what_it_shows(tmp_path: Path) -> None:
    billing = Billing(price_per_unit=0.5, currency="[b]")
    async with dashboard(scenes.of_two_weeks(), state_dir=tmp_path, billing=billing) as desk:
        await desk.press("dollar_sign")
        await desk.opened("InsightScreen")
        await desk.expect(lambda: "2026-11-21" in desk.screen_text())
        assert "shows: tasks" in desk.screen_text()
        await desk.press("m", "m", "tab", "tab")
        await desk.expect(lambda: "akool-standard" in desk.screen_text())
        assert "shows: time in the queue" in desk.screen_text()
        await desk.press("shift+tab", "h", "h")
        await desk.expect(lambda: "client-a" in desk.screen_text())
        await desk.press("2")
        await desk.expect(lambda: "1080p" in desk.screen_text())
        await desk.press("c", "c")
        await desk.said("Saved as CSV|")
        saved = sorted((tmp_path / "videos").iterdir())
        assert [path.name for path in saved] == [
            "headswap-insight-resolution-2026-11-22-2.csv",
            "headswap-insight-resolution-2026-11-22.csv",
        ]
        assert saved[0].stat().st_mode & 0o777 == 0o600
        text = desk.screen_text()
        for row in csv.DictReader(saved[0].read_text().splitlines()):
            line = next(line for line in text.splitlines() if (row["resolution"] or "none") in line)
            cells = line.split()
            assert row["tasks"] in cells
            assert row["billed"] in cells
            assert f"{row['cost_[b]']}" in cells
            if row["processing_median_s"]:
                assert exact_span(float(row["processing_median_s"])) in line
        await desk.press("escape")
        await desk.closed()


async def test_insight_without_tasks_or_disk_says_so(tmp_path: Path) -> None:
    async with dashboard(scenes.engine([])) as desk:
        await desk.press("dollar_sign")
        await desk.said("Nothing is tracked yet")
        assert desk.dialog == "MainScreen"
    (tmp_path / "videos").write_text("a file where the directory should be")
    async with dashboard(state_dir=tmp_path) as desk:
        await desk.press("dollar_sign")
        await desk.opened("InsightScreen")
        await desk.press("c")
        await desk.said("Not saved|")


async def test_the_plot_without_colours_tells_its_parts_by_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with dashboard(scenes.of_two_weeks(), size=(80, 24)) as desk:
        await desk.press("dollar_sign")
        await desk.opened("InsightScreen")
        await desk.press("p")
        await desk.expect(lambda: "█ completed   ▒ failed   ░ not ended" in desk.screen_text())


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24), (100, 30), (200, 60)])
async def test_the_insight_fits(size: tuple[int, int]) -> None:
    async with dashboard(scenes.of_two_weeks(), size=size) as desk:
        await desk.press("dollar_sign")
        await desk.opened("InsightScreen")
        await desk.expect(lambda: "2026-11-22" in desk.screen_text())
        assert "total" in desk.screen_text()
        assert "CSV" in desk.screen_text()


async def test_the_desk_follows_what_fails_and_stays_on_its_reason() -> None:
    async with dashboard(scenes.failing()) as desk:
        await open_failures(desk)
        await desk.press("j")
        await desk.expect(lambda: "the video could not be processed" in desk.screen_text())
        desk.engine.put(
            *(scenes.ended(60 + n, 4, f"Late {n}", error_reason="disk full", error_code=5) for n in range(5))
        )
        await desk.expect(lambda: "13 failed" in desk.screen_text())
        assert "disk full" in desk.screen_text()
        assert "the video could not be processed" in desk.screen_text()
        await desk.press("enter")
        await desk.closed()
        assert desk.main.lineup.order == [scenes.task_id(40), scenes.task_id(41)]


async def test_the_desk_stands_when_nothing_has_failed_any_more() -> None:
    async with dashboard(scenes.engine([scenes.ended(1, 4, error_reason="odd")])) as desk:
        await open_failures(desk)
        await desk.engine.remove([scenes.task_id(1)])
        await desk.expect(lambda: "Nothing is failed or missing any more." in desk.screen_text())
        await desk.press("y", "enter", "j")
        assert desk.dialog == "FailureDesk"
        desk.engine.put(scenes.ended(2, 4, error_reason="odder"))
        await desk.expect(lambda: "odder" in desk.screen_text())
        await desk.press("escape")
        await desk.closed()


async def test_insight_follows_the_records() -> None:
    async with dashboard(scenes.of_two_weeks(), size=(120, 40)) as desk:
        await desk.press("dollar_sign")
        await desk.opened("InsightScreen")
        await desk.press("2")
        await desk.expect(lambda: "1080p" in desk.screen_text())
        desk.engine.put(*(scenes.ended(300 + number, 3, resolution="8k") for number in range(3)))
        await desk.expect(lambda: "8k" in desk.screen_text())
        assert desk.dialog == "InsightScreen"


async def test_the_plot_stands_above_the_table_or_in_its_place() -> None:
    async with dashboard(scenes.of_two_weeks(), size=(120, 40)) as desk:
        await desk.press("dollar_sign")
        await desk.opened("InsightScreen")
        await desk.expect(lambda: "Tasks by day" in desk.screen_text() and "total" in desk.screen_text())
        await desk.press("m", "m")
        await desk.expect(lambda: "Time in the queue (median) by day" in desk.screen_text())
        await desk.press("p")
        await desk.expect(lambda: "by day" not in desk.screen_text())
    async with dashboard(scenes.of_two_weeks(), size=(80, 24)) as desk:
        await desk.press("dollar_sign")
        await desk.opened("InsightScreen")
        await desk.expect(lambda: "total" in desk.screen_text())
        await desk.press("p")
        await desk.expect(lambda: "Tasks by day" in desk.screen_text() and "total" not in desk.screen_text())
        await desk.press("tab")
        await desk.expect(lambda: "total" in desk.screen_text())
