"""The real policy, budget and agenda, and the usual fixed rules, run over lives with a virtual clock."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from headswap_tui.domain.changes import answered, track
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.scheduler.agenda import Agenda
from headswap_tui.scheduler.budget import Budget
from headswap_tui.scheduler.learned import Learned
from headswap_tui.scheduler.policy import Policy
from tests.benchmarks.workload import EPOCH_MS, most_in_a_second, percentile

BURST: Final = 5
VISIBLE: Final = 20
"""Rows on the screen in the runs under a budget."""

Rule = Callable[[int, random.Random], float]
"""A fixed rule: seconds to wait after the n-th answer."""


class Lived(Protocol):
    """One task from creation to end; times in seconds of the virtual clock."""

    @property
    def created(self) -> float:
        """When it is created and added."""
        ...

    @property
    def ended(self) -> float:
        """When it completes or fails."""
        ...

    @property
    def failed(self) -> bool:
        """How it ends."""
        ...

    def answer(self, at: float) -> Detail:
        """What the service says at that moment."""
        ...


@dataclass
class Outcome:
    """What a run cost and how late it noticed; times in seconds."""

    tasks: int
    requests: int = 0
    completions: list[float] = field(default_factory=list)
    """From the end to the answer that shows it."""
    failures: list[float] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)
    """The same of completed tasks on the screen: how old what is shown got."""
    times: list[float] = field(default_factory=list)
    longest: float = 0.0
    """The longest that a due task waited for its turn."""

    @property
    def per_task(self) -> float:
        """Requests for one task's whole life."""
        return self.requests / self.tasks

    @property
    def p95(self) -> float:
        """95 % of the completions were noticed within this."""
        return percentile(self.completions, 0.95)

    @property
    def mean(self) -> float:
        """Mean time until a completion was noticed."""
        return sum(self.completions) / max(1, len(self.completions))

    @property
    def peak(self) -> int:
        """Most requests within any second."""
        return most_in_a_second(self.times)

    def note(self, one: Lived, at: float, *, is_visible: bool = False) -> None:
        """A task was seen to have ended."""
        (self.failures if one.failed else self.completions).append(at - one.ended)
        if is_visible and not one.failed:
            self.visible.append(at - one.ended)


def by_rule(lives: Sequence[Lived], rule: Rule, seed: int = 1) -> Outcome:
    """A fixed rule without a budget."""
    rnd = random.Random(seed)
    outcome = Outcome(len(lives))
    for one in lives:
        asked, at = 1, one.created + rule(0, rnd) * rnd.random()
        while at < one.ended:
            at += rule(asked, rnd)
            asked += 1
        outcome.requests += asked
        outcome.note(one, at)
    return outcome


class Run:
    """Our scheduler over these lives; `rate` requests a second, infinite: no budget.

    With a `rule` the same budget is spent by that instead, on whoever is due for the longest.
    """

    def __init__(
        self,
        lives: Sequence[Lived],
        *,
        rate: float = math.inf,
        visible: int = 0,
        seed: int = 1,
        rule: Rule | None = None,
    ) -> None:
        self.lives = lives
        self.rule = rule
        self.rnd = random.Random(seed)
        unlimited = math.isinf(rate)
        self.budget = Budget(1e9 if unlimited else rate, 10**9 if unlimited else BURST, 8, self.rnd)
        self.agenda = Agenda()
        self.policy = Policy(2.0, 60.0)
        self.learned = Learned()
        self.tasks: dict[TaskId, TrackedTask] = {}
        self.life: dict[TaskId, Lived] = {}
        self.asked: dict[TaskId, int] = {}
        self.first = [TaskId(f"{index:024x}") for index in self.rnd.sample(range(len(lives)), min(visible, len(lives)))]
        self.outcome = Outcome(len(lives))
        self.now = 0.0

    def go(self) -> Outcome:
        """Until every task has ended and was seen to."""
        coming = list(reversed(self.lives))
        while coming or len(self.agenda):
            while coming and coming[-1].created <= self.now:
                self._add(coming.pop())
            due_at = self.agenda.next_at()
            if due_at is None or due_at > self.now:
                arrival = coming[-1].created if coming else math.inf
                self.now = max(self.now, min(arrival, math.inf if due_at is None else due_at))
                continue
            wait = self.budget.ready_in_s(self.now)
            if wait > 0:
                self.now += wait
                continue
            self._ask()
        return self.outcome

    def _add(self, one: Lived) -> None:
        task = track(TaskId(f"{len(self.tasks):024x}"), self._ms())
        self.tasks[task.id], self.life[task.id], self.asked[task.id] = task, one, 0
        self._plan(task)

    def _plan(self, task: TrackedTask) -> None:
        if self.rule:
            wait = self.rule(self.asked[task.id], self.rnd) * (1 if self.asked[task.id] else self.rnd.random())
        else:
            wait = self.policy.wait_s(task, self._ms(), self.learned, self.rnd)
        self.agenda.put(task.id, self.now + wait)

    def _ask(self) -> None:
        waiting_since = self.agenda.next_at()
        task_id = self.agenda.take(self.now, self._urgency, self.first)
        assert task_id is not None
        assert waiting_since is not None
        self.outcome.longest = max(self.outcome.longest, self.now - waiting_since)
        self.budget.spend(self.now)
        one = self.life[task_id]
        task = answered(self.tasks[task_id], one.answer(self.now), self._ms(), self._ms())
        self.tasks[task_id] = task
        self.asked[task_id] += 1
        self.outcome.requests += 1
        self.outcome.times.append(self.now)
        if task.is_finished:
            self.outcome.note(one, self.now, is_visible=task_id in self.first)
            self.learned.note(task)
        else:
            self._plan(task)

    def _urgency(self, task_id: TaskId) -> float:
        if self.rule:
            return 0.0  # whoever came due first
        return self.policy.urgency(self.tasks[task_id], self._ms(), self.learned)

    def _ms(self) -> int:
        return EPOCH_MS + round(self.now * 1000)
