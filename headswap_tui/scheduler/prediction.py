"""When a task will end, from the rises of its progress: weighted least squares with an error of its own.

Only answers in which progress *rose* say how fast the work goes: between them the service may round, repeat itself
or hang. All times here are float seconds relative to the task's last good answer, so that nothing depends on how
large an epoch is; earlier means negative.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

import msgspec

from headswap_tui.domain.task import TrackedTask

Points = list[tuple[float, float]]
"""(time, progress), oldest first."""

MOST_RISES: Final = 24
"""Rises that a fit looks back on."""
RESTART_DROP: Final = 15.0
"""Points that progress must fall to count as a restart of the work and not as noise."""
CLOCK_SLACK_MS: Final = 2_000
"""Entries out of order by more than this were written by a clock that was set since."""
MEMORY: Final = 10.0
"""Points of progress over which the speed of the work keeps its character: the recent speed says as much about the
next so many points, what lies beyond goes at the mean speed."""
STEADIEST: Final = 4.0
"""The recent speed is believed between the mean speed divided by this and times this."""
GUESS_UNEVEN: Final = 0.4
"""Relative unevenness of the speed assumed before the rises can tell, weighing as much as two of them."""


class Course(msgspec.Struct, frozen=True, gc=False):
    """What the flight record says of the status the task is in."""

    started_s: float | None
    """When it began: the middle of the two answers around it, or of creation and first answer; `None`: not known."""
    blur_s: float
    """How far it may have begun before or after that."""
    since_s: float
    """When it was first seen in this status; never later than 0."""
    levels: Points
    """Every rise; times and progress both grow."""
    step: float
    """What progress moves in: 10 if all values are multiples of ten, 1 if there is nothing coarser."""

    @property
    def age_s(self) -> float:
        """How long it had been in this status at the last good answer."""
        return -(self.since_s if self.started_s is None else self.started_s)


class Prediction(msgspec.Struct, frozen=True, gc=False):
    """An expected finish."""

    left_s: float
    """From the last good answer to the finish; never negative."""
    spread_s: float
    """One standard deviation of it."""
    level: float
    """Estimated progress at the last good answer, not below what it said."""
    uneven: float
    """Relative deviation of the speed between rises from its mean."""


def course(task: TrackedTask) -> Course:
    """The present status as the flight record saw it; entries before a jump of the clock are left out."""
    seen_ms = task.answered_ms
    later = seen_ms + CLOCK_SLACK_MS
    gap_s = 0.0
    since_ms = seen_ms
    points: Points = []
    for key, change in reversed(task.history.items()):
        at_ms = int(key)
        if at_ms > later:
            if since_ms == seen_ms and not points:
                continue  # from before the clock was set back; records are kept in the order of their stamps
            break
        later = at_ms + CLOCK_SLACK_MS
        since_ms = at_ms if at_ms < since_ms else since_ms  # noqa: FURB136  # `min` is slower here
        if change.progress is not None:
            points.append((0.0 if at_ms > seen_ms else (at_ms - seen_ms) / 1000, change.progress))
        if change.status is not None:
            if change.status == task.status:
                created_ms = (task.detail and task.detail.created_ms) or since_ms
                gap_s = change.gap_s or max(0.0, (since_ms - created_ms) / 1000)
            break
    points.reverse()
    since = (since_ms - seen_ms) / 1000
    started = since - gap_s / 2 if gap_s > 0 else None
    return Course(started, gap_s / 2, since, _rises(points), _step(points))


def _rises(points: Points) -> Points:
    """The running maximum; a deep fall starts afresh, a shallow one is noise."""
    rises: Points = []
    for at, progress in points:
        if rises and progress < rises[-1][1] - RESTART_DROP:
            rises = [(at, progress)] if progress > 0 else []
        elif progress > 0 and (not rises or progress > rises[-1][1]):
            if rises and at <= rises[-1][0]:
                rises.pop()
            rises.append((at, progress))
    return rises


def _step(points: Points) -> float:
    """The greatest common step of the values seen, between 1 and 10 points."""
    tenths = 0
    for _, progress in points:
        if 0 < progress < 99:
            tenths = math.gcd(tenths, round(progress * 10))
            if 0 < tenths <= 10:
                break
    return min(10.0, max(1.0, tenths / 10))


def predict(seen: Course) -> Prediction | None:
    """The finish by what progress did; `None` while that says nothing: no rise yet, or only a first level."""
    if not seen.levels:
        return None
    step = seen.step
    points = [(at, level + step / 2 if level < 99 else 99.5) for at, level in seen.levels[-MOST_RISES:]]
    blur = 0.0
    if seen.started_s is not None and seen.started_s < points[0][0] and _start_helps(points, seen.blur_s):
        points.insert(0, (seen.started_s, 0.0))
        blur = 0.6 * seen.blur_s
    if len(points) < 2:
        return None
    (first_at, first), (last_at, last) = points[0], points[-1]
    gained, took = max(0.5, last - first), max(1.0, last_at - first_at)
    mean = gained / took
    recent = min(STEADIEST * mean, max(mean / STEADIEST, _slope(points, max(10.0, MEMORY / mean))))
    # While progress does not rise it cannot be past its step: the finish recedes and grows uncertain.
    level = min(last - recent * last_at, seen.levels[-1][1] + 0.75 * step, 99.9)
    overrun = max(0.0, -last_at - 1.5 * step / recent)
    rest = 100 - level
    kept = (1 - math.exp(-rest / MEMORY)) * MEMORY / rest
    s_per_point = kept / recent + (1 - kept) / mean
    left = rest * s_per_point + 0.25 * overrun
    shared = min(1.0, 2 * MEMORY / rest) + 0.5 * min(1.0, 2 * MEMORY / gained)
    uneven = _unevenness(points, mean)
    wander = uneven * math.sqrt(shared) * rest * s_per_point
    spread = math.hypot(
        0.5, 0.3 * step * s_per_point, wander, 0.75 * overrun, blur * min(1.0, rest / gained) * (1 - kept)
    )
    return Prediction(left, spread, min(99.0, max(seen.levels[-1][1], level)), uneven)


def _start_helps(points: Points, blur: float) -> bool:
    """A start that nobody saw is better than nothing, but not better than a few rises that were seen."""
    return len(points) < 3 or blur <= 0.5 * (points[-1][0] - points[0][0])


def _slope(points: Points, tau: float) -> float:
    """Points of progress a second, by least squares whose weights fall off with that time constant."""
    last_at = points[-1][0]
    total = mid_at = mid_level = 0.0
    weighted = []
    for at, level in points:
        weight = math.exp((at - last_at) / tau)
        weighted.append((weight, at, level))
        total += weight
        mid_at += weight * at
        mid_level += weight * level
    mid_at /= total
    mid_level /= total
    square = cross = 0.0
    for weight, at, level in weighted:
        square += weight * (at - mid_at) ** 2
        cross += weight * (at - mid_at) * (level - mid_level)
    return cross / square if square > 1e-9 else 0.0


def _unevenness(points: Points, mean: float) -> float:
    """Relative deviation of the speed between rises from its mean."""
    stray = sum(abs((after[0] - before[0]) - (after[1] - before[1]) / mean) for before, after in pairwise(points))
    took = points[-1][0] - points[0][0]
    guessed = 2 * took / (len(points) - 1)
    return 1.25 * (stray + GUESS_UNEVEN * guessed) / max(1e-9, took + guessed)
