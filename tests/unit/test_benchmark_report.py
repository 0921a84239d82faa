"""The report of the benchmarks judges by the figures alone, and says what it could not measure."""

from __future__ import annotations

import importlib
import json

import pytest

from tests.benchmarks.parts import PARTS
from tests.benchmarks.report import Row, summary, table


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("ratio", 1.1, 1.5, 1.2), "goal"),
        (Row("ratio", 1.3, 1.5, 1.2), "pass"),
        (Row("ratio", 1.6, 1.5, 1.2), "MISSED"),
        (Row("speed", 0.95, 0.5, 0.9, more_is_better=True), "goal"),
        (Row("speed", 0.4, 0.5, 0.9, more_is_better=True), "MISSED"),
        (Row("only told", 7.0), ""),
        (Row("no valgrind", passes=1.5, goal=1.2, why="valgrind not installed"), "not measured"),
    ],
)
def test_a_figure_is_judged_by_its_limits(row: Row, verdict: str) -> None:
    assert row.verdict == verdict
    assert json.loads(row.json("start"))["verdict"] == verdict


def test_what_could_not_be_measured_says_why_and_shows_no_figure() -> None:
    row = Row("instructions / bare", passes=1.25, goal=1.12, why="valgrind not installed")
    shown = table("first frame", [row, Row("cells that differ", 0, 0, 0)])
    assert "instructions / bare  " in shown and "not measured" in shown
    assert shown.endswith("instructions / bare: valgrind not installed")
    assert summary([row]) == "1 not measured"


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_a_title_and_rows(name: str) -> None:
    module = importlib.import_module(f"tests.benchmarks.{name}")
    assert module.TITLE and callable(module.rows)
