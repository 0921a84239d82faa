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

from tests.benchmarks import samples
from tests.benchmarks.report import Row, ms

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
    "show": [PROGRAM, "show", f"6a066dc5{1:016x}"],
}
LIMITS: Final = {"--version": (2.5, 1.5), "list": (2.0, 1.4), "list --json": (2.0, 1.4)}


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
        samples.fill(Path(place) / "data" / "default", TASKS)
        environ = {"PATH": os.environ["PATH"], **samples.environ(Path(place))}
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
