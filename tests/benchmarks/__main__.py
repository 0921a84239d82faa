"""One report of all benchmarks, or of those named.

The exit status is 1 if a figure misses what it must reach, or a benchmark broke off.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from importlib.metadata import version

from tests.benchmarks import report
from tests.benchmarks.parts import PARTS, each


def machine() -> str:
    """What the figures are taken on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("textual", "rich", "httpx", "msgspec"))
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    python = f"Python {platform.python_version()}, {packages}"
    return f"{time.strftime('%Y-%m-%d')}, {platform.system()}, {os.cpu_count()} cores, load {load}, {python}"


def main() -> int:
    """Measure and show; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument("--json", action="store_true", help="one object per figure and line")
    parser.add_argument("--quick", action="store_true", help="fewer runs and shorter lists: the figures are rough")
    parser.add_argument("--details", action="store_true", help="tables of every step, on standard error")
    given = parser.parse_args()
    if unknown := set(given.names) - set(PARTS):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if not given.json:
        print(f"{machine()}\n", flush=True)
    found = []
    for part in each(given.names or PARTS, is_quick=given.quick, is_detailed=given.details):
        found.append(part)
        if given.json:
            print("\n".join(row.json(part.name) for row in part.rows), flush=True)
        else:
            print(report.table(part.title, part.rows), end="\n\n", flush=True)
    rows = [row for part in found for row in part.rows]
    if not given.json:
        print(report.summary(rows))
    return int(any(part.is_broken for part in found) or any(row.verdict == "MISSED" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
