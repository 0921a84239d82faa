"""What the service refuses, end to end: one id, the credit, the key; what is said, and how it goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from headswap_tui.config.settings import Polling
from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.events import Mode
from headswap_tui.domain.task import LastError, State, TaskId, TrackedTask
from headswap_tui.engine.engine import Engine
from headswap_tui.simulator.server import Simulator
from headswap_tui.store.tasks import TaskStore
from tests.contract.engine.conftest import FAST, MakesEngines, running, until

QUICK = Polling(requests_per_second=50, min_interval=0.2, max_interval=0.4)
"""Below what the settings allow, to save time."""
UNHURRIED = Polling(requests_per_second=50, min_interval=1, max_interval=60)


def working(simulator: Simulator, count: int, **life: Any) -> list[TaskId]:
    """So many tasks that go on for an hour."""
    return [TaskId(simulator.create(queue_s=0, **{"processing_s": 3600, **life})) for _ in range(count)]


def in_state(engine: Engine, ids: list[TaskId], state: State) -> bool:
    return all(engine.tasks[task_id].state is state for task_id in ids)


@asynccontextmanager
async def at_work(engine: Engine, ids: list[TaskId]) -> AsyncIterator[None]:
    """The engine with these added, and known to be going on."""
    async with running(engine):
        await engine.add(ids)
        await until(lambda: in_state(engine, ids, State.PROCESSING))
        yield


def asked(simulator: Simulator, task_id: str | None = None) -> int:
    return len(simulator.requests.details(task_id))


def complaint(engine: Engine, task_id: TaskId) -> str:
    """What we say went wrong last; empty if nothing did."""
    error = engine.tasks[task_id].last_error
    return error.message if error else ""


@pytest.mark.parametrize("code", [1006, 1103, 1104])
async def test_out_of_credit_is_a_banner_and_running_tasks_are_asked_slowly(
    make_engine: MakesEngines, simulator: Simulator, code: int
) -> None:
    ids = working(simulator, 6)
    engine = make_engine(polling=UNHURRIED)
    async with at_work(engine, ids):
        simulator.faults.code(code)
        engine.refresh(ids)
        await until(lambda: all(str(code) in complaint(engine, task_id) for task_id in ids))
        assert engine.connection.mode is Mode.NO_CREDIT
        assert str(code) in engine.connection.message
        assert engine.connection.next_due_s is not None
        assert engine.connection.next_due_s > 30, "each of them once in a while"
        assert in_state(engine, ids, State.PROCESSING), "what was known stays"
        assert not any(engine.tasks[task_id].refusals for task_id in ids), "the account is refused, not the task"
        simulator.faults.clear()
        engine.refresh(ids[:1])
        await until(lambda: engine.connection.mode is Mode.LIVE)


async def test_out_of_credit_many_tasks_are_asked_no_more_often_than_a_few_and_all_go_on_at_once(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    ids = working(simulator, 30)
    engine = make_engine(polling=QUICK)
    async with at_work(engine, ids):
        simulator.faults.code(1104)
        await until(lambda: all(complaint(engine, task_id) for task_id in ids))
        due_s = [engine.due_s(task_id) for task_id in ids]
        assert all(due is not None and due > 10 for due in due_s), "thirty of them, about one a second"
        simulator.faults.clear()
        engine.refresh(ids[:1])
        await until(lambda: not any(complaint(engine, task_id) for task_id in ids), 5)
        assert engine.connection.mode is Mode.LIVE


@pytest.mark.parametrize(
    ("code", "hint"),
    [(1009, "try another profile"), (1014, "Check the id and the profile"), (1003, "_id of a head swap")],
)
async def test_a_refused_id_is_that_tasks_affair_and_says_what_to_do(
    make_engine: MakesEngines, simulator: Simulator, code: int, hint: str
) -> None:
    (refused,) = working(simulator, 1, answer_code=code)
    others = working(simulator, 3)
    engine = make_engine(polling=UNHURRIED)
    async with running(engine):
        await engine.add([refused, *others])
        await until(lambda: complaint(engine, refused))
        await until(lambda: in_state(engine, others, State.PROCESSING))
        assert str(code) in complaint(engine, refused)
        assert hint in complaint(engine, refused)
        assert engine.tasks[refused].state is State.PENDING, "once is not for good"
        assert engine.connection.mode is Mode.LIVE
        due_s = engine.due_s(refused)
        assert due_s is not None
        assert 0 < due_s <= 5, "the screen can say when"
        engine.pause()
        assert engine.due_s(refused) is None


@pytest.mark.parametrize("hidden_s", [2.0])
async def test_an_id_that_is_known_only_a_moment_after_its_creation_is_waited_for(
    make_engine: MakesEngines, simulator: Simulator, hidden_s: float
) -> None:
    (fresh,) = working(simulator, 1, hidden_s=hidden_s)
    engine = make_engine(polling=FAST)
    async with running(engine):
        await engine.add([fresh])
        await until(lambda: "1008" in complaint(engine, fresh))
        await until(lambda: in_state(engine, [fresh], State.PROCESSING))
        assert (engine.tasks[fresh].refusals, complaint(engine, fresh)) == (0, "")


async def test_the_fifth_refusal_makes_it_missing_and_a_refresh_gives_it_another_chance(
    make_engine: MakesEngines, simulator: Simulator, tmp_path: Path
) -> None:
    (task_id,) = working(simulator, 1, answer_code=1008)
    hour_ago = SystemClock().now_ms() - 3_600_000
    store = TaskStore.open(tmp_path / "data" / "default")
    error = LastError("refused", "The API refused it.", hour_ago)
    store.add([TrackedTask(task_id, hour_ago, asked_ms=hour_ago, refusals=4, last_error=error)])
    store.close()
    engine = make_engine(polling=QUICK)
    async with running(engine):
        await until(lambda: engine.tasks[task_id].state is State.MISSING)
        assert asked(simulator, task_id) == 1
        await until(lambda: engine.connection.next_due_s is None)
        simulator.change(task_id, answer_code=1000)
        engine.refresh([task_id])
        await until(lambda: in_state(engine, [task_id], State.PROCESSING))


async def test_a_key_revoked_in_the_middle_stops_everything_at_once(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    ids = working(simulator, 30)
    engine = make_engine(polling=QUICK)
    async with at_work(engine, ids):
        simulator.faults.revoke()
        await until(lambda: engine.connection.mode is Mode.KEY_REFUSED)
        refused = [task_id for task_id in ids if complaint(engine, task_id)]
        assert 1 <= len(refused) <= engine.settings.polling.concurrency, "those under way and no more"
        assert "HEADSWAP_API_KEY" in engine.connection.message
        assert simulator.api_key not in engine.connection.message
        assert in_state(engine, ids, State.PROCESSING), "what was known stays"
        assert engine.connection.next_due_s is None
        simulator.faults.clear()
        engine.retry()
        await until(lambda: engine.connection.mode is Mode.LIVE)
        await until(lambda: not any(complaint(engine, task_id) for task_id in ids))
