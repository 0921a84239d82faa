"""Who goes next: manual refreshes, visible rows, the most urgent, and nobody for ever."""

from __future__ import annotations

import math
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from headswap_tui.domain.task import TaskId
from headswap_tui.scheduler.agenda import LANES, LOOKS, PATIENCE_S, Agenda

A, B, C = TaskId("a"), TaskId("b"), TaskId("c")


def nothing(_: TaskId) -> float:
    """Nobody is more urgent than anybody."""
    return 0.0


def agenda(**at: float) -> Agenda:
    """Planned for these times."""
    made = Agenda()
    for name, when in at.items():
        made.put(TaskId(name), when)
    return made


def test_nothing_planned() -> None:
    empty = Agenda()
    assert empty.next_at() is None
    assert empty.take(0.0, nothing) is None


def test_nobody_before_the_time() -> None:
    plan = agenda(a=5.0, b=3.0)
    assert plan.next_at() == 3.0
    assert plan.take(2.9, nothing) is None
    assert plan.take(3.0, nothing) == B
    assert plan.take(3.0, nothing) is None
    assert plan.take(5.0, nothing) == A
    assert len(plan) == 0


def test_a_new_plan_replaces_the_old_one() -> None:
    plan = agenda(a=1.0)
    plan.put(A, 9.0)
    assert plan.take(5.0, nothing) is None
    assert plan.due_at(A) == 9.0
    plan.put(A, 2.0)
    assert plan.take(5.0, nothing) == A


def test_a_plan_can_change_after_it_came_due() -> None:
    plan = agenda(a=1.0, b=1.0)
    assert plan.take(2.0, nothing) == A
    plan.put(B, 50.0)
    assert plan.take(2.0, nothing) is None
    assert plan.next_at() == 50.0


def test_never_is_no_plan() -> None:
    plan = agenda(a=1.0)
    plan.put(A, math.inf)
    assert A not in plan
    assert plan.next_at() is None


def test_dropped_ones_are_not_taken() -> None:
    plan = agenda(a=1.0, b=1.0)
    plan.drop(A)
    plan.drop(A)
    assert plan.take(2.0, nothing) == B
    assert plan.take(2.0, nothing) is None


def test_a_visible_row_goes_before_a_more_urgent_one() -> None:
    plan = agenda(a=1.0, b=1.0)
    assert plan.take(2.0, {A: 0.0, B: 100.0}.__getitem__, first=[A]) == A


def test_the_most_urgent_goes_first() -> None:
    plan = agenda(a=1.0, b=1.0, c=1.0)
    worth = {A: 1.0, B: 7.0, C: 3.0}.__getitem__
    assert [plan.take(2.0, worth) for _ in range(3)] == [B, C, A]


def test_visible_rows_leave_half_the_budget() -> None:
    plan = Agenda()
    hidden = [TaskId(f"h{number}") for number in range(500)]
    for task_id in [A, B, *hidden]:
        plan.put(task_id, 0.0)
    taken = []
    for step in range(200):
        chosen = plan.take(step * 0.2, nothing, first=[A, B])
        assert chosen is not None
        taken.append(chosen)
        if chosen in {A, B}:
            plan.put(chosen, 0.0)  # always due
    assert 90 <= sum(task_id in {A, B} for task_id in taken) <= 110


def test_a_choice_costs_the_same_with_any_number_due() -> None:
    plan, looked = Agenda(), 0
    rnd = random.Random(1)

    def worth(_: TaskId) -> float:
        nonlocal looked
        looked += 1
        return rnd.random()

    for number in range(20_000):
        plan.put(TaskId(str(number)), 0.0)
    for _ in range(100):
        before = looked
        plan.take(1.0, worth)
        assert looked - before <= LOOKS + 32


def test_forgotten_plans_take_no_room() -> None:
    plan = agenda(a=9999.0)
    for step in range(5000):
        plan.put(B, 10_000.0 + step)
        plan.put(C, float(step))
        plan.take(float(step), nothing)
    assert len(plan._later) + len(plan._by_due) + len(plan._by_worth) < 400


def delays(seconds: dict[TaskId, float], ended: dict[TaskId, float], now: float) -> dict[TaskId, float]:
    """Expected delays that grow at most a second per second."""
    return {task_id: max(0.0, now - ended[task_id]) for task_id in seconds}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60), st.floats(0.5, 10))
def test_the_choice_is_the_most_urgent_of_all(seed: int, count: int, rate: float) -> None:
    """With few tasks every bound is looked at, so that the choice is exact."""
    rnd = random.Random(seed)
    plan = Agenda()
    ended = {TaskId(str(number)): rnd.uniform(0, 50) for number in range(min(count, LOOKS))}
    for task_id in ended:
        plan.put(task_id, 0.0)
    now = 0.0
    for _ in range(20):
        now += 1 / rate
        worth = delays(ended, ended, now)
        chosen = plan.take(now, worth.__getitem__)
        assert chosen is not None
        if now < PATIENCE_S:
            assert worth[chosen] == max(worth.values())
        ended[chosen] = now
        plan.put(chosen, now)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 120),
    rate=st.floats(0.5, 10),
    visible=st.integers(0, 20),
    is_unfair=st.booleans(),
)
def test_nobody_waits_longer_than_the_bound(seed: int, count: int, rate: float, visible: int, is_unfair: bool) -> None:
    """PATIENCE_S + LANES * (n + 1) / rate, whatever the urgencies, the visible rows and the waits are."""
    rnd = random.Random(seed)
    plan = Agenda()
    ids = [TaskId(str(number)) for number in range(count)]
    favourites = {task_id: (index if is_unfair else 0.0) for index, task_id in enumerate(ids)}
    since = dict.fromkeys(ids, 0.0)
    for task_id in ids:
        plan.put(task_id, 0.0)
    bound = PATIENCE_S + LANES * (count + 1) / rate + 1e-6
    now, longest = 0.0, 0.0
    for _ in range(int(3 * bound * rate)):
        now += 1 / rate
        chosen = plan.take(now, favourites.__getitem__, first=ids[-visible:] if visible else [])
        if chosen is not None:
            longest = max(longest, now - since[chosen])
            since[chosen] = now + rnd.choice([0.0, 0.0, 2.0])
            plan.put(chosen, since[chosen])
    for task_id in ids:
        longest = max(longest, now - since[task_id])
    assert longest <= bound


def test_a_flood_of_new_tasks_does_not_starve_an_old_one() -> None:
    plan = agenda(a=0.0)
    rate, now, number = 5.0, 0.0, 0
    while A in plan and now < 1000:
        now += 1 / rate
        for _ in range(3):
            number += 1
            plan.put(TaskId(f"n{number}"), now)
        plan.take(now, lambda task_id: 0.0 if task_id == A else 5.0)
    assert now <= PATIENCE_S + LANES / rate + 1
