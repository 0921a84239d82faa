"""Records as the service's answers make them: `told` plays (second, status, progress) triples through the domain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from headswap_tui.domain.changes import answered, track
from headswap_tui.domain.task import Detail, TaskId, TrackedTask

ID: Final = TaskId("6a066dc58570ecbf64f761a5")
NOON_MS: Final = 1_778_803_200_000
QUEUED, PROCESSING, COMPLETED, FAILED = 1, 2, 3, 4

Answer = tuple[float, int | None, float | None]


def ms(second: float) -> int:
    """Milliseconds since the epoch of a second after noon."""
    return NOON_MS + round(second * 1000)


def told(
    answers: Iterable[Answer],
    task: TrackedTask | None = None,
    *,
    video_s: float | None = 10.0,
    created: float | None = 0.0,
    url: str | None = None,
) -> TrackedTask:
    """The record after these answers, each asked at once."""
    task = task or track(ID, NOON_MS)
    for second, status, progress in answers:
        detail = Detail(
            status=status,
            progress=progress,
            resolution="720p",
            video_duration=video_s,
            created_ms=None if created is None else ms(created),
            video_url=url,
        )
        task = answered(task, detail, ms(second), ms(second))
    return task


def finished(number: int, *, queue_s: float, took_s: float, video_s: float, every_s: float = 2.0) -> TrackedTask:
    """A completed task that was asked every so often."""
    task = track(TaskId(f"{number:024x}"), NOON_MS)
    second = 1.0
    while second < queue_s + took_s:
        status = QUEUED if second < queue_s else PROCESSING
        task = told([(second, status, 0.0)], task, video_s=video_s)
        second += every_s
    return told([(second, COMPLETED, 100.0)], task, video_s=video_s, url="https://files.example/v.mp4")


def added_at(task: TrackedTask, second: float) -> TrackedTask:
    """The same, added then."""
    return msgspec.structs.replace(task, added_ms=ms(second))
