"""Each command by its key: it works, and where it cannot it says why."""

from __future__ import annotations

import re

import pytest
from textual.widgets import TextArea

from headswap_tui.domain.errors import StoreWriteFailed
from headswap_tui.domain.events import Connection, Mode
from headswap_tui.ui.commands import COMMANDS
from tests import scenes
from tests.ui.driving import dashboard
from tests.ui.fake_engine import FakeEngine

NEW = "64f7c0ffee" + "0" * 14


def empty() -> FakeEngine:
    return scenes.engine([])


async def test_every_command_has_a_handler() -> None:
    async with dashboard() as desk:
        assert {command.id for command in COMMANDS} == desk.main._runner.handlers.keys()


async def test_with_every_key_downloads_hold_back_for_a_moment() -> None:
    async with dashboard() as desk:
        before = desk.engine.attended
        await desk.press("j", "k")
        assert desk.engine.attended == before + 2


async def test_without_tasks_a_key_says_why_it_does_nothing() -> None:
    keys = ["e", "x", "r", "d", "D", "y", "Y", "o", "n", "J", "enter", "space", "v", "A"]
    async with dashboard(empty()) as desk:
        await desk.press(*keys)
        await desk.expect(lambda: len(desk.told) == len(keys))
        assert set(desk.told) == {"|Nothing is tracked yet: add a task first."}
        assert {name for name, _ in desk.engine.calls} <= {"show"}


async def test_a_filter_that_hides_all_is_named_as_the_reason() -> None:
    async with dashboard() as desk:
        await desk.press("slash")
        await desk.type("zzzz")
        await desk.press("enter", "r")
        assert desk.told == ["|No task is shown here: change the view or the filter."]


async def test_add_tracks_and_goes_there() -> None:
    async with dashboard() as desk:
        await desk.press("a")
        await desk.opened("AddDialog")
        await desk.type(NEW)
        await desk.press("enter")
        await desk.closed()
        await desk.said("Tracking it.")
        await desk.expect(lambda: desk.cursor == NEW)
        assert desk.engine.called("add") == [((NEW,), None, ())]


async def test_add_that_cannot_be_written_says_so_and_tracks_nothing() -> None:
    async with dashboard() as desk:
        desk.engine.trouble = StoreWriteFailed("The disk is full.", "Free some room; nothing was added.")
        await desk.press("a")
        await desk.opened("AddDialog")
        await desk.type(NEW)
        await desk.press("enter")
        await desk.expect(lambda: "Not added: The disk is full. Free some room" in desk.screen_text())
        assert len(desk.engine.tasks) == len(scenes.few_tasks())


async def test_edit_changes_label_and_tags_and_undo_brings_them_back() -> None:
    async with dashboard() as desk:
        await desk.go_to(2)
        await desk.press("e")
        await desk.opened("EditDialog")
        await desk.type("!")
        await desk.press("tab")
        await desk.type("new")
        await desk.press("enter")
        await desk.closed()
        await desk.said("Saved")
        assert (desk.task(2).label, desk.task(2).tags) == ("Music video, chorus!", ("new",))
        await desk.press("u")
        await desk.said("Taken back: Music video, chorus is as before the edit.")
        assert (desk.task(2).label, desk.task(2).tags) == ("Music video, chorus", ())


async def test_edit_of_many_adds_and_takes_tags_and_leaves_labels() -> None:
    async with dashboard() as desk:
        await desk.press("A", "e")
        await desk.opened("EditDialog")
        await desk.press("tab")
        await desk.type("+new -client-a")
        await desk.press("enter")
        await desk.said("Edited 12 tasks")
        assert desk.task(1).tags == ("new",)
        assert desk.task(18).tags == ("client-b", "new")
        assert desk.task(1).label == "Trailer, English dub"
        await desk.press("u")
        await desk.said("Taken back: 12 tasks are as before the edit.")
        assert desk.task(1).tags == ("client-a",)


async def test_remove_one_needs_no_question_and_undo_brings_it_back() -> None:
    async with dashboard() as desk:
        await desk.go_to(16)
        before = desk.task(16)
        await desk.press("x")
        await desk.said("Removed Teaser 30s; u brings it back.")
        assert before.id not in desk.engine.tasks
        await desk.press("u")
        await desk.expect(lambda: desk.engine.tasks.get(before.id) is before)


