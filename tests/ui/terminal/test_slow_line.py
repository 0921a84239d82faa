"""A line of 8 kB/s and 150 ms: what a person at its far end sees, and how soon keys show."""

from __future__ import annotations

import os
import re
import select
import signal
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import pytest

import tests
from headswap_tui.simulator.server import Simulator
from headswap_tui.ui.fence import GIVE_UP_AFTER, PATIENCE_S, Fence
from tests.terminal import Terminal
from tests.ui.terminal.conftest import Start, changed_modes, wait_for_end, wait_until

BYTES_PER_S: Final = 8_000
DELAY_S: Final = 0.075
"""One way."""
FENCE: Final = re.compile(rb"\x1b\[6n")
STAMP: Final = re.compile(r"\bt(\d{6,})\b")
ROOT: Final = Path(tests.__file__).parent.parent


class SlowLine:
    """Stands between the program and its screen; takes from the pty no faster than the line carries."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.ages_s: list[float] = []
        """How old the newest record on the screen was, each time just before a newer one came."""
        self._up: deque[tuple[float, bytes]] = deque()
        self._down: deque[tuple[float, bytes]] = deque()
        self._free_at = time.monotonic()
        self._newest_ms = 0

    def press(self, key: str) -> None:
        """Press at the far end."""
        self._up.append((time.monotonic() + DELAY_S, key.encode()))

    def run_until(self, condition: Callable[[], object], limit_s: float) -> float:
        """Let it flow until the condition holds; seconds that it took."""
        begun = time.monotonic()
        while not condition():
            assert time.monotonic() - begun < limit_s, f"did not come about within {limit_s} s\n{self.terminal.text}"
            self._step()
        return time.monotonic() - begun

    def run_for(self, seconds: float) -> None:
        """Let it flow."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._step()

    def cursor_at(self, row: int) -> bool:
        """Whether the far end shows the cursor in that row of the table."""
        _, _, table = self.terminal.text.partition("  State ")
        return table.splitlines()[row + 1].startswith("\u258c") if table else False

    def echo_s(self, presses: int) -> float:
        """Median time from a press of a cursor key to its effect on the screen."""
        took = []
        for press in range(presses):
            self.run_for(0.13 * (press % 4))  # at any moment between two frames
            self.press("kj"[press % 2 == 0])
            took.append(self.run_until(partial(self.cursor_at, 1 - press % 2), 10))
        return statistics.median(took)

    def _step(self) -> None:
        now = time.monotonic()
        while self._up and self._up[0][0] <= now:
            with suppress(OSError):
                os.write(self.terminal.fd, self._up.popleft()[1])
        while self._down and self._down[0][0] <= now:
            self._show(self._down.popleft()[1])
        if now < self._free_at:
            select.select([], [], [], min(0.01, self._free_at - now))
        elif select.select([self.terminal.fd], [], [], 0.01)[0]:
            try:
                data = os.read(self.terminal.fd, 400)
            except OSError:
                self.terminal._reap()
                return
            self._free_at = max(now, self._free_at) + len(data) / BYTES_PER_S
            self._down.append((self._free_at + DELAY_S, data))
        else:
            self.terminal._reap(block=False)

    def _show(self, data: bytes) -> None:
        output, before = self.terminal.output, len(self.terminal.output)
        output += data
        self.terminal._feed()
        for _ in FENCE.finditer(output, max(0, before - 3)):
            self.press("\x1b[1;1R")
        newest = max(map(int, STAMP.findall(self.terminal.text)), default=0)
        if newest > self._newest_ms:
            if self._newest_ms:
                self.ages_s.append(time.monotonic() - self._newest_ms / 1000)
            self._newest_ms = newest


