"""Commands about what is looked at, and about the program: views, order, marks, detail, filter, theme, help, quit."""

from __future__ import annotations

import pytest

from headswap_tui.domain.task import State
from headswap_tui.ui import terminal
from headswap_tui.ui.commands import COMMANDS
from headswap_tui.ui.screens.main import MainScreen
from tests import scenes
from tests.ui.driving import dashboard


async def test_views_by_number_and_by_bracket() -> None:
    async with dashboard() as desk:
        seen = []
        for key in ("2", "3", "4", "1", "left_square_bracket", "right_square_bracket", "right_square_bracket"):
            await desk.press(key)
            seen.append((desk.main.lineup.view, len(desk.main.lineup.order)))
        counts = [
            ("active", 6),
            ("completed", 3),
            ("failed", 3),
            ("all", 12),
            ("failed", 3),
            ("all", 12),
            ("active", 6),
        ]
        assert seen == counts


async def test_sort_by_any_column_both_ways_is_remembered() -> None:
    async with dashboard() as desk:
        await desk.press("s")
        await desk.opened("SortDialog")
        await desk.press("g", "enter")
        await desk.closed()
        assert (desk.main.lineup.sort, desk.main.lineup.descending) == ("state", False)
        states = [desk.engine.tasks[task_id].state for task_id in desk.main.lineup.order]
        assert states[0] is State.PROCESSING
        await desk.press("S")
        assert desk.engine.tasks[desk.main.lineup.order[0]].state is State.MISSING
        assert (desk.main.memory.sort, desk.main.memory.reverse) == ("state", True)


async def test_the_cursor_stays_on_its_task_when_the_order_changes() -> None:
    async with dashboard() as desk:
        await desk.go_to(13)
        await desk.press("S")
        assert desk.cursor == scenes.task_id(13)
        await desk.press("4")
        assert desk.cursor == scenes.task_id(13)


async def test_next_and_previous_failure_go_round() -> None:
    async with dashboard() as desk:
        seen = []
        for key in ("f", "f", "f", "F"):
            await desk.press(key)
            seen.append(desk.cursor)
        assert seen == [scenes.task_id(number) for number in (14, 13, 14, 13)]


async def test_next_failure_without_one_says_so() -> None:
    async with dashboard(scenes.engine([scenes.processing(1, 10.0)])) as desk:
        await desk.press("f", "F")
        assert desk.told == ["|No failed task is shown."] * 2


async def test_marks_by_one_by_range_and_all() -> None:
    async with dashboard() as desk:
        table = desk.main.table
        await desk.press("space")
        assert len(table.marked) == 1
        await desk.press("v", "j", "j", "v", "j")
        assert len(table.marked) == 4
        await desk.press("A")
        assert len(table.marked) == 12
        await desk.press("A")
        assert len(table.marked) == 0


async def test_moving() -> None:
    async with dashboard() as desk:
        rows = []
        for key in ("j", "down", "k", "up", "G", "g", "end", "home", "ctrl+d", "ctrl+u", "pagedown", "pageup"):
            await desk.press(key)
            rows.append(desk.main.table.cursor_row)
        assert rows == [1, 2, 1, 0, 11, 0, 11, 0, 11, 0, 11, 0]


async def test_detail_opens_takes_the_keys_and_is_left() -> None:
    async with dashboard() as desk:
        pane = desk.main.body.detail
        seen = []
        for key in ("enter", "j", "enter", "escape", "enter", "w"):
            await desk.press(key)
            seen.append((desk.detail_open, pane.has_focus, pane.wrap))
        assert seen == [
            (True, True, True),
            (True, True, True),
            (False, False, True),
            (False, False, True),
            (True, False, True),
            (True, False, False),
        ]
        assert (desk.main.memory.detail, desk.main.memory.wrap) == (True, False)


