"""What a task's record lets us expect, and how long to leave it alone, state by state.

Asking costs a request, not asking costs a late notice. Where the end is due with hazard 1/m, the wait that balances
the two is sqrt(2 c m), with c the price of a request in seconds of delay. So: predict the finish, stay quiet until
its window opens, ask by the square root inside it, and look in now and then for failures meanwhile.
"""

from __future__ import annotations

import math
from typing import Final

import msgspec

from headswap_tui.domain.task import State, TrackedTask
from headswap_tui.scheduler.chances import Lognormal, blended
from headswap_tui.scheduler.learned import Learned
from headswap_tui.scheduler.prediction import Course, course, predict

PRICE_S: Final = 0.5
"""Seconds of delay that one request is worth."""
WINDOW: Final = 1.4
"""The window opens so many spreads before the predicted finish."""
GRAVE: Final = 2.0
"""Strife between progress and past tasks from which on the window widens too; less is chance."""
LATE_MOST_S: Final = 12.0
"""Longest wait inside a window, however wide it is: people remember the late notices, not the mean."""
QUIET_MOST_S: Final = 27.0
"""Longest wait before the window opens: failures come unannounced."""
QUIET_SHARE: Final = 1 / 18
"""... or this share of the time that processing has already taken, if that is longer ..."""
QUIET_LATE_S: Final = 40.0
"""... up to this."""
QUEUE_SHARE: Final = 1.2
QUEUE_LEAST_S: Final = 6.0
QUEUE_MOST_S: Final = 42.0
GUESS_PROCESSING: Final = Lognormal(200.0, 0.8)
"""Until past tasks teach better."""
GUESS_QUEUEING: Final = Lognormal(60.0, 1.0)
UNKNOWN_LEAST_S: Final = 15.0
_PENDING, _QUEUED, _PROCESSING, _COMPLETED = State.PENDING, State.QUEUED, State.PROCESSING, State.COMPLETED
FORESEEN: Final = frozenset({_PENDING, _QUEUED, _PROCESSING})
"""States whose end can be foreseen."""
FORESEEN_MOST_S: Final = 6 * 3600.0
"""An end further away than this was guessed from the task's age alone: no evidence, so nothing to show."""


class Outlook(msgspec.Struct, frozen=True, gc=False):
    """What the record said when the last good answer came; times in seconds from that moment."""

    wait_s: float
    """Until the next ask, before pace, limits and jitter."""
    left_s: float
    """Expected time to the finish."""
    spread_s: float
    """One standard deviation of it."""
    level: float | None = None
    """Progress at that moment; `None` where progress says nothing."""
    tails: float = 1.0
    """How much wider the spread is shown than planned with: uneven work errs further than a normal's tails."""


def outlook(task: TrackedTask, learned: Learned) -> Outlook:
    """What to expect of an active task."""
    state = task.state
    if state is _PENDING:
        return _before_start(0.0, task, learned)
    seen = course(task)
    if state is _QUEUED:
        began_ms = (task.detail and task.detail.created_ms) or task.added_ms
        return _before_start(max(0.0, seen.age_s, (task.answered_ms - began_ms) / 1000), task, learned)
    if state is _PROCESSING:
        return _at_work(seen, learned.processing(task))
    if state is _COMPLETED:  # without a URL: soon, then more rarely
        return Outlook(-seen.since_s / 4, 0.0, 1.0)
    return Outlook(max(UNKNOWN_LEAST_S, -seen.since_s / 4), -seen.since_s, max(60.0, -seen.since_s))


def since_ms(task: TrackedTask, now_ms: int) -> int:
    """The moment from which an outlook counts."""
    return min(task.answered_ms or task.added_ms, now_ms)  # a clock set back leaves answers in the future


def end_ms(task: TrackedTask, seen: Outlook, now_ms: int) -> int | None:
    """When it is expected to end, milliseconds since the epoch; `None` where that would be a mere guess."""
    if seen.left_s > FORESEEN_MOST_S:
        return None
    return since_ms(task, now_ms) + round(seen.left_s * 1000)


def _before_start(age: float, task: TrackedTask, learned: Learned) -> Outlook:
    work = learned.processing(task) or GUESS_PROCESSING
    rest, uncertain = (learned.queueing() or GUESS_QUEUEING).left(age)
    wait = min(QUEUE_MOST_S, max(QUEUE_LEAST_S, QUEUE_SHARE * age))
    return Outlook(wait, rest + work.median_s, math.hypot(uncertain, work.sd * work.median_s))


def _at_work(seen: Course, known: Lognormal | None) -> Outlook:
    age = max(1.0, seen.age_s)
    quiet = max(QUIET_MOST_S, min(QUIET_LATE_S, QUIET_SHARE * age))
    predicted = predict(seen)
    if predicted is None:
        return _unseen_progress(age, quiet, known)
    left, spread, strife = predicted.left_s, predicted.spread_s, 1.0
    if known:
        left, spread, strife = blended((left, spread), known.left(age))
    width = WINDOW * spread * max(1.0, strife / GRAVE)
    wait = max(min(LATE_MOST_S, math.sqrt(2 * PRICE_S * max(1.0, width))), left - width)
    return Outlook(min(quiet, wait), left, spread * strife, predicted.level, 1 + predicted.uneven)


def _unseen_progress(age: float, quiet: float, known: Lognormal | None) -> Outlook:
    """Progress says nothing: the hazard of what past tasks took, or of the age while there are none."""
    work = known or Lognormal(max(GUESS_PROCESSING.median_s, age), GUESS_PROCESSING.sd)
    left, spread = work.left(age)
    opens = work.median_s * math.exp(-WINDOW * work.sd) - age
    inside = min(LATE_MOST_S, math.sqrt(2 * PRICE_S * work.mean_to_event(age)))
    return Outlook(min(quiet, max(inside, opens)), left, spread)