def test_a_slow_line_shows_what_is_new_and_obeys_at_once(start: Start) -> None:
    """Ten updates a second over 64 kbit/s and 150 ms: frames are never old, keys wait for none, it ends soon."""
    terminal = start(
        *("-m", "tests.ui.terminal.ticking", "1", "0.1"),
        program=Path(sys.executable),
        SSH_CONNECTION="192.0.2.1 50000 192.0.2.2 22",
        COLORTERM="",
        PYTHONPATH=str(ROOT),
    )
    line = SlowLine(terminal)
    line.run_until(lambda: line.cursor_at(0), 5)
    line.run_for(0.6)
    line.ages_s.clear()
    begun = time.monotonic()
    line.run_for(4.0)
    assert len(line.ages_s) >= 4
    assert max(line.ages_s) < 3.0
    assert statistics.median(line.ages_s) < 1.5
    assert len(line.ages_s) / (time.monotonic() - begun) < 2.6, "twice a second is often enough over SSH"
    busy_s = line.echo_s(8)
    line.press("p")
    line.run_until(lambda: "paused" in terminal.text, 5)
    line.run_for(0.6)
    idle_s = line.echo_s(8)
    assert busy_s < 1.5 * idle_s + 0.05
    line.run_for(0.6)
    shown = len(terminal.output)
    line.run_for(1.5)
    assert len(terminal.output) == shown, "nothing changes and nothing is sent"
    line.press("p")
    line.run_until(lambda: "paused" not in terminal.text, 5)
    line.run_for(0.6)
    line.press("q")
    assert line.run_until(lambda: terminal.status is not None, 5) < 3.0
    line.run_until(lambda: not line._down, 3)
    assert changed_modes(bytes(terminal.output)) == set()


@pytest.mark.parametrize(("rows", "most"), [(1, 120), (10, 700)])
def test_what_a_frame_costs(start: Start, rows: int, most: int) -> None:
    """At 120x40 over SSH: the start one whole screen, a changed row its changed cells, and nothing more."""
    terminal = start(
        *("-m", "tests.ui.terminal.ticking", str(rows), "0.6"),
        program=Path(sys.executable),
        columns=120,
        rows=40,
        SSH_CONNECTION="192.0.2.1 50000 192.0.2.2 22",
        COLORTERM="",
        PYTHONPATH=str(ROOT),
    )
    while not STAMP.search(terminal.text):
        terminal.read(5)
    first, *_ = bytes(terminal.output).split(b"\x1b[?2026h")[1:]
    assert len(first) < 14_000
    frames: list[int] = []
    stamps = [STAMP.findall(terminal.text)]
    for _ in range(4):
        before = len(terminal.output)
        while STAMP.findall(terminal.text) == stamps[-1]:
            assert terminal.read(5)
        while terminal.read(0.1):
            pass
        stamps.append(STAMP.findall(terminal.text))
        frames.append(len(terminal.output) - before)
    assert all(0 < frame <= most for frame in frames[1:]), frames
    assert b"\x1b[?2026h" not in terminal.output[-sum(frames[1:]) :], "so little comes in one piece without it"


def test_a_fence_whose_answers_are_lost_gives_up_and_comes_back() -> None:
    now, asked, backlog = 0.0, [], 0
    fence = Fence(lambda: asked.append(now), lambda: now, backlog=lambda: backlog)

    def is_open() -> bool:
        return fence.is_open

    for lost in range(GIVE_UP_AFTER):
        assert is_open()
        fence.close()
        assert len(asked) == lost + 1
        assert not is_open()
        now += PATIENCE_S
    assert is_open()
    fence.close()
    assert is_open()  # it asks no more
    fence.answered()  # the terminal was only slow
    fence.close()
    assert not is_open()
    fence.answered()
    backlog = 1
    assert not is_open()


def test_a_terminal_that_takes_nothing_holds_up_no_end(start: Start, simulator: Simulator) -> None:
    """The stock driver blocks the event loop after thirty frames, signals and polling with it."""
    task_id = simulator.create(queue_s=0, processing_s=600)
    terminal = start(columns=300, rows=100)
    terminal.paste(task_id)
    terminal.wait_for("1 new")
    terminal.send("enter")
    terminal.wait_for("processing")
    for step in range(60):  # nobody reads from here on: each of these is a frame of tens of kilobytes
        terminal.resize(299 + step % 2, 100)
        select.select([], [], [], 0.02)
    asked = len(simulator.requests)
    terminal.send("r")
    wait_until(lambda: len(simulator.requests) > asked, 5, "polling goes on")
    begun = time.monotonic()
    os.kill(terminal.pid, signal.SIGTERM)
    assert wait_for_end(terminal, 3) == 143
    assert time.monotonic() - begun < 2.3
