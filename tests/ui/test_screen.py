"""The main screen and the app around it: layout by size, what the engine tells, and the terminal's peculiarities."""

from __future__ import annotations

import gc
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual import events

from headswap_tui.config.settings import UiSettings
from headswap_tui.domain.errors import StoreDamaged
from headswap_tui.domain.events import (
    Connection,
    DownloadFinished,
    Mode,
    Stall,
    TasksFinished,
    TasksStalled,
    VideosExpiring,
    VideosGone,
)
from headswap_tui.domain.task import Download, DownloadState
from headswap_tui.ui import memory
from headswap_tui.ui.screens.body import shape_for
from headswap_tui.ui.widgets.key_line import KeyLine
from headswap_tui.ui.widgets.status_line import StatusLine
from headswap_tui.ui.widgets.view_tabs import ViewTabs
from tests import scenes
from tests.ui.driving import dashboard
from tests.ui.fake_engine import FakeEngine


@pytest.mark.parametrize(
    ("columns", "rows", "shape"),
    [
        (80, 24, "below"),
        (109, 40, "below"),
        (110, 24, "beside"),
        (200, 60, "beside"),
        (120, 23, "full"),
        (59, 40, "full"),
        (40, 10, "full"),
    ],
)
def test_the_pane_goes_where_there_is_room(columns: int, rows: int, shape: str) -> None:
    assert shape_for(columns, rows) == shape


async def test_the_layout_follows_the_terminals_size() -> None:
    async with dashboard(size=(120, 36)) as desk:
        table, detail = desk.main.table, desk.main.body.detail
        assert table.region.right == detail.region.x
        await desk.pilot.resize_terminal(80, 24)
        await desk.expect(lambda: detail.region.y == table.region.bottom)
        assert table.size.height >= 6
        await desk.pilot.resize_terminal(40, 10)
        await desk.expect(lambda: not detail.display)
        await desk.press("enter")
        assert (detail.display, table.display, detail.has_focus) == (True, False, True)
        await desk.press("slash")
        assert table.display
        await desk.press("escape", "enter", "escape")
        assert (table.display, table.has_focus) == (True, True)
        await desk.pilot.resize_terminal(120, 36)
        await desk.expect(lambda: detail.display and table.display)


async def test_what_is_on_screen_is_reported() -> None:
    async with dashboard() as desk:
        await desk.expect(lambda: desk.engine.called("show"))
        await desk.press("G")
        await desk.expect(lambda: desk.engine.called("show")[-1] == (desk.main.lineup.order, scenes.task_id(11)))


async def test_answers_change_the_row_the_counts_and_the_detail() -> None:
    async with dashboard() as desk:
        await desk.go_to(2)
        detail = desk.task(2).detail
        assert detail is not None
        failed = msgspec.structs.replace(detail, status=4, error_reason="No face [/b] was found.")
        desk.engine.put(msgspec.structs.replace(desk.task(2), detail=failed))
        await desk.expect(lambda: "4 Failed 4" in desk.screen_text())
        assert "No face [/b] was found." in desk.main.body.detail.text


async def test_banner_and_pane_leave_the_cursor_in_view() -> None:
    many = [scenes.ended(number, 3) for number in range(1, 60)]
    async with dashboard(scenes.engine(many), size=(80, 24)) as desk:
        table = desk.main.table
        if desk.detail_open:
            desk.main.body.close()
        await desk.expect(lambda: table.region.bottom == 23)
        table.cursor_down(len(table.visible_ids()) - 1)
        desk.engine.connect(scenes.OFFLINE)
        await desk.expect(lambda: desk.main.banner.display and table.cursor_id in table.visible_ids())
        await desk.press("enter")
        await desk.expect(lambda: desk.detail_open and table.region.bottom < 20)
        assert table.cursor_id in table.visible_ids()


