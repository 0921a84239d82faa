"""The expected finish: right within its own spread, never above 99, never below the last answer."""

from __future__ import annotations

import random

import pytest

from headswap_tui.domain.changes import answered, track
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.scheduler.learned import Learned
from headswap_tui.scheduler.policy import Policy
from tests.benchmarks.workload import EPOCH_MS, Life, Shape, lives
from tests.unit.scheduler.telling import COMPLETED, FAILED, ID, NOON_MS, PROCESSING, QUEUED, finished, ms, told

POLICY = Policy(2.0, 60.0)


def watched(one: Life, number: int, learned: Learned, rnd: random.Random) -> list[tuple[TrackedTask, float]]:
    """Records of a life as our own rule asks, each with the seconds that were really left."""
    task = track(TaskId(f"{number:024x}"), EPOCH_MS + round(one.created * 1000))
    at, seen = one.created, []
    while not task.is_finished:
        now_ms = EPOCH_MS + round(at * 1000)
        task = answered(task, one.answer(at), now_ms, now_ms)
        if task.status == PROCESSING:
            seen.append((task, one.ended - at))
        at += POLICY.wait_s(task, now_ms, learned, rnd) if task.is_active else 0
    learned.note(task)
    return seen


@pytest.mark.parametrize("shape", ["honest", "steps", "none"])
@pytest.mark.parametrize("seed", [41, 42])
def test_the_finish_lies_within_two_spreads_in_four_of_five_cases(shape: Shape, seed: int) -> None:
    learned, rnd = Learned(), random.Random(seed)
    within, late = [], []
    for number, one in enumerate(lives(120, shape, seed, 1000)):
        if one.failed:
            continue
        seen = watched(one, number, learned, rnd)
        for task, left in rnd.sample(seen, min(4, len(seen))):
            forecast = POLICY.forecast(task, task.answered_ms, learned)
            assert forecast is not None
            error_s = (forecast.finish_ms - task.answered_ms) / 1000 - left
            within.append(abs(error_s) <= 2 * forecast.spread_s)
            late.append(forecast.spread_s / max(10.0, left))
    assert sum(within) / len(within) >= 0.8
    assert sorted(late)[len(late) // 2] < 1, "a spread as wide as what is left says nothing"


def test_even_progress_gives_the_finish() -> None:
    task = told([(0, QUEUED, 0.0), *[(10 + 20 * i, PROCESSING, 5.0 * i) for i in range(12)]])
    forecast = POLICY.forecast(task, ms(230), Learned())
    assert forecast is not None
    assert forecast.finish_ms == pytest.approx(ms(410), abs=25_000)


def test_progress_moves_on_between_answers_but_never_past_99_nor_back() -> None:
    task = told([(0, QUEUED, 0.0), *[(10 + 20 * i, PROCESSING, 5.0 * i) for i in range(12)]])
    shown = []
    for second in range(230, 2000, 10):
        forecast = POLICY.forecast(task, ms(second), Learned())
        assert forecast is not None
        assert forecast.progress is not None
        shown.append(forecast.progress)
    assert shown == sorted(shown)
    assert shown[0] >= 55
    assert shown[-1] == 99


def test_a_noisy_answer_below_the_peak_is_not_shown_higher_than_said_nor_lower() -> None:
    task = told([(0, QUEUED, 0.0), (10, PROCESSING, 20.0), (20, PROCESSING, 40.0), (22, PROCESSING, 38.0)])
    forecast = POLICY.forecast(task, ms(22), Learned())
    assert forecast is not None
    assert forecast.progress is not None
    assert 38 <= forecast.progress <= 60


def test_the_spread_grows_while_a_task_is_overdue() -> None:
    task = told([(0, QUEUED, 0.0), *[(10 + 20 * i, PROCESSING, 5.0 * i) for i in range(12)]])
    early, late = (POLICY.forecast(task, ms(second), Learned()) for second in (230, 900))
    assert early is not None
    assert late is not None
    assert late.spread_s > early.spread_s + 100
    assert late.finish_ms == early.finish_ms


def test_a_clock_set_back_leaves_the_same_time_to_the_finish() -> None:
    task = told([(0, QUEUED, 0.0), *[(10 + 20 * i, PROCESSING, 5.0 * i) for i in range(12)]])
    then, now = (POLICY.forecast(task, ms(second), Learned()) for second in (230, 230 - 86_400))
    assert then is not None
    assert now is not None
    assert now.finish_ms - ms(230 - 86_400) == then.finish_ms - ms(230)
    assert now.progress == then.progress


def test_entries_from_before_a_clock_jump_do_not_count() -> None:
    """A day forward and back again: only what came after says anything."""
    jumped = told([(0, QUEUED, 0.0), (86_400, PROCESSING, 5.0), (30, PROCESSING, 10.0)])
    after = told([(30 + 20 * i, PROCESSING, 10.0 + 5 * i) for i in range(1, 10)], jumped)
    forecast = POLICY.forecast(after, after.answered_ms, Learned())
    assert forecast is not None
    assert forecast.finish_ms == pytest.approx(ms(390), abs=60_000)


def test_without_progress_past_tasks_tell_and_none_is_claimed() -> None:
    learned = Learned.from_tasks(finished(number, queue_s=30, took_s=100, video_s=10) for number in range(8))
    task = told([(0, QUEUED, 0.0), (30, PROCESSING, 0.0)], video_s=20.0)
    forecast = POLICY.forecast(task, ms(30), learned)
    assert forecast is not None
    assert forecast.progress is None
    assert forecast.finish_ms == pytest.approx(ms(15 + 200), abs=20_000)


def test_pending_and_queued_tasks_have_a_wide_one() -> None:
    for task in (track(ID, NOON_MS), told([(5, QUEUED, 0.0)])):
        forecast = POLICY.forecast(task, ms(5), Learned())
        assert forecast is not None
        assert forecast.spread_s > 60
        assert forecast.finish_ms > ms(60)


@pytest.mark.parametrize(
    "task",
    [
        told([(5, COMPLETED, 100.0)], url="https://files.example/v.mp4"),
        told([(5, COMPLETED, 100.0)]),
        told([(5, FAILED, 50.0)]),
        told([(5, 9, 50.0)]),
    ],
)
def test_what_has_ended_or_cannot_be_known_has_none(task: TrackedTask) -> None:
    assert POLICY.forecast(task, ms(9), Learned()) is None


def test_a_task_first_seen_in_the_middle_is_judged_by_its_creation() -> None:
    task = told([(200, PROCESSING, 50.0)], created=0.0)
    forecast = POLICY.forecast(task, ms(200), Learned())
    assert forecast is not None
    assert ms(230) < forecast.finish_ms < ms(420)
    assert forecast.progress is not None


def test_a_creation_long_ago_is_overruled_by_what_was_seen() -> None:
    task = told([(86_400 + 10 * i, PROCESSING, 50.0 + 2 * i) for i in range(12)], created=0.0)
    forecast = POLICY.forecast(task, task.answered_ms, Learned())
    assert forecast is not None
    assert forecast.finish_ms == pytest.approx(ms(86_400 + 250), abs=60_000)


@pytest.mark.parametrize("detail", [Detail(status=1, created_ms=1), Detail(status=2, progress=0.0, created_ms=1)])
def test_age_alone_is_no_evidence_for_an_end_in_months(detail: Detail) -> None:
    task = answered(track(ID, NOON_MS), detail, NOON_MS, NOON_MS)
    assert POLICY.forecast(task, NOON_MS, Learned()) is None
