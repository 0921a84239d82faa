"""Each command of the table, none left out: it works, says why where it cannot, and survives an engine that fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from textual.widgets import Input

from headswap_tui.domain.errors import StoreWriteFailed
from headswap_tui.domain.events import Connection, Mode
from headswap_tui.ui import situation, terminal
from headswap_tui.ui.commands import BY_ID, COMMANDS, GROUPS, MOVING, Command
from headswap_tui.ui.pictures import kind
from headswap_tui.ui.pictures.kind import Choice
from headswap_tui.ui.screens.main import MainScreen
from tests import scenes
from tests.ui.driving import Desk, dashboard
from tests.ui.fake_engine import FakeEngine
from tests.ui.test_profiles import FakeProfiles, FakeWebhook

Claim = Callable[[Desk], Any]


@dataclass(frozen=True)
class Case:
    """What is true after the command and was not before."""

    shows: Claim
    on: int = 2
    """Number of the task under the cursor."""
    first: tuple[str, ...] = ()
    """Keys pressed before."""
    by: str = ""
    """The engine's call that it comes down to, with `on` as its argument or without any; empty: none."""


def opens(dialog: str, **more: Any) -> Case:
    return Case(lambda desk: desk.dialog == dialog, **more)


def calls(name: str, **more: Any) -> Case:
    return Case(lambda desk: desk.engine.called(name), by=name, **more)


def views(name: str, first: tuple[str, ...] = ()) -> Case:
    return Case(lambda desk: desk.main.lineup.view == name, first=first)


def row_is(row: Callable[[Desk], int], *first: str) -> Case:
    return Case(lambda desk: desk.main.table.cursor_row == row(desk), first=("g", *first))


def rows(desk: Desk) -> int:
    """Rows of a page."""
    return len(desk.main.table.visible_ids())


