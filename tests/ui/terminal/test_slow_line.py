"""A line of 8 kB/s and 150 ms: what a person at its far end sees, and how soon keys show."""

from __future__ import annotations

import os
import re
import select
import signal
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from headswap_tui.simulator.server import Simulator
from headswap_tui.ui.fence import GIVE_UP_AFTER, PATIENCE_S, Fence
from tests.terminal import Terminal
from tests.ui.terminal.conftest import Start, changed_modes, wait_for_end, wait_until

BYTES_PER_S: Final = 8_000
DELAY_S: Final = 0.075
"""One way."""
FENCE: Final = re.compile(rb"\x1b\[6n")


class SlowLine:
    """Stands between the program and its screen; takes from the pty no faster than the line carries."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.seen = bytearray()
        self._up: deque[tuple[float, bytes]] = deque()
        self._down: deque[tuple[float, bytes]] = deque()
        self._free_at = time.monotonic()

    def press(self, key: bytes) -> None:
        """Press at the far end."""
        self._up.append((time.monotonic() + DELAY_S, key))

    def run_until(self, condition: Callable[[], object], limit_s: float) -> float:
        """Let it flow until the condition holds; seconds that it took."""
        begun = time.monotonic()
        while not condition():
            assert time.monotonic() - begun < limit_s, f"did not come about within {limit_s} s"
            self._step()
        return time.monotonic() - begun

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
        before = len(FENCE.findall(self.seen))
        self.seen += data
        for _ in range(len(FENCE.findall(self.seen)) - before):
            self.press(b"\x1b[1;1R")


def test_frames_never_queue_on_a_slow_line(start: Start, simulator: Simulator) -> None:
    ids = [simulator.create(queue_s=0, processing_s=60) for _ in range(25)]
    terminal = start(
        SSH_CONNECTION="192.0.2.1 50000 192.0.2.2 22", TERM="xterm-256color", COLORTERM="", HEADSWAP_UI_REFRESH_HZ="10"
    )
    terminal.paste("\n".join(ids))
    terminal.wait_for("25 new")
    terminal.send("enter")
    terminal.wait_for("processing")
    line = SlowLine(terminal)
    frames = len(FENCE.findall(line.seen))
    line.press(b"\x1b[1;1R")  # the harness has answered; whatever was under way is over
    line.run_until(lambda: len(FENCE.findall(line.seen)) >= frames + 4, 12)  # frames come and are answered
    for key, shown in ((b"?", b"Keys"), (b"\x1b", b"")):
        seen = len(line.seen)
        line.press(key)
        took = line.run_until(lambda: shown in line.seen[seen:] and len(line.seen) > seen, 5)  # noqa: B023  # used at once
        assert took < 3.0
    line.run_until(lambda: len(FENCE.findall(line.seen)) >= frames + 6, 12)
    line.press(b"q")
    assert line.run_until(lambda: terminal.status is not None, 5) < 3.0
    line.run_until(lambda: not line._down, 3)
    assert changed_modes(bytes(terminal.output) + bytes(line.seen)) == set()


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