async def test_a_stall_is_marked_in_the_row_explained_in_the_detail_and_told() -> None:
    async with dashboard() as desk:
        await desk.go_to(2)
        desk.engine.stalls[scenes.task_id(2)] = Stall(scenes.NOW_MS - 14 * scenes.MINUTE, 180.0)
        desk.engine.put(desk.task(2))
        desk.engine.emit(TasksStalled(frozenset({scenes.task_id(2), scenes.task_id(3)})))
        await desk.said("2 tasks make no progress")
        assert re.search("processing ?‖", desk.screen_text())
        assert "No progress for" in desk.main.body.detail.text


async def test_videos_that_may_be_lost_are_told_and_those_that_are_lost_only_once(tmp_path: Path) -> None:
    place: dict[str, Any] = {"state_dir": tmp_path, "now_ms": lambda: scenes.NOW_MS + 8 * 24 * scenes.HOUR}
    told = (VideosExpiring(frozenset({scenes.task_id(16)})), VideosGone(frozenset({scenes.task_id(12)})))
    async with dashboard(**place) as desk:
        for event in told:
            desk.engine.emit(event)
        await desk.said("Video probably gone before it was saved: 夏の撮影_第二版.mp4. The filter is:expired")
        await desk.said("|Video may be gone soon: Teaser 30s: not downloaded yet; the filter is:expiring")
    async with dashboard(**place) as desk:
        for event in told:
            desk.engine.emit(event)
        await desk.said("Video may be gone soon")
        assert len(desk.toasts) == 1


async def test_a_saved_video_is_told() -> None:
    async with dashboard() as desk:
        saved = Download(DownloadState.DONE, path="/videos/x.mp4")
        desk.engine.tasks[scenes.task_id(12)] = msgspec.structs.replace(desk.task(12), download=saved)
        desk.engine.emit(DownloadFinished(scenes.task_id(12)))
        await desk.said("Video saved|/videos/x.mp4")
        assert len(desk.toasts) == 1


