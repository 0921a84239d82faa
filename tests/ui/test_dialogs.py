"""The dialogs: what they understand, what they refuse, how they are left."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import ComposeResult
from textual.widgets import Button, Input, Static, TextArea

from headswap_tui.domain.errors import StoreWriteFailed
from headswap_tui.engine.tracking import Added
from headswap_tui.ui.adding import AddRequest
from headswap_tui.ui.screens.add import AddDialog
from headswap_tui.ui.screens.help import KEY_WIDTH, LABEL_WIDTH
from headswap_tui.ui.screens.main import MainScreen
from tests import scenes
from tests.ui.driving import Desk, dashboard


def preview(desk: Desk) -> str:
    return str(desk.app.screen.query_one("#preview", Static).content)


async def paste(desk: Desk, text: str) -> None:
    desk.app.post_message(events.Paste(text))
    await desk.opened("AddDialog")


async def test_a_paste_of_hundreds_is_one_action_and_one_message() -> None:
    ids = [scenes.task_id(number) for number in range(1, 501)]
    async with dashboard() as desk:
        await paste(desk, "\n".join(ids))
        assert preview(desk) == "488 new, 12 already tracked"
        await desk.press("tab")
        await desk.type("Batch")
        await desk.press("tab")
        await desk.type("one, two")
        await desk.press("enter")
        await desk.closed()
        await desk.said("Tracking 488 new tasks; 12 already tracked.")
        assert len(desk.toasts) == 1
        assert desk.engine.called("add") == [(tuple(ids), "Batch", ("one", "two"))]
        assert len(desk.main.lineup.order) == 500


async def test_a_paste_into_the_open_dialog_stays_there() -> None:
    async with dashboard() as desk:
        await desk.press("a")
        await desk.opened("AddDialog")
        await desk.type(f"{scenes.task_id(77)} and words")
        assert preview(desk) == "1 new, 2 not ids"
        assert [type(screen).__name__ for screen in desk.app.screen_stack].count("AddDialog") == 1


async def test_a_paste_that_comes_as_keys_does_not_submit_at_its_first_line() -> None:
    async with dashboard() as desk:
        await desk.press("a")
        await desk.opened("AddDialog")
        for text in (scenes.task_id(77), scenes.task_id(78)):
            for key in text:
                desk.app.post_message(events.Key(key, key))
            desk.app.post_message(events.Key("enter", "\r"))
        await desk.said("Tracking 2 tasks.")
        assert len(desk.engine.called("add")) == 1


async def test_an_unusual_id_is_confirmed() -> None:
    async with dashboard() as desk:
        await desk.press("a")
        await desk.opened("AddDialog")
        await desk.type("job_17")
        assert preview(desk) == "job_17 does not look like a task id."
        await desk.press("enter")
        await desk.expect(lambda: "Press enter again" in preview(desk))
        assert desk.engine.called("add") == []
        await desk.press("enter")
        await desk.said("Tracking it.")
        assert "job_17" in desk.engine.tasks


@pytest.mark.parametrize(("typed", "ends"), [("abc", "6a066dc58570ecbf64f761a5."), ("j" * 60, "same.")])
async def test_what_is_wrong_with_an_id_is_readable_to_its_end(typed: str, ends: str) -> None:
    async with dashboard(size=(80, 24)) as desk:
        await desk.press("a")
        await desk.opened("AddDialog")
        await desk.type(typed)
        await desk.press("enter")
        await desk.expect(lambda: ends in desk.screen_text())
        assert "Add (enter)" in desk.screen_text()


async def test_text_without_an_id_is_refused_in_words() -> None:
    async with dashboard() as desk:
        await desk.press("a")
        await desk.opened("AddDialog")
        await desk.type("no id in here")
        assert preview(desk)
        assert desk.app.screen.query_one("#add", Button).disabled
        await desk.press("enter")
        await desk.press("escape")
        await desk.closed()
        assert desk.engine.called("add") == []


async def test_markup_and_control_characters_are_shown_not_obeyed() -> None:
    async with dashboard() as desk:
        await desk.press("a")
        await desk.opened("AddDialog")
        await desk.type("[/b] [@click=app.quit]x[/] $error")
        assert desk.dialog == "AddDialog"
        await desk.press("escape")
        await desk.closed()
        await desk.go_to(14)
        for key, dialog in (("e", "EditDialog"), ("J", "RawDialog"), ("colon", "CommandPalette")):
            await desk.press(key)
            await desk.opened(dialog)
            assert "\x1b" not in desk.screen_text()
            await desk.press("escape")
            await desk.closed()
        await desk.press("y", "x")
        await desk.said("Removed promo [/b] [red]␛[31mred")


async def test_the_mouse_works_the_buttons() -> None:
    async with dashboard() as desk:
        await desk.press("a")
        await desk.opened("AddDialog")
        await desk.type(scenes.task_id(77))
        await desk.pilot.click("#add")
        await desk.said("Tracking it.")
        await desk.press("space", "space", "x")
        await desk.opened("ConfirmDialog")
        await desk.pilot.click("#no")
        await desk.closed()
        assert desk.engine.called("remove") == []


async def test_the_answers_of_a_question_by_arrows() -> None:
    async with dashboard() as desk:
        await desk.press("space", "space", "x")
        await desk.opened("ConfirmDialog")
        await desk.press("right", "enter")
        await desk.said("Removed 2 tasks")
        assert len(desk.engine.called("remove")) == 1


async def test_edit_shows_what_is_there_and_an_unchanged_one_does_nothing() -> None:
    async with dashboard() as desk:
        await desk.go_to(1)
        await desk.press("e")
        await desk.opened("EditDialog")
        fields = [field.value for field in desk.app.screen.query(Input)]
        assert fields == ["Trailer, English dub", "client-a"]
        before = desk.task(1)
        await desk.press("enter")
        await desk.closed()
        assert desk.task(1) is before
        assert desk.main.undo.words == ""


async def test_a_label_can_be_cleared() -> None:
    async with dashboard() as desk:
        await desk.go_to(1)
        await desk.press("e")
        await desk.opened("EditDialog")
        desk.app.screen.query_one("#label", Input).value = ""
        await desk.press("enter")
        await desk.expect(lambda: desk.task(1).label is None)


@pytest.mark.parametrize(("size", "column"), [((80, 24), KEY_WIDTH + 2 + LABEL_WIDTH), ((40, 10), KEY_WIDTH + 2)])
async def test_a_help_that_is_too_long_for_its_line_goes_on_in_its_column(size: tuple[int, int], column: int) -> None:
    async with dashboard(size=size) as desk:
        await desk.press("question_mark")
        await desk.opened("HelpDialog")
        await desk.expect(lambda: "Move" in desk.screen_text() or "Tasks" in desk.screen_text())
        blocks = desk.app.screen.query(".group").results(Static)
        lines = [line for block in blocks for line in str(block.content).splitlines()]
        assert max(map(len, lines)) < desk.app.screen.query_one(".columns").size.width
        continued = [line for line in lines if not line[: KEY_WIDTH + 2].strip()]
        assert continued
        assert {len(line) - len(line.lstrip()) for line in continued} == {column}


async def nobody(_request: AddRequest) -> Added:
    return Added((), ())


async def test_ids_that_could_not_be_kept_stay_in_the_dialog_with_the_reason() -> None:
    async with dashboard() as desk:
        await desk.press("a")
        await desk.opened("AddDialog")
        await desk.type(scenes.task_id(77))
        await desk.press("tab")
        await desk.type("Batch")
        desk.engine.trouble = StoreWriteFailed("No space is left on /data.", "Make room, then try again.")
        await desk.press("enter")
        await desk.expect(lambda: "Not added: No space is left on /data. Make room" in preview(desk))
        assert desk.dialog == "AddDialog"
        assert desk.app.screen.query_one(TextArea).text == scenes.task_id(77)
        assert desk.app.screen.query_one("#label", Input).value == "Batch"
        desk.engine.trouble = None
        await desk.press("enter")
        await desk.said("Tracking it.")
        assert desk.engine.called("add") == [((scenes.task_id(77),), "Batch", ())]


async def test_dialogs_fit_into_the_smallest_terminal() -> None:
    async with dashboard(size=(40, 10)) as desk:
        desk.app.push_screen(AddDialog({}, "x", add=nobody), lambda _added: None)
        await desk.opened("AddDialog")
        bottom = max(widget.region.bottom for widget in desk.app.screen.query("#ids, #preview, #label, #tags, #add"))
        assert bottom <= 10


@pytest.mark.parametrize("key", ["a", "e"])
async def test_what_is_typed_at_once_after_a_dialogs_key_goes_into_the_dialog(key: str) -> None:
    async with dashboard() as desk:
        await desk.go_to(1)
        before = dict(desk.engine.tasks)
        for char in (key, *"xpdqR"):
            desk.app.post_message(events.Key(char, char))
        await desk.opened({"a": "AddDialog", "e": "EditDialog"}[key])
        field = (
            desk.app.screen.query_one("#ids", TextArea) if key == "a" else desk.app.screen.query_one("#label", Input)
        )
        await desk.expect(lambda: (field.text if isinstance(field, TextArea) else field.value).endswith("xpdqR"))
        assert desk.engine.tasks == before
        assert not desk.engine.paused
        assert desk.engine.called("download") == desk.engine.called("remove") == desk.engine.called("refresh_all") == []


async def test_what_is_typed_before_the_list_is_there_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    compose = MainScreen.compose

    def slowly(screen: MainScreen) -> ComposeResult:
        """As long as it is about it, somebody types."""
        for char in "exp":
            screen.app.post_message(events.Key(char, char))
        yield from compose(screen)

    monkeypatch.setattr(MainScreen, "compose", slowly)
    async with dashboard() as desk:
        await desk.opened("EditDialog")
        await desk.expect(lambda: desk.app.screen.query_one("#label", Input).value.endswith("xp"))
        assert desk.engine.called("remove") == []
        assert not desk.engine.paused


@pytest.mark.parametrize(
    ("key", "dialog"),
    [("s", "SortDialog"), ("question_mark", "HelpDialog"), ("J", "RawDialog"), ("dollar_sign", "InsightScreen")],
)
async def test_no_command_is_run_by_what_is_typed_at_once_after_a_dialogs_key(key: str, dialog: str) -> None:
    async with dashboard() as desk:
        await desk.go_to(1)
        before = dict(desk.engine.tasks)
        for name in (key, "x", "p", "R"):
            desk.app.post_message(events.Key(name, None))
        await desk.opened(dialog)
        assert desk.engine.tasks == before
        assert not desk.engine.paused
        assert desk.engine.called("refresh_all") == []


async def test_a_demo_says_what_to_try_and_has_ids_to_add() -> None:
    spare = "64f7c0ffee" + "0" * 14
    async with dashboard(size=(80, 24), examples=[spare]) as desk:
        assert ": a adds, 4 failures, 3 finished, q quits" in desk.told[0]
        await desk.press("a")
        await desk.opened("AddDialog")
        await desk.expect(lambda: f"{spare}" in desk.screen_text())
        assert "an example of the demo's" in desk.screen_text()
        await desk.press("enter")
        await desk.closed()
        await desk.expect(lambda: desk.cursor == spare)
        await desk.press("a")
        await desk.opened("AddDialog")
        assert "An id, an address with _id=" in desk.screen_text()


async def test_what_is_typed_takes_the_place_of_the_example() -> None:
    async with dashboard(examples=["64f7c0ffee" + "0" * 14]) as desk:
        await desk.press("a")
        await desk.opened("AddDialog")
        await desk.type("64f7c0ffee" + "1" * 14)
        await desk.press("enter")
        await desk.closed()
        assert desk.engine.called("add") == [(("64f7c0ffee" + "1" * 14,), None, ())]


async def test_the_theme_dialog_shows_its_keys_in_a_small_terminal() -> None:
    async with dashboard(size=(80, 24)) as desk:
        desk.main.run_command("theme")
        await desk.opened("ThemeDialog")
        await desk.expect(lambda: "enter choose   esc leave" in desk.screen_text())


async def test_raw_json_tells_names_from_texts_and_numbers() -> None:
    async with dashboard() as desk:
        await desk.go_to(13)
        await desk.press("J")
        await desk.opened("RawDialog")
        area = desk.app.screen.query_one(TextArea)
        number = next(n for n, line in enumerate(area.document.lines) if '"error_code"' in line)
        spans = area.get_line(number).spans
        assert [area.document.get_line(number)[span.start : span.end] for span in spans] == ['"error_code"', "20012"]
        assert len({span.style for span in spans}) == 2