@pytest.mark.parametrize("size", [(120, 36), (80, 20)])
async def test_enter_in_the_detail_closes_it_and_leaves_filter_and_marks_alone(size: tuple[int, int]) -> None:
    async with dashboard(size=size) as desk:
        await desk.press("space", "slash", "e", "enter")
        if not desk.main.body.is_open:
            await desk.press("enter")
        if not desk.main.body.detail.has_focus:
            await desk.press("enter")
        assert desk.main.body.detail.has_focus
        await desk.press("enter")
        assert (desk.detail_open, desk.main.table.has_focus) == (False, True)
        assert (desk.main.lineup.filter_text, len(desk.main.table.marked)) == ("e", 1)


async def test_the_footer_says_what_the_keys_do_in_the_detail() -> None:
    async with dashboard(size=(160, 36)) as desk:

        def last_line() -> str:
            return desk.screen_text().splitlines()[-1].strip()

        await desk.press("enter")
        assert last_line().startswith("j k scroll  enter close  esc table  a add")
        assert "enter detail" not in last_line()
        await desk.press("A")
        assert last_line().startswith("j k scroll  enter close  esc unmark")
        await desk.press("escape", "escape")
        assert desk.main.table.has_focus
        assert "enter detail" in last_line()


@pytest.mark.parametrize("keep", [(), ("enter",)])
async def test_a_filter_that_matches_nothing_gives_the_cursor_back(keep: tuple[str, ...]) -> None:
    async with dashboard() as desk:
        await desk.go_to(14)
        await desk.press("slash", *"tzzz", *keep)
        assert desk.cursor is None
        await desk.press("escape")
        assert desk.cursor == scenes.task_id(14)


async def test_a_cursor_that_was_moved_among_the_filtered_stays_there() -> None:
    async with dashboard() as desk:
        await desk.go_to(2)
        await desk.press("slash", *"state:failed", "down")
        chosen = desk.cursor
        await desk.press("escape")
        assert chosen not in (None, scenes.task_id(2))
        assert desk.cursor == chosen


async def test_a_view_without_tasks_gives_the_cursor_back() -> None:
    async with dashboard(scenes.engine([scenes.processing(number, 10.0) for number in (1, 2, 3)])) as desk:
        await desk.go_to(2)
        await desk.press("4", "1")
        assert desk.cursor == scenes.task_id(2)


async def test_escape_leaves_in_order_and_never_quits() -> None:
    async with dashboard() as desk:
        await desk.press("space", "slash", "t", "enter", "question_mark")
        await desk.opened("HelpDialog")
        seen = []
        for _ in range(6):
            await desk.press("escape")
            await desk.closed()
            seen.append((desk.main.lineup.is_narrowed, bool(desk.main.table.marked), desk.detail_open))
        assert seen[:4] == [(True, True, True), (False, True, True), (False, False, True), (False, False, False)]
        assert isinstance(desk.app.screen, MainScreen)
        assert desk.app.is_running


async def test_filter_is_live_and_says_what_is_wrong() -> None:
    async with dashboard() as desk:
        await desk.press("slash")
        await desk.type("state:failed")
        assert {desk.engine.tasks[task_id].state for task_id in desk.main.lineup.order} == {State.FAILED}
        await desk.expect(lambda: "2 of 12" in desk.screen_text())
        await desk.type(",nonsense")
        await desk.expect(lambda: "nonsense" in desk.main.lineup.filter.problem)
        await desk.press("escape")
        assert len(desk.main.lineup.order) == 12


async def test_theme_is_tried_on_and_left_or_kept() -> None:
    async with dashboard() as desk:
        desk.main.run_command("theme")
        await desk.opened("ThemeDialog")
        await desk.press("j")
        assert desk.app.theme != "headswap-dark"
        await desk.press("escape")
        await desk.closed()
        assert desk.app.theme == "headswap-dark"
        desk.main.run_command("theme")
        await desk.opened("ThemeDialog")
        await desk.press("j", "enter")
        await desk.closed()
        await desk.expect(lambda: desk.main.memory.theme == desk.app.theme == "headswap-light")


