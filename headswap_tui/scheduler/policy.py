"""When to ask about a task next: a pure function of its record, the time, what past tasks took and the settings.

Asking costs a request, not asking costs a late notice. Where the end is due with hazard 1/m, the wait that balances
the two is sqrt(2 c m), with c the price of a request in seconds of delay. So: predict the finish, stay quiet until
its window opens, ask by the square root inside it, and look in now and then for failures meanwhile.
"""

from __future__ import annotations

import math
import random
from typing import Final, NamedTuple

from headswap_tui.domain.events import Forecast
from headswap_tui.domain.task import State, TaskId, TrackedTask
from headswap_tui.scheduler.learned import Expectation, Learned
from headswap_tui.scheduler.prediction import Course, course, predict

JITTER: Final = 0.1
PRICE_S: Final = 0.5
"""Seconds of delay that one request is worth."""
WINDOW: Final = 2.0
"""The window opens so many spreads before the predicted finish."""
QUIET_MOST_S: Final = 26.0
"""Longest wait while processing: failures come unannounced."""
QUEUE_SHARE: Final = 0.5
QUEUE_LEAST_S: Final = 4.0
QUEUE_MOST_S: Final = 25.0
GUESS_PROCESSING: Final = Expectation(200.0, 0.8)
"""Until past tasks teach better."""
GUESS_QUEUEING: Final = Expectation(60.0, 1.0)
FAILURE_LIFE_S: Final = 600.0
"""A failure is as likely as to come once in so many seconds: keeps an early task from being forgotten."""
REFUSED_FIRST_S: Final = 5.0
UNKNOWN_LEAST_S: Final = 15.0
OUR_FAULTS: Final = frozenset({"auth", "throttled", "unreachable"})
"""Errors about the whole profile: the budget makes everybody wait, the task itself is due as soon as that ends."""
MEMO_MOST: Final = 20_000


class Outlook(NamedTuple):
    """What the record said when the last good answer came; times in seconds from that moment."""

    wait_s: float
    """Until the next ask, before pace, limits and jitter."""
    left_s: float
    """Expected time to the finish."""
    spread_s: float
    level: float | None
    """Progress at that moment; `None` where progress says nothing."""


class Policy:
    """The rule with its limits in seconds. `pace` is the user's factor on the waits: below 1 asks more often."""

    def __init__(self, min_interval_s: float, max_interval_s: float, pace: float = 1.0) -> None:
        self.min_interval_s = min_interval_s
        self.max_interval_s = max(min_interval_s, max_interval_s)
        self.pace = pace
        self._memo: dict[TaskId, tuple[TrackedTask, Outlook]] = {}

    def wait_s(self, task: TrackedTask, now_ms: int, learned: Learned, rnd: random.Random) -> float:
        """Seconds from now until this task should be asked next; 0: now, infinite: never."""
        if not task.is_active:
            return math.inf
        error = task.last_error
        if error:
            wait, since_ms = _wait_after_error(task, self), error.at_ms
        elif task.detail is None:
            return 0.0
        else:
            wait, since_ms = self._outlook(task, learned).wait_s * self.pace, task.answered_ms
        wait *= rnd.uniform(1 - JITTER, 1 + JITTER)
        wait = min(self.max_interval_s, max(self.min_interval_s, wait))
        # A clock that was set back must not make anybody wait for the difference.
        return max(0.0, wait - max(0, now_ms - since_ms) / 1000)

    def forecast(self, task: TrackedTask, now_ms: int, learned: Learned) -> Forecast | None:
        """The expected finish; `None` for a task that has ended or of which nothing can be said."""
        if task.state not in {State.PENDING, State.QUEUED, State.PROCESSING}:
            return None
        outlook = self._outlook(task, learned)
        since_ms = task.answered_ms or task.added_ms
        passed = max(0.0, (now_ms - since_ms) / 1000)
        overdue = max(0.0, passed - outlook.left_s)
        progress = None
        if outlook.level is not None:
            share = passed / outlook.left_s if outlook.left_s > passed else 1.0
            progress = max(outlook.level, min(99.0, outlook.level + (100 - outlook.level) * share))
        return Forecast(
            finish_ms=since_ms + round(outlook.left_s * 1000),
            spread_s=outlook.spread_s + overdue / 2,
            progress=progress,
        )

    def urgency(self, task: TrackedTask, now_ms: int, learned: Learned) -> float:
        """Expected seconds for which the task has ended without our knowing, E[(now - end)+] since the last answer."""
        if not task.is_active:
            return 0.0
        if task.detail is None:
            return max(0.0, (now_ms - task.added_ms) / 1000)
        outlook = self._outlook(task, learned)
        passed = max(0.0, (now_ms - task.answered_ms) / 1000)
        return _expected_delay(outlook.left_s, outlook.spread_s, passed) + 0.5 * passed * passed / FAILURE_LIFE_S

    def _outlook(self, task: TrackedTask, learned: Learned) -> Outlook:
        known = self._memo.get(task.id)
        if known and known[0] is task:
            return known[1]
        outlook = _outlook(task, learned)
        if len(self._memo) >= MEMO_MOST:
            self._memo.clear()
        self._memo[task.id] = (task, outlook)
        return outlook


def stepped_pace(pace: float, *, faster: bool) -> float:
    """The next factor for `+` or `-`: quarter to fourfold in steps of two thirds."""
    return min(4.0, max(0.25, round(pace / 1.5 if faster else pace * 1.5, 3)))


