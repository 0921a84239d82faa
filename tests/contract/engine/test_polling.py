"""Tracked tasks are asked about by themselves, and what comes back is seen, kept and told."""

from __future__ import annotations

import pytest

from headswap_tui.domain.events import Mode, TasksFinished
from headswap_tui.domain.task import State, TaskId
from headswap_tui.engine.standing import REST_S
from headswap_tui.simulator.server import Simulator
from headswap_tui.store.tasks import TaskStore
from tests.contract.engine.conftest import MakesEngines, running, until


def asked(simulator: Simulator, task_id: str) -> int:
    """Detail requests about that id so far."""
    return len(simulator.requests.details(task_id))


async def test_a_task_is_followed_to_its_end_and_then_left_alone(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=4, resolution="720p"))
    engine = make_engine()
    async with running(engine) as events:
        added = await engine.add([task_id], label="teaser")
        assert added.new == (task_id,)
        await until(lambda: engine.tasks[task_id].state is State.PROCESSING)
        assert TasksFinished(frozenset({task_id})) not in events
        simulator.advance(4)
        await until(lambda: TasksFinished(frozenset({task_id})) in events)
        done = engine.tasks[task_id]
        assert (done.state, done.label) == (State.COMPLETED, "teaser")
        assert done.detail is not None
        assert done.detail.resolution == "720p"
        # told means kept: another reader of the file sees it at once
        stored = TaskStore.open(engine.settings.profile_dir).get(task_id)
        assert stored is not None
        assert stored.state is State.COMPLETED
        assert engine.connection.next_due_s is None


async def test_an_engine_at_rest_tells_at_once_that_it_asks_again(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=600))
    engine = make_engine()
    async with running(engine):
        await until(lambda: engine.connection.mode is Mode.LIVE and engine._standing._rests)
        added = await engine.add([task_id])
        assert added.new == (task_id,)
        await until(lambda: engine.connection.requests_per_s > 0, seconds=REST_S / 2)


async def test_an_end_from_before_the_first_answer_is_kept_and_fetched_but_no_news(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    old, seen = (TaskId(simulator.create(queue_s=0, processing_s=4)) for _ in range(2))
    engine = make_engine()
    async with running(engine) as events:
        await engine.add([seen])
        await until(lambda: engine.tasks[seen].state is State.PROCESSING)
        simulator.advance(4)
        await engine.add([old])
        await until(lambda: TasksFinished(frozenset({seen})) in events)
        await until(lambda: TaskStore.open(engine.settings.profile_dir).load()[old].is_finished)
        assert TasksFinished(frozenset({old})) not in events


async def test_an_unknown_status_is_shown_with_its_number_and_asked_again(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=0, outcome="unknown", unknown_status=7))
    engine = make_engine()
    async with running(engine):
        await engine.add([task_id])
        await until(lambda: engine.tasks[task_id].state is State.UNKNOWN)
        assert engine.tasks[task_id].status == 7
        assert engine.tasks[task_id].is_active
        assert engine.connection.next_due_s is not None or asked(simulator, task_id) > 1


async def test_completed_without_a_url_is_asked_until_the_file_is_there(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=0, url_delay_s=60))
    engine = make_engine()
    async with running(engine):
        await engine.add([task_id])
        await until(lambda: engine.tasks[task_id].state is State.COMPLETED)
        assert not engine.tasks[task_id].is_finished
        simulator.advance(60)
        await until(lambda: engine.tasks[task_id].is_finished)


