"""Frames of the downloaded video in the detail pane: shown, hidden, followed, and honestly not there."""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from headswap_tui import simulator
from headswap_tui.config.settings import UiSettings
from headswap_tui.domain.errors import UrlRefused
from headswap_tui.domain.task import Download, DownloadState
from headswap_tui.ui import memory
from headswap_tui.ui.pictures import kind
from headswap_tui.ui.pictures.kind import Choice
from tests import scenes
from tests.ui.driving import Desk, dashboard

CLIPS = Path(simulator.__file__).with_name("clips")
ENVIRON = {"TERM": "xterm-256color"}
MOMENTS = re.compile(r"^0:0\d +0:0\d", re.MULTILINE)
"""What stands below the frames."""


@asynccontextmanager
async def desk(path: Path | str, **settings: Any) -> AsyncIterator[Desk]:
    """The dashboard with the cursor on task 11, whose video is at `path`."""
    made = scenes.engine()
    saved = Download(DownloadState.DONE, path=str(path), bytes=1000)
    made.tasks[scenes.task_id(11)] = msgspec.structs.replace(made.tasks[scenes.task_id(11)], download=saved)
    async with dashboard(made, environ=ENVIRON, **settings) as running:
        await running.go_to(11)
        yield running


def pane(running: Desk) -> str:
    """What the detail pane says."""
    return running.main.body.detail.text


def colours(running: Desk) -> set[str]:
    """The colours of the strip's half blocks that are on the screen."""
    strips = running.app.screen._compositor.render_strips()
    segments = [segment for strip in strips for segment in strip if "▀" in segment.text and segment.style]
    return {color.triplet.hex for one in segments for color in (one.style.color, one.style.bgcolor) if color.triplet}  # type: ignore[union-attr]  # a half block has both


@pytest.fixture(autouse=True)
def many_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of the usual kind, whatever the tests run in."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def extra() -> None:
    """For tests that decode for real."""
    pytest.importorskip("av", reason="the extra `preview` is not installed (no wheel of PyAV for this machine?)")


@pytest.mark.usefixtures("extra")
async def test_a_strip_of_the_video_comes_and_goes(tmp_path: Path) -> None:
    async with desk(CLIPS / "bars-720p.mp4", state_dir=tmp_path) as running:
        before = pane(running)
        assert re.search(r"i +frames", before)
        await running.press("i")
        await running.expect(lambda: MOMENTS.search(pane(running)), 15)
        await running.pilot.pause()
        assert {"#b9cc03", "#0bd2bd"} <= {near(one, "#b9cc03", "#0bd2bd") for one in colours(running)}
        assert memory.load(tmp_path / "state").frames
        await running.press("i")
        assert pane(running) == before
        assert not memory.load(tmp_path / "state").frames
        assert running.main.body.filmstrip._strips._kept == {}


def near(colour: str, *known: str) -> str:
    """The known colour that this one nearly is: decoders differ in the last bits."""
    for one in known:
        if all(abs(int(one[at : at + 2], 16) - int(colour[at : at + 2], 16)) < 24 for at in (1, 3, 5)):
            return one
    return colour


@pytest.mark.usefixtures("extra")
async def test_it_follows_the_cursor_and_the_pane(tmp_path: Path) -> None:
    async with desk(CLIPS / "gradient-480p.mp4", state_dir=tmp_path) as running:
        await running.press("i")
        await running.expect(lambda: MOMENTS.search(pane(running)), 15)
        await running.go_to(12)  # completed, not downloaded
        assert not MOMENTS.search(pane(running))
        assert colours(running) == set()
        await running.go_to(11)
        await running.expect(lambda: MOMENTS.search(pane(running)), 15)
        await running.press("escape")
        assert not running.detail_open
        await running.press("enter")
        await running.expect(lambda: MOMENTS.search(pane(running)), 15)


@pytest.mark.usefixtures("extra")
async def test_it_opens_the_pane_and_is_remembered(tmp_path: Path) -> None:
    async with desk(CLIPS / "gradient-480p.mp4", state_dir=tmp_path) as running:
        await running.press("escape", "i")
        assert running.detail_open
        await running.expect(lambda: MOMENTS.search(pane(running)), 15)
    async with desk(CLIPS / "gradient-480p.mp4", state_dir=tmp_path, size=(80, 24)) as running:
        await running.expect(lambda: MOMENTS.search(pane(running)), 15)


@pytest.mark.usefixtures("extra")
async def test_a_page_in_the_video_s_place_is_one_sentence(tmp_path: Path) -> None:
    page = tmp_path / "x.mp4"
    page.write_text("<html>[/b] Sign in</html>")
    async with desk(page) as running:
        await running.press("i")
        await running.expect(lambda: "No frames: it is neither MP4" in pane(running).replace("\n", " "), 15)


