"""Keys that the user chose are named as they are, wherever the screen names one."""

from __future__ import annotations

import re

import pytest

from headswap_tui.domain.events import Connection, Mode
from headswap_tui.ui import notices
from headswap_tui.ui.commands import BY_ID
from tests import scenes
from tests.ui.driving import Desk, dashboard

OWN: dict[str, str | list[str]] = {
    "leave": "f8", "undo": "f9", "wrap": "f6", "view_failed": "f5", "palette": "f2", "pause": "f4"
}  # fmt: skip
DIALOGS = ("help", "add", "edit", "sort", "columns", "theme", "failures", "insight", "raw")


def names(desk: Desk, key: str) -> bool:
    """Whether the screen names that key."""
    return re.search(rf"(?<![\w+]){re.escape(key)}(?!\w)", desk.screen_text()) is not None


@pytest.mark.parametrize("command", DIALOGS)
async def test_a_dialog_names_the_key_that_leaves_it(command: str) -> None:
    async with dashboard(keys=OWN) as desk:
        for key in ("f8", "escape"):  # the latter always does
            desk.main.run_command(command)
            await desk.expect(lambda: desk.dialog != "MainScreen")
            await desk.pilot.pause()
            assert names(desk, "f8")
            assert not names(desk, "esc")
            await desk.press(key)
            await desk.closed()


@pytest.mark.parametrize("command", ["add", "edit"])
async def test_a_letter_leaves_no_field(command: str) -> None:
    async with dashboard(keys={"leave": "Q"}) as desk:
        desk.main.run_command(command)
        await desk.expect(lambda: desk.dialog != "MainScreen")
        await desk.pilot.pause()
        assert "Cancel (esc)" in desk.screen_text()
        await desk.press("Q", "escape")
        await desk.closed()


async def test_the_raw_dialog_and_the_help_name_other_keys() -> None:
    async with dashboard(keys=OWN) as desk:
        desk.main.run_command("raw")
        await desk.opened("RawDialog")
        assert names(desk, "f6 wrap")
        await desk.press("f8")
        await desk.closed()
        desk.main.run_command("help")
        await desk.opened("HelpDialog")
        assert names(desk, "f2 run a command by name")
        assert re.search(r"f2 +Try again now", desk.screen_text()), "one without a key is in the palette"


async def test_the_question_before_a_removal_names_the_way_back() -> None:
    async with dashboard(keys=OWN) as desk:
        await desk.press("A", "x")
        await desk.opened("ConfirmDialog")
        assert names(desk, "f9")


async def test_the_views_show_their_keys() -> None:
    async with dashboard(keys=OWN | {"view_active": []}, views={"Mine": "tag:x"}) as desk:
        tabs = desk.screen_text().splitlines()[1]
        assert re.search(r"1 All \d+ +Active \d+ +3 Completed \d+ +f5 Failed \d+ +5 Mine", tabs)


async def test_why_a_command_cannot_run_names_the_key() -> None:
    async with dashboard(keys=OWN) as desk:
        await desk.go_to(2)
        await desk.press("space", "slash", *"state:failed", "enter", "e")
        await desk.said("change the view or the filter, or unmark (f8)")
        assert names(desk, "f8 clears")


@pytest.mark.parametrize(
    ("given", "words"), [({}, "Press a to add"), ({"add": []}, "Choose “Add tasks” in the palette to add")]
)
async def test_an_empty_list_says_how_to_add(given: dict[str, str | list[str]], words: str) -> None:
    async with dashboard(scenes.engine([]), keys=given) as desk:
        assert words in desk.screen_text()


def test_no_word_of_a_command_or_banner_holds_a_default_key() -> None:
    for command in BY_ID.values():
        assert not re.search(r"\b(esc|enter|space|ctrl\+\w)\b", command.help)
    for mode in Mode:
        connection = scenes.OFFLINE if mode is Mode.OFFLINE else Connection(mode)
        assert not re.search(r"\besc\b|\b[pR] (goes|tries)", notices.banner(connection, 0, lambda _id: "f3")[0])