@pytest.mark.parametrize(("setting", "number", "bells"), [("off", 2, 0), ("bell", 2, 1), ("off", 1, 1)])
async def test_the_bell(setting: str, number: int, bells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ui = msgspec.convert({"notify": setting, "refresh_hz": 10}, UiSettings)
    async with dashboard(ui=ui) as desk:
        rung: list[bool] = []
        monkeypatch.setattr(desk.app, "bell", lambda: rung.append(True))
        desk.engine.emit(TasksFinished(frozenset({scenes.task_id(number)})))
        await desk.said("completed")
        assert len(rung) == bells


async def test_a_desktop_notification_goes_to_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    ui = UiSettings(notify="osc9", refresh_hz=10)
    async with dashboard(ui=ui, environ={"TMUX": "x"}) as desk:
        written: list[str] = []
        monkeypatch.setattr(desk.app._driver, "write", written.append)
        desk.engine.emit(TasksFinished(frozenset({scenes.task_id(14)})))
        await desk.said("Task failed")
        assert any(text.startswith("\x1bPtmux;\x1b\x1b]9;Task failed: promo [/b] [red]␛[31mred") for text in written)


async def test_the_banner_and_the_status_line_say_what_is_wrong() -> None:
    async with dashboard() as desk:
        banner = desk.main.banner
        assert not banner.display
        desk.engine.connect(scenes.OFFLINE)
        await desk.expect(lambda: "no route to host" in desk.screen_text())
        desk.engine.connect(scenes.REFUSED)
        await desk.expect(lambda: "was refused (code 1101)" in desk.screen_text())
        assert "key refused" in str(desk.main.query_one(StatusLine).line(120))
        desk.engine.connect(Connection(Mode.LIVE))
        await desk.expect(lambda: not banner.display)


@pytest.mark.parametrize(
    ("mode", "keys", "says"),
    [
        (Mode.LIVE, (), "Press a to add tasks"),
        (Mode.NO_KEY, (), "HEADSWAP_API_KEY"),
        (Mode.LIVE, ("4",), "Press a to add tasks"),
    ],
)
async def test_an_empty_screen_helps(mode: Mode, keys: tuple[str, ...], says: str) -> None:
    made = scenes.engine([])
    made.connection = Connection(mode)
    async with dashboard(made) as desk:
        await desk.press(*keys)
        await desk.expect(lambda: says in desk.screen_text())
        assert "Nothing is tracked yet" in desk.screen_text()


async def test_the_footer_shows_the_keys_that_work_now() -> None:
    async with dashboard() as desk:
        line = desk.main.query_one(KeyLine)

        def footer() -> str:
            return "".join(text for text, _role in line.line(200))

        await desk.go_to(19)
        assert "d download" not in footer()
        assert "u undo" not in footer()
        await desk.go_to(12)
        assert "d download" in footer()
        await desk.press("x")
        await desk.expect(lambda: "u undo" in footer())
        await desk.press("slash")
        assert footer().split() == ["enter", "keep", "esc", "clear", "▲▼", "move"]
        await desk.press("escape")
        await desk.pilot.click(line, offset=(2, 0))
        await desk.opened("AddDialog")


@pytest.mark.parametrize(("key", "dialog"), [("a", "AddDialog"), ("colon", "CommandPalette"), ("s", "SortDialog")])
async def test_under_a_dialog_the_footer_promises_nothing(key: str, dialog: str) -> None:
    async with dashboard() as desk:
        line = desk.main.query_one(KeyLine)
        await desk.press(key)
        await desk.opened(dialog)
        await desk.expect(lambda: "".join(text for text, _role in line.line(200)).strip() == "")
        desk.engine.put(desk.task(1))
        desk.main.beat()
        assert "".join(text for text, _role in line.line(200)).strip() == ""
        await desk.press("escape")
        await desk.closed()
        await desk.expect(lambda: "a add" in desk.screen_text())


@pytest.mark.parametrize("size", [(40, 10), (100, 20), (50, 40)])
async def test_in_a_small_terminal_the_banner_is_one_line_and_a_detail_has_all_the_room(size: tuple[int, int]) -> None:
    async with dashboard(size=size) as desk:
        desk.engine.connect(Connection(Mode.OFFLINE, message="no route to host; " + "words " * 40))
        banner, tabs = desk.main.banner, desk.main.query_one(ViewTabs)
        await desk.expect(lambda: banner.region.height == 1)
        assert desk.screen_text().splitlines()[1].rstrip().endswith("…")
        await desk.press("enter")
        await desk.expect(lambda: desk.main.body.detail.region.y == 1)
        assert not tabs.display
        assert not banner.display
        await desk.press("escape")
        await desk.expect(lambda: tabs.display and banner.display)


async def test_nothing_is_drawn_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with dashboard() as desk:
        await desk.press("j")
        drawn: list[object] = []
        monkeypatch.setattr(desk.app, "_display", lambda *update: drawn.append(update))
        for _ in range(20):
            desk.main.beat()
        await desk.pilot.pause()
        assert drawn == []


async def test_a_list_of_old_ends_rests_until_other_rows_come_into_view() -> None:
    old = [scenes.ended(number, 3, age_ms=(3 + number) * 3_600_000) for number in range(60)]
    moving = msgspec.structs.replace(scenes.processing(99, 40.0), added_ms=1)
    now = scenes.NOW_MS
    async with dashboard(FakeEngine([moving, *old], now_ms=lambda: now), now_ms=lambda: now) as desk:
        pulse = desk.main._pulse
        assert not pulse.rests, "the cursor has just moved"
        now += 4_000
        await desk.expect(lambda: pulse.rests and pulse.rest_s > 1, what="a rest")
        desk.main.table.scroll_to(y=60, animate=False, force=True)
        await desk.expect(lambda: pulse.rests and pulse.rest_s <= 1, what="a look every second")
        assert desk.engine.called("show")[-1] == (desk.main.table.visible_ids(), desk.cursor)


async def test_the_engine_starts_after_the_first_frame_and_stops_at_the_end() -> None:
    made = scenes.engine()
    gc.disable()
    try:
        async with dashboard(made) as desk:
            await desk.expect(lambda: made.started)
            assert gc.isenabled()
            assert not made.stopped
    finally:
        gc.enable()
    assert made.stopped


@pytest.mark.parametrize("when", ["trouble_at_open", "trouble_at_start"])
async def test_a_store_that_cannot_be_used_is_explained(when: str) -> None:
    made = scenes.engine()
    setattr(made, when, StoreDamaged("Line 7 of [/x]/tasks.jsonl is damaged.", "The file was left untouched."))
    async with dashboard(made) as desk:
        await desk.opened("TroubleScreen")
        text = desk.screen_text()
        assert "Line 7 of [/x]/tasks.jsonl is damaged." in text
        assert "The file was left untouched." in text
        assert "headswap-tui doctor" in text
        await desk.press("q")
        await desk.expect(lambda: not desk.app.is_running)
        assert desk.app.return_code == 5


async def test_a_broken_theme_is_one_notice_and_the_users_own_is_there(tmp_path: Path) -> None:
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "broken.toml").write_text("[colors]\nprimary = '[/b]'\n")
    (tmp_path / "themes" / "mine.toml").write_text("[colors]\nprimary = '#ff8800'\n")
    async with dashboard(state_dir=tmp_path, theme="mine") as desk:
        await desk.said("theme broken.toml: colors.primary")
        assert len(desk.toasts) == 1
        assert desk.app.theme == "mine"