async def test_a_file_that_was_moved_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headswap_tui.ui.pictures.kind.choose", lambda *_args, **_more: Choice("halfblock"))
    async with desk(tmp_path / "gone.mp4") as running:
        await running.press("i")
        await running.expect(lambda: "No frames: it is not there any more." in pane(running), 15)


@pytest.mark.usefixtures("extra")
async def test_a_package_that_cannot_be_loaded_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "textual_image"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "textual_image", None)  # the import system's own mark
    monkeypatch.setattr(kind.choose, "__kwdefaults__", {"installed": lambda: True})
    async with desk(CLIPS / "gradient-480p.mp4") as running:
        await running.press("i")
        await running.expect(lambda: "extra `preview` cannot be used" in pane(running).replace("\n", " "), 15)


async def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headswap_tui.preview.frames.find_spec", lambda _name: None)
    async with desk("/videos/x.mp4") as running:
        await running.press("i")
        await running.said("pip install 'headswap-tui[preview]'")
        assert not running.main.memory.frames


@pytest.mark.parametrize(
    ("ui", "says"),
    [
        (UiSettings(images="off"), "switched off (`ui.images`)"),
        (UiSettings(ascii=True), "No pictures with ASCII alone"),
    ],
)
async def test_where_there_are_no_pictures_it_says_why(ui: UiSettings, says: str) -> None:
    async with desk("/videos/x.mp4", ui=ui) as running:
        await running.press("i")
        await running.said(says)
        assert not running.main.memory.frames


async def test_no_colour_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with desk("/videos/x.mp4") as running:
        await running.press("i")
        await running.said("NO_COLOR")
        assert not running.main.memory.frames


@pytest.mark.usefixtures("extra")
async def test_what_is_not_downloaded_has_no_frames() -> None:
    async with desk("/videos/x.mp4") as running:
        for number, says in ((12, "not downloaded yet"), (2, "no video yet"), (13, "It failed")):
            await running.go_to(number)
            await running.press("i")
            await running.said(says)
        assert not running.main.memory.frames


async def test_remembered_but_impossible_now_is_a_line_and_can_be_switched_off(tmp_path: Path) -> None:
    memory.save(tmp_path / "state", memory.Memory(frames=True))
    async with desk("/videos/x.mp4", state_dir=tmp_path, ui=UiSettings(images="off")) as running:
        await running.expect(lambda: "No frames: pictures are switched off" in pane(running).replace("\n", " "))
        await running.press("i")
        assert "No frames" not in pane(running)
        await running.press("i")
        await running.said("switched off")


def with_source(running: Desk, number: int) -> None:
    """Give a task a source."""
    task = running.task(number)
    assert task.detail is not None
    detail = msgspec.structs.replace(task.detail, source_video_url="https://files.example.com/in.mp4")
    running.engine.put(msgspec.structs.replace(task, detail=detail))


@pytest.mark.usefixtures("extra")
async def test_frames_of_the_source_until_one_goes_on() -> None:
    async with desk("/videos/x.mp4") as running:
        running.engine.source = (CLIPS / "counter-720p.mp4").read_bytes()
        with_source(running, 2)
        await running.go_to(2)  # still processing
        await running.press("I")
        await running.expect(lambda: MOMENTS.search(pane(running)), 15)
        assert "\nSource\n" in pane(running)
        assert colours(running)
        await running.pilot.resize_terminal(140, 40)  # drawn anew, not fetched anew
        await running.expect(lambda: MOMENTS.search(pane(running)), 15)
        assert running.engine.called("fetch_source") == [scenes.task_id(2)]
        await running.press("I")
        assert not MOMENTS.search(pane(running))
        await running.press("I")
        await running.expect(lambda: MOMENTS.search(pane(running)), 15)
        await running.go_to(1)
        await running.go_to(2)
        assert "\nSource\n" not in pane(running)


@pytest.mark.usefixtures("extra")
async def test_a_source_that_cannot_be_had_is_one_sentence() -> None:
    async with desk("/videos/x.mp4") as running:
        await running.go_to(1)
        await running.press("I")
        await running.said("The service has named no source video")
        with_source(running, 1)
        running.engine.source = UrlRefused("The host is not public.")
        await running.press("I")
        await running.expect(lambda: "Source: The host is not public." in pane(running), 15)
        await running.press("I", "I")
        running.engine.source = b"<html>"
        await running.press("I", "I")
        await running.expect(lambda: "Source: No frames: it is neither" in pane(running).replace("\n", " "), 15)
