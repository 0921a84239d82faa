"""The manners of spec 3, end to end: what a service or a network can do, and what the whole engine makes of it."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from headswap_tui.config.settings import CredentialSource, Polling
from headswap_tui.domain.events import ConnectionChanged, Event, Mode, TasksFinished
from headswap_tui.domain.task import State, TaskId, TrackedTask
from headswap_tui.engine.engine import Engine
from headswap_tui.simulator.server import Simulator
from tests.contract.api.asking import server_context
from tests.contract.api.faultserver import GOOD, sends, serving
from tests.contract.engine.conftest import BentClock, MakesEngines, in_flight, running, until

MODEST = Polling(requests_per_second=10, min_interval=1, max_interval=2)
QUICK = Polling(requests_per_second=50, min_interval=0.2, max_interval=0.4)
"""Below what the settings allow, to save time."""
DAY_MS = 86_400_000


def working(simulator: Simulator, count: int, **life: Any) -> list[TaskId]:
    """So many tasks that go on for an hour."""
    return [TaskId(simulator.create(queue_s=0, **{"processing_s": 3600, **life})) for _ in range(count)]


def all_processing(engine: Engine, ids: Iterable[TaskId]) -> bool:
    return all(engine.tasks[task_id].state is State.PROCESSING for task_id in ids)


def modes(events: Iterable[Event]) -> list[Mode]:
    """The modes told, in order, without repetition."""
    told = [event.connection.mode for event in events if isinstance(event, ConnectionChanged)]
    return [mode for number, mode in enumerate(told) if not number or told[number - 1] is not mode]


def kinds(tasks: Iterable[TrackedTask]) -> set[str]:
    """The kinds of our last errors."""
    return {task.last_error.kind for task in tasks if task.last_error}


def asked(simulator: Simulator) -> int:
    return len(simulator.requests.details())


def longest_silence_s(simulator: Simulator) -> float:
    """Between two requests about any task."""
    at = [request.at_s for request in simulator.requests.details()]
    return max((later - earlier for earlier, later in itertools.pairwise(at)), default=0.0)


@pytest.mark.parametrize("wait", [2, "date:3"], ids=["seconds", "date"])
async def test_throttled_holds_back_all_polls_for_as_long_as_the_service_said(
    make_engine: MakesEngines, simulator: Simulator, wait: float | str
) -> None:
    ids = working(simulator, 12)
    engine = make_engine(polling=QUICK)
    async with running(engine):
        await engine.add(ids)
        await until(lambda: all_processing(engine, ids))
        simulator.requests.clear()
        simulator.faults.throttle(wait, times=1)
        await until(lambda: engine.connection.mode is Mode.SLOWED)
        assert engine.connection.next_due_s is not None
        assert engine.connection.next_due_s >= 1
        await until(lambda: longest_silence_s(simulator) > 1.5)
        assert all_processing(engine, ids), "what was known stays"
        await until(lambda: not kinds(engine.tasks.values()))


async def test_code_1005_slows_down_like_429(make_engine: MakesEngines, simulator: Simulator) -> None:
    ids = working(simulator, 5)
    simulator.faults.code(1005, times=1)
    engine = make_engine()
    async with running(engine):
        await engine.add(ids)
        await until(lambda: engine.connection.mode is Mode.SLOWED)
        await until(lambda: all_processing(engine, ids))
        assert all(not task.refusals for task in engine.tasks.values())


@pytest.mark.parametrize(
    ("fault", "value", "kind"),
    [("server_error", 503, "server"), ("drop", "inside", "unreachable")],
)
async def test_a_storm_is_probed_one_by_one_and_over_when_it_is_over(
    make_engine: MakesEngines, simulator: Simulator, fault: str, value: float | str, kind: str
) -> None:
    ids = working(simulator, 20)
    engine = make_engine(polling=QUICK)
    async with running(engine) as events:
        await engine.add(ids)
        await until(lambda: all_processing(engine, ids))
        simulator.faults.set(fault, value)
        await until(lambda: engine.connection.mode is Mode.OFFLINE)
        await until(lambda: in_flight(engine) == simulator.requests.in_flight == 0)
        assert engine.connection.message
        simulator.requests.clear()
        engine.retry()
        await until(lambda: asked(simulator) >= 2)
        assert simulator.requests.peak_in_flight == 1
        assert kinds(engine.tasks.values()) <= {kind, "garbled"}
        assert all_processing(engine, ids)
        simulator.faults.clear()
        engine.retry()
        await until(lambda: engine.connection.mode is Mode.LIVE)
        await until(lambda: not kinds(engine.tasks.values()))
        assert modes(events)[-2:] == [Mode.OFFLINE, Mode.LIVE]


async def test_a_body_that_comes_byte_by_byte_ends_at_the_deadline(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    slow, *others = working(simulator, 4)
    simulator.faults.set("drip", 5, task=slow, times=2)
    engine = make_engine(polling=QUICK, timeout_s=0.8)
    async with running(engine):
        await engine.add([slow, *others])
        await until(lambda: all_processing(engine, others))
        await until(lambda: (error := engine.tasks[slow].last_error) is not None and error.kind == "unreachable")
        await until(lambda: all_processing(engine, [slow]))
        assert not kinds([engine.tasks[slow]])


async def test_a_service_that_accepts_and_never_answers_is_probed_and_the_next_is_due_now(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    ids = working(simulator, 5)
    engine = make_engine(polling=QUICK, timeout_s=1.5)
    async with running(engine) as events:
        await engine.add(ids)
        await until(lambda: all_processing(engine, ids))
        simulator.faults.set("hang")
        await until(lambda: engine.connection.mode is Mode.OFFLINE)
        await until(lambda: in_flight(engine) == simulator.requests.in_flight == 0)
        simulator.requests.clear()
        await until(lambda: asked(simulator) == 1)
        await until(lambda: engine.connection.next_due_s == 0)
        await until(lambda: in_flight(engine) == simulator.requests.in_flight == 0)
        assert simulator.requests.peak_in_flight == 1
        simulator.faults.clear()
        engine.retry()
        await until(lambda: engine.connection.mode is Mode.LIVE)
        assert not any(event.connection.store_trouble for event in events_of(events)), "no worker fell over"


async def test_a_captive_portal_in_front_of_everything_is_one_outage(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    ids = working(simulator, 20)
    engine = make_engine()
    async with running(engine):
        await engine.add(ids)
        await until(lambda: all_processing(engine, ids))
        simulator.faults.garble("html")
        await until(lambda: engine.connection.mode is Mode.OFFLINE)
        assert "HTML" in engine.connection.message or "page" in engine.connection.message
        assert all_processing(engine, ids)
        simulator.faults.clear()
        engine.retry()
        await until(lambda: engine.connection.mode is Mode.LIVE)


async def test_one_garbled_answer_is_that_tasks_affair(make_engine: MakesEngines, simulator: Simulator) -> None:
    engine = make_engine(polling=QUICK)
    odd, *others = working(simulator, 4)
    async with running(engine) as events:
        await engine.add([odd, *others])
        await until(lambda: all_processing(engine, [odd, *others]))
        for variant in ("truncated", "big", "bomb", "wrong_id"):
            good = engine.tasks[odd].detail
            simulator.faults.garble(variant, task=odd, times=1)
            await until(lambda: kinds([engine.tasks[odd]]) == {"garbled"})
            assert engine.tasks[odd].detail == good, variant
            await until(lambda: not kinds([engine.tasks[odd]]))
        assert not kinds(engine.tasks[task_id] for task_id in others)
        assert Mode.OFFLINE not in modes(events)


async def test_a_name_that_does_not_resolve_is_an_outage_in_words(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    engine = make_engine(base_url="https://no-such-host.invalid")
    async with running(engine):
        await engine.add(working(simulator, 3))
        await until(lambda: engine.connection.mode is Mode.OFFLINE)
        assert "no-such-host.invalid" in engine.connection.message


async def test_a_certificate_nobody_vouches_for_is_an_outage_that_names_it(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    async with serving(sends(GOOD), server_context("localhost")) as server:
        engine = make_engine(base_url=server.base_url)
        async with running(engine):
            await engine.add(working(simulator, 3))
            await until(lambda: engine.connection.mode is Mode.OFFLINE)
            assert "certificate" in engine.connection.message
            assert not server.asked, "the key went nowhere"


async def test_a_refused_key_stops_everything_and_a_new_one_in_its_file_starts_it_again(
    make_engine: MakesEngines, simulator: Simulator, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text("an-old-key")
    file.chmod(0o600)
    ids = working(simulator, 10)
    engine = make_engine(source=CredentialSource(api_key_file=file))
    async with running(engine) as events:
        await engine.add(ids)
        await until(lambda: engine.connection.mode is Mode.KEY_REFUSED)
        assert "file" in engine.connection.message
        assert "an-old-key" not in engine.connection.message
        await until(lambda: in_flight(engine) == simulator.requests.in_flight == 0)
        before = asked(simulator)
        os.utime(file, (1, 1))  # touched, but the same key: no reason to ask again
        await until(lambda: connected_since(engine, 2))
        assert asked(simulator) == before
        file.write_text(simulator.api_key)
        await until(lambda: all_processing(engine, ids))
        assert modes(events)[-2:] == [Mode.KEY_REFUSED, Mode.LIVE]


def connected_since(engine: Engine, seconds: float) -> bool:
    """Whether the present mode holds for so long."""
    return BentClock().now_ms() - engine.connection.since_ms > seconds * 1000


async def test_a_key_changed_in_the_configuration_is_seen(
    make_engine: MakesEngines, simulator: Simulator, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("")
    config.chmod(0o600)
    ids = working(simulator, 2)
    engine = make_engine(source=CredentialSource(config_file=config))
    async with running(engine):
        await engine.add(ids)
        await until(lambda: engine.connection.mode is Mode.NO_KEY)
        config.write_text(f'[profiles.default]\napi_key = "{simulator.api_key}"\n')
        await until(lambda: all_processing(engine, ids))
        assert engine.connection.mode is Mode.LIVE


async def test_after_a_sleep_of_the_machine_nothing_bursts_and_the_finish_is_right(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    ids = working(simulator, 30)
    clock = BentClock()
    engine = make_engine(clock=clock, polling=MODEST)
    async with running(engine) as events:
        await engine.add(ids)
        await until(lambda: all_processing(engine, ids))
        clock.ahead_ms += 1_800_000
        simulator.advance(1800)
        simulator.requests.clear()
        await until(lambda: all(engine.tasks[task_id].answered_ms > clock.now_ms() - 60_000 for task_id in ids))
        assert most_in_a_second(simulator) <= 16, "burst and rate"
        assert Mode.OFFLINE not in modes(events)
        left_s = [forecast_left(engine, task_id, clock) for task_id in ids]
        assert all(600 < left < 3600 for left in left_s), left_s


async def test_a_clock_set_back_a_day_loses_no_answer_and_foresees_no_wrong_finish(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    ids = working(simulator, 10, processing_s=400)
    clock = BentClock()
    engine = make_engine(clock=clock, polling=MODEST)
    async with running(engine) as events:
        await engine.add(ids)
        await until(lambda: all_processing(engine, ids))
        before = {task_id: engine.tasks[task_id].detail for task_id in ids}
        clock.ahead_ms -= DAY_MS
        simulator.requests.clear()
        assert all(-60 < forecast_left(engine, task_id, clock) < 3600 for task_id in ids), "before the next answer"
        simulator.advance(100)
        await until(lambda: all(engine.tasks[task_id].detail != before[task_id] for task_id in ids))
        assert most_in_a_second(simulator) <= 16, "burst and rate"
        assert all(-60 < forecast_left(engine, task_id, clock) < 3600 for task_id in ids), "and after it"
        simulator.advance(400)
        await until(lambda: all(engine.tasks[task_id].is_finished for task_id in ids))
        await until(lambda: {one for event in finished(events) for one in event.ids} == set(ids))
        assert all(engine.tasks[task_id].finished_ms <= clock.now_ms() for task_id in ids)


def finished(events: Iterable[Event]) -> list[TasksFinished]:
    """Those about tasks that ended."""
    return [event for event in events if isinstance(event, TasksFinished)]


def forecast_left(engine: Engine, task_id: TaskId, clock: BentClock) -> float:
    """Seconds to the foreseen finish; 0 if none is foreseen."""
    forecast = engine.forecast(task_id)
    return (forecast.finish_ms - clock.now_ms()) / 1000 if forecast else 0.0


def most_in_a_second(simulator: Simulator) -> int:
    """Requests in the fullest second."""
    at = [request.at_s for request in simulator.requests.details()]
    return max((sum(1 for other in at if 0 <= other - first < 1) for first in at), default=0)


class Unlucky(random.Random):
    """Always draws the longest wait: probes after 1, 2, 4, 8 s, so that nothing but the knocks can be in time."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


