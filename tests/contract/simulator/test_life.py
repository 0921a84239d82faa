"""Lives are pure functions of seed, id and time."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import pytest

from headswap_tui.simulator.clock import SimulatedClock
from headswap_tui.simulator.life import Life, Outcome, Shape, Stage, stage
from headswap_tui.simulator.server import Simulator
from headswap_tui.simulator.world import World
from tests.conftest import NOON_MS

LIVED = [0.5 * step for step in range(300)]


def stages(life: Life, seed: int = 1, task_id: str = "a") -> list[Stage]:
    return [stage(life, seed, task_id, lived_s) for lived_s in LIVED]


def still_world(**how: Any) -> World:
    return World(clock=SimulatedClock(lambda: NOON_MS), **how)


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("outcome", Outcome)
def test_progress_stays_in_its_bounds_and_status_never_goes_back(shape: Shape, outcome: Outcome) -> None:
    seen = stages(Life(queue_s=10, processing_s=100, shape=shape, outcome=outcome, reached=60))

    assert all(0 <= now.progress <= 100 for now in seen)
    order = [now.status for now in seen]
    assert order[0] == 1
    assert order[50] == 2
    assert order[-1] == {"completed": 3, "failed": 4, "unknown": 7, "stuck": 2}[outcome]
    assert sorted(order) == order


def test_honest_progress_rises_unevenly_to_the_end() -> None:
    going = [now.progress for now in stages(Life(queue_s=0, processing_s=100)) if now.status == 2]

    steps = [later - earlier for earlier, later in itertools.pairwise(going)]
    assert min(steps) >= 0
    assert max(steps) > 1.5 * sum(steps) / len(steps)
    assert going[0] == 0
    assert going[-1] > 95


def test_stepwise_progress_hangs_at_99() -> None:
    going = [now.progress for now in stages(Life(queue_s=0, processing_s=100, shape=Shape.STEPS)) if now.status == 2]

    assert set(going) == {*range(0, 100, 10), 99}
    assert going.count(99) >= len(going) / 4


def test_no_progress_until_the_end() -> None:
    seen = stages(Life(queue_s=0, processing_s=100, shape=Shape.NONE))

    assert {now.progress for now in seen if now.status == 2} == {0}
    assert seen[-1].progress == 100


def test_jumps_sometimes_fall_back() -> None:
    falls = 0
    for number in range(20):
        life = Life(queue_s=0, processing_s=100, shape=Shape.JUMPS)
        going = [now.progress for now in stages(life, task_id=str(number)) if now.status == 2]
        assert len(set(going)) <= 9
        falls += sum(later < earlier for earlier, later in itertools.pairwise(going))
    assert falls > 0


def test_the_same_seed_gives_the_same_world() -> None:
    def told(seed: int) -> list[dict[str, Any]]:
        world = still_world(seed=seed)
        tasks = [world.create(Life(queue_s=0, processing_s=100, age_s=age)) for age in (5, 50, 500)]
        return [world.data(task, "http://sim") for task in tasks]

    assert told(7) == told(7)
    assert told(7) != told(8)


def test_speed_makes_lives_shorter_but_not_links() -> None:
    slow, fast = still_world(speed=1), still_world(speed=4)
    life = Life(queue_s=0, processing_s=100)
    in_slow, in_fast = slow.create(life), fast.create(life)

    slow.clock.advance(40)
    fast.clock.advance(10)
    assert slow.stage(in_slow) == fast.stage(in_fast)
    fast.clock.advance(15)
    assert fast.stage(in_fast) == Stage(3, 100, has_url=True)
    assert fast.finished_ms(in_fast) == NOON_MS + 25_000


def test_the_age_at_creation_does_not_depend_on_the_speed() -> None:
    life = Life(queue_s=10, processing_s=100, age_s=60)

    assert len({still_world(speed=speed).stage(still_world(speed=speed).create(life)) for speed in (0.5, 1, 20)}) == 1


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_speed_is_above_zero(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        World(speed=speed)


@pytest.mark.parametrize("life", [{"colour": "red"}, {"queue_s": "soon"}, {"outcome": "lost"}])
def test_a_wrong_life_is_refused(life: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        Simulator().create(**life)


@pytest.mark.parametrize("task_id", ["", "ab", "with space", "taken-id"])
def test_a_wrong_id_is_refused(task_id: str) -> None:
    simulator = Simulator()
    simulator.create("taken-id")

    with pytest.raises(ValueError, match="not a new id"):
        simulator.create(task_id)


def test_a_life_can_be_rewritten() -> None:
    simulator = Simulator(now_ms=lambda: NOON_MS)
    task_id = simulator.create(queue_s=1000, shape="steps")

    simulator.change(task_id, queue_s=0, processing_s=0, outcome="failed")

    assert simulator.data(task_id)["status"] == 4
    with pytest.raises(KeyError):
        simulator.change("nobody", queue_s=0)
    with pytest.raises(msgspec.ValidationError):
        simulator.change(task_id, colour="red")


def test_an_unknown_clip_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match=r"bars-720p\.mp4"):
        Simulator().create(clip="cats.mp4")