async def test_remove_many_asks_and_the_default_is_no() -> None:
    async with dashboard() as desk:
        await desk.press("space", "space", "x")
        await desk.opened("ConfirmDialog")
        await desk.press("enter")
        await desk.closed()
        assert desk.engine.called("remove") == []
        await desk.press("x")
        await desk.opened("ConfirmDialog")
        await desk.press("y")
        await desk.said("Removed 2 tasks; u brings them back.")
        assert len(desk.engine.tasks) == len(scenes.few_tasks()) - 2


@pytest.mark.parametrize("count", [9, 500])
async def test_undo_of_a_removal_brings_all_back_in_their_order_and_goes_to_the_first(count: int) -> None:
    async with dashboard(empty()) as desk:
        await desk.engine.add([scenes.task_id(number) for number in range(1, count + 1)])
        await desk.expect(lambda: len(desk.main.lineup.order) == count)
        shown, listed = desk.main.lineup.order, list(desk.engine.tasks)
        for marks in (("A",), ("g", "j", "j", "space", "j", "space")):
            await desk.press(*marks, "x")
            await desk.opened("ConfirmDialog")
            removed = [task_id for task_id in shown if task_id in desk.main.table.marked]
            await desk.press("y")
            await desk.said(f"Removed {len(removed)} tasks")
            await desk.press("G", "u")
            await desk.expect(lambda: desk.told[-1].startswith("|Taken back: "))
            assert desk.main.lineup.order == shown
            assert desk.cursor == removed[0]
            if len(removed) == count:
                assert list(desk.engine.tasks) == listed


async def test_marks_that_are_all_hidden_are_not_swapped_for_the_cursors_row() -> None:
    async with dashboard() as desk:
        await desk.press("space", "space", "3")
        assert desk.cursor is not None
        before = dict(desk.engine.tasks)
        for key in ("x", "d", "e", "z", "n", "r", "y"):
            await desk.press(key)
        why = "|The 2 marked tasks are hidden here: change the view or the filter, or unmark (esc)."
        assert desk.told == [why] * 7
        assert (desk.engine.tasks, desk.engine.called("download"), desk.dialog) == (before, [], "MainScreen")
        await desk.press("J")
        await desk.opened("RawDialog")
        await desk.press("escape", "escape")
        await desk.press("x")
        await desk.said("Removed")


async def test_undo_with_nothing_to_undo_says_so() -> None:
    async with dashboard() as desk:
        await desk.press("u")
        assert desk.told == ["|Nothing to undo in this session."]


async def test_an_undo_that_cannot_be_written_can_be_tried_again() -> None:
    async with dashboard() as desk:
        await desk.go_to(16)
        await desk.press("x")
        await desk.said("Removed")
        desk.engine.trouble = StoreWriteFailed("The disk is full.")
        await desk.press("u")
        await desk.said("The disk is full.")
        desk.engine.trouble = None
        await desk.press("u")
        await desk.expect(lambda: scenes.task_id(16) in desk.engine.tasks)


async def test_refresh_asks_about_the_marked_ones_or_the_cursors() -> None:
    async with dashboard() as desk:
        await desk.go_to(2)
        await desk.press("r")
        await desk.press("space", "space", "r", "R")
        ids = [scenes.task_id(number) for number in (2, 1)]
        assert desk.engine.called("refresh") == [[ids[0]], ids]
        assert desk.engine.called("refresh_all") == [None]


async def test_pause_and_resume() -> None:
    async with dashboard() as desk:
        await desk.press("p")
        assert desk.engine.paused
        await desk.expect(lambda: "paused" in desk.screen_text())
        await desk.press("p")
        assert not desk.engine.paused


async def test_pace_within_its_limits() -> None:
    async with dashboard() as desk:
        await desk.press("plus", "plus", "minus", "minus", "minus")
        assert [toast.partition("|")[2] for toast in desk.told] == [
            "Asking 2 times more often than usual.",
            "That is the limit; the settings polling.min_interval and requests_per_second hold.",
            "Asking as often as usual.",
            "Asking 2 times less often than usual.",
            "That is the limit; the settings polling.max_interval and requests_per_second hold.",
        ]


