"""What the dashboard sends, uses and takes while it stands there, on a terminal of 160x48.

The idle rows and memory are those of the real program with its store; the others those of the dashboard on records in
memory (`dashboard.py`), so that exactly so many cells change.
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.benchmarks import samples
from tests.benchmarks.report import Row, digits
from tests.benchmarks.tools import missing
from tests.benchmarks.window import Window
from tests.terminal import picture

TITLE: Final = "the screen: bytes, processor time and memory (160x48)"
ROOT: Final = Path(__file__).parents[2]
PROGRAM: Final = Path(sys.executable).with_name("headswap-tui")
BARE: Final = (sys.executable, "-c", "from textual.app import App; App().run()")
REMOTE: Final = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
READY: Final = "6a066d"
"""An id of the list is on the screen."""
LINE_BYTES_S: Final = 128_000 // 8
KEYS: Final = ("j", "k", "j", "ctrl+d", "ctrl+u", "g", "G", "S", " ", "2", "1")


def dashboard(how: str = "0", *, count: int = 1000, shows: bool = False, env: Mapping[str, str] = REMOTE) -> Window:
    """The dashboard on records in memory; see `dashboard.py` for `how`."""
    argv = [sys.executable, "-m", "tests.benchmarks.dashboard", str(count), how]
    return Window(argv, {"PYTHONPATH": str(ROOT), "HOME": "/nonexistent", **env}, shows=shows)


def rows(is_quick: bool) -> Iterator[Row]:
    """From one cell to a slow line."""
    seconds = 6.0 if is_quick else 20.0
    yield from cells(5 if is_quick else 15)
    yield from idle(seconds)
    yield from flowing(seconds)
    yield slow_line(3 if is_quick else 9)
    yield increments(30 if is_quick else 120)
    yield memory()


def cells(runs: int) -> Iterator[Row]:
    """Bytes of one changed cell and of ten, as over SSH: there nothing marks the changed ones."""
    with dashboard() as window:
        window.settle(1.5, after=READY)
        for what, number, passes, goal in (
            ("1 cell", signal.SIGUSR1, 150, 75),
            ("10 cells", signal.SIGUSR2, 1000, 550),
        ):
            taken = []
            for _ in range(runs):
                before = window.sent
                os.kill(window.pid, number)
                window.settle(0.8)
                taken.append(window.sent - before)
            print(what, taken)
            yield Row(f"{what} changed: sent", statistics.median(taken), passes, goal, "B")


def still(window: Window, seconds: float, ready: str = "") -> tuple[float, float]:
    """Bytes a second, and processor time in percent of a core, of a program left alone."""
    window.settle(2.5, after=ready)
    sent, used = window.sent, window.cpu_s()
    window.watch(seconds)
    return (window.sent - sent) / seconds, (window.cpu_s() - used) / seconds * 100


def rates(seconds: float, *windows: tuple[Window, str]) -> list[float]:
    """Bytes a second of programs that keep sending, over the same seconds, once each has sent its word."""
    for window, ready in windows:
        while ready.encode() not in window.output:
            window.read(1.0)
    before: list[int] = []
    for wait in (2.0, seconds):
        before = [window.sent for window, _ready in windows]
        end = time.monotonic() + wait
        while time.monotonic() < end:
            for window, _ready in windows:
                window.read(0.05)
    return [(window.sent - sent) / seconds for (window, _ready), sent in zip(windows, before, strict=True)]


def idle(seconds: float) -> Iterator[Row]:
    """Nothing is active: the real program with a store of ended tasks; and with seconds that are counted down."""
    with tempfile.TemporaryDirectory() as place:
        with program(Path(place), 1000) as window:
            sent, used = still(window, seconds, READY)
        with Window(BARE, samples.environ(Path(place))) as window:
            bare_sent, bare_used = still(window, seconds)
    with dashboard("clock") as window:
        (ticking,) = rates(seconds, (window, READY))
    yield Row("idle, no clock: sent", sent, 0, 0, "B/s", peer=f"bare app {digits(bare_sent)} B/s")
    yield Row("idle, seconds counted down: sent", ticking, 130, 90, "B/s")
    yield Row("idle: CPU", used, 0.3, bare_used, "%", peer=f"bare app {digits(bare_used)} %")


def program(place: Path, count: int) -> Window:
    """The real program with so many ended tasks and a key, before a service that it has no reason to ask."""
    if not (place / "data").exists():
        samples.fill(place / "data" / "default", count, active=False)
    account = {"HEADSWAP_BASE_URL": "http://127.0.0.1:9", "HEADSWAP_API_KEY": "k" * 40}
    return Window([PROGRAM], {**samples.environ(place), **account})


def flowing(seconds: float) -> Iterator[Row]:
    """Ten updates a second of rows in view, beside htop as it comes, which looks at the same machine meanwhile."""
    what = "10 visible updates/s: sent over SSH / htop", "10 visible updates/s, changes marked: sent / htop"
    for name, env, passes, goal in zip(what, (REMOTE, {}), (1, None), (0.4, None), strict=True):
        with tempfile.TemporaryDirectory() as place, dashboard("10", env=env) as window:
            if why := missing("htop"):
                (ours,) = rates(seconds, (window, READY))
                yield Row(name, passes=passes, goal=goal, ours=f"{digits(ours)} B/s", why=why)
                continue
            with Window(["/usr/bin/env", "htop"], {"HOME": place}) as peer:
                ours, htop = rates(seconds, (window, READY), (peer, "Swp"))
        yield Row(name, ours / htop, passes, goal, "", f"{digits(ours)} B/s", f"{digits(htop)} B/s")


def felt(how: str, presses: int) -> list[float]:
    """Seconds from the key to the cursor at its new place, at the far end of a line of 128 kbit/s."""
    taken = []
    with dashboard(how, shows=True) as window:
        window.trickle(LINE_BYTES_S, lambda: cursor(window) == 0, 60)
        window.trickle(LINE_BYTES_S, _after(8.0), 10)  # until the first screens have gone through
        for press in range(presses):
            window.trickle(LINE_BYTES_S, _after(1.0 + 0.13 * press), 10)
            window.send("j")
            row = press + 1
            taken.append(window.trickle(LINE_BYTES_S, lambda: cursor(window) == row, 60))  # noqa: B023  # used at once
    return taken


def cursor(window: Window) -> int:
    """The row of the table that has the cursor's sign; -1 if none has."""
    lines = [line[:1] for line in window.screen.display[3:]]
    return lines.index("▌") if "▌" in lines else -1


