"""The insight's plot: the chosen figure day by day, days without tasks as gaps. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from headswap_tui.domain.insight import Figures, Insight, amount, percent
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation import times
from headswap_tui.ui.presentation.insight_table import Measure, Money
from headswap_tui.ui.presentation.pieces import Line, ascii_only, clip
from headswap_tui.ui.presentation.plot import Stack, labelled, plotted

MARGIN: Final = 9
WIDEST: Final = 8
"""Cells of a column at most."""
LEGEND: Final = (("stack-completed", "completed"), ("stack-failed", "failed"), ("stack-active", "not ended"))
DAY_LABEL: Final = 5


def plot_lines(
    shown: Insight,
    measure: Measure,
    money: Money,
    width: int,
    *,
    rows: int,
    glyphs: Glyphs,
    has_colors: bool = True,
) -> list[Line]:
    """A legend, `rows` lines of columns and the days below them, oldest left; empty unless the groups are days."""
    days = _days(shown)
    room = width - MARGIN
    if shown.grouping != "day" or not days or room < DAY_LABEL:
        return []
    days = days[-room:]
    cells = min(WIDEST, max(1, room // len(days)))
    gap = 1 if cells > 1 else 0
    values = [None if row is None else measure.value(row, money) for _day, row in days]
    most = 1.0 if measure.id == "success" else max((value for value in values if value is not None), default=0.0)
    stacks: list[Stack] = []
    for (_day, row), value in zip(days, values, strict=True):
        stack = _stack(row, measure, value, most)
        stacks += [*([stack] * (cells - gap)), *([()] * gap)]
    signs = _signs(measure, glyphs, has_colors=has_colors)
    lines = labelled(plotted(stacks, rows, glyphs, signs), _said(most, measure), "0", MARGIN)
    made = [_legend(measure, glyphs, signs), *lines, _axis([day for day, _row in days], cells, glyphs)]
    return [clip(ascii_only(line) if glyphs.is_ascii else line, width, glyphs.ellipsis) for line in made]


def _days(shown: Insight) -> list[tuple[date, Figures | None]]:
    """Every day from the first to the last, `None` for one without tasks; a name that is no day is left out."""
    known: dict[date, Figures] = {}
    for row in shown.rows:
        try:
            known[date.fromisoformat(row.name)] = row
        except ValueError:
            continue
    if not known:
        return []
    last = max(known)
    span = min((last - min(known)).days, 400)  # a date far off is one wrong clock, not thousands of days
    return [(day, known.get(day)) for day in (last - timedelta(days=back) for back in range(span, -1, -1))]


def _stack(row: Figures | None, measure: Measure, value: float | None, most: float) -> Stack:
    if row is None or not value or not most:
        return ()
    if measure.id != "tasks":
        return ((value / most, "spark"),)
    active = row.tasks - row.completed - row.failed
    return (
        (row.failed / most, "stack-failed"),
        (row.completed / most, "stack-completed"),
        (active / most, "stack-active"),
    )


def _said(value: float, measure: Measure) -> str:
    """The top of the scale, in as many cells as the margin has."""
    match measure.id:
        case "success":
            return f"{percent(value)}%"
        case "queue" | "processing":
            return times.exact_span(value)
        case "cost":
            return f"{value:.2f}"[: MARGIN - 1]
        case _:
            return amount(value)[: MARGIN - 1]


def _signs(measure: Measure, glyphs: Glyphs, *, has_colors: bool) -> Mapping[str, str]:
    """A sign for each part where its colour does not tell it; in ASCII there is no filling that lets a ground show."""
    if measure.id != "tasks" or (has_colors and not glyphs.is_ascii):
        return {}
    return {role: sign for (role, _name), sign in zip(LEGEND, glyphs.parts, strict=True)}


def _legend(measure: Measure, glyphs: Glyphs, signs: Mapping[str, str]) -> Line:
    title = f"{measure.title[0].upper()}{measure.title[1:]} by day"
    if measure.id != "tasks":
        return ((title, "section"),)
    pairs = [((f"   {signs.get(role, glyphs.spark[-1])} ", role), (name, "muted")) for role, name in LEGEND]
    return ((title, "section"), *(piece for pair in pairs for piece in pair))


def _axis(days: Sequence[date], cells: int, glyphs: Glyphs) -> Line:
    """A rule with the day under every column that there is room for, the last one always."""
    every = -(-(DAY_LABEL + 1) // cells)
    text = ""
    for at, day in enumerate(days):
        if (len(days) - 1 - at) % every == 0:
            text = text.ljust(at * cells, glyphs.rule)[: at * cells] + f"{day:%m-%d}"
    return ((" " * MARGIN, ""), (text.ljust(len(days) * cells, glyphs.rule), "muted"))
