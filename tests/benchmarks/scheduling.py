"""What our asking costs and how late it notices, beside fixed rules: `python -m tests.benchmarks scheduling`.

A simulation with a virtual clock: the figures do not depend on the machine, only on the seeds. Workloads: synthetic
lives (`workload.py`) and traces of the built-in simulator. Notice: from the end of a completed task to the answer
that shows it, without the round trip.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from headswap_tui.domain.changes import answered, track
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.simulator import life as simulator
from tests.benchmarks.report import Row, digits
from tests.benchmarks.simulated import VISIBLE, Lived, Outcome, Rule, Run, by_rule
from tests.benchmarks.workload import EPOCH_MS, Shape, lives, percentile

SEEDS: Final = (101, 102, 103, 104)
COUNT: Final = 500
RATE: Final = 5.0
RULES: Final[dict[str, Rule]] = {
    "fixed 2 s": lambda _, rnd: 2 * rnd.uniform(0.9, 1.1),
    "fixed 5 s": lambda _, rnd: 5 * rnd.uniform(0.9, 1.1),
    "fixed 10 s": lambda _, rnd: 10 * rnd.uniform(0.9, 1.1),
    "fixed 30 s": lambda _, rnd: 30 * rnd.uniform(0.9, 1.1),
    "back-off x1.5 to 60 s": lambda asked, rnd: min(60.0, 2 * 1.5 ** min(asked, 30)) * rnd.uniform(0.9, 1.1),
}
Limits = tuple[float | None, float | None]
"""What passes and the goal."""
NO_LIMITS: Final[Limits] = (None, None)
OURS: Final = "headswap-tui"
TITLE: Final = "asking: requests and how late an end is noticed, beside fixed rules (virtual clock)"


@dataclass(frozen=True)
class Trace:
    """A life of the built-in simulator."""

    script: simulator.Life
    key: str
    created: float
    video_s: float

    @property
    def ended(self) -> float:
        """When it completes or fails."""
        return self.created + self.script.end_s

    @property
    def failed(self) -> bool:
        """How it ends."""
        return self.script.outcome is simulator.Outcome.FAILED

    def answer(self, at: float) -> Detail:
        """What the simulator's server would say at that moment."""
        stage = simulator.stage(self.script, 1, self.key, at - self.created)
        return Detail(
            status=stage.status,
            progress=stage.progress,
            resolution="720p",
            video_duration=self.video_s,
            created_ms=EPOCH_MS + round(self.created * 1000),
            video_url="https://files.example/v.mp4" if stage.has_url else None,
        )


def traces(shape: simulator.Shape, seed: int, count: int) -> list[Trace]:
    """Tasks of the built-in simulator, of the same lengths as the synthetic ones."""
    rnd = random.Random(seed)
    made = []
    for number in range(count):
        took = math.exp(rnd.uniform(math.log(60), math.log(1200)))
        outcome = simulator.Outcome.FAILED if rnd.random() < 0.05 else simulator.Outcome.COMPLETED
        script = simulator.Life(
            queue_s=rnd.lognormvariate(math.log(60), 1.0), processing_s=took, shape=shape, outcome=outcome
        )
        video_s = max(1.0, took / (10 * rnd.lognormvariate(0, 0.25)))
        made.append(Trace(script, f"{seed}-{number}", rnd.random() * 36_000, video_s))
    return sorted(made, key=lambda one: one.created)


def compared(workloads: Sequence[Sequence[Lived]]) -> dict[str, Outcome]:
    """What each rule makes of these, ours last."""
    results = {name: [by_rule(work, rule) for work in workloads] for name, rule in RULES.items()}
    results[OURS] = [Run(work, seed=seed).go() for seed, work in enumerate(workloads)]
    return {name: pooled(outcomes) for name, outcomes in results.items()}


def pooled(outcomes: Sequence[Outcome]) -> Outcome:
    """Several runs as one."""
    return Outcome(
        tasks=sum(one.tasks for one in outcomes),
        requests=sum(one.requests for one in outcomes),
        completions=[late for one in outcomes for late in one.completions],
        failures=[late for one in outcomes for late in one.failures],
        visible=[late for one in outcomes for late in one.visible],
        longest=max(one.longest for one in outcomes),
    )


def beside(results: Mapping[str, Outcome], figure: Callable[[Outcome], float]) -> str:
    """The same figure of the fixed rules."""
    return ", ".join(f"{name} {digits(figure(one))}" for name, one in results.items() if name != OURS)


def judged(
    words: str, results: Mapping[str, Outcome], shares: Limits = NO_LIMITS, lates: Limits = NO_LIMITS
) -> list[Row]:
    """Our row of each figure, beside those of the fixed rules; limits are what passes and the goal."""
    ours, base = results[OURS], results["fixed 5 s"].per_task
    each: list[tuple[str, Callable[[Outcome], float], Limits, str, str]] = [
        ("requests / fixed 5 s", lambda one: one.per_task / base, shares, "", f"{ours.per_task:.1f} a task"),
        ("p95 notice", lambda one: one.p95, lates, "s", ""),
        ("mean notice", lambda one: one.mean, NO_LIMITS, "s", ""),
        ("longest unnoticed", lambda one: max([*one.completions, *one.failures]), NO_LIMITS, "s", ""),
    ]
    return [
        Row(f"{words}: {what}", figure(ours), *limits, unit, ours=said, peer=beside(results, figure))
        for what, figure, limits, unit, said in each
    ]


