"""When to ask next, for every state and for histories that no service should write but some will."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headswap_tui.domain.changes import asked_again, not_answered, track
from headswap_tui.domain.errors import (
    ApiError,
    AuthRefused,
    Garbled,
    OutOfCredit,
    ServerFailed,
    TaskRefused,
    Throttled,
    Unreachable,
)
from headswap_tui.domain.task import State, TrackedTask
from headswap_tui.scheduler.learned import Learned
from headswap_tui.scheduler.outlook import FORESEEN_MOST_S
from headswap_tui.scheduler.policy import Policy
from tests.unit.scheduler.telling import COMPLETED, FAILED, ID, NOON_MS, PROCESSING, QUEUED, Answer, finished, ms, told

POLICY = Policy(2.0, 60.0)
NEW = track(ID, NOON_MS)
DAY = 86_400.0


def wait(task: TrackedTask, second: float, *, policy: Policy = POLICY, learned: Learned | None = None) -> float:
    """Without jitter: the longest that it may come to."""
    rnd = random.Random(1)
    return max(policy.wait_s(task, ms(second), learned or Learned(), rnd) for _ in range(40))


def rising(start: float, end: float, *, every: float = 10.0, until: float | None = None) -> list[Answer]:
    """Even progress from 0 at `start` to 100 at `end`, asked every so often."""
    answers: list[Answer] = [(start - every, QUEUED, 0.0)]
    second = start
    while second < (end if until is None else until):
        answers.append((second, PROCESSING, math.floor((second - start) / (end - start) * 100)))
        second += every
    return answers


def test_a_task_never_answered_is_due_now() -> None:
    assert wait(NEW, 0) == 0
    assert wait(NEW, 500) == 0


@pytest.mark.parametrize(
    "task",
    [
        pytest.param(told([(5, COMPLETED, 100.0)], url="https://files.example/v.mp4"), id="completed"),
        pytest.param(told([(5, FAILED, 40.0)]), id="failed"),
    ],
)
def test_finished_tasks_are_never_asked(task: TrackedTask) -> None:
    assert wait(task, 5) == math.inf


def test_a_queued_task_is_asked_more_rarely_the_longer_it_waits() -> None:
    waits = [wait(told([(second, QUEUED, 0.0)]), second) for second in (1, 10, 30, 60, 600)]
    assert waits == sorted(waits)
    assert 4 <= waits[0] <= 7
    assert 30 <= waits[-1] <= 60


def test_the_closer_the_finish_the_sooner_the_next_ask() -> None:
    waits = [wait(told(rising(60, 460, until=second)), second - 10) for second in (200, 420, 445, 456)]
    assert waits[0] > 20
    assert waits == sorted(waits, reverse=True)
    assert wait(told([*rising(60, 460), (459, PROCESSING, 99.0)]), 459) <= 3


def test_completed_without_a_url_is_asked_soon_then_more_rarely() -> None:
    task = told([(100, PROCESSING, 90.0), (102, COMPLETED, 100.0)])
    assert task.is_active
    assert wait(task, 102) == pytest.approx(2.0)
    waits = []
    for second in (110, 160, 300, 3000):
        task = told([(second, COMPLETED, 100.0)], task)
        waits.append(wait(task, second))
    assert waits == sorted(waits)
    assert waits[0] < 5
    assert waits[-1] == pytest.approx(60, rel=0.05)


def test_an_unknown_status_is_asked_slowly_and_for_ever() -> None:
    task = told([(10, 7, 50.0)])
    assert task.state is State.UNKNOWN
    assert 10 <= wait(task, 10) <= 20
    later = told([(30 * DAY, 7, 50.0)], task)
    assert 50 <= wait(later, 30 * DAY) <= 60
    assert 10 <= wait(told([(10, None, None)]), 10) <= 20


@pytest.mark.parametrize(
    ("answers", "now"),
    [
        pytest.param([(0, QUEUED, 0.0), (20, PROCESSING, 0.0), (600, PROCESSING, 0.0)], 600, id="always 0"),
        pytest.param([(0, QUEUED, None), (20, PROCESSING, None), (99, PROCESSING, None)], 99, id="no progress field"),
        pytest.param([(0, QUEUED, 0.0), (20, PROCESSING, 0.0), (40, PROCESSING, 100.0)], 40, id="jump to 100"),
        pytest.param([(0, PROCESSING, 100.0), (4000, PROCESSING, 100.0)], 4000, id="100 for an hour"),
        pytest.param([(0, QUEUED, 0.0), *[(20 + i, PROCESSING, 50.0) for i in range(90)]], 110, id="plateau"),
        pytest.param(
            [(0, QUEUED, 0.0), *[(20 + 9 * i, PROCESSING, 90.0 - 9 * i) for i in range(9)]], 92, id="backwards"
        ),
        pytest.param([(i * 5, PROCESSING, (i * 37) % 100) for i in range(60)], 295, id="noise"),
        pytest.param([(0, PROCESSING, 0.1), (DAY, PROCESSING, 0.2)], DAY, id="hardly moving"),
        pytest.param([(0, PROCESSING, 1.0), (0, PROCESSING, 2.0), (0, PROCESSING, 3.0)], 0, id="all at one moment"),
        pytest.param(
            [(0, QUEUED, 0.0), (DAY, PROCESSING, 10.0), (10, PROCESSING, 20.0)], 10, id="clock set back a day"
        ),
        pytest.param([(0, PROCESSING, 10.0), (20, PROCESSING, 20.0), (DAY, PROCESSING, 30.0)], DAY, id="a day away"),
        pytest.param([(0, PROCESSING, 99.0), (10, PROCESSING, 99.0), (20, QUEUED, 0.0)], 20, id="queued again"),
        pytest.param([(0, PROCESSING, 80.0), (10, PROCESSING, 90.0), (20, PROCESSING, 5.0)], 20, id="restarted"),
    ],
)
@pytest.mark.parametrize("knows", [False, True])
def test_weird_histories_are_asked_within_the_limits(answers: list[Answer], now: float, knows: bool) -> None:
    learned = Learned()
    for number in range(10 if knows else 0):
        learned.note(finished(number, queue_s=20, took_s=90 + number, video_s=10))
    task = told(answers)
    assert 1.99 <= wait(task, now, learned=learned) <= 60
    forecast = POLICY.forecast(task, ms(now), learned)
    if forecast is not None:  # an end too far away to be evidence is not shown
        assert ms(now) - 1 <= forecast.finish_ms <= ms(now) + FORESEEN_MOST_S * 1000
        assert 0 < forecast.spread_s < math.inf


ANSWERS = st.lists(
    st.tuples(
        st.floats(-DAY, DAY),
        st.sampled_from([None, QUEUED, PROCESSING, PROCESSING, PROCESSING, COMPLETED, 9]),
        st.none() | st.floats(0, 100),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(ANSWERS, st.floats(-2 * DAY, 2 * DAY), st.floats(0.25, 4), st.booleans(), st.none() | st.floats(0, 1e6))
def test_any_history_at_any_time(
    answers: list[Answer], now: float, pace: float, is_sorted: bool, video_s: float | None
) -> None:
    """Never more often than the lower limit, never more rarely than the upper, whatever the clock did."""
    policy, learned = Policy(2.0, 60.0, pace), Learned()
    task = told(sorted(answers, key=lambda one: one[0]) if is_sorted else answers, video_s=video_s)
    at_answer = policy.wait_s(task, task.answered_ms, learned, random.Random(1))
    assert at_answer == 0 if task.detail is None else 2.0 <= at_answer <= 60
    assert 0 <= policy.wait_s(task, ms(now), learned, random.Random(1)) <= 60
    assert 0 <= policy.urgency(task, ms(now), learned) < math.inf
    forecast = policy.forecast(task, ms(now), learned)
    if forecast and forecast.progress is not None:
        assert task.detail is not None
        assert forecast.progress <= max(99, task.detail.progress or 0)


def test_waiting_counts_from_the_answer() -> None:
    task = told(rising(60, 860, until=400))
    whole = wait(task, 390)
    assert wait(task, 400) == pytest.approx(whole - 10, abs=0.01)
    assert wait(task, 390 + DAY) == 0


def test_a_clock_set_back_does_not_make_anybody_wait_longer() -> None:
    task = told(rising(60, 860, until=400))
    assert wait(task, 390 - DAY) == wait(task, 390)


def test_a_task_added_in_the_future_is_asked_now() -> None:
    task = track(ID, ms(DAY))
    assert wait(task, 0) == 0
    assert POLICY.urgency(task, ms(0), Learned()) >= 0
    assert wait(told([(1, QUEUED, 0.0)], task), 1) <= 7


def test_jitter_spreads_by_a_tenth() -> None:
    task, rnd = told([(30, QUEUED, 0.0)]), random.Random(1)
    waits = [POLICY.wait_s(task, ms(30), Learned(), rnd) for _ in range(500)]
    assert min(waits) < 0.92 * max(waits)
    assert min(waits) >= 0.9 * max(waits) - 1e-9


def test_pace_scales_within_the_limits() -> None:
    task = told([(30, QUEUED, 0.0)])
    assert wait(task, 30, policy=Policy(2, 60, pace=0.5)) == pytest.approx(wait(task, 30) / 2)
    assert wait(task, 30, policy=Policy(2, 60, pace=0.01)) == 2
    assert wait(task, 30, policy=Policy(2, 60, pace=50)) == 60


def test_limits_are_the_settings() -> None:
    task = told([(300, QUEUED, 0.0)])
    assert wait(task, 300, policy=Policy(2, 7)) == 7
    assert wait(task, 300, policy=Policy(50, 60)) == 50
    assert wait(task, 300, policy=Policy(90, 60)) == 90


def refused(times: int, task: TrackedTask = NEW) -> TrackedTask:
    """Refused so many times in a row."""
    for number in range(times):
        task = not_answered(task, TaskRefused("no such task", code=1008), ms(number), ms(number))
    return task


def test_refusals_back_off_until_the_task_is_missing() -> None:
    waits = [wait(refused(times), times - 1) for times in (1, 2, 3, 4)]
    assert waits == pytest.approx([5, 10, 20, 40], rel=0.05)
    assert wait(refused(5), 4) == math.inf
    assert wait(asked_again(refused(5)), 4) < math.inf


@pytest.mark.parametrize("error", [Throttled("slow down"), Unreachable("no route"), AuthRefused("token expired")])
def test_when_everybody_waits_the_task_adds_nothing(error: ApiError) -> None:
    for second in (10, 3600):
        task = not_answered(told([(0, QUEUED, 0.0)]), error, ms(second), ms(second))
        assert wait(task, second) == 2.0


@pytest.mark.parametrize("error", [ServerFailed("502"), Garbled("not JSON")])
def test_a_task_that_keeps_failing_alone_backs_off(error: ApiError) -> None:
    task = not_answered(told([(0, QUEUED, 0.0)]), error, ms(10), ms(10))
    assert wait(task, 10) == 2.0
    task = not_answered(task, error, ms(70), ms(70))
    assert wait(task, 70) == pytest.approx(15, rel=0.05)
    task = not_answered(task, error, ms(4000), ms(4000))
    assert wait(task, 4000) == 60


def test_out_of_credit_is_asked_slowly_and_never_missing() -> None:
    task = told([(0, PROCESSING, 50.0)])
    for number in range(9):
        task = not_answered(task, OutOfCredit("quota", code=1006), ms(number + 1), ms(number + 1))
    assert wait(task, 9) == pytest.approx(60, rel=0.05)


def test_a_task_never_answered_whose_request_failed_is_not_hammered() -> None:
    assert wait(not_answered(NEW, Garbled("html"), ms(5), ms(5)), 5) == 2.0


def test_urgency_grows_by_at_most_a_second_a_second() -> None:
    """The agenda relies on it."""
    learned = Learned()
    histories: list[list[Answer]] = [
        rising(60, 460, until=300),
        rising(60, 460),
        [(0, QUEUED, 0.0), (20, PROCESSING, 0.0)],
        [(0, PROCESSING, 100.0), (4000, PROCESSING, 100.0)],
        [(300, QUEUED, 0.0)],
        [],
    ]
    for answers in histories:
        task = told(answers)
        start = task.answered_ms or task.added_ms
        values = [POLICY.urgency(task, start + second * 1000, learned) for second in range(600)]
        assert values[0] == pytest.approx(0, abs=1e-6)
        for before, after in pairwise(values):
            assert -1e-6 <= after - before <= 1.3


def test_the_overdue_are_more_urgent_than_the_young() -> None:
    learned = Learned()
    young, old = told(rising(60, 860, until=200)), told(rising(60, 220, until=190))
    later = max(young.answered_ms, old.answered_ms) + 40_000
    assert POLICY.urgency(old, later, learned) > POLICY.urgency(young, later, learned)
