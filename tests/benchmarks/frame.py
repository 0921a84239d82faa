"""What the dashboard costs until its first frame, beside a Textual app with an empty screen.

Both end at that frame (`first_frame.py`), on a terminal. Instructions are exact (callgrind, fixed hashes); processor
time is of whole processes that take turns.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.benchmarks import samples
from tests.benchmarks.report import Row, digits, ms
from tests.benchmarks.tools import missing
from tests.benchmarks.window import Window

TITLE: Final = "the first frame, beside an empty Textual app (160x48)"
PROGRAM: Final = Path(__file__).with_name("first_frame.py")
HEAVY: Final = ("httpx", "starlette", "uvicorn", "rich_click", "click", "matplotlib", "plotext", "textual_plotext")
COLLECTED: Final = re.compile(r"Collected : (\d+)")
CALLGRIND: Final = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")


def ran(which: str, env: Mapping[str, str], wanted: str, *more: str, prefix: tuple[str, ...] = ()) -> Window:
    """One run to its end, whose frame shows `wanted`. Raises `RuntimeError` if it does not.

    Ours has to show it twice, in the table and beside it: the frame is to be the whole one.
    """
    argv = [*prefix, sys.executable, "-P", str(PROGRAM), which, *more]
    with Window(["/usr/bin/env", *argv], env, may_end=True) as window:
        window.wait_end(120)
    if window.status != 0 or (wanted and window.output.count(wanted.encode()) < 2):
        raise RuntimeError(f"{which} ended with {window.status} and did not show {wanted!r}")
    return window


def cpu(env: Mapping[str, str], wanted: str, rounds: int) -> tuple[float, float, float]:
    """Medians of ours and bare in seconds, and of the ratios of neighbouring runs."""
    pairs = []
    for turn in range(rounds + 1):
        pair = ran("ours", env, wanted).used_s, ran("bare", env, "").used_s
        if turn:  # the first one compiles
            pairs.append(pair)
    ours, bare = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print("ours, bare", pairs)
    return ours, bare, ratio


def instructions(which: str, env: Mapping[str, str], wanted: str, place: Path) -> int:
    """Executed until the frame."""
    log = place / "callgrind.log"
    ran(which, env, wanted, prefix=(*CALLGRIND, f"--log-file={log}"))
    found = COLLECTED.search(log.read_text())
    if found is None:
        raise RuntimeError(f"callgrind did not say how much it collected: {log.read_text()[-300:]}")
    return int(found[1])


def rows(is_quick: bool) -> Iterator[Row]:
    """With 1 000 stored tasks and with 10 000."""
    rounds = 3 if is_quick else 9
    for count, passes, goal in ((1000, 1.35, 1.15), (10_000, 1.8, 1.3)):
        with tempfile.TemporaryDirectory() as directory:
            place = Path(directory)
            env = samples.environ(place)
            wanted = samples.fill(place / "data" / "default", count)
            ours, bare, ratio = cpu(env, wanted, rounds)
            yield Row(f"{count} tasks stored: CPU / bare", ratio, passes, goal, "", ms(ours), ms(bare))
            if count == 1000:
                yield counted(env, wanted, place)
                yield loaded(env, wanted, place)


def counted(env: Mapping[str, str], wanted: str, place: Path) -> Row:
    """The row of instructions."""
    what = "1000 tasks stored: instructions / bare"
    if why := missing("valgrind"):
        return Row(what, passes=1.25, goal=1.12, why=why)
    ours, bare = instructions("ours", env, wanted, place), instructions("bare", env, "", place)
    return Row(what, ours / bare, 1.25, 1.12, "", f"{digits(ours / 1e6)} M", f"{digits(bare / 1e6)} M")


def loaded(env: Mapping[str, str], wanted: str, place: Path) -> Row:
    """The row of modules that have no business before the first frame."""
    names = place / "modules"
    ran("ours", env, wanted, str(names))
    there = {name.partition(".")[0] for name in names.read_text().split()}
    heavy = sorted(there & set(HEAVY))
    return Row("httpx, starlette, uvicorn, click, plots loaded", len(heavy), 0, 0, ours=", ".join(heavy))
