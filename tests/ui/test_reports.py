"""The reports over the list: the failure desk."""

from __future__ import annotations

import pytest

from headswap_tui.config.secret import Secret
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


async def test_the_note_for_support_goes_to_the_clipboard_without_secrets() -> None:
    Secret("Planted-Key-77")
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


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24), (200, 60)])
async def test_the_failure_desk_fits(size: tuple[int, int]) -> None:
    async with dashboard(scenes.failing(), size=size) as desk:
        await open_failures(desk)
        await desk.expect(lambda: "No face" in desk.screen_text())
        assert "support" in desk.screen_text()
        assert all(len(line) == size[0] for line in desk.screen_text().splitlines())
