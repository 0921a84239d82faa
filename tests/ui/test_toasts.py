"""Messages: where they stand, how many lines they take, and which of them makes way."""

from __future__ import annotations

import pytest
from textual.widgets._toast import Toast  # no public name for it

from headswap_tui.domain.events import TasksFinished
from tests import scenes
from tests.ui.driving import dashboard


async def test_many_ends_are_one_toast_and_the_next_wait_for_company() -> None:
    now = scenes.NOW_MS
    async with dashboard(now_ms=lambda: now) as desk:
        desk.engine.emit(TasksFinished(frozenset({scenes.task_id(12), scenes.task_id(16)})))
        await desk.said("2 tasks completed")
        desk.engine.emit(TasksFinished(frozenset({scenes.task_id(13)})))
        now += 1_000
        desk.engine.emit(TasksFinished(frozenset({scenes.task_id(14)})))
        desk.main.beat()
        assert len(desk.toasts) == 1
        now += 1_000
        await desk.said("2 tasks failed")
        assert len(desk.toasts) == 1


@pytest.mark.parametrize("size", [(40, 10), (100, 20), (50, 40)])
async def test_in_a_small_terminal_a_toast_hides_no_row_and_no_key(size: tuple[int, int]) -> None:
    async with dashboard(size=size) as desk:
        below = desk.screen_text().splitlines()[1:]
        desk.engine.emit(TasksFinished(frozenset({scenes.task_id(13)})))
        await desk.said("Task failed: Interview, close-up: No face was found")
        await desk.expect(lambda: "Task failed: " in desk.screen_text().splitlines()[0])
        assert desk.screen_text().splitlines()[1:] == below
        assert desk.app.screen.query_one(Toast).region.right == size[0], "nothing of the status line beside it"
        assert len(desk.toasts) == 1


async def test_under_a_dialog_there_is_no_second_one() -> None:
    """From the palette to a dialog: the list has the screen for a moment between the two."""
    async with dashboard(size=(80, 24)) as desk:
        desk.main.tell("Said before. " * 4)
        await desk.expect(lambda: "Said before." in desk.screen_text())
        await desk.press(":")
        await desk.opened("CommandPalette")
        await desk.press(*"theme", "enter")
        await desk.opened("ThemeDialog")
        for _ in range(3):
            await desk.pilot.pause()
        assert sum(line.count("▌ Said before.") for line in desk.screen_text().splitlines()) == 1


@pytest.mark.parametrize("size", [(80, 24), (80, 36)])
async def test_what_failed_is_named_also_where_the_terminal_shrinks_to_one_line(size: tuple[int, int]) -> None:
    async with dashboard(size=size) as desk:
        desk.engine.emit(TasksFinished(frozenset({scenes.task_id(13)})))
        await desk.expect(lambda: "▌ Task failed: Interview, close-up  " in desk.screen_text())
        assert "▌ No face was found" in desk.screen_text(), "why has a line of its own"
        await desk.pilot.resize_terminal(40, 10)
        await desk.expect(lambda: desk.screen_text().startswith("▌ Task failed: Interview, close-up"))


@pytest.mark.parametrize(("size", "lines", "width"), [((80, 24), 1, 80), ((80, 36), 2, 56)])
async def test_a_toast_is_one_small_box_above_the_footer(size: tuple[int, int], lines: int, width: int) -> None:
    async with dashboard(size=size) as desk:
        desk.engine.emit(TasksFinished(frozenset({scenes.task_id(12), scenes.task_id(16)})))
        await desk.said("2 tasks completed")
        for words in ("one", "two " * 40):
            desk.main.tell(words, title="Title")
        await desk.expect(lambda: [toast.region.height for toast in desk.app.screen.query(Toast)] == [lines])
        assert desk.app.screen.query_one(Toast).region.bottom == size[1] - 1
        assert desk.app.screen.query_one(Toast).region.width <= width


async def test_a_hint_keeps_its_line() -> None:
    async with dashboard(size=(80, 24)) as desk:
        desk.main.tell("to the clipboard.\ntmux needs a setting.", title="Sent")
        await desk.expect(lambda: "▌ Sent: to the clipboard." in desk.screen_text())
        assert "▌ tmux needs a setting." in desk.screen_text()


async def test_trouble_has_its_lines_where_talk_has_one() -> None:
    async with dashboard(size=(80, 24)) as desk:
        desk.main.tell("clip.mp4: no face", title="Task failed", severity="error", is_answer=False)
        desk.main.tell("Sent to\nthe clipboard.", title="Copied")
        await desk.said("Copied: Sent to the clipboard.|Task failed: clip.mp4: no face")
        await desk.expect(lambda: [toast.region.height for toast in desk.app.screen.query(Toast)] == [2])
        assert desk.app.screen.query_one(Toast).region.bottom == 23


async def test_small_talk_does_not_push_trouble_away() -> None:
    async with dashboard() as desk:
        desk.main.tell("clip.mp4: no face", title="Task failed", severity="error", is_answer=False)
        desk.main.tell("Copied.")
        await desk.said("Copied.|Task failed: clip.mp4: no face")
        desk.main.tell("Saved.")
        await desk.said("Saved.|Task failed: clip.mp4: no face")
        assert len(desk.toasts) == 1


async def test_under_a_dialog_a_message_stands_once_and_afterwards_again() -> None:
    async with dashboard(size=(80, 24)) as desk:
        long = (
            "The settings name something that there is not, at some length so that it takes more than most of the row."
        )
        desk.main.tell(long, severity="warning", is_answer=False)
        await desk.expect(lambda: "▌ The settings" in desk.screen_text())
        desk.main.run_command("sort")
        await desk.opened("SortDialog")
        await desk.expect(lambda: desk.screen_text().count("▌ The set") == 1)
        await desk.press("escape")
        await desk.closed()
        await desk.expect(lambda: desk.screen_text().count("▌ The settings") == 1)
