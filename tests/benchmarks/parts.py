"""The benchmarks of the report, each run in a process of its own."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, NamedTuple

from tests.benchmarks.report import Row

PARTS: Final = (
    "start",
    "frame",
    "screen",
    "lists",
    "table",
    "http",
    "path",
    "scheduling",
    "store",
    "downloads",
    "latency",
)
"""The modules of this package that have `TITLE` and `rows(is_quick)`."""


class Part(NamedTuple):
    """What one benchmark found."""

    name: str
    title: str
    rows: list[Row]
    is_broken: bool = False
    """Whether it ended early: its error was printed and `rows` is what it had found until then."""


def measured(name: str, is_quick: bool, is_detailed: bool) -> Part:
    """Run one benchmark here; what it prints on the way goes to standard error, or nowhere."""
    module = importlib.import_module(f"tests.benchmarks.{name}")
    rows: list[Row] = []
    with contextlib.ExitStack() as stack:
        out = sys.stderr if is_detailed else stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
        stack.enter_context(contextlib.redirect_stdout(out))
        try:
            rows.extend(module.rows(is_quick))
        except Exception as error:  # noqa: BLE001  # the others are measured all the same
            traceback.print_exc()
            rows.append(Row(name, why=f"broke off: {type(error).__name__}: {error}"))
            return Part(name, module.TITLE, rows, is_broken=True)
    return Part(name, module.TITLE, rows)


def each(names: Sequence[str], *, is_quick: bool, is_detailed: bool) -> Iterator[Part]:
    """Each benchmark as it ends."""
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as alone:
        for name in names:
            yield alone.submit(measured, name, is_quick, is_detailed).result()
