"""When to ask about a task next: a pure function of its record, the time, what past tasks took and the settings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from headswap_tui.domain.events import Forecast
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.scheduler.chances import expected_delay
from headswap_tui.scheduler.learned import Learned
from headswap_tui.scheduler.outlook import FORESEEN, Outlook, end_ms, outlook, since_ms

if TYPE_CHECKING:
    import random  # only named here; loading it takes longer than foreseeing a hundred tasks

JITTER: Final = 0.1
FAILURE_LIFE_S: Final = 4000.0
"""A failure is as likely as to come once in so many seconds: keeps an early task from being forgotten."""
NEWS_SHARE: Final = 0.1
"""Chance that a task never answered has ended already: it may have been created long before it was added."""
REFUSED_FIRST_S: Final = 5.0
OUR_FAULTS: Final = frozenset({"auth", "throttled", "unreachable"})
"""Errors about the whole profile: the budget makes everybody wait, the task itself is due as soon as that ends."""
MEMO_MOST: Final = 20_000


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
        wait *= 1 - JITTER * rnd.random()
        wait = min(self.max_interval_s, max(self.min_interval_s, wait))
        # A clock that was set back must not make anybody wait for the difference.
        return max(0.0, wait - max(0, now_ms - since_ms) / 1000)

    def forecast(self, task: TrackedTask, now_ms: int, learned: Learned) -> Forecast | None:
        """The expected finish; `None` for a task that has ended or of which nothing can be said."""
        if task.state not in FORESEEN:
            return None
        seen = self._outlook(task, learned)
        finish_ms = end_ms(task, seen, now_ms)
        if finish_ms is None:
            return None
        passed = (now_ms - since_ms(task, now_ms)) / 1000
        overdue = max(0.0, passed - seen.left_s)
        progress = None
        if seen.level is not None:
            share = passed / seen.left_s if seen.left_s > passed else 1.0
            progress = max(seen.level, min(99.0, seen.level + (100 - seen.level) * share))
        return Forecast(
            finish_ms=finish_ms,
            spread_s=seen.tails * seen.spread_s + overdue / 2,
            progress=progress,
        )

    def urgency(self, task: TrackedTask, now_ms: int, learned: Learned) -> float:
        """Expected seconds for which an active task has ended unnoticed: E[(now - end)+] since its last answer."""
        seen = self._outlook(task, learned)
        passed = max(0.0, (now_ms - (task.answered_ms or task.added_ms)) / 1000)
        unheard = NEWS_SHARE * passed if task.detail is None else 0.0
        return expected_delay(seen.left_s, seen.spread_s, passed) + 0.5 * passed * passed / FAILURE_LIFE_S + unheard

    def _outlook(self, task: TrackedTask, learned: Learned) -> Outlook:
        known = self._memo.get(task.id)
        if known and known[0] is task:
            return known[1]
        seen = outlook(task, learned)
        if len(self._memo) >= MEMO_MOST:
            self._memo.clear()
        self._memo[task.id] = (task, seen)
        return seen


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
