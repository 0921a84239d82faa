"""What happens to a simulated task: a pure function of the seed, the id and the time lived."""

from __future__ import annotations

import functools
import math
import random
from enum import StrEnum
from typing import Any, Final

import msgspec


class Shape(StrEnum):
    """How the progress number behaves while a task is processed."""

    NOISY = "noisy"
    """Honest: never backwards, but at an uneven pace, one decimal."""
    STEPS = "steps"
    """Whole steps of ten, then 99 for the last quarter of the time."""
    JUMPS = "jumps"
    """Stands still for long, leaps, and now and then falls back a little."""
    NONE = "none"
    """0 until the end."""


class Outcome(StrEnum):
    """How a life ends."""

    COMPLETED = "completed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Reports `unknown_status` for ever."""
    STUCK = "stuck"
    """Stays in processing for ever, at `reached`."""


class Life(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The script of one simulated task. Seconds are seconds of life: at speed 2 they pass twice as fast."""

    queue_s: float = 2.0
    processing_s: float = 8.0
    age_s: float = 0.0
    """Seconds already lived when the task is created here; `create_time` lies that far back."""
    shape: Shape = Shape.NOISY
    outcome: Outcome = Outcome.COMPLETED
    reached: float | None = None
    """Progress, 0..100, at which a life that does not complete breaks off; `None`: at the very end."""
    unknown_status: int = 7
    url_delay_s: float = 0.0
    """For so long after completion `video_url` stays empty."""
    hidden_s: float = 0.0
    """For so long after creation the id is answered with 1008: the lag between create and read."""
    answer_code: int = 1000
    """Business code of every detail answer; anything but 1000 refuses this id."""
    resolution: str | None = None
    """`None`: that of a clip chosen by the id."""
    video_duration: float | None = None
    """Seconds; `None`: the true length of the clip that is served."""
    file_name: str | None = None
    model_name: str = "akool-premium"
    priority: float = 1
    error_reason: str = "No face was found in the source video."
    error_code: float = 30021
    source_video_url: str | None = None
    clip: str | None = None
    """Name of a clip in `clips/`; `None`: chosen by the id and the resolution."""
    size: int | str | None = None
    """Bytes of the hosted file, also as `20MB`, padded so that it stays playable; `None`: the clip's own size."""
    bandwidth: float | None = None
    """Bytes a second at which the file is served; `None`: unlimited."""
    url_ttl_s: float = 3600.0
    """A link is renewed each so many (real) seconds and valid for up to twice as long."""
    overrides: dict[str, Any] = {}
    """Laid over `data` at the end, for odd answers: any field, any type."""
    omit: tuple[str, ...] = ()
    """Fields left out of `data`."""

    @property
    def end_s(self) -> float:
        """Seconds of life at which the outcome is reached."""
        return self.queue_s + self.processing_s


QUEUED, PROCESSING, COMPLETED, FAILED = 1, 2, 3, 4


class Stage(msgspec.Struct, frozen=True):
    """Where a life stands at one moment."""

    status: int
    """1 in queue, 2 processing, 3 completed, 4 failed, or the unknown one."""
    progress: float
    """0..100."""
    has_url: bool = False
    """Whether the video can be fetched."""


def stage(life: Life, seed: int, task_id: str, lived_s: float) -> Stage:
    """Where the life of `task_id` stands after `lived_s` seconds of it. Pure."""
    if lived_s < life.queue_s:
        return Stage(QUEUED, 0)
    limit = 100.0 if life.outcome is Outcome.COMPLETED or life.reached is None else life.reached
    share = 1.0 if life.processing_s <= 0 else (lived_s - life.queue_s) / life.processing_s
    if share < 1:
        return Stage(PROCESSING, _progress(life.shape, f"{seed}/{task_id}", share) * limit / 100)
    match life.outcome:
        case Outcome.COMPLETED:
            return Stage(COMPLETED, 100, has_url=lived_s >= life.end_s + life.url_delay_s)
        case Outcome.FAILED:
            return Stage(FAILED, min(limit, 99.0))
        case Outcome.UNKNOWN:
            return Stage(life.unknown_status, limit)
        case Outcome.STUCK:
            return Stage(PROCESSING, min(limit, 99.0))


def _progress(shape: Shape, key: str, share: float) -> float:
    """Progress 0..<100 at that share of the processing time, 0..<1."""
    match shape:
        case Shape.NOISY:
            return min(99.9, math.floor(_warped(key, share) * 1000) / 10)
        case Shape.STEPS:
            return 99.0 if share >= 0.75 else math.floor(share / 0.75 * 10) * 10.0
        case Shape.JUMPS:
            part = math.floor(share * _LEAPS)
            wobble = random.Random(f"{key}/{part}").uniform(-9, 4)
            return max(0.0, min(99.0, round(_warped(key, part / _LEAPS) * 100 + wobble)))
        case Shape.NONE:
            return 0.0


_LEAPS: Final = 9
_KNOTS: Final = 24


def _warped(key: str, share: float) -> float:
    """A way from 0 to 1 that never goes back but whose pace varies."""
    knots = _knots(key)
    at = share * _KNOTS
    left = min(_KNOTS - 1, math.floor(at))
    return knots[left] + (knots[left + 1] - knots[left]) * (at - left)


@functools.lru_cache(maxsize=4096)
def _knots(key: str) -> tuple[float, ...]:
    rnd = random.Random(key)
    sums = [0.0]
    for _ in range(_KNOTS):
        sums.append(sums[-1] + rnd.lognormvariate(0, 0.35))
    return tuple(value / sums[-1] for value in sums)
