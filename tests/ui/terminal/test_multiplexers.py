"""Inside tmux, screen and mosh: it draws, copies, and no window that is closed leaves anything behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from headswap_tui.simulator.server import Simulator
from tests.terminal import Terminal
from tests.ui.terminal.conftest import PROGRAM, Start, wait_for_end, wait_until
from tests.ui.terminal.recorded import Recorded
from tests.ui.terminal.test_hangup import Stored
from tests.ui.terminal.tmux import Tmux, running_tmux

END_S: Final = 2.0
COPY: Final = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    """A server that takes what programs copy."""
    with running_tmux("set-clipboard on", "allow-passthrough on", "default-terminal tmux-256color") as tmux:
        yield tmux


def type_ids(terminal: Terminal, ids: list[str]) -> None:
    """Add them by keys: not everything passes on a paste as one."""
    terminal.send("a")
    terminal.wait_for("Add tasks")
    terminal.send(" ".join(ids))
    terminal.wait_for(f"{len(ids)} new")
    terminal.send("enter")
    terminal.wait_for(f"All {len(ids)}", "processing")


def wait_for_polls(simulator: Simulator) -> None:
    """Whoever asks goes on asking."""
    asked = len(simulator.requests)
    wait_until(lambda: len(simulator.requests) > asked + 1, what="polling goes on")


def test_panes_and_servers_of_tmux_that_are_killed(
    tmux: Tmux, environ: Mapping[str, str], simulator: Simulator, stored: Stored, tmp_path: Path
) -> None:
    """In the midst of updates; the stock driver hangs for ever in four of four."""
    ids = [simulator.create(queue_s=0, processing_s=100) for _ in range(20)]
    busy = {**environ, "HEADSWAP_UI_REFRESH_HZ": "10"}
    runs = [Recorded(tmp_path, str(number)) for number in range(6)]
    panes = [tmux.open(run.command(PROGRAM), busy) for run in runs]
    tmux("set-buffer", "\n".join(ids))
    tmux.wait_for(panes[0], " All ")
    tmux("paste-buffer", "-p", "-t", panes[0])
    tmux.wait_for(panes[0], "20 new")
    tmux.keys(panes[0], "Enter")
    for pane in panes:
        tmux.wait_for(pane, "All 20", "processing")
    for run, pane in zip(runs[:3], panes, strict=False):
        tmux("kill-pane", "-t", pane)
        assert run.end(END_S) == 129
    tmux.end()
    assert [run.end(END_S) for run in runs[3:]] == [129, 129, 129]
    assert set(stored()) == set(ids)


def test_what_is_copied_reaches_tmux(
    tmux: Tmux, environ: Mapping[str, str], simulator: Simulator, tmp_path: Path
) -> None:
    task_id = simulator.create(queue_s=0, processing_s=100)
    run = Recorded(tmp_path)
    pane = tmux.open(run.command(PROGRAM), environ)
    tmux.wait_for(pane, " All ")
    title = tmux("display-message", "-p", "-t", pane, "#{pane_title}")
    tmux.keys(pane, "a")
    tmux.wait_for(pane, "Add tasks")
    tmux.keys(pane, "-l", task_id)
    tmux.wait_for(pane, "1 new")
    tmux.keys(pane, "Enter")
    tmux.wait_for(pane, "All 1", "processing")
    tmux.keys(pane, "y")
    wait_until(lambda: tmux("list-buffers"), what="something was copied")
    assert tmux("show-buffer") == task_id
    tmux.wait_for(pane, "Sent id", "set-clipboard")
    assert tmux("display-message", "-p", "-t", pane, "#{pane_title}") == title
    tmux.keys(pane, "q")
    wait_until(lambda: not tmux.is_running, what="its only window closed")
    assert run.end(END_S) == 0


class Screen:
    """GNU screen with a place and a configuration of its own, and a terminal attached to it."""

    def __init__(self, start: Start, directory: Path, program: list[str | Path]) -> None:
        """`directory`: an empty, private and short one, the names of sockets have at most 100 characters."""
        screen = shutil.which("screen")
        if screen is None:
            pytest.skip("no screen is installed here")
        self._program = screen
        self._sockets = directory / "sockets"
        self._sockets.mkdir(mode=0o700)
        (directory / "screenrc").write_text("startup_message off\ndefutf8 on\n", encoding="ascii")
        argv = ["-U", "-c", directory / "screenrc", "-S", "headswap", *program]
        self.terminal = start(
            *map(str, argv), program=Path(screen), SCREENDIR=str(self._sockets), SHELL="/bin/sh", ready=""
        )

    def end(self) -> None:
        """End it with all its windows."""
        subprocess.run(
            [self._program, "-S", "headswap", "-X", "quit"],
            env=os.environ | {"SCREENDIR": str(self._sockets)},
            check=False, timeout=10, capture_output=True,
        )  # fmt: skip


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A directory whose name leaves room for those of sockets."""
    with tempfile.TemporaryDirectory(prefix="hs-") as directory:
        yield Path(directory)


def test_screen_passes_on_what_is_copied_and_what_ends_it_ends_the_dashboard(
    start: Start, simulator: Simulator, tmp_path: Path, short_path: Path, stored: Stored
) -> None:
    ids = [simulator.create(queue_s=0, processing_s=100) for _ in range(30)]
    run = Recorded(tmp_path)
    screen = Screen(start, short_path, run.command(PROGRAM))
    terminal = screen.terminal
    try:
        terminal.wait_for(" All ")
        type_ids(terminal, ids)
        terminal.send("A", "y")
        terminal.wait_for("the first of 30")
        os.kill(terminal.pid, signal.SIGHUP)  # the window closes; what runs in screen goes on by itself
        wait_for_end(terminal, 5)
        wait_for_polls(simulator)
    finally:
        screen.end()
    assert run.end(END_S) == 129
    assert set(stored()) == set(ids)
    copied = re.findall(COPY, bytes(terminal.output))
    assert [set(b64decode(text).decode().split()) for text in copied] == [set(ids)]


def test_mosh(start: Start, environ: Mapping[str, str], simulator: Simulator, tmp_path: Path, stored: Stored) -> None:
    """It outlives its client, which is what mosh is for; without its server it is gone."""
    client, server = shutil.which("mosh-client"), shutil.which("mosh-server")
    if client is None or server is None:
        pytest.skip("no mosh is installed here")
    run = Recorded(tmp_path)
    settings = {**environ, "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color"}
    begun = subprocess.run(
        [server, "new", "-i", "127.0.0.1", "--", *run.command(PROGRAM)],
        check=False, env=settings, capture_output=True, text=True, timeout=10, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    said = re.search(r"MOSH CONNECT (\d+) (\S+)", begun.stdout)
    if said is None:
        pytest.skip(f"mosh-server cannot run here: {begun.stderr.strip()}")
    pid = re.search(r"pid = (\d+)", begun.stderr)
    assert pid is not None
    ids = [simulator.create(queue_s=0, processing_s=100) for _ in range(20)]
    try:
        terminal = start("127.0.0.1", said[1], program=Path(client), extra={"MOSH_KEY": said[2]})
        type_ids(terminal, ids)
        terminal.send("y")
        terminal.wait_for("Sent id")
        copied = re.findall(COPY, bytes(terminal.output))
        assert [b64decode(text).decode() in ids for text in copied] == [True]
        os.kill(terminal.pid, signal.SIGKILL)
        wait_for_end(terminal, 5)
        wait_for_polls(simulator)
    finally:
        os.kill(int(pid[1]), signal.SIGKILL)
    assert run.end(END_S) == 129
    assert set(stored()) == set(ids)
