"""The insight's table: one record per column, a bar for the figure chosen, cells that say what the CSV says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from headswap_tui.domain.insight import Figures, Grouping, Insight, amount, percent
from headswap_tui.domain.text import safe
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation import times
from headswap_tui.ui.presentation.bars import bar
from headswap_tui.ui.presentation.pieces import Line, ascii_only, clip, fit

WIDE: Final = 100
"""Cells from which times are given in two units."""
TITLES: Final[dict[Grouping, str]] = {"day": "Day", "resolution": "Resolution", "model": "Model", "tag": "Tag"}


@dataclass(frozen=True, slots=True)
class Money:
    """What a unit costs, by the user's own word."""

    price: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that the bars can show."""

    id: str
    title: str
    header: str
    """Header of the column that holds it."""
    value: Callable[[Figures, Money], float | None]


MEASURES: Final = (
    Measure("tasks", "tasks", "Tasks", lambda row, _: row.tasks),
    Measure("success", "success", "Success", lambda row, _: row.success),
    Measure("queue", "time in the queue (median)", "Queue", lambda row, _: row.queue_median_s),
    Measure("processing", "processing time (median)", "Processing", lambda row, _: row.processing_median_s),
    Measure("billed", "billed units", "Billed", lambda row, _: row.billed),
    Measure("cost", "cost", "Cost", lambda row, money: row.cost(money.price)),
)


def measures(money: Money) -> tuple[Measure, ...]:
    """Those that make sense: no cost without a price."""
    return MEASURES if money.price is not None else MEASURES[:-1]


@dataclass(frozen=True, slots=True)
class _Column:
    header: str
    width: int
    wide: int
    """Cells where there is room."""
    priority: int
    """The highest number is dropped first; 0 never is."""
    cell: Callable[[Figures, Money, bool, Glyphs], str]
    role: str = ""


def _pair(median: float | None, p95: float | None, is_wide: bool, glyphs: Glyphs) -> str:
    if median is None or p95 is None:
        return glyphs.nothing
    said = times.exact_span if is_wide else times.span
    return f"{said(median)} / {said(p95)}" if is_wide else f"{said(median)}/{said(p95)}"


def _success(row: Figures, _money: Money, _is_wide: bool, glyphs: Glyphs) -> str:
    return glyphs.nothing if row.success is None else f"{percent(row.success)}%"


def _cost(row: Figures, money: Money, _is_wide: bool, _glyphs: Glyphs) -> str:
    cost = row.cost(money.price)
    return "" if cost is None else f"{cost:.2f} {safe(money.currency, 8)}".rstrip()


_COLUMNS: Final = (
    _Column("Tasks", 5, 6, 0, lambda row, *_: str(row.tasks), "strong"),
    _Column("Success", 7, 7, 0, _success),
    _Column("Failed", 6, 7, 4, lambda row, *_: str(row.failed) if row.failed else "", "bad"),
    _Column("Queue", 8, 17, 3, lambda row, _, wide, g: _pair(row.queue_median_s, row.queue_p95_s, wide, g)),
    _Column(
        "Processing", 10, 17, 1, lambda row, _, wide, g: _pair(row.processing_median_s, row.processing_p95_s, wide, g)
    ),
    _Column("Billed", 8, 9, 2, lambda row, *_: amount(row.billed)),
    _Column("Cost", 11, 13, 2, _cost),
)
NAME, BAR = 11, 10
HEAD: Final = 3
"""Lines above the groups."""


def lines(shown: Insight, measure: Measure, money: Money, width: int, glyphs: Glyphs) -> list[Line]:
    """Header, the total, a rule (`HEAD` lines), then a line for each group, each of `width` cells at most."""
    placed, name_width, bar_width = _placed(shown, money, width)
    is_wide = width >= WIDE
    most = max((abs(measure.value(row, money) or 0.0) for row in shown.rows), default=0.0)
    if measure.id == "success":
        most = 1.0
    head: list[tuple[str, str]] = [(f"{TITLES[shown.grouping]:<{name_width}}", "section"), (" " * bar_width, "")]
    for column, cells in placed:
        role = "accent" if column.header == measure.header else "section"
        head.append((f"  {column.header:>{cells}}", role))
    made = [tuple(head)]
    for row in (shown.total, *shown.rows):
        is_total = row is shown.total
        name = "total" if is_total else safe(row.name, 60) or f"{glyphs.nothing} none"
        line: list[tuple[str, str]] = [*fit(((name, "strong" if is_total else ""),), name_width, glyphs.ellipsis)]
        if bar_width:
            value = measure.value(row, money) or 0.0
            drawn = bar(100 * value / most, bar_width - 2, glyphs, "bar") if most else ((" " * (bar_width - 2), ""),)
            line += [("  ", ""), *(drawn if not is_total else ((" " * (bar_width - 2), ""),))]
        for column, cells in placed:
            text = column.cell(row, money, is_wide, glyphs)
            line += [
                ("  ", ""),
                *fit(((text, "strong" if is_total else column.role),), cells, glyphs.ellipsis, "right"),
            ]
        made.append(tuple(line))
    made.insert(2, ((glyphs.rule * width, "rule"),))
    return [clip(ascii_only(line) if glyphs.is_ascii else line, width, glyphs.ellipsis) for line in made]


def _placed(shown: Insight, money: Money, width: int) -> tuple[list[tuple[_Column, int]], int, int]:
    """Columns that fit and their cells, those of the name and of the bar (0 where there is no room for it)."""
    columns = [column for column in _COLUMNS if column.header != "Cost" or money.price is not None]
    is_wide = width >= WIDE

    def taken(bar_cells: int) -> int:
        return NAME + bar_cells + sum((column.wide if is_wide else column.width) + 2 for column in columns)

    bar_cells = BAR
    while taken(bar_cells) > width and any(column.priority >= 3 for column in columns):
        columns.remove(max(columns, key=lambda column: column.priority))
    if taken(bar_cells) > width:
        bar_cells = 0
    while taken(bar_cells) > width and any(column.priority for column in columns):
        columns.remove(max(columns, key=lambda column: column.priority))
    spare = max(0, width - taken(bar_cells))
    longest = max((len(row.name) for row in shown.rows), default=0)
    wanted = max(0, min(longest, 28) - NAME)
    if wanted > spare and bar_cells:  # a short bar says enough, half a name does not
        given = min(4, wanted - spare)
        bar_cells, spare = bar_cells - given, spare + given
    extra = min(spare, wanted)
    if bar_cells:
        bar_cells += min(spare - extra, 30)
    placed = [(column, column.wide if is_wide else column.width) for column in columns]
    return placed, NAME + extra, bar_cells


def notes(shown: Insight, money: Money) -> str:
    """What to know about the figures below them; empty if nothing."""
    total = shown.total
    said = []
    if total.oddly_billed:
        count = total.oddly_billed
        said.append(f"{count} {'task is' if count == 1 else 'tasks are'} billed for another length than the video's.")
    if total.billed_failed:
        said.append(f"Failed ones name {amount(total.billed_failed)} more units.")
    if money.price is None:
        said.append("Set price_per_unit in [billing] to see the cost.")
    if total.processing_median_s is None:
        said.append("Times appear for tasks that were watched from the queue to the end.")
    else:
        said.insert(0, "Times: median / 95th percentile.")
    return " ".join(said)
