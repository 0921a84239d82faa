"""No progress for longer than is normal."""

from __future__ import annotations

import pytest

from headswap_tui.domain.task import TrackedTask
from headswap_tui.scheduler import stall
from headswap_tui.scheduler.learned import Learned
from tests.unit.scheduler.telling import COMPLETED, PROCESSING, QUEUED, Answer, finished, ms, told

MINUTE = 60.0


def stuck(until: float) -> TrackedTask:
    """Rises every three minutes to 40 %, then nothing."""
    answers: list[Answer] = [(0, QUEUED, 0.0)]
    answers += [(MINUTE * (1 + 3 * i), PROCESSING, 10.0 * i) for i in range(5)]
    answers += [(second, PROCESSING, 40.0) for second in range(int(13 * MINUTE) + 30, int(until) + 1, 30)]
    return told(answers)


def test_no_progress_for_fourteen_minutes_where_three_is_normal() -> None:
    task = stuck(27 * MINUTE)
    found = stall.check(task, ms(27 * MINUTE), Learned())
    assert found is not None
    assert found.since_ms == ms(13 * MINUTE)
    assert found.normal_s == pytest.approx(3 * MINUTE)


def test_a_normal_pause_is_none() -> None:
    assert stall.check(stuck(20 * MINUTE), ms(20 * MINUTE), Learned()) is None


def test_time_in_which_nobody_asked_does_not_count() -> None:
    assert stall.check(stuck(14 * MINUTE), ms(600 * MINUTE), Learned()) is None


def test_progress_ends_it() -> None:
    task = told([(28 * MINUTE, PROCESSING, 41.0)], stuck(27 * MINUTE))
    assert stall.check(task, ms(28 * MINUTE), Learned()) is None


def test_without_any_progress_past_tasks_say_what_is_normal() -> None:
    task = told([(0, QUEUED, 0.0), (10, PROCESSING, 0.0), (400, PROCESSING, 0.0)])
    learned = Learned.from_tasks(finished(n, queue_s=10, took_s=100, video_s=10) for n in range(6))
    assert stall.check(task, ms(400), Learned()) is None
    found = stall.check(task, ms(400), learned)
    assert found is not None
    assert found.since_ms == ms(10)
    assert found.normal_s == pytest.approx(100, rel=0.1)


def test_a_hang_at_99_that_past_tasks_had_too_is_normal() -> None:
    answers: list[Answer] = [(0, QUEUED, 0.0), *[(10 + 5 * i, PROCESSING, 11.0 * i) for i in range(10)]]
    task = told([*answers, (70, PROCESSING, 99.0), (150, PROCESSING, 99.0)])
    assert stall.check(task, ms(150), Learned()) is None


@pytest.mark.parametrize("status", [QUEUED, COMPLETED, 9])
def test_only_tasks_at_work_stall(status: int) -> None:
    task = told([(0, status, 0.0), (9000, status, 0.0)])
    assert stall.check(task, ms(9000), Learned()) is None


def test_a_clock_set_back_is_no_stall() -> None:
    assert stall.check(stuck(27 * MINUTE), ms(-86_400), Learned()) is None