def slow_line(presses: int) -> Row:
    """Under 300 updates a second, beside the same without."""
    busy, calm = felt("300", presses), felt("0", presses)
    print("busy", busy, "calm", calm)
    peer = f"without updates {statistics.median(calm):.2f} s"
    what = "key to its paint, 128 kbit/s, 300 updates/s"
    return Row(what, statistics.median(busy), 1.5, 0.6, "s", ours=f"at most {max(busy):.2f} s", peer=peer)


def increments(steps: int) -> Row:
    """Cells that differ between the picture that grew by increments and the same painted anew."""
    dice = random.Random(3)
    with dashboard(shows=True, env={}) as window:
        window.settle(1.5, after=READY)
        for _ in range(steps):
            for number in dice.choices((signal.SIGUSR1, signal.SIGUSR2), k=2):
                os.kill(window.pid, number)
            window.send(*(key.replace("ctrl+d", "\x04").replace("ctrl+u", "\x15") for key in dice.choices(KEYS, k=2)))
            window.watch(0.1)
        window.settle(3.0)  # until the marks of changed cells are taken back
        built, pen = picture(window.screen), window.screen.cursor.attrs
        window.screen.reset()
        window.screen.cursor.attrs = pen
        os.kill(window.pid, signal.SIGALRM)
        window.settle(1.5)
        fresh = picture(window.screen)
    painted = sum(cell[0] != " " for line in fresh for cell in line)
    if painted < 1000:
        raise RuntimeError(f"only {painted} cells were painted anew")
    off = sum(one != other for old, new in zip(built, fresh, strict=True) for one, other in zip(old, new, strict=True))
    return Row(f"cells off after {steps} steps, against a full repaint", off, 0, 0, peer=f"{painted} cells with text")


def memory() -> Row:
    """With 10 000 tasks, once everything is loaded."""
    with tempfile.TemporaryDirectory() as place:
        with program(Path(place), 10_000) as window:
            window.settle(2.0, after=READY)  # compiles, which takes memory of its own
        with program(Path(place), 10_000) as window:
            window.settle(4.0, after=READY)
            ours = window.own_mb()
        with Window(BARE, samples.environ(Path(place))) as window:
            window.settle(2.0)
            bare = window.own_mb()
    figures = f"{digits(ours)} MB", f"bare app {digits(bare)} MB"
    return Row("memory of its own (USS), 10 000 tasks - bare app", ours - bare, 15, 8, "MB", *figures)


def _after(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() >= until
