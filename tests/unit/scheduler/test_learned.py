"""What finished tasks teach."""

from __future__ import annotations

import msgspec
import pytest

from headswap_tui.domain.changes import track
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.scheduler.chances import Lognormal, blended, expected_delay
from headswap_tui.scheduler.learned import REMEMBERED, Learned
from tests.unit.scheduler.telling import COMPLETED, FAILED, ID, NOON_MS, PROCESSING, QUEUED, finished, told


def running(video_s: float | None = 10.0) -> TrackedTask:
    """One to be judged."""
    return told([(0, QUEUED, 0.0), (5, PROCESSING, 0.0)], video_s=video_s)


def test_too_few_teach_nothing() -> None:
    learned = Learned.from_tasks([finished(1, queue_s=20, took_s=100, video_s=10)])
    assert len(learned) == 1
    assert learned.processing(running()) is None
    assert learned.queueing() is None


def test_seconds_per_second_of_video() -> None:
    learned = Learned.from_tasks(finished(n, queue_s=20, took_s=100 + n, video_s=10) for n in range(9))
    short, long = learned.processing(running(10)), learned.processing(running(30))
    assert short is not None
    assert long is not None
    assert short.median_s == pytest.approx(104, rel=0.05)
    assert long.median_s == pytest.approx(312, rel=0.05)
    queueing = learned.queueing()
    assert queueing is not None
    assert queueing.median_s == pytest.approx(20, abs=3)


def test_without_a_length_the_whole_time_counts() -> None:
    learned = Learned.from_tasks(finished(n, queue_s=20, took_s=100, video_s=10) for n in range(5))
    known = learned.processing(running(None))
    assert known is not None
    assert known.median_s == pytest.approx(100, rel=0.05)


def test_few_samples_are_trusted_less() -> None:
    few = Learned.from_tasks(finished(n, queue_s=20, took_s=100, video_s=10) for n in range(3))
    many = Learned.from_tasks(finished(n, queue_s=20, took_s=100, video_s=10) for n in range(60))
    wide, narrow = few.processing(running()), many.processing(running())
    assert wide is not None
    assert narrow is not None
    assert wide.sd > 0.25
    assert narrow.sd < 0.15


def test_one_odd_task_does_no_harm() -> None:
    normal = [finished(n, queue_s=20, took_s=100, video_s=10) for n in range(6)]
    learned = Learned.from_tasks([*normal, finished(99, queue_s=20, took_s=40_000, video_s=10, every_s=60)])
    known = learned.processing(running())
    assert known is not None
    assert known.median_s == pytest.approx(100, rel=0.05)
    assert known.sd < 0.4


def test_a_task_counts_once() -> None:
    learned, one = Learned(), finished(1, queue_s=20, took_s=100, video_s=10)
    for _ in range(5):
        learned.note(one)
    assert len(learned) == 1


@pytest.mark.parametrize(
    "task",
    [
        track(ID, NOON_MS),
        running(),
        told([(0, QUEUED, 0.0), (5, PROCESSING, 0.0), (50, FAILED, 40.0)]),
        told([(0, COMPLETED, 100.0)], url="https://files.example/v.mp4"),
        told([(0, QUEUED, 0.0), (9, COMPLETED, 100.0)], url="https://files.example/v.mp4"),
        told([(0, QUEUED, 0.0), (9, PROCESSING, 0.0), (90_000, COMPLETED, 100.0)], url="https://files.example/v.mp4"),
    ],
    ids=["pending", "running", "failed", "seen completed only", "processing not seen", "slept through the end"],
)
def test_what_was_not_seen_teaches_nothing(task: TrackedTask) -> None:
    learned = Learned()
    learned.note(task)
    assert len(learned) == 0


def test_the_oldest_are_forgotten() -> None:
    learned = Learned()
    template = finished(0, queue_s=4, took_s=30, video_s=10)
    for number in range(5 * REMEMBERED):
        learned.note(msgspec.structs.replace(template, id=TaskId(f"{number:024x}")))
    assert len(learned) == 4 * REMEMBERED


def test_what_is_left_of_a_lognormal_time() -> None:
    time = Lognormal(100.0, 0.3)
    assert time.left(0)[0] == 100
    means = [time.left(age)[0] for age in (0, 50, 100, 150)]
    assert means == sorted(means, reverse=True)
    assert time.left(1000) == pytest.approx((300, 300))
    assert time.mean_to_event(1) == 600
    assert time.mean_to_event(100) < 60


def test_two_opinions_weigh_by_their_precision() -> None:
    mean, spread, strife = blended((100.0, 10.0), (180.0, 100.0))
    assert 100 < mean < 102
    assert spread < 10
    assert strife == 1


def test_opinions_that_contradict_each_other_are_told() -> None:
    assert blended((100.0, 10.0), (200.0, 10.0))[2] == pytest.approx(7.07, abs=0.01)


def test_the_expected_delay_of_a_sure_end_is_the_time_since() -> None:
    assert expected_delay(50, 1, 40) == pytest.approx(0, abs=0.01)
    assert expected_delay(50, 1, 150) == pytest.approx(100, abs=0.1)
    assert expected_delay(500, 30, 500) == pytest.approx(0.4 * 30, rel=0.01)
    assert expected_delay(-900, 10, 30) == pytest.approx(1.0)
