"""What the tasks that ended teach about the next ones: how long they took for each second of their video.

Nothing of it is stored: it is read from the finished records' flight records and fed as further tasks end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import msgspec

from headswap_tui.domain.task import State, TrackedTask
from headswap_tui.scheduler.chances import Lognormal

REMEMBERED: Final = 200
"""Finished tasks a resolution is judged by; the oldest are forgotten."""
ENOUGH: Final = 3
"""Fewer finished tasks than this teach nothing."""
GUESS_SD: Final = 0.4
"""Log spread assumed before the samples can tell, weighing as much as `GUESS_WEIGHT` of them."""
GUESS_WEIGHT: Final = 3.0
LEAST_SD: Final = 0.12
LEAST_S: Final = 1.0
BLURRED: Final = 0.4
"""A task seen so rarely that this share of its time is uncertain teaches nothing (the app was closed meanwhile)."""


_COMPLETED = State.COMPLETED


class _Sample(msgspec.Struct, frozen=True, gc=False):
    resolution: str
    processing_s: float
    video_s: float | None
    queued_s: float | None


class Learned:
    """Processing and queueing times of the tasks that completed, by resolution; not thread-safe."""

    def __init__(self) -> None:
        self._samples: dict[str, _Sample] = {}
        self._known: dict[tuple[str, str], Lognormal | None] = {}

    @classmethod
    def from_tasks(cls, tasks: Iterable[TrackedTask]) -> Learned:
        """From all records of a profile, the most recently finished counting first."""
        learned = cls()
        finished = sorted((task for task in tasks if task.finished_ms), key=lambda task: task.finished_ms)
        for task in finished[-4 * REMEMBERED :]:
            learned.note(task)
        return learned

    def note(self, task: TrackedTask) -> None:
        """Learn from a task that ended; anything else, and a task noted before, changes nothing."""
        if task.id in self._samples:
            return
        sample = _sample(task)
        if sample is None:
            return
        self._samples[task.id] = sample
        if len(self._samples) > 4 * REMEMBERED:
            del self._samples[next(iter(self._samples))]
        self._known.clear()

    def __len__(self) -> int:
        """Tasks learned from."""
        return len(self._samples)

    def processing(self, task: TrackedTask) -> Lognormal | None:
        """How long this task's processing should take in all; `None` while too few are known."""
        detail = task.detail
        resolution = (detail and detail.resolution) or ""
        video_s = detail.video_duration if detail else None
        if video_s and video_s > 0:
            known = self._expectation("rate", resolution)
            if known:
                return Lognormal(max(LEAST_S, known.median_s * video_s), known.sd)
        return self._expectation("processing", resolution)

    def queueing(self) -> Lognormal | None:
        """How long a task waits in the queue; `None` while too few are known."""
        return self._expectation("queued", "")

    def _expectation(self, what: str, resolution: str) -> Lognormal | None:
        key = (what, resolution)
        if key not in self._known:
            self._known[key] = self._judged(what, resolution)
        return self._known[key]

    def _judged(self, what: str, resolution: str) -> Lognormal | None:
        same = [sample for sample in self._samples.values() if sample.resolution == resolution] if resolution else []
        for samples in (same, list(self._samples.values())):
            logs = [math.log(value) for sample in samples if (value := _value(sample, what)) is not None]
            if len(logs) >= ENOUGH:
                return _lognormal(logs[-REMEMBERED:])
        return None


def _value(sample: _Sample, what: str) -> float | None:
    if what == "queued":
        return sample.queued_s
    if what == "processing":
        return sample.processing_s
    return sample.processing_s / sample.video_s if sample.video_s else None


def _lognormal(logs: list[float]) -> Lognormal:
    """Median and spread by the median deviation, so that one odd task in a few does no harm."""
    middle = _median(logs)
    sd = 1.4826 * _median(abs(value - middle) for value in logs)
    shrunk = math.sqrt((GUESS_WEIGHT * GUESS_SD**2 + len(logs) * sd**2) / (GUESS_WEIGHT + len(logs)))
    return Lognormal(math.exp(middle), max(LEAST_SD, shrunk))


def _sample(task: TrackedTask) -> _Sample | None:
    """What a completed task's flight record tells: both ends of its processing must have been seen."""
    if task.state is not _COMPLETED or not task.detail:
        return None
    started: float | None = None
    blur = 0.0
    for key, change in task.history.items():
        if change.gap_s <= 0:
            continue
        at = int(key) / 1000
        if change.status == 2:
            started, blur = at - change.gap_s / 2, change.gap_s
        elif change.status == 3 and started is not None:
            took = at - change.gap_s / 2 - started
            if took < LEAST_S or (blur + change.gap_s) / 2 > BLURRED * took:
                return None
            began_ms = task.detail.created_ms or task.added_ms
            queued = started - began_ms / 1000
            video = task.detail.video_duration
            return _Sample(
                task.detail.resolution or "",
                took,
                video if video and video > 0 else None,
                queued if queued > 1 else None,
            )
    return None


def _median(values: Iterable[float]) -> float:
    """As `statistics.median`, whose module takes longer to load than a list to print."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
