"""What a command costs: `python -m tests.benchmarks start`.

Processor time (user and system) of whole processes, taken in turns so that other load falls on all alike; medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from headswap_tui.domain.changes import answered, track
from headswap_tui.domain.task import Detail, TaskId
from headswap_tui.store.tasks import TaskStore
from tests.benchmarks.report import Row, ms
from tests.conftest import NOON_MS

TASKS: Final = 1000
TITLE: Final = f"start of a command, {TASKS} tasks stored"
PYTHON: Final = sys.executable
PROGRAM: Final = str(Path(PYTHON).with_name("headswap-tui"))
EMPTY, PEER = "python -c pass", "python -c 'import json, tinydb'"
COMMANDS: Final[Mapping[str, Sequence[str]]] = {
    EMPTY: [PYTHON, "-c", "pass"],
    PEER: [PYTHON, "-c", "import json, tinydb"],
    "--version": [PROGRAM, "--version"],
    "--help": [PROGRAM, "--help"],
    "list": [PROGRAM, "list"],
    "list --json": [PROGRAM, "list", "--json"],
    "show": [PROGRAM, "show", f"{1:024x}"],
}
LIMITS: Final = {"--version": (2.5, 1.5), "list": (2.0, 1.4), "list --json": (2.0, 1.4)}


def fill(directory: Path) -> None:
    """A list as after a day's work: most finished, some on their way."""
    details = [Detail(status=status, progress=47.5, resolution="720p", video_duration=10.0) for status in (3, 3, 4, 2)]
    tasks = [
        answered(track(TaskId(f"{number:024x}"), NOON_MS, f"clip {number}"), details[number % 4], NOON_MS, NOON_MS)
        for number in range(TASKS)
    ]
    store = TaskStore.open(directory)
    store.add(tasks)
    store.close()


def cost_s(argv: Sequence[str], environ: Mapping[str, str]) -> float:
    """Processor seconds of one run."""
    with subprocess.Popen(argv, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{argv} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def rows(is_quick: bool) -> Iterator[Row]:
    """Every command beside the two peers."""
    with tempfile.TemporaryDirectory() as place:
        fill(Path(place) / "data" / "default")
        # Compiled modules are kept, as after any installation.
        environ = {"PATH": os.environ["PATH"], "HOME": place, "HEADSWAP_DATA_DIR": f"{place}/data"}
        environ["PYTHONPYCACHEPREFIX"] = f"{place}/compiled"
        costs: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for turn in range((5 if is_quick else 15) + 1):
            for name, argv in COMMANDS.items():
                cost = cost_s(argv, environ)
                if turn:  # the first one compiles
                    costs[name].append(cost)
    medians = {name: statistics.median(taken) for name, taken in costs.items()}
    for name, median in medians.items():
        if name not in (EMPTY, PEER):
            peer = EMPTY if name.startswith("--") else PEER
            passes, goal = LIMITS.get(name, (None, None))
            what = f"{name}: CPU / {peer}"
            yield Row(what, median / medians[peer], passes, goal, "", ms(median), ms(medians[peer]))