@pytest.mark.parametrize("out_s", [8, pytest.param(60, marks=pytest.mark.soak)])
async def test_the_plug_is_pulled_while_two_hundred_tasks_run(
    make_engine: MakesEngines, simulator: Simulator, out_s: int
) -> None:
    ids = working(simulator, 200)
    engine = make_engine(rnd=Unlucky())
    async with running(engine) as events:
        await engine.add(ids)
        await until(lambda: all_processing(engine, ids), 20)
        events.clear()
        simulator.stop()
        await until(lambda: engine.connection.mode is Mode.OFFLINE)
        went_at = engine.connection.since_ms
        await until(lambda: BentClock().now_ms() - went_at > out_s * 1000, out_s + 15)
        assert modes(events) in ([Mode.OFFLINE], [Mode.LIVE, Mode.OFFLINE])
        banners = {(event.connection.mode, event.connection.since_ms) for event in events_of(events)}
        assert len([banner for banner in banners if banner[0] is Mode.OFFLINE]) == 1
        assert all_processing(engine, ids)
        stale = [task for task in engine.tasks.values() if task.last_error]
        assert len(stale) <= 8 + 10, "those in flight, and the probes"
        simulator.requests.clear()
        simulator.start()
        await until(lambda: engine.connection.mode is Mode.LIVE, 5)
        await until(lambda: not any(task.last_error for task in engine.tasks.values()), 20)
        assert most_in_a_second(simulator) <= 50 + 5


def events_of(events: Iterable[Event]) -> list[ConnectionChanged]:
    """Those about the connection."""
    return [event for event in events if isinstance(event, ConnectionChanged)]
