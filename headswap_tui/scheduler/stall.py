"""Whether a task that is being processed has stopped moving."""

from __future__ import annotations

import itertools
from typing import Final

from headswap_tui.domain.events import Stall
from headswap_tui.domain.task import State, TrackedTask
from headswap_tui.scheduler.learned import Learned
from headswap_tui.scheduler.prediction import course

LEAST_S: Final = 120.0
"""A pause shorter than this is never called a stall."""
FACTOR: Final = 3.0
"""How many times the normal pause it takes."""


def check(task: TrackedTask, now_ms: int, learned: Learned) -> Stall | None:
    """The stall that the last good answer shows; `None` if there is none.

    Only what was answered counts: time in which nobody asked (offline, paused, asleep) is no stall, so `now_ms`
    matters only as a bound against a clock that was set back.
    """
    if task.state is not State.PROCESSING or now_ms < task.answered_ms:
        return None
    seen = course(task)
    moved = seen.levels[-1][0] if seen.levels else seen.since_s
    normal = _normal_pause(task, seen.levels, -seen.since_s, learned)
    if normal is None or -moved < max(LEAST_S, FACTOR * normal):
        return None
    return Stall(task.answered_ms + round(moved * 1000), normal)


def _normal_pause(task: TrackedTask, levels: list[tuple[float, float]], age: float, learned: Learned) -> float | None:
    """Between the rises of this task; before there are any, what a whole task takes."""
    pauses = [later[0] - earlier[0] for earlier, later in itertools.pairwise(levels)]
    if len(pauses) >= 3:
        return max(pauses)
    known = learned.processing(task)
    if pauses and age > 0:
        return max(*pauses, known.median_s / 10 if known else 60.0)
    return known.median_s if known else None