async def test_without_a_key_nothing_is_asked() -> None:
    made = scenes.engine()
    made.connection = Connection(mode=Mode.NO_KEY)
    async with dashboard(made) as desk:
        await desk.press("R", "p", "plus", "minus")
        await desk.expect(lambda: len(desk.told) == 4)
        assert all(toast.startswith("|No key is set, so nothing is asked") for toast in desk.told)


async def test_retry_only_where_something_is_wrong() -> None:
    async with dashboard() as desk:
        desk.main.run_command("retry")
        await desk.said("There is no trouble to retry.")
        desk.engine.connect(scenes.REFUSED)
        desk.main.run_command("retry")
        await desk.said("Trying again.")
        assert desk.engine.called("retry") == [None]


async def test_download_and_cancel() -> None:
    async with dashboard() as desk:
        await desk.go_to(12)
        await desk.press("D")
        await desk.press("d")
        await desk.press("D")
        assert desk.engine.called("download") == [[scenes.task_id(12)]]
        assert desk.engine.called("cancel_download") == [[scenes.task_id(12)]]
        assert desk.told[0] == "|No download of it is queued or running."


async def test_download_says_why_there_is_none() -> None:
    reasons = {
        13: "It failed: there is no video.",
        15: "The service does not know this task: there is no video.",
        19: "The service has not answered about it yet.",
        2: "It has no video yet.",
    }
    async with dashboard() as desk:
        for number in reasons:
            await desk.go_to(number)
            await desk.press("d", "Y", "o")
        await desk.expect(lambda: len(desk.told) == 12)
        assert desk.told == [f"|{why}" for why in reasons.values() for _ in range(3)]


async def test_download_of_many_takes_those_that_have_a_video() -> None:
    async with dashboard() as desk:
        await desk.press("A", "d")
        assert desk.engine.called("download") == [[scenes.task_id(number) for number in (16, 12, 11)]]
        assert desk.told == ["|Downloading 3 videos."]


async def test_copy_shows_the_text_too() -> None:
    async with dashboard() as desk:
        await desk.go_to(12)
        await desk.press("y")
        assert desk.app.clipboard == scenes.task_id(12)
        await desk.press("Y")
        assert desk.app.clipboard == scenes.video(12)
        assert scenes.task_id(12) in desk.told[0]
        assert scenes.video(12).partition("?")[0] in desk.told[1]
        assert "secret12" not in desk.told[1], "the signature is copied, not shown"
        await desk.press("space", "space", "y")
        assert desk.app.clipboard.splitlines() == [scenes.task_id(12), scenes.task_id(11)]


async def test_open_without_a_display_shows_the_link_to_copy() -> None:
    async with dashboard() as desk:
        await desk.go_to(12)
        await desk.press("o")
        await desk.opened("LinkDialog")
        assert desk.app.screen.query_one(TextArea).text == scenes.video(12)
        await desk.press("y")
        assert desk.app.clipboard == scenes.video(12)
        await desk.press("escape")
        await desk.closed()


async def test_open_prefers_the_file() -> None:
    async with dashboard() as desk:
        await desk.go_to(11)
        await desk.press("o")
        await desk.opened("LinkDialog")
        assert "/home/ada/Downloads/headswap/take_11_final.mp4" in desk.screen_text()


async def test_raw_json_shows_the_record() -> None:
    async with dashboard() as desk:
        await desk.go_to(13)
        await desk.press("J")
        await desk.opened("RawDialog")
        text = desk.screen_text()
        assert '"error_code": 20012' in text
        assert '"progress": ' in text
        assert not re.search(r"\d\.0\b", text), "whole numbers as the service writes them"
        await desk.press("w", "q")
        await desk.closed()


async def test_notify_switches_the_bell() -> None:
    async with dashboard() as desk:
        await desk.go_to(2)
        await desk.press("n")
        await desk.expect(lambda: desk.task(2).notify)
        await desk.press("n")
        await desk.expect(lambda: not desk.task(2).notify)
        await desk.go_to(12)
        await desk.press("n")
        await desk.said("It has ended already.")