async def test_without_a_key_nothing_is_asked_and_the_reason_is_shown(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    engine = make_engine(key="")
    async with running(engine):
        await engine.add([TaskId(simulator.create())])
        await until(lambda: engine.connection.mode is Mode.NO_KEY)
        assert "HEADSWAP_API_KEY" in engine.connection.message
        assert simulator.requests.all() == []


async def test_a_refused_key_stops_all_polling_until_it_is_retried(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    ids = [TaskId(simulator.create(queue_s=600)) for _ in range(20)]
    simulator.faults.revoke()
    engine = make_engine()
    async with running(engine):
        await engine.add(ids)
        await until(lambda: engine.connection.mode is Mode.KEY_REFUSED)
        assert "HEADSWAP_API_KEY" in engine.connection.message
        in_flight = engine.settings.polling.concurrency
        assert len(simulator.requests.all()) <= in_flight
        simulator.faults.clear()
        engine.retry()
        await until(lambda: all(engine.tasks[task_id].state is State.QUEUED for task_id in ids))
        assert engine.connection.mode is Mode.LIVE


async def test_pause_asks_nothing_but_a_manual_refresh(make_engine: MakesEngines, simulator: Simulator) -> None:
    one, other = (TaskId(simulator.create(queue_s=600)) for _ in range(2))
    engine = make_engine()
    async with running(engine):
        engine.pause()
        await engine.add([one, other])
        engine.refresh([one])
        await until(lambda: engine.tasks[one].state is State.QUEUED)
        assert engine.connection.mode is Mode.PAUSED
        assert engine.tasks[other].state is State.PENDING
        engine.resume()
        await until(lambda: engine.tasks[other].state is State.QUEUED)


async def test_an_outage_backs_off_says_since_when_keeps_the_data_and_recovers(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    ids = [TaskId(simulator.create(queue_s=0, processing_s=600)) for _ in range(30)]
    engine = make_engine()
    async with running(engine):
        await engine.add(ids)
        await until(lambda: all(engine.tasks[task_id].state is State.PROCESSING for task_id in ids))
        simulator.stop()
        await until(lambda: engine.connection.mode is Mode.OFFLINE)
        assert engine.connection.since_ms > 0
        assert engine.connection.message
        assert all(engine.tasks[task_id].state is State.PROCESSING for task_id in ids)
        simulator.start()
        await until(lambda: engine.connection.mode is Mode.LIVE, seconds=30)


async def test_a_throttled_client_slows_down_and_says_so(make_engine: MakesEngines, simulator: Simulator) -> None:
    ids = [TaskId(simulator.create(queue_s=600)) for _ in range(10)]
    simulator.faults.throttle(1, times=1)
    engine = make_engine()
    async with running(engine):
        await engine.add(ids)
        await until(lambda: engine.connection.mode is Mode.SLOWED)
        await until(lambda: all(engine.tasks[task_id].state is State.QUEUED for task_id in ids))
        assert not any(engine.tasks[task_id].refusals for task_id in ids), "no task is to blame"


@pytest.mark.parametrize("variant", ["html", "truncated", "other_id"])
async def test_a_garbled_answer_never_touches_the_last_good_detail(
    make_engine: MakesEngines, simulator: Simulator, variant: str
) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=600))
    engine = make_engine()
    async with running(engine):
        await engine.add([task_id])
        await until(lambda: engine.tasks[task_id].state is State.PROCESSING)
        before = engine.tasks[task_id].detail
        simulator.faults.garble(variant)
        engine.refresh([task_id])
        await until(lambda: engine.tasks[task_id].last_error is not None)
        assert engine.tasks[task_id].detail == before
        assert engine.tasks[task_id].last_error.kind == "garbled"  # type: ignore[union-attr]  # just waited for


async def test_what_the_user_does_before_the_workers_run_is_not_lost(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    one = TaskId(simulator.create(queue_s=600))
    engine = make_engine()
    engine.open()  # the screen is drawn between this and the start, and keys may be pressed
    engine.show([one], one)
    engine.pace(faster=True)
    engine.pause()
    assert engine.forecast(one) is None
    assert (await engine.add([one])).new == (one,)
    engine.refresh([one])
    async with running(engine):
        await until(lambda: engine.tasks[one].state is State.QUEUED)
        assert engine.paused
