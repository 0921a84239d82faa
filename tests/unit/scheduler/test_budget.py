"""The token bucket: limits, throttling, outages, sleep."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.scheduler.budget import Budget

FIVE = 5.0


def budget(rate: float = FIVE, burst: int = 5, concurrency: int = 8, seed: int = 1) -> Budget:
    """A fresh one."""
    return Budget(rate, burst, concurrency, random.Random(seed))


def spent_all(one: Budget, now: float) -> int:
    """Take all tokens there are at this moment; how many."""
    count = 0
    while one.ready_in_s(now) == 0:
        one.spend(now)
        count += 1
    return count


class Lowest(random.Random):
    """Draws the upper end of every range, so that waits are their longest."""

    def uniform(self, a: float, b: float) -> float:
        return b


def test_a_burst_then_the_rate() -> None:
    one = budget()
    assert spent_all(one, 0.0) == 5
    assert one.ready_in_s(0.0) == pytest.approx(0.2)
    assert spent_all(one, 0.21) == 1
    assert spent_all(one, 1.21) == 5


@given(st.lists(st.floats(0, 30), max_size=60), st.floats(0.2, 20), st.integers(1, 8))
def test_never_more_than_burst_plus_rate_in_any_period(gaps: list[float], rate: float, burst: int) -> None:
    one, now, times = budget(rate, burst), 1000.0, []
    for gap in gaps:
        now += gap
        times += [now] * spent_all(one, now)
    for period in (1.0, 10.0):
        for start in times:
            assert sum(start <= at < start + period for at in times) <= burst + rate * period + 1e-6


@given(st.lists(st.tuples(st.floats(0, 90), st.sampled_from(["ask", "good", "bad", "slow", "later"])), max_size=80))
def test_it_always_comes_back(steps: list[tuple[float, str]]) -> None:
    """Whatever happened, once nothing is in flight a request may start in bounded time."""
    one, now = budget(), 0.0
    for gap, what in steps:
        now += gap
        if what == "ask" and one.ready_in_s(now) == 0:
            one.spend(now)
            one.started()
            one.ended()
        elif what == "good":
            one.succeeded(now)
        elif what == "bad":
            one.failed(now)
        elif what == "slow":
            one.throttled(now, None)
        elif what == "later":
            one.throttled(now, gap)
    wait = one.ready_in_s(now)
    assert 0 <= wait <= 90.001  # sums of floats
    assert one.ready_in_s(now + wait + 1e-6) == 0
    assert FIVE * 0.02 <= one.rate <= FIVE


def test_concurrency_is_a_limit_of_its_own() -> None:
    one = budget(rate=100, burst=100, concurrency=2)
    for _ in range(2):
        one.spend(0.0)
        one.started()
    assert one.in_flight == 2
    assert one.ready_in_s(5.0) == math.inf
    one.ended()
    assert one.ready_in_s(5.0) == 0


def test_sleeping_through_saves_up_no_more_than_a_burst() -> None:
    one = budget()
    spent_all(one, 0.0)
    assert spent_all(one, 8 * 3600.0) == 5


def test_settling_leaves_a_single_request() -> None:
    one = budget()
    one.settle(100.0)
    assert spent_all(one, 100.0) == 1
    assert spent_all(one, 101.01) == 5


def test_a_clock_that_steps_back_neither_gives_nor_blocks() -> None:
    one = budget()
    spent_all(one, 100.0)
    assert spent_all(one, 40.0) == 0
    assert spent_all(one, 100.21) == 1


def test_throttling_halves_and_holds_everybody() -> None:
    one = budget()
    one.throttled(0.0, 7.0)
    assert one.rate == pytest.approx(2.5)
    assert one.is_slowed
    assert one.ready_in_s(0.0) == pytest.approx(7.0)
    assert one.ready_in_s(7.0) == 0
    assert spent_all(one, 7.0) == 1


def test_throttled_answers_of_one_flight_count_once() -> None:
    one = budget()
    for at in (0.0, 0.1, 0.3, 1.9):
        one.throttled(at, None)
    assert one.rate == pytest.approx(2.5)
    one.throttled(30.0, None)
    assert one.rate < 2.5


def test_answers_that_arrive_during_the_hold_do_not_slow_further() -> None:
    one = budget()
    one.throttled(0.0, 20.0)
    one.throttled(10.0, 20.0)
    assert one.rate == pytest.approx(2.5)
    assert one.ready_in_s(10.0) == pytest.approx(20.0)


def test_throttling_has_a_floor() -> None:
    one = budget()
    for step in range(20):
        one.throttled(step * 3.0, 0.0)
    assert one.rate == pytest.approx(0.1)


def test_the_rate_comes_back_step_by_step() -> None:
    one = budget()
    one.throttled(0.0, 0.0)
    one.ready_in_s(9.9)
    assert one.rate == pytest.approx(2.5)
    one.ready_in_s(10.1)
    assert one.rate == pytest.approx(2.6)
    one.ready_in_s(105.0)
    assert one.rate == pytest.approx(3.5)
    one.ready_in_s(400.0)
    assert one.rate == FIVE
    assert not one.is_slowed


def test_recovery_waits_for_the_hold_to_end() -> None:
    one = budget()
    one.throttled(0.0, 60.0)
    one.ready_in_s(65.0)
    assert one.rate == pytest.approx(2.5)
    one.ready_in_s(70.5)
    assert one.rate == pytest.approx(2.6)


def test_back_off_doubles_from_one_second_to_sixty() -> None:
    one = Budget(FIVE, 5, 8, Lowest())
    now, waits = 0.0, []
    for _ in range(9):
        one.failed(now)
        wait = one.ready_in_s(now)
        waits.append(wait)
        now += wait
        one.spend(now)
    assert waits == pytest.approx([1, 2, 4, 8, 16, 32, 60, 60, 60])


def test_the_waits_are_drawn_from_nothing_to_the_full() -> None:
    waits = []
    for seed in range(300):
        one = budget(seed=seed)
        for _ in range(4):
            one.failed(0.0)
            one.retry(0.0)
            one.spend(0.0)
        one.failed(0.0)
        waits.append(one.ready_in_s(0.0))
    assert min(waits) < 1.5
    assert max(waits) > 14.5
    assert max(waits) <= 16
    assert 7 < sum(waits) / len(waits) < 9


def test_one_probe_at_a_time_while_offline() -> None:
    one = budget()
    one.failed(0.0)
    assert one.is_offline
    one.spend(2.0)
    one.started()
    assert one.ready_in_s(50.0) == math.inf
    one.failed(50.0)
    one.ended()
    assert one.ready_in_s(50.0) <= 2


def test_requests_that_left_before_the_outage_are_no_news() -> None:
    one = Budget(FIVE, 5, 8, Lowest())
    for _ in range(5):
        one.spend(0.0)
        one.started()
    for at in (1.0, 1.1, 1.2, 1.3, 1.4):
        one.failed(at)
        one.ended()
    assert one.ready_in_s(1.4) == pytest.approx(0.6)


@pytest.mark.parametrize("is_ended_first", [True, False])
def test_the_order_in_which_an_end_and_a_failure_are_told_does_not_matter(is_ended_first: bool) -> None:
    one, now, probes = Budget(FIVE, 5, 8, Lowest()), 0.0, []
    one.failed(now)
    while (now := now + one.ready_in_s(now)) < 120:
        one.spend(now)
        one.started()
        probes.append(now)
        if is_ended_first:
            one.ended()
        one.failed(now)
        if not is_ended_first:
            one.ended()
    assert probes == pytest.approx([1, 3, 7, 15, 31, 63])


def test_a_cancelled_probe_does_not_block_the_next() -> None:
    one = budget()
    one.failed(0.0)
    one.spend(2.0)
    one.started()
    one.ended()
    assert one.ready_in_s(3.0) == 0


def test_after_an_outage_there_is_no_burst() -> None:
    one = budget()
    one.failed(0.0)
    one.spend(60.0)
    one.succeeded(60.1)
    assert not one.is_offline
    assert spent_all(one, 60.1) <= 1


def test_retry_probes_at_once() -> None:
    one = Budget(FIVE, 5, 8, Lowest())
    one.failed(0.0)
    assert one.ready_in_s(0.0) == 1.0
    one.retry(0.0)
    assert one.ready_in_s(0.0) == 0
    assert one.is_offline


def test_a_throttled_answer_is_an_answer() -> None:
    one = budget()
    one.failed(0.0)
    one.throttled(5.0, 1.0)
    assert not one.is_offline
    assert one.is_slowed


def test_requests_a_second_over_the_last_ten() -> None:
    one = budget(rate=50, burst=50)
    for step in range(20):
        one.spend(step * 0.5)
    assert one.requests_per_s(9.6) == pytest.approx(2.0)
    assert one.requests_per_s(14.6) == pytest.approx(1.0)
    assert one.requests_per_s(100.0) == 0
