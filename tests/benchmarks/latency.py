"""How soon a key is felt while videos are fetched, and how soon it ends: `python -m tests.benchmarks latency`.

The real dashboard on a real terminal: from the key to the bytes that show the cursor on another row. The phases take
turns, round after round, each in a process of its own; the medians over the rounds are compared, so that the
machine's other work counts little. For the same reason all of it runs with raised priority where that is allowed.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from headswap_tui.domain.task import TaskId
from tests.benchmarks.downloading import PROGRAM, felt_s, prepared, service, written
from tests.benchmarks.downloads import MB, NICE, hosted, nginx
from tests.benchmarks.report import Row, ms
from tests.benchmarks.tools import missing
from tests.benchmarks.window import Window
from tests.benchmarks.workload import percentile
from tests.silent_resolver import silent_resolver

TITLE: Final = "how soon a key is felt while videos are fetched, and how soon it ends"
ACTIVE: Final = 300
"""Tasks in the list that are asked about."""
EVERY_S: Final = 0.05
"""A key comes so often on average, as when one is held down and now and then let go."""
SETTLES_S: Final = 1.0
DRAWN: Final = re.compile(rb"clip ")


class Phase(NamedTuple):
    """What goes on while keys are pressed."""

    what: str
    files: tuple[str, ...] = ()
    """Paths of the file host that are fetched, one after the other if there are more than places."""
    places: int = 2
    passes: float | None = None
    goal: float | None = None
    """Of the 99th percentile over that of the first phase."""


PHASES: Final = (
    Phase("idle"),
    Phase("two downloads at 12 MB/s, 5 answers/s", ("slow/v.mp4",) * 2, 2, 2.0, 1.3),
    Phase("one download at full speed, 5 answers/s", ("big.mp4",) * 12, 1, 2.5, 1.5),
)


class Hosts(NamedTuple):
    """Where things come from."""

    files: str
    base_url: str
    active: Sequence[TaskId]


def keys_s(phase: Phase, place: Path, hosts: Hosts, count: int) -> list[float]:
    """Seconds that each of so many keys took to be felt in a dashboard of its own."""
    urls = [f"{hosts.files}/{path}" for path in phase.files]
    environ = {**prepared(place, hosts.base_url, hosts.active, urls), "HEADSWAP_DOWNLOAD_PARALLEL": str(phase.places)}
    felt = []
    with Window([PROGRAM], environ) as window:
        written(window, DRAWN)
        window.watch(SETTLES_S)
        if not urls:
            window.send("p")  # asks nothing any more
        window.watch(SETTLES_S)
        for number in range(count):
            felt.append(felt_s(window, "jk"[number % 2]))
            for done in (place / "videos").glob("*.mp4"):
                done.unlink()  # the room is memory
            window.watch(EVERY_S * (0.5 + random.random()))
        assert not urls or any((place / "videos").glob("*.part")), "nothing was fetched any more"
    return felt


def end_s(place: Path, hosts: Hosts, prefix: Sequence[str]) -> float:
    """Seconds from the key to the end of the process while three videos come and a resolver keeps silent."""
    urls = [f"{hosts.files}/slow/v.mp4"] * 3 + ["http://files.example/v.mp4"]
    environ = {**prepared(place, hosts.base_url, hosts.active, urls), "HEADSWAP_DOWNLOAD_PARALLEL": "4"}
    with Window([*prefix, PROGRAM], environ, may_end=True) as window:
        written(window, DRAWN)
        end = time.monotonic() + 10
        parts: list[Path] = []
        while len(parts) < 3:
            assert time.monotonic() < end, "the downloads did not begin"
            window.watch(0.1)
            parts = [part for part in (place / "videos").glob("*.part") if part.stat().st_size]
        began = time.perf_counter()
        window.send("qy")  # it asks first
        assert window.wait_end() == 0
        return time.perf_counter() - began


def felt_rows(place: Path, hosts: Hosts, rounds: int, count: int) -> Iterator[Row]:
    """The 99th percentile of each phase over that of the first, medians over the rounds."""
    p99s: Mapping[str, list[float]] = {phase.what: [] for phase in PHASES}
    for turn in range(rounds):
        for phase in PHASES:
            directory = place / f"{turn} {phase.what.replace('/', ' a ')}"
            directory.mkdir()
            p99s[phase.what].append(percentile(keys_s(phase, directory, hosts, count), 0.99))
            shutil.rmtree(directory)
    idle = statistics.median(p99s[PHASES[0].what])
    for phase in PHASES[1:]:
        p99 = statistics.median(p99s[phase.what])
        yield Row(
            f"key, {phase.what}: p99 / idle", p99 / idle, phase.passes, phase.goal, "", ms(p99), f"idle {ms(idle)}"
        )


def end_row(place: Path, hosts: Hosts, times: int) -> Row:
    """The median of several ends."""
    what = "from `q` to the end, 3 downloads, silent resolver"
    taken = []
    try:
        with silent_resolver() as prefix:
            for turn in range(times):
                directory = place / f"end {turn}"
                directory.mkdir()
                taken.append(end_s(directory, hosts, prefix))
    except OSError as error:
        return Row(what, why=str(error))
    return Row(what, statistics.median(taken), 1.0, 0.3, "s", f"{times} times", f"slowest {ms(max(taken))}")


def rows(is_quick: bool) -> Iterator[Row]:
    """Keys, then the end."""
    if why := missing("nginx"):
        yield Row(TITLE, why=why)
        return
    with contextlib.suppress(PermissionError):
        os.nice(NICE)
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base, prefix="headswap-latency-") as name:
        place = Path(name)
        (place / "files").mkdir()
        hosted(place / "files" / "v.mp4", 300 * MB)
        hosted(place / "files" / "big.mp4", 2000 * MB)
        with nginx(place) as files, service(ACTIVE) as (base_url, active):
            hosts = Hosts(files, base_url, active)
            yield end_row(place, hosts, 2 if is_quick else 5)
            yield from felt_rows(place, hosts, *((2, 60) if is_quick else (5, 120)))