def _wait_after_error(task: TrackedTask, policy: Policy) -> float:
    error = task.last_error
    assert error is not None
    if task.refusals:
        return float(REFUSED_FIRST_S * 2.0 ** min(task.refusals - 1, 10))
    if error.kind in OUR_FAULTS:
        return policy.min_interval_s
    if error.kind == "refused":  # out of credit: no refusal of this task, so slowly
        return policy.max_interval_s
    began_ms = next((int(at) for at, change in reversed(task.history.items()) if change.error), error.at_ms)
    return max(policy.min_interval_s, (error.at_ms - began_ms) / 4000)


def _outlook(task: TrackedTask, learned: Learned) -> Outlook:
    state = task.state
    if state is State.PENDING:
        queue, work = _queueing(learned), learned.processing(task) or GUESS_PROCESSING
        return _before_start(0.0, queue, work)
    seen = course(task)
    if state is State.QUEUED:
        began_ms = (task.detail and task.detail.created_ms) or task.added_ms
        age = max(0.0, -seen.since_s, (task.answered_ms - began_ms) / 1000)
        return _before_start(age, _queueing(learned), learned.processing(task) or GUESS_PROCESSING)
    if state is State.PROCESSING:
        return _at_work(task, seen, learned)
    if state is State.COMPLETED:  # without a URL: soon, then more rarely
        return Outlook(max(0.0, -seen.since_s / 4), 0.0, 1.0, None)
    return Outlook(max(UNKNOWN_LEAST_S, -seen.since_s / 4), -seen.since_s, max(60.0, -seen.since_s), None)


def _queueing(learned: Learned) -> Expectation:
    return learned.queueing() or GUESS_QUEUEING


def _before_start(age: float, queue: Expectation, work: Expectation) -> Outlook:
    wait = min(QUEUE_MOST_S, max(QUEUE_LEAST_S, QUEUE_SHARE * age))
    rest = min(_residual(queue, age), 20 * queue.median_s)
    spread = math.hypot(0.7 * rest, work.sd * work.median_s)
    return Outlook(wait, rest + work.median_s, spread, None)


def _at_work(task: TrackedTask, seen: Course, learned: Learned) -> Outlook:
    predicted = predict(seen)
    if predicted is None:
        return _unseen_progress(seen, learned.processing(task))
    left, spread = predicted.left_s, predicted.spread_s
    opens = left - WINDOW * spread
    if opens > math.sqrt(2 * PRICE_S * WINDOW * spread):
        wait = opens
    else:
        wait = math.sqrt(2 * PRICE_S * max(1.0, WINDOW * spread))
    return Outlook(min(QUIET_MOST_S, wait), left, spread, predicted.level)


def _unseen_progress(seen: Course, known: Expectation | None) -> Outlook:
    """Progress says nothing: the hazard of what past tasks took, or of the age while there are none."""
    age = max(1.0, -(seen.started_s if seen.started_s is not None else seen.since_s))
    work = known or Expectation(max(GUESS_PROCESSING.median_s, age), GUESS_PROCESSING.sd)
    mean = _mean_to_event(work, age)
    rest = _residual(work, age)
    return Outlook(min(QUIET_MOST_S, math.sqrt(2 * PRICE_S * mean)), rest, max(5.0, 0.8 * rest), None)


def _mean_to_event(time: Expectation, age: float) -> float:
    """1 / hazard of a lognormal time at that age, bounded where the tail is not to be trusted."""
    z = (math.log(age) - math.log(time.median_s)) / time.sd
    if z > 3:
        return max(15.0, 0.3 * age)
    alive = 0.5 * math.erfc(z / math.sqrt(2))
    density = math.exp(-z * z / 2) / (age * time.sd * math.sqrt(2 * math.pi))
    return min(600.0, alive / max(density, 1e-9))


def _residual(time: Expectation, age: float) -> float:
    """Median time left of a lognormal one at that age."""
    if age <= 0:
        return time.median_s
    z = (math.log(age) - math.log(time.median_s)) / time.sd
    if z > 3:
        return 0.3 * age
    target = 0.25 * math.erfc(z / math.sqrt(2))  # half of those still alive
    low, high = z, 6.0
    for _ in range(18):
        middle = (low + high) / 2
        if 0.5 * math.erfc(middle / math.sqrt(2)) > target:
            low = middle
        else:
            high = middle
    return max(1.0, time.median_s * math.exp(low * time.sd) - age)


def _expected_delay(left: float, spread: float, passed: float) -> float:
    """E[(passed - end)+] for a normal end, given that it had not come at 0."""
    scale = max(0.5, spread)
    before, after = -left / scale, (passed - left) / scale
    alive = 0.5 * math.erfc(before * math.sqrt(0.5))
    if alive < 0.02:  # long overdue: what is left grows with the overrun
        return 0.5 * passed * passed / max(1.0, -0.5 * left)
    gathered = _partial(after, scale) - _partial(before, scale) - passed * (1 - alive)
    return max(0.0, gathered / alive)


def _partial(z: float, scale: float) -> float:
    if z > 8:
        return scale * z
    return scale * (0.3989422804 * math.exp(-z * z / 2) + z * 0.5 * math.erfc(-z * math.sqrt(0.5)))