def alone(count: int) -> list[Row]:
    """Without a budget: the price of noticing in requests."""
    told: list[Row] = []
    seen: list[Outcome] = []
    limits: dict[Shape, tuple[str, Limits, Limits]] = {
        "honest": ("honest progress", (0.32, 0.25), (3, 2)),
        "steps": ("steps of ten, a third hang at 99", (0.45, 0.35), (12, 8)),
        "none": ("no progress at all", (0.45, 0.30), (20, 12)),
    }
    for shape, (words, shares, lates) in limits.items():
        results = compared([lives(count, shape, seed, 36_000) for seed in SEEDS])
        told += judged(words, results, shares, lates)
        seen.append(results[OURS])
    told.append(Row("failures, p95 notice", percentile(pooled(seen).failures, 0.95), 45, 25, "s"))
    for trace in simulator.Shape:
        told += judged(f"simulator's traces, {trace}", compared([traces(trace, seed, count) for seed in SEEDS[:1]]))
    return told


def together(work: Sequence[Lived], seed: int) -> dict[str, Outcome]:
    """Ours and fixed 5 s under the same budget."""
    rules = {"fixed 5 s": RULES["fixed 5 s"], OURS: None}
    return {name: Run(work, rate=RATE, visible=VISIBLE, seed=seed, rule=rule).go() for name, rule in rules.items()}


def crowded(*, is_quick: bool) -> list[Row]:
    """Under a budget of five requests a second, with twenty rows on the screen."""

    def row(
        results: Mapping[str, Outcome],
        what: str,
        figure: Callable[[Outcome], float],
        limits: Limits = NO_LIMITS,
        unit: str = "s",
    ) -> Row:
        return Row(what, figure(results[OURS]), *limits, unit, peer=beside(results, figure))

    runs = [together(lives(1000, "honest", seed, 3600), seed) for seed in SEEDS[:2]]
    hour = {name: pooled([run[name] for run in runs]) for name in runs[0]}
    at_once = together(lives(1000, "honest", SEEDS[0], 0), SEEDS[0])
    told = [
        row(hour, "1 000 tasks in an hour at 5/s: p95 notice", lambda one: one.p95, (5, 3)),
        row(hour, "1 000 tasks in an hour at 5/s: longest wait of a due task", lambda one: one.longest),
        row(hour, "visible rows: p95 age of what is shown", lambda one: percentile(one.visible, 0.95), (6, 4)),
        row(at_once, "1 000 tasks at once: most requests in any second", lambda one: one.peak, (10, 10), ""),
        row(at_once, "1 000 tasks at once: longest wait of a due task", lambda one: one.longest),
    ]
    if not is_quick:
        many = together(lives(10_000, "honest", SEEDS[0], 14_400), SEEDS[0])
        told.append(row(many, "10 000 tasks in 4 h at 5/s: mean notice", lambda one: one.mean, (9, 6)))
        told.append(row(many, "10 000 tasks in 4 h at 5/s: longest wait of a due task", lambda one: one.longest))
    return told


def _mid_life() -> TrackedTask:
    """A record with a flight record of two dozen rises."""
    one = next(one for one in lives(50, "honest", 5, 0) if one.full_s > 600 and not one.failed)
    task = track(TaskId("0" * 24), EPOCH_MS)
    for step in range(26):
        at_ms = EPOCH_MS + round((one.started - 10 + step * (one.full_s - 20) / 26) * 1000)
        task = answered(task, one.answer((at_ms - EPOCH_MS) / 1000), at_ms, at_ms)
    return task


def processor_time() -> list[Row]:
    """What planning one answer costs, with few and with many due."""
    costs = {}
    busy = _mid_life()
    for due in (8, 300, 10_000):
        run = Run(lives(due, "honest", 7, 0), rate=1e6)
        tasks = iter(run.lives)
        for one in tasks:
            run._add(one)
        for _ in range(min(due, 400)):
            run._ask()
        run.now = 120.0  # by now all are due again
        rounds = 2000
        start = time.process_time()
        for _ in range(rounds):
            task_id = run.agenda.take(run.now, run._urgency, run.first)
            assert task_id is not None
            run.agenda.put(task_id, run.now - 1)
        taking = (time.process_time() - start) / rounds
        start = time.process_time()
        for _ in range(rounds):
            run.policy._memo.clear()
            run.policy.wait_s(busy, EPOCH_MS, run.learned, run.rnd)
        costs[due] = (taking * 1e6, (time.process_time() - start) / rounds * 1e6)
        print(f"{due:6d} due: choosing {costs[due][0]:6.1f} us, planning {costs[due][1]:6.1f} us")
    return [Row("processor time of planning one task", costs[300][1], 100, 50, "us")]


def rows(is_quick: bool) -> list[Row]:
    """All figures; quick ones come from fewer tasks, without the longest run."""
    return alone(150 if is_quick else COUNT) + crowded(is_quick=is_quick) + processor_time()