async def test_help_shows_every_command() -> None:
    async with dashboard(size=(120, 80)) as desk:
        await desk.press("f1")
        await desk.opened("HelpDialog")
        text = desk.screen_text()
        assert [command.id for command in COMMANDS if command.label not in text] == []


async def test_palette_runs_commands_and_says_why_not() -> None:
    async with dashboard() as desk:
        await desk.press("colon")
        await desk.opened("CommandPalette")
        await desk.type("undo")
        await desk.expect(lambda: "not now: nothing to undo in this session" in desk.screen_text())
        await desk.press("escape")
        await desk.closed()
        await desk.press("ctrl+p")
        await desk.opened("CommandPalette")
        await desk.type("pause or")
        await desk.expect(lambda: "Pause or resume" in desk.screen_text())
        await desk.press("enter")
        await desk.expect(lambda: desk.engine.paused)


async def test_palette_shows_brackets_as_they_are() -> None:
    async with dashboard() as desk:
        await desk.press("colon")
        await desk.opened("CommandPalette")
        await desk.type("callback")
        await desk.expect(lambda: "listen in [webhook] of" in desk.screen_text())


async def test_palette_goes_to_a_task() -> None:
    async with dashboard() as desk:
        await desk.press("colon")
        await desk.opened("CommandPalette")
        await desk.type("promo")
        await desk.expect(lambda: "Go to promo [/b] [red]" in desk.screen_text())
        await desk.press("enter")
        await desk.closed()
        assert desk.cursor == scenes.task_id(14)


async def test_quit_asks_only_while_a_download_runs() -> None:
    async with dashboard() as desk:
        await desk.press("q")
        await desk.opened("ConfirmDialog")
        await desk.press("enter")
        await desk.closed()
        assert desk.app.is_running
        desk.engine.transfers.clear()
        await desk.press("q")
        await desk.expect(lambda: not desk.app.is_running)
    assert desk.engine.stopped


async def test_ctrl_q_asks_as_well() -> None:
    async with dashboard() as desk:
        await desk.press("ctrl+q")
        await desk.opened("ConfirmDialog")
        await desk.press("y")
        await desk.expect(lambda: not desk.app.is_running)
    assert desk.engine.stopped


@pytest.mark.parametrize(
    ("key", "says"),
    [("q", "Press q to quit."), ("Q", "Press Q to quit."), ("", "Choose “Quit” in the palette to quit.")],
)
async def test_ctrl_c_says_how_to_quit(key: str, says: str) -> None:
    async with dashboard(keys={"quit": key}) as desk:
        await desk.press("ctrl+c")
        await desk.said(says)
        assert desk.app.is_running


async def test_suspend_goes_to_textual(monkeypatch: pytest.MonkeyPatch) -> None:
    async with dashboard() as desk:
        suspended: list[bool] = []
        monkeypatch.setattr(desk.app, "action_suspend_process", lambda: suspended.append(True))
        monkeypatch.setattr(terminal, "has_shell", lambda: False)
        await desk.press("ctrl+z")
        await desk.said("No shell is behind it")
        assert suspended == []
        monkeypatch.setattr(terminal, "has_shell", lambda: True)
        await desk.press("ctrl+z")
        assert suspended == [True]


async def test_keys_of_the_users_own() -> None:
    async with dashboard(keys={"refresh": "d", "filter": ["ctrl+f", "?"], "nonsense": "z", "undo": "U"}) as desk:
        await desk.press("d")
        assert len(desk.engine.called("refresh")) == 1
        assert desk.engine.called("download") == []
        await desk.press("question_mark")
        assert desk.main.filter_bar.display
        problems = " ".join(desk.toasts)
        assert "no command `nonsense`" in problems
        assert "d is set for `refresh`, so `download` does not have it" in problems
        await desk.press("escape", "z")
        await desk.said("U brings it back")
