"""Programs that a benchmark stands beside, which not every machine has."""

from __future__ import annotations

import os
import shutil


def missing(*tools: str) -> str:
    """Which of these are not installed, as the end of a sentence; empty if all are."""
    if "/usr/sbin" not in os.environ["PATH"].split(":"):
        os.environ["PATH"] += ":/usr/sbin"  # where some systems keep nginx
    absent = [tool for tool in tools if not shutil.which(tool)]
    return f"{' and '.join(absent)} not installed" if absent else ""
