"""When a task will end, from the rises of its progress: weighted least squares with an error of its own.

Only answers in which progress *rose* say how fast the work goes: between them the service may round, repeat itself
or hang. All times here are float seconds relative to the task's last good answer, so that nothing depends on how
large an epoch is; earlier means negative.
"""

from __future__ import annotations

import math
from functools import reduce
from typing import Final, NamedTuple

from headswap_tui.domain.task import TrackedTask

MOST_RISES: Final = 12
"""Rises that a fit looks back on."""
RESTART_DROP: Final = 15.0
"""Points that progress must fall to count as a restart of the work and not as noise."""
CLOCK_SLACK_MS: Final = 2_000
"""Entries out of order by more than this were written by a clock that was set since."""


class Course(NamedTuple):
    """What the flight record says of the status the task is in."""

    started_s: float | None
    """When it began (the middle of the two answers around it); `None` if that was not seen."""
    since_s: float
    """When it was first seen in this status; never later than 0."""
    levels: list[tuple[float, float]]
    """Every rise as (time, progress), oldest first; times and progress both grow."""
    step: float
    """What progress moves in: 10 if all values are multiples of ten, 1 if there is nothing coarser."""


class Prediction(NamedTuple):
    """An expected finish."""

    left_s: float
    """From the last good answer to the finish; never negative."""
    spread_s: float
    """One standard deviation of it."""
    level: float
    """Estimated progress at the last good answer, not below what the answer said."""


def course(task: TrackedTask) -> Course:
    """The present status as the flight record saw it; entries before a jump of the clock are left out."""
    seen_ms = task.answered_ms
    later = seen_ms + CLOCK_SLACK_MS
    started: float | None = None
    since_ms = seen_ms
    points: list[tuple[float, float]] = []
    for key, change in reversed(task.history.items()):
        at_ms = int(key)
        if at_ms > later:
            break
        later = at_ms + CLOCK_SLACK_MS
        since_ms = min(since_ms, at_ms)
        if change.progress is not None:
            points.append((min(0.0, (at_ms - seen_ms) / 1000), change.progress))
        if change.status is not None:
            if change.status == task.status and change.gap_s > 0:
                started = (since_ms - seen_ms) / 1000 - change.gap_s / 2
            break
    points.reverse()
    return Course(started, (since_ms - seen_ms) / 1000, _rises(points), _step(points))


def _rises(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The running maximum; a deep fall starts afresh, a shallow one is noise."""
    rises: list[tuple[float, float]] = []
    for at, progress in points:
        if rises and progress < rises[-1][1] - RESTART_DROP:
            rises = [(at, progress)] if progress > 0 else []
        elif progress > 0 and (not rises or progress > rises[-1][1]):
            if rises and at <= rises[-1][0]:
                rises.pop()
            rises.append((at, progress))
    return rises


def _step(points: list[tuple[float, float]]) -> float:
    """The greatest common step of the values seen, between 1 and 10 points."""
    tenths = [round(progress * 10) for _, progress in points if 0 < progress < 99]
    if not tenths:
        return 1.0
    return min(10.0, max(1.0, reduce(math.gcd, tenths) / 10))


def predict(seen: Course) -> Prediction | None:
    """The finish by what progress did; `None` while that says nothing: no rise yet, or only a first level."""
    levels, step = seen.levels, seen.step
    if not levels:
        return None
    points = [(at, level + step / 2 if level < 99 else 99.5) for at, level in levels[-MOST_RISES:]]
    if seen.started_s is not None and seen.started_s < points[0][0]:
        points.insert(0, (seen.started_s, 0.0))
    if len(points) < 2:
        return None
    first, (last_at, last_level) = points[0], points[-1]
    overall = max(0.5, last_level - first[1]) / max(1.0, last_at - first[0])
    slope = min(4 * overall, max(overall / 4, _slope(points)))
    rises = len(points) - 1
    # The level cannot be past what the last answer allows: while it does not rise, the finish recedes.
    level = min(last_level - slope * last_at, levels[-1][1] + step)
    left = max(0.0, (100 - level) / slope)
    spread = 0.5 + (0.12 + 0.35 / rises) * left + 0.3 * step / slope
    return Prediction(left, spread, min(99.0, max(levels[-1][1], level)))


def _slope(points: list[tuple[float, float]]) -> float:
    """Points of progress a second, recent rises counting more."""
    last_at = points[-1][0]
    tau = max(15.0, 0.4 * (last_at - points[0][0]))
    weighted = [(math.exp((at - last_at) / tau), at, level) for at, level in points]
    total = sum(weight for weight, _, _ in weighted)
    mid_at = sum(weight * at for weight, at, _ in weighted) / total
    mid_level = sum(weight * level for weight, _, level in weighted) / total
    square = sum(weight * (at - mid_at) ** 2 for weight, at, _ in weighted)
    cross = sum(weight * (at - mid_at) * (level - mid_level) for weight, at, level in weighted)
    return cross / square if square > 1e-9 else 0.0
