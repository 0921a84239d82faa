"""Plots: columns to the eighth of a cell, stacks, and the insight's days."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.domain.insight import Figures, Insight
from headswap_tui.ui.glyphs import ASCII, UNICODE, Glyphs
from headswap_tui.ui.presentation.insight_plot import plot_lines
from headswap_tui.ui.presentation.insight_table import MEASURES, Money
from headswap_tui.ui.presentation.pieces import line_width, plain
from headswap_tui.ui.presentation.plot import plotted
from headswap_tui.ui.widgets.paint import INKS


def test_a_column_is_as_high_as_its_share_and_never_lost() -> None:
    stacks = [[(share, "spark")] for share in (0.0, 0.001, 0.25, 0.5, 0.75, 1.0)]
    assert [plain(line) for line in plotted(stacks, 2, UNICODE)] == ["    ▄█", " ▁▄███"]


def test_parts_stand_on_each_other_and_share_a_cell_by_its_ground() -> None:
    (line,) = plotted([[(0.5, "stack-failed"), (0.5, "stack-completed")]], 1, UNICODE)
    assert line == (("▄", "stack-failed-on-stack-completed"),)
    top, bottom = plotted([[(0.5, "stack-failed"), (0.5, "stack-completed")]], 2, UNICODE)
    assert (top, bottom) == ((("█", "stack-completed"),), (("█", "stack-failed"),))


PARTS = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(
    lambda shares: [
        (share / max(1.0, sum(shares)), role)
        for share, role in zip(shares, ("stack-failed", "stack-completed", "stack-active"), strict=True)
    ]
)


@given(st.lists(PARTS, max_size=8), st.integers(1, 5), st.sampled_from([UNICODE, ASCII]))
def test_every_line_has_a_cell_for_each_column_and_an_ink(stacks: list[object], rows: int, glyphs: Glyphs) -> None:
    lines = plotted(stacks, rows, glyphs)  # type: ignore[arg-type]  # as the strategy makes them
    assert len(lines) == rows
    assert {line_width(line) for line in lines} == {len(stacks)}
    assert {role for line in lines for _text, role in line} <= {*INKS, ""}


def row(name: str, tasks: int, completed: int = 0, failed: int = 0) -> Figures:
    """A day's figures without times."""
    return Figures(name, tasks, completed, failed, None, None, None, None, None, 0.0, 0.0, 0)


DAYS = Insight("day", (row("2026-11-22", 8, 4, 2), row("2026-11-20", 4, 4)), row("", 12, 8, 2))


def test_days_without_tasks_are_gaps() -> None:
    legend, *lines, axis = map(plain, plot_lines(DAYS, MEASURES[0], Money(), 27, rows=2, glyphs=UNICODE))
    assert legend.startswith("Tasks by day   █ completed")
    assert lines == ["       8             ▄▄▄▄▄ ", "       0 █████       ▄▄▄▄▄ "], "on the grounds of what lies above"
    assert axis == "         11-20─11-21─11-22─"


@pytest.mark.parametrize(
    ("glyphs", "has_colors", "signs"), [(UNICODE, False, "█▒░"), (ASCII, True, "#x."), (ASCII, False, "#x.")]
)
def test_without_colours_or_unicode_every_part_has_a_sign_of_its_own(
    glyphs: Glyphs, has_colors: bool, signs: str
) -> None:
    whole, torn, running = list(signs)
    legend, *lines, _axis = map(
        plain, plot_lines(DAYS, MEASURES[0], Money(), 70, rows=4, glyphs=glyphs, has_colors=has_colors)
    )
    assert legend == f"Tasks by day   {whole} completed   {torn} failed   {running} not ended"
    assert [line[-2] for line in lines] == [running, whole, whole, torn], "as high as their shares"
    assert {*"".join(lines).split("0 ")[-1]} <= {*signs, " "}


def test_no_part_is_lost_to_one_that_fills_nearly_all() -> None:
    busy = Insight("day", (row("2026-11-22", 1000, 998, 1),), row("", 1000, 998, 1))
    lines = plot_lines(busy, MEASURES[0], Money(), 40, rows=3, glyphs=UNICODE, has_colors=False)
    assert [plain(line)[9] for line in lines[1:-1]] == ["░", "█", "▒"]


@pytest.mark.parametrize(
    "shown",
    [
        Insight("model", DAYS.rows, DAYS.total),
        Insight("day", (), DAYS.total),
        Insight("day", (row("?", 3),), DAYS.total),
    ],
)
def test_no_plot_of_what_are_no_days(shown: Insight) -> None:
    assert plot_lines(shown, MEASURES[0], Money(), 60, rows=3, glyphs=UNICODE) == []


@pytest.mark.parametrize("width", [20, 60, 118])
@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
def test_a_date_far_off_does_not_break_it(width: int, measure: object) -> None:
    odd = Insight("day", (*DAYS.rows, row("1970-01-01", 1)), DAYS.total)
    lines = plot_lines(odd, measure, Money(0.1), width, rows=3, glyphs=ASCII)  # type: ignore[arg-type]  # a measure
    assert max(line_width(line) for line in lines) <= width
    assert all(plain(line).isascii() for line in lines)
