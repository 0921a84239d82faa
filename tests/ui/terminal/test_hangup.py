"""The end that comes from outside: saved, restored, gone, with the right status."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.simulator.server import Simulator
from tests.terminal import Terminal, picture
from tests.ui.terminal.conftest import PROGRAM, Start, changed_modes, close_window, wait_for_end, wait_until

Stored = Callable[[], Mapping[TaskId, TrackedTask]]

IGNORING_HUP = (
    sys.executable,
    "-c",
    "import os,signal,sys; signal.signal(1, signal.SIG_IGN); os.execv(*[sys.argv[1], sys.argv[1:]])",
)
WITHOUT_HUP = (
    sys.executable,
    "-c",
    # The shell's place is taken by a child in a session of its own: no controlling terminal, so nobody sends SIGHUP.
    (
        "import os,sys\nif os.fork(): signal=__import__('signal'); signal.signal(1, signal.SIG_IGN); "
        "sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))\nos.setsid(); os.execv(sys.argv[1], sys.argv[1:])"
    ),
)

TELLING_THREADS = (
    sys.executable,
    "-c",
    (
        "import faulthandler, os, signal, sys\n"
        "faulthandler.register(signal.SIGUSR1, open(os.environ['HOME'] + '/threads', 'w'))\n"
        "from headswap_tui.__main__ import main\ndel sys.argv[1]\nsys.exit(main())"
    ),
)
"""On SIGUSR1 the stack of every thread is written to a file."""


def paste_ids(terminal: Terminal, ids: list[str]) -> None:
    """Add by pasting, as a user does, and wait until it is acknowledged."""
    terminal.paste("\n".join(ids))
    terminal.wait_for(f"{len(ids)} new")
    terminal.send("enter")
    terminal.wait_for(f"All {len(ids)}", seconds=8)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGHUP, 129), (signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal(start: Start, simulator: Simulator, stored: Stored, number: int, status: int) -> None:
    ids = [simulator.create(queue_s=0, processing_s=600) for _ in range(12)]
    terminal = start()
    paste_ids(terminal, ids)
    terminal.wait_for("processing")
    begun = time.monotonic()
    os.kill(terminal.pid, number)
    assert terminal.wait_end(5) == status
    assert time.monotonic() - begun < 2
    assert changed_modes(bytes(terminal.output)) == set()
    assert set(stored()) == set(ids)


def test_progress_of_the_last_second_is_saved(start: Start, simulator: Simulator, stored: Stored) -> None:
    task_id = simulator.create(queue_s=0, processing_s=1000)
    terminal = start()
    paste_ids(terminal, [task_id])
    terminal.wait_for("processing")
    simulator.advance(777)
    terminal.send("r")
    end = time.monotonic() + 10
    while not (shown := re.search(r"(?:answered|[━╸─] ) *([1-9]\d)%", terminal.text)):
        assert time.monotonic() < end, terminal.text
        terminal.read(0.2)
    os.kill(terminal.pid, signal.SIGHUP)
    assert terminal.wait_end(5) == 129
    detail = stored()[TaskId(task_id)].detail
    assert detail is not None
    assert detail.progress is not None
    assert detail.progress >= int(shown[1])


@pytest.mark.parametrize("prefix", [(), IGNORING_HUP, WITHOUT_HUP], ids=["hup", "hup ignored", "no hup"])
def test_a_closed_window(start: Start, simulator: Simulator, stored: Stored, prefix: tuple[str, ...]) -> None:
    ids = [simulator.create(queue_s=0, processing_s=100) for _ in range(20)]
    terminal = start(prefix=prefix, HEADSWAP_UI_REFRESH_HZ="10")
    paste_ids(terminal, ids)
    terminal.wait_for("processing")
    begun = time.monotonic()
    close_window(terminal)
    assert wait_for_end(terminal, 5) == 129
    assert time.monotonic() - begun < 2
    assert set(stored()) == set(ids)


def test_windows_closed_in_the_middle_of_updates(start: Start, simulator: Simulator) -> None:
    """The stock driver hangs for ever in ten of ten of these."""
    ids = [simulator.create(queue_s=0, processing_s=100) for _ in range(20)]
    for attempt in range(5):
        terminal = start(HEADSWAP_UI_REFRESH_HZ="10")
        if attempt == 0:
            paste_ids(terminal, ids)
        terminal.wait_for("processing")
        close_window(terminal)
        assert wait_for_end(terminal, 2.5) == 129


def test_a_save_that_hangs_is_cut(start: Start, simulator: Simulator, tmp_path: Path) -> None:
    hanging = (
        sys.executable,
        "-c",
        (
            "import sys, threading\nfrom headswap_tui.engine.engine import Engine\n"
            "Engine.save_now = lambda engine: threading.Event().wait()\n"
            "from headswap_tui.__main__ import main\ndel sys.argv[1]\nsys.exit(main())"
        ),
    )
    terminal = start(prefix=hanging)
    begun = time.monotonic()
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.wait_end(5) == 143
    assert time.monotonic() - begun < 2.5
    assert changed_modes(bytes(terminal.output)) == set()


def test_a_crash_tells_no_locals(start: Start, tmp_path: Path) -> None:
    crashing = (
        sys.executable,
        "-c",
        (
            "import sys\nfrom headswap_tui.ui.screens.main import MainScreen\n"
            "def beat(screen):\n    token = 'canary-' + str(4711 * 3)\n    raise ZeroDivisionError('broken')\n"
            "MainScreen.beat = beat\n"
            "from headswap_tui.__main__ import main\ndel sys.argv[1]\nsys.exit(main())"
        ),
    )
    terminal = start(prefix=crashing, ready="")
    assert terminal.wait_end(10) == 1
    output = bytes(terminal.output)
    assert changed_modes(output) == set()
    said = output[output.rindex(b"\x1b[") :].decode()
    assert said.count("\n") == 1
    assert "ZeroDivisionError" in said
    log = tmp_path / "state" / "headswap-tui" / "headswap-tui.log"
    assert log.stat().st_mode & 0o777 == 0o600
    assert "broken" in log.read_text(encoding="utf-8")
    assert b"canary-14133" not in output + log.read_bytes()


def test_quitting_waits_for_no_name_that_hangs(start: Start, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    hanging = (
        sys.executable,
        "-c",
        (
            "import pathlib, socket, sys, threading\n"
            f"def hang(*args, **more):\n    pathlib.Path({str(asked)!r}).touch()\n    threading.Event().wait()\n"
            "socket.getaddrinfo = hang\nfrom headswap_tui.__main__ import main\ndel sys.argv[1]\nsys.exit(main())"
        ),
    )
    terminal = start(prefix=hanging, HEADSWAP_BASE_URL="https://service.invalid")
    paste_ids(terminal, ["6a066dc58570ecbf64f761a5"])
    wait_until(asked.exists, 10, "the name was looked up")
    begun = time.monotonic()
    terminal.send("q")
    assert terminal.wait_end(5) == 0
    assert time.monotonic() - begun < 1.0


def test_stopped_and_continued(start: Start, simulator: Simulator, tmp_path: Path) -> None:
    """Three times without our doing; then one reader and one writer are left, keys work, and it quits."""
    ids = [simulator.create(queue_s=0, processing_s=600) for _ in range(3)]
    terminal = start(prefix=TELLING_THREADS)
    paste_ids(terminal, ids)
    terminal.wait_for("processing")
    for _ in range(3):
        os.kill(terminal.pid, signal.SIGSTOP)
        wait_until(lambda: _state(terminal.pid) == "T", what="stopped")
        painted = terminal.output.count(b"?1049h")
        os.kill(terminal.pid, signal.SIGCONT)
        while terminal.output.count(b"?1049h") == painted:
            terminal.read(0.2)
    os.kill(terminal.pid, signal.SIGUSR1)
    threads = tmp_path / "threads"
    wait_until(lambda: "Current thread" in threads.read_text(encoding="utf-8"))
    stacks = re.split(r"\n\n", threads.read_text(encoding="utf-8"))
    assert sum("in run_input_thread" in stack for stack in stacks) == 1
    assert sum(re.search(r"ui/writing\.py.* in run$", stack, re.MULTILINE) is not None for stack in stacks) == 1
    terminal.send("?")
    terminal.wait_for("Keys")
    terminal.send("esc")
    terminal.wait_gone("Keys")
    terminal.send("q")
    assert terminal.wait_end(3) == 0
    assert changed_modes(bytes(terminal.output)) == set()


def test_what_others_drew_meanwhile_is_painted_over(start: Start) -> None:
    terminal = start()
    terminal.wait_for("quit")
    while terminal.read(0.3):
        pass
    before = picture(terminal.screen)
    os.kill(terminal.pid, signal.SIGSTOP)
    wait_until(lambda: _state(terminal.pid) == "T", what="stopped")
    terminal.screen.reset()
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.wait_for(" All ", "quit")
    while terminal.read(0.3):
        pass
    assert picture(terminal.screen) == before


def test_suspended_and_back(start: Start, simulator: Simulator) -> None:
    """Ctrl-Z and `fg` in a real shell."""
    shell = "exec /bin/bash --norc -i"
    terminal = start(prefix=("/usr/bin/env", "PS1=shell> ", "/bin/bash", "--norc", "-i", "-c", shell), ready="shell>")
    terminal.send(f"{PROGRAM}\r")
    terminal.wait_for(" All ")
    terminal.send("\x1a")
    terminal.wait_for("Stopped")
    assert changed_modes(bytes(terminal.output)) <= {b"2004"}  # the shell's own
    asked = len(simulator.requests)
    stopped = len(terminal.output)
    terminal.send("fg\r")
    while b"?2004h" not in terminal.output[terminal.output.find(b"?1049h", stopped) :]:
        assert terminal.read(5)
    terminal.send("?")
    terminal.wait_for("Keys")
    assert len(simulator.requests) - asked <= 5
    terminal.send("esc")
    terminal.wait_gone("Keys")
    painted = len(terminal.output)
    terminal.send("q")
    while b"shell>" not in terminal.output[painted:]:
        assert terminal.read(5)
    assert changed_modes(bytes(terminal.output)) <= {b"2004"}


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
