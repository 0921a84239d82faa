"""After Ctrl-Z and `fg` in a real shell the dashboard is on the screen again, all of it."""

from __future__ import annotations

import time
from typing import Final

from tests.ui.terminal.conftest import PROGRAM, Start

LIMIT_S: Final = 10.0


def test_after_a_suspension_the_whole_screen_is_painted_again(start: Start) -> None:
    shell = "exec /bin/bash --norc -i"
    terminal = start(prefix=("/usr/bin/env", "PS1=shell> ", "/bin/bash", "--norc", "-i", "-c", shell), ready="shell>")
    terminal.send(f"{PROGRAM}\r")
    terminal.wait_for("Nothing is tracked yet", "quit")
    while terminal.read(0.5):
        pass
    before = terminal.text
    terminal.send("\x1a")
    terminal.wait_for("Stopped")
    terminal.send("clear; seq 200\r")
    terminal.wait_for("200")
    terminal.send("fg\r")
    end = time.monotonic() + LIMIT_S
    while terminal.text.splitlines()[1:] != before.splitlines()[1:]:  # the first line holds times
        assert time.monotonic() < end, terminal.text
        terminal.read(0.2)
    assert terminal.text.splitlines()[0].split()[:2] == before.splitlines()[0].split()[:2]
    terminal.send("q")
    terminal.wait_for("shell>")