LAST: Final = 11
CASES: Final[Mapping[str, Case]] = {
    "add": opens("AddDialog"),
    "detail": Case(lambda desk: desk.main.body.detail.has_focus),
    "edit": opens("EditDialog"),
    "remove": calls("remove"),
    "archive": Case(lambda desk: desk.task(2).archived),
    "undo": Case(lambda desk: not desk.task(2).archived, first=("z",)),
    "notify": Case(lambda desk: desk.task(2).notify),
    "raw": opens("RawDialog"),
    "download": calls("download", on=12),
    "cancel_download": calls("cancel_download", on=16),
    "copy_id": Case(lambda desk: desk.app.clipboard == scenes.task_id(2)),
    "copy_url": Case(lambda desk: desk.app.clipboard == scenes.video(12), on=12),
    "open": opens("LinkDialog", on=12),
    "preview": Case(lambda desk: desk.main.memory.frames, on=11),
    "preview_source": Case(lambda desk: desk.engine.called("fetch_source") == [scenes.task_id(2)]),
    "refresh": calls("refresh"),
    "refresh_all": Case(lambda desk: desk.engine.called("refresh_all")),
    "pause": Case(lambda desk: desk.engine.paused),
    "faster": Case(lambda desk: desk.engine.connection.pace == 0.5),
    "slower": Case(lambda desk: desk.engine.connection.pace == 2.0),
    "retry": Case(lambda desk: desk.engine.called("retry")),
    "filter": Case(lambda desk: isinstance(desk.main.focused, Input)),
    "sort": opens("SortDialog"),
    "reverse": Case(lambda desk: not desk.main.lineup.descending),
    "view_all": views("all", ("2",)),
    "view_active": views("active"),
    "view_completed": views("completed"),
    "view_failed": views("failed"),
    **{f"view_{number}": views(str(number)) for number in range(5, 10)},
    "previous_view": views("9"),
    "next_view": views("active"),
    "next_failure": Case(lambda desk: desk.cursor == scenes.task_id(14)),
    "previous_failure": Case(lambda desk: desk.cursor == scenes.task_id(13)),
    "failures": opens("FailureDesk"),
    "insight": opens("InsightScreen"),
    "columns": opens("ColumnsDialog"),
    "wrap": Case(lambda desk: not desk.main.body.detail.wrap),
    "theme": opens("ThemeDialog"),
    "mark": Case(lambda desk: set(desk.main.table.marked) == {scenes.task_id(2)}),
    "mark_range": Case(lambda desk: desk.main.table.is_ranging),
    "mark_all": Case(lambda desk: len(desk.main.table.marked) == 12),
    "down": row_is(lambda _desk: 1),
    "up": row_is(lambda _desk: 2, "j", "j", "j"),
    "first": row_is(lambda _desk: 0, "j"),
    "last": row_is(lambda _desk: LAST),
    "half_down": row_is(lambda desk: rows(desk) // 2),
    "half_up": row_is(lambda desk: LAST - rows(desk) // 2, "G"),
    "page_down": row_is(rows),
    "page_up": row_is(lambda desk: LAST - rows(desk), "G"),
    "leave": Case(lambda desk: not desk.main.table.marked, first=("A",)),
    "help": opens("HelpDialog"),
    "palette": opens("CommandPalette"),
    "suspend": Case(lambda desk: desk.told == ["suspended|"]),
    "profile": opens("ProfileDialog"),
    "webhook": opens("LinkDialog"),
    "quit": opens("ConfirmDialog"),
}
SAVED: Final = {f"Mine {number}": f"id:{number}" for number in range(1, 6)}
LOW: Final = (120, 14)
"""So low that a page does not hold all rows."""


def test_no_command_is_forgotten() -> None:
    assert CASES.keys() == BY_ID.keys()


async def begin_anew(desk: Desk) -> None:
    """Everything as it was at first."""
    while not isinstance(desk.app.screen, MainScreen):
        await desk.press("escape")
    fresh = scenes.engine()
    desk.engine.tasks.clear()
    desk.engine.transfers = fresh.transfers
    desk.engine.connect(fresh.connection)
    desk.engine.put(*fresh.tasks.values())
    main = desk.main
    main.run_command("view_all")
    for _ in range(4):  # filter, marks, detail, whatever else there may be
        main.run_command("leave")
    main.lineup.sort_by("added", True)
    main.beat()
    main.show_order()
    if not main.body.is_full:
        main.body.open()
    main.body.detail.wrap = True
    main.remember(frames=False)
    main.body.show_frames(False)
    desk.engine.calls.clear()
    desk.told.clear()


def with_all(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    """Pictures can be drawn, whatever is installed; suspending is possible, and only written down."""
    monkeypatch.setattr(kind, "choose", lambda *_given, **_more: Choice("halfblock"))
    monkeypatch.setattr(terminal, "has_shell", lambda: True)
    monkeypatch.setattr(desk.app, "action_suspend_process", lambda: desk.told.append("suspended|"))


async def prepared(desk: Desk, command: Command) -> Case:
    """The case of that command, its scene set."""
    await begin_anew(desk)
    case = CASES[command.id]
    if command.id == "retry":
        desk.engine.connect(scenes.OFFLINE)
    if command.id == "preview_source":
        source = msgspec.structs.replace(desk.task(2).detail, source_video_url="https://files.example.com/in.mp4")  # type: ignore[type-var]  # it has one
        desk.engine.put(msgspec.structs.replace(desk.task(2), detail=source))
    desk.main.table.move_to(scenes.task_id(case.on))
    if case.first:
        await desk.press(*case.first)
    return case


@pytest.mark.parametrize("group", GROUPS)
async def test_they_work_by_key_or_name(group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = LOW if group == MOVING else (120, 36)
    async with dashboard(size=size, views=SAVED, profiles=FakeProfiles(tmp_path), webhook=FakeWebhook()) as desk:
        with_all(monkeypatch, desk)
        for command in (each for each in COMMANDS if each.group == group):
            case = await prepared(desk, command)
            assert not case.shows(desk), f"{command.id}: it must not be true before"
            keys = desk.main.keymap.keys[command.id]
            if keys:
                await desk.pilot.press(keys[0])
            else:
                desk.main.run_command(command.id)
            await desk.expect(partial(case.shows, desk), what=command.id)
            if case.by:
                assert desk.engine.called(case.by) == [[scenes.task_id(case.on)]], command.id


def needing() -> list[Command]:
    """The commands that cannot always be used."""
    return [command for command in COMMANDS if command.why_disabled is not situation.always]


async def test_each_says_why_it_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "has_shell", lambda: False)
    async with dashboard(scenes.engine([])) as desk:
        for command in needing():
            without_key = command.why_disabled is situation.needs_asking
            desk.engine.connect(Connection(Mode.NO_KEY if without_key else Mode.LIVE))
            why = command.why_disabled(desk.main.situation())
            assert why, command.id
            desk.told.clear()
            desk.main.run_command(command.id)
            assert [told.casefold() for told in desk.told] == [f"|{why}.".casefold()], command.id
            assert desk.dialog == "MainScreen", command.id
        assert {name for name, _argument in desk.engine.calls} <= {"show"}
        assert {command.id for command in COMMANDS} - {command.id for command in needing()} == {
            *("add", "filter", "sort", "reverse", "columns", "wrap", "theme", "leave", "help", "palette", "quit"),
            *("view_all", "view_active", "view_completed", "view_failed", "previous_view", "next_view"),
            *("down", "up", "first", "last", "half_down", "half_up", "page_down", "page_up"),
        }


class FailingEngine(FakeEngine):
    """From some moment on every call that changes or asks anything fails."""

    def fail(self) -> None:
        """From now on."""
        trouble = self.trouble = StoreWriteFailed("The disk is full.", "Free some room.")

        def refuse(*_given: Any, **_more: Any) -> Any:
            raise trouble

        for name in UNWRITTEN:
            setattr(self, name, refuse)

    def work(self) -> None:
        """No more."""
        self.trouble = None
        for name in UNWRITTEN & vars(self).keys():
            delattr(self, name)


UNWRITTEN: Final = {"refresh", "refresh_all", "pause", "resume", "pace", "download", "cancel_download", "retry"}
"""Calls that write nothing into the store by themselves."""


async def adding(desk: Desk) -> None:
    await desk.opened("AddDialog")
    await desk.type("64f7c0ffee" + "0" * 14)
    await desk.press("enter")
    await desk.expect(lambda: "The disk is full." in desk.screen_text())


async def editing(desk: Desk) -> None:
    await desk.opened("EditDialog")
    await desk.press("x", "enter")
    await desk.closed()


GO_ON: Final[Mapping[str, Callable[[Desk], Awaitable[None]]]] = {"add": adding, "edit": editing}
"""Where the engine comes in only behind a dialog."""
TOLD: Final = {
    *("edit", "remove", "archive", "undo", "notify", "download", "cancel_download"),
    *("refresh", "refresh_all", "pause", "faster", "slower", "retry"),
}
"""Those whose trouble is a message; `add` says it in its dialog."""


async def test_they_survive_an_engine_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = FailingEngine(scenes.few_tasks(), now_ms=lambda: scenes.NOW_MS)
    doors = {"profiles": FakeProfiles(tmp_path), "webhook": FakeWebhook()}
    async with dashboard(failing, views=SAVED, size=LOW, **doors) as desk:
        with_all(monkeypatch, desk)
        for command in COMMANDS:
            failing.work()
            case = await prepared(desk, command)
            before = dict(failing.tasks)
            failing.fail()
            desk.main.run_command(command.id)
            if command.id in GO_ON:
                await GO_ON[command.id](desk)
            if command.id in TOLD:
                await desk.expect(lambda: "The disk is full." in "".join(desk.told), what=command.id)
            elif command.id not in GO_ON:
                await desk.expect(partial(case.shows, desk), what=command.id)
            assert desk.app.is_running
            assert failing.tasks == before, command.id
