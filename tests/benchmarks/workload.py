"""Synthetic lives of tasks, as a service would report them: the workload of the scheduling simulation.

Queueing is lognormal (median 60 s), processing log-uniform from 1 to 20 minutes; 5 % fail at a random point. The
speed of the work wanders (AR(1) over 24 stretches). Three ways of reporting it:
honest: whole points, refreshed every 3 s; steps: tens, every 10 s, very uneven, a third hang at 99; none: always 0.
"""

from __future__ import annotations

import bisect
import math
import random
from dataclasses import dataclass
from typing import Final, Literal

from headswap_tui.domain.task import Detail

Shape = Literal["honest", "steps", "none"]
EPOCH_MS: Final = 1_700_000_000_000
"""The virtual clock starts here."""
STRETCHES: Final = 24


@dataclass(slots=True)
class Life:
    """One task from creation to end; times in seconds of the virtual clock."""

    created: float
    started: float
    ended: float
    failed: bool
    video_s: float
    shape: Shape
    curve: list[float]
    """True progress at evenly spaced shares of the full processing time."""
    full_s: float
    """Processing time it would have taken without failing."""
    phase: float
    """When the service refreshes what it reports."""

    def answer(self, at: float) -> Detail:
        """What the service says at that moment."""
        if at >= self.ended:
            status, progress = (4, self.reported(self.ended)) if self.failed else (3, 100.0)
        elif at < self.started:
            status, progress = 1, 0.0
        else:
            status, progress = 2, self.reported(at)
        return Detail(
            status=status,
            progress=progress,
            resolution="720p",
            video_duration=self.video_s,
            created_ms=EPOCH_MS + round(self.created * 1000),
            video_url="https://files.example/v.mp4" if status == 3 else None,
        )

    def reported(self, at: float) -> float:
        """The progress shown while processing: refreshed now and then, rounded down."""
        if self.shape == "none":
            return 0.0
        refresh, step = (3.0, 1) if self.shape == "honest" else (10.0, 10)
        fresh_at = self.phase + math.floor((at - self.phase) / refresh) * refresh
        return float(math.floor(self.true_progress(fresh_at) / step) * step)

    def true_progress(self, at: float) -> float:
        """How far the work really is, 0..100."""
        share = min(0.999999, max(0.0, (at - self.started) / self.full_s)) * STRETCHES
        index = int(share)
        return self.curve[index] + (self.curve[index + 1] - self.curve[index]) * (share - index)


def life(created: float, shape: Shape, rnd: random.Random) -> Life:
    """A task created at that moment."""
    started = created + rnd.lognormvariate(math.log(60), 1.0)
    full_s = math.exp(rnd.uniform(math.log(60), math.log(1200)))
    failed = rnd.random() < 0.05
    return Life(
        created=created,
        started=started,
        ended=started + full_s * (rnd.uniform(0.05, 1) if failed else 1),
        failed=failed,
        video_s=max(1.0, full_s / (10 * rnd.lognormvariate(0, 0.25))),
        shape=shape,
        curve=_curve(shape, rnd),
        full_s=full_s,
        phase=started + rnd.random() * (3 if shape == "honest" else 10),
    )


def _curve(shape: Shape, rnd: random.Random) -> list[float]:
    noise, wander, walked = (0.25 if shape == "honest" else 0.7), 0.0, [0.0]
    for _ in range(STRETCHES):
        wander = 0.7 * wander + rnd.gauss(0, noise)
        walked.append(walked[-1] + math.exp(wander))
    curve = [100 * part / walked[-1] for part in walked]
    if shape == "steps" and rnd.random() < 0.3:
        reached = rnd.uniform(0.75, 0.95)
        curve = [min(99.0, part / reached) for part in curve]
    return curve


def lives(count: int, shape: Shape, seed: int, over_s: float) -> list[Life]:
    """That many tasks, created at random moments of that period."""
    rnd = random.Random(seed)
    return sorted((life(rnd.random() * over_s, shape, rnd) for _ in range(count)), key=lambda one: one.created)


def percentile(values: list[float], share: float) -> float:
    """The value that this share of them does not exceed; NaN of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else math.nan


def most_in_a_second(times: list[float]) -> int:
    """The most of these ordered moments within any one second, wherever it begins."""
    return max((bisect.bisect_left(times, at + 1.0) - index for index, at in enumerate(times)), default=0)