async def test_the_chosen_theme_holds_until_the_configuration_names_another(tmp_path: Path) -> None:
    kept = memory.Memory(theme="headswap-light", theme_instead_of="headswap-dark")
    memory.save(tmp_path / "state", kept)
    assert scenes.app(state_dir=tmp_path).theme == "headswap-light"
    assert scenes.app(state_dir=tmp_path, theme="headswap-contrast").theme == "headswap-contrast"


async def test_without_colours_the_terminals_palette_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    async with dashboard(theme="headswap-ansi") as desk:
        assert desk.app.theme == "headswap-dark"
        desk.main.run_command("theme")
        await desk.opened("ThemeDialog")
        assert "ansi" not in desk.screen_text()


@pytest.mark.parametrize("theme", ["headswap-ansi", "headswap-contrast", "nord", "ansi-light"])
async def test_every_theme_can_be_worn(theme: str) -> None:
    async with dashboard(theme=theme) as desk:
        assert desk.app.theme == theme
        assert "Music video" in desk.screen_text()


async def test_over_ssh_nothing_moves_and_less_is_sent() -> None:
    async with dashboard(environ={"SSH_CONNECTION": "1 2 3 4"}, ui=UiSettings()) as desk:
        assert desk.app.animation_level == "none"
        assert desk.main.services.refresh_hz == 2.0


async def test_over_ssh_the_next_frame_waits_for_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headswap_tui.ui.fence.WORTH_ASKING", 0)
    async with dashboard(environ={"SSH_TTY": "/dev/pts/1"}, size=(120, 36)) as desk:
        asked: list[str] = []
        monkeypatch.setattr(desk.app._driver, "write", asked.append)
        desk.app.post_message(events.CursorPosition(0, 0))
        desk.engine.connect(scenes.OFFLINE)
        await desk.expect(lambda: asked == ["\x1b[6n"])
        desk.engine.connect(scenes.REFUSED)
        for _ in range(3):
            desk.main.beat()
        assert "was refused" not in desk.screen_text()
        desk.app.post_message(events.CursorPosition(0, 0))
        await desk.expect(lambda: "was refused" in desk.screen_text())


async def test_an_ascii_terminal_gets_ascii() -> None:
    async with dashboard(environ={"LANG": "de_DE.ISO-8859-1"}, size=(80, 24)) as desk:
        await desk.press("s")
        await desk.opened("SortDialog")
        text = desk.screen_text().replace("夏の撮影_第二版.mp4", "")
        strange = {char for char in text if not char.isascii()}
        assert strange == set()
