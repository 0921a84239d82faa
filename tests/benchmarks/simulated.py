"""The real policy, budget and agenda, and the usual fixed rules, run over synthetic lives with a virtual clock."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from headswap_tui.domain.changes import answered, track
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.scheduler.agenda import Agenda
from headswap_tui.scheduler.budget import Budget
from headswap_tui.scheduler.learned import Learned
from headswap_tui.scheduler.policy import Policy
from tests.benchmarks.workload import EPOCH_MS, Life, most_in_a_second, percentile

BURST: Final = 5

Rule = Callable[[int, random.Random], float]
"""A fixed rule: seconds to wait after the n-th answer."""


@dataclass
class Outcome:
    """What a run cost and how late it noticed."""

    tasks: int
    requests: int = 0
    completions: list[float] = field(default_factory=list)
    """Seconds from the end to the answer that shows it."""
    failures: list[float] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)
    """The same of completed tasks on the screen."""
    times: list[float] = field(default_factory=list)
    longest_wait: float = 0.0
    """The longest that a due task waited for its turn."""

    @property
    def per_task(self) -> float:
        """Requests for one task's whole life."""
        return self.requests / self.tasks

    @property
    def p95(self) -> float:
        """Seconds within which 95 % of the completions were noticed."""
        return percentile(self.completions, 0.95)

    @property
    def mean(self) -> float:
        """Mean seconds until a completion was noticed."""
        return sum(self.completions) / max(1, len(self.completions))

    @property
    def peak(self) -> int:
        """Most requests within any second."""
        return most_in_a_second(self.times)

    def note(self, one: Life, at: float, *, is_visible: bool) -> None:
        """A task was seen to have ended."""
        (self.failures if one.failed else self.completions).append(at - one.ended)
        if is_visible and not one.failed:
            self.visible.append(at - one.ended)


class Run:
    """Our scheduler over these lives; `rate` requests a second, infinite: no budget."""

    def __init__(self, lives: Sequence[Life], *, rate: float = math.inf, visible: int = 0, seed: int = 1) -> None:
        self.lives = lives
        self.rnd = random.Random(seed)
        unlimited = math.isinf(rate)
        self.budget = Budget(1e9 if unlimited else rate, 10**9 if unlimited else BURST, 8, self.rnd)
        self.agenda = Agenda()
        self.policy = Policy(2.0, 60.0)
        self.learned = Learned()
        self.tasks: dict[TaskId, TrackedTask] = {}
        self.life: dict[TaskId, Life] = {}
        self.first = {TaskId(f"{index:024x}") for index in self.rnd.sample(range(len(lives)), min(visible, len(lives)))}
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

    def _add(self, one: Life) -> None:
        task = track(TaskId(f"{len(self.tasks):024x}"), self._ms())
        self.tasks[task.id], self.life[task.id] = task, one
        self.agenda.put(task.id, self.now + self.policy.wait_s(task, self._ms(), self.learned, self.rnd))

    def _ask(self) -> None:
        task_id = self.agenda.take(self.now, self._urgency, self.first)
        assert task_id is not None
        self.budget.spend(self.now)
        one = self.life[task_id]
        task = answered(self.tasks[task_id], one.answer(self.now), self._ms(), self._ms())
        self.tasks[task_id] = task
        self.outcome.requests += 1
        self.outcome.times.append(self.now)
        if task.is_finished:
            self.outcome.note(one, self.now, is_visible=task_id in self.first)
            self.learned.note(task)
        else:
            self.agenda.put(task_id, self.now + self.policy.wait_s(task, self._ms(), self.learned, self.rnd))

    def _urgency(self, task_id: TaskId) -> float:
        return self.policy.urgency(self.tasks[task_id], self._ms(), self.learned)

    def _ms(self) -> int:
        return EPOCH_MS + round(self.now * 1000)
