"""Frames on a real terminal: what goes to it, and above all what does not."""

from __future__ import annotations

import fcntl
import re
import struct
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from headswap_tui import simulator
from headswap_tui.domain.task import Detail, Download, DownloadState, TrackedTask
from headswap_tui.store.tasks import TaskStore
from tests.terminal import Terminal
from tests.ui.terminal.conftest import Start, changed_modes
from tests.unit.ui.records import task_id

pytest.importorskip("av", reason="the extra `preview` is not installed (no wheel of PyAV for this machine?)")

CLIP = Path(simulator.__file__).with_name("clips") / "bars-720p.mp4"
QUESTIONS = re.compile(rb"\x1b\[[>=]?\d*c|\x1b\[1[4-8]t|\x1b\[[?>]?\d*n|\x1b_G[^;\x1b]*a=q|\x1bP\+q|\x1b\[>\d*q")
"""Of attributes, sizes, cursor, pictures, capabilities and version."""
KITTY = re.compile(rb"\x1b_G(?P<keys>[^;\x1b]*)(?:;(?P<payload>[^\x1b]*))?\x1b\\")
COLUMNS, ROWS = 120, 36


@pytest.fixture
def saved(tmp_path: Path) -> None:
    """One task whose video is on this machine."""
    store = TaskStore.open(tmp_path / "data" / "headswap-tui" / "default")
    store.add(
        [
            TrackedTask(
                id=task_id(1),
                added_ms=1,
                label="Bars",
                detail=Detail(status=3, progress=100.0, video_url="https://f.example/a.mp4"),
                finished_ms=2,
                download=Download(DownloadState.DONE, path=str(CLIP)),
            )
        ]
    )
    store.close()


def shown(start: Start, **env: str) -> tuple[Terminal, bytes]:
    """The dashboard with frames on, and what was sent for them."""
    terminal = start(columns=COLUMNS, rows=ROWS, ready="Bars", extra=env)
    fcntl.ioctl(terminal.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, COLUMNS * 9, ROWS * 18))
    terminal.wait_for("saved", "quit")
    before = len(terminal.output)
    terminal.send("i")
    terminal.wait_for("0:01", "0:03")
    while terminal.read(0.5):
        pass
    return terminal, bytes(terminal.output[before:])


def half_blocks(terminal: Terminal) -> set[str]:
    """Their colours."""
    return {
        colour
        for line in terminal.screen.buffer.values()
        for cell in line.values()
        if cell.data == "▀"
        for colour in (cell.fg, cell.bg)
    }


def told(sent: bytes | bytearray, begin: bytes = b"") -> set[bytes]:
    """What kitty was told that begins so."""
    return {match["keys"] for match in KITTY.finditer(sent) if match["keys"].startswith(begin)}


def until(terminal: Terminal, condition: Callable[[], bool]) -> None:
    """Read until it holds."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, terminal.text
        terminal.read(0.2)


def leave(terminal: Terminal) -> bytes:
    """Quit; what was sent at the end."""
    before = len(terminal.output)
    terminal.send("q")
    assert terminal.wait_end(5) == 0
    assert changed_modes(bytes(terminal.output)) == set()
    return bytes(terminal.output[before:])


@pytest.mark.usefixtures("saved")
@pytest.mark.parametrize(
    "env",
    [
        {},
        {"TERM": "xterm-kitty", "SSH_CONNECTION": "::1 2 ::1 22", "HEADSWAP_UI_FENCE": "false"},
        {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0", "TERM_PROGRAM": "tmux", "KITTY_WINDOW_ID": "1"},
        {"TERM": "screen-256color", "STY": "1.pts-0.host", "COLORTERM": ""},
    ],
    ids=["plain", "ssh", "tmux", "screen"],
)
def test_half_blocks_and_no_question(start: Start, env: Mapping[str, str]) -> None:
    terminal, sent = shown(start, **env)
    assert len(half_blocks(terminal)) >= 8  # bars of as many colours
    assert QUESTIONS.search(sent) is None
    assert not re.search(rb"\x1b[PX^_\]]", sent)  # neither a picture nor a title
    terminal.send("i")
    until(terminal, lambda: not half_blocks(terminal))
    leave(terminal)


@pytest.mark.usefixtures("saved")
def test_kitty_is_sent_pictures_and_asked_nothing(start: Start) -> None:
    terminal, sent = shown(start, TERM="xterm-kitty")
    assert QUESTIONS.search(sent) is None
    assert len(told(sent, b"a=p,")) == 4
    assert all(b"q=2" in keys for keys in told(sent))  # and it shall not answer
    terminal.send("?")
    terminal.wait_for("Keys")
    until(terminal, lambda: len(told(terminal.output, b"a=d,d=i,")) == 4)
    terminal.send("esc")
    terminal.wait_gone("Keys")
    assert len(told(leave(terminal), b"a=d,d=I,")) == 4


@pytest.mark.usefixtures("saved")
def test_sixels_where_the_terminal_is_known_for_them(start: Start) -> None:
    terminal, sent = shown(start, TERM="foot")
    assert QUESTIONS.search(sent) is None
    assert len(re.findall(rb'\x1b\[\d+;\d+H\x1bP0;0;0q"1;1;\d+;\d+', sent)) >= 4
    assert half_blocks(terminal)  # below them
    leave(terminal)
