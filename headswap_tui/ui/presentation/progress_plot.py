"""How a task's progress went, and how it is foreseen to go on: a plot over the time. Pure."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from headswap_tui.domain.events import Forecast
from headswap_tui.domain.task import TrackedTask
from headswap_tui.ui.presentation import times
from headswap_tui.ui.presentation.cells import Look
from headswap_tui.ui.presentation.pieces import Line
from headswap_tui.ui.presentation.plot import labelled, plotted

MARGIN: Final = 5
WIDEST: Final = 60
NARROWEST: Final = 12
SHORT_MS: Final = 600_000
"""Below this the moments are told to the second."""
_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
_PARTS: Final = 12
"""The time shown is a multiple of a round step, about so many of them: it shall not change with every forecast."""


def progress_plot(task: TrackedTask, forecast: Forecast | None, look: Look, width: int) -> list[Line]:
    """Lines for a pane of that width: known progress, behind it what is foreseen, below it the time.

    Empty where nothing can be drawn: fewer than two reports, or no room.
    """
    points = [(int(at), change.progress) for at, change in task.history.items() if change.progress is not None]
    while len(points) > 2 and points[1][1] == 0:  # the time in the queue is no progress
        del points[0]
    room = min(WIDEST, width - MARGIN)
    if len(points) < 2 or room < NARROWEST:
        return []
    first = points[0][0]
    is_foreseen = task.is_active and forecast is not None
    known_until = look.now_ms if task.is_active else points[-1][0]
    end = max(known_until, forecast.finish_ms) if is_foreseen and forecast is not None else known_until
    end = first + _rounded(max(1, end - first)) if task.is_active else end
    if end <= first:
        return []
    stacks = []
    for column in range(room):
        at = first + (end - first) * (column + 0.5) / room
        if at <= known_until:
            stacks.append([(_known(points, at) / 100, "spark")])
        elif is_foreseen and forecast is not None:
            stacks.append([(_foreseen(points[-1][1], forecast, known_until, at) / 100, "spark-foreseen")])
        else:
            stacks.append([])
    lines = labelled(plotted(stacks, look.plot_rows, look.glyphs), "100%", "0%", MARGIN)
    return [*lines, _axis(first, end, known_until if is_foreseen else None, room, look)]


def _rounded(span_ms: int) -> int:
    step = next((step * 1000 for step in _STEPS_S if span_ms <= step * 1000 * _PARTS), _STEPS_S[-1] * 1000)
    return -(-span_ms // step) * step


def _known(points: list[tuple[int, float]], at: float) -> float:
    """The last report before that moment: between two of them nothing is known."""
    index = bisect_right(points, at, key=lambda point: point[0]) - 1
    return points[max(0, index)][1]


def _foreseen(known: float, forecast: Forecast, now_ms: int, at: float) -> float:
    """Straight from the estimate for now to the foreseen end."""
    start = max(known, forecast.progress or 0.0)
    left = max(1, forecast.finish_ms - now_ms)
    return min(100.0, start + (100.0 - start) * (at - now_ms) / left)


def _axis(first: int, end: int, now_ms: int | None, room: int, look: Look) -> Line:
    """A rule with the moments of its ends, and of now where a part lies ahead."""
    said = times.stamp if end - first < SHORT_MS else times.clock
    begun, ends = said(first, look.now_ms), said(end, look.now_ms)
    rule = look.glyphs.rule
    free = room - len(begun) - len(ends)
    left = 0 if now_ms is None else int((now_ms - first) / (end - first) * room) - 1 - len(begun)
    middle: Line = ((rule * free, "rule"),)
    if 1 <= left <= free - 4:
        middle = ((rule * left, "rule"), ("now", "muted"), (rule * (free - left - 3), "rule"))
    return ((" " * MARGIN, ""), (begun, "muted"), *middle, (ends, "muted"))
