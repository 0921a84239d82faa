"""Hints of outsiders bring a question forward and do nothing else."""

from __future__ import annotations

from functools import partial

from headswap_tui.config.settings import Polling
from headswap_tui.domain.events import Mode
from headswap_tui.domain.task import State, TaskId
from headswap_tui.engine.engine import Engine
from headswap_tui.simulator.server import Simulator
from tests.contract.engine.conftest import MakesEngines, running, until

RARELY = Polling(requests_per_second=50, min_interval=600, max_interval=3600)


def asked(simulator: Simulator, task_id: str) -> int:
    """Detail requests about that id so far."""
    return len(simulator.requests.details(task_id))


def was_refused(engine: Engine, task_id: TaskId, times: int) -> bool:
    """Whether the service refused the task so often."""
    return engine.tasks[task_id].refusals >= times


async def test_a_hint_asks_about_what_is_not_finished(make_engine: MakesEngines, simulator: Simulator) -> None:
    done, queued = (TaskId(simulator.create(queue_s=wait_s, processing_s=0)) for wait_s in (0, 1000))
    engine = make_engine(polling=RARELY)
    async with running(engine):
        await engine.add([done, queued])
        await until(lambda: engine.tasks[done].is_finished and engine.tasks[queued].state is State.QUEUED)
        before = asked(simulator, done)
        simulator.change(queued, queue_s=0)
        engine.hint([done, queued, TaskId("0" * 24)])
        await until(lambda: engine.tasks[queued].state is State.COMPLETED)
        assert asked(simulator, done) == before


async def test_a_missing_task_stays_missing_until_the_service_knows_it(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    stranger = TaskId("6a066dc58570ecbf64f761ff")
    engine = make_engine(polling=RARELY)
    async with running(engine):
        await engine.add([stranger])
        for refusals in range(1, 6):
            engine.hint([stranger])
            await until(partial(was_refused, engine, stranger, refusals))
        assert engine.tasks[stranger].state is State.MISSING
        engine.hint([stranger])
        assert engine.tasks[stranger].state is State.MISSING
        simulator.create(stranger, queue_s=1000)
        engine.hint([stranger])
        await until(lambda: engine.tasks[stranger].state is State.QUEUED)


async def test_a_hint_during_a_question_is_asked_after_it(make_engine: MakesEngines, simulator: Simulator) -> None:
    task_id = TaskId(simulator.create(queue_s=1000))
    engine = make_engine(polling=RARELY)
    async with running(engine):
        simulator.faults.slow(0.3, times=1)
        await engine.add([task_id])
        await until(lambda: asked(simulator, task_id) == 1)
        engine.hint([task_id])
        engine.hint([task_id])
        await until(lambda: asked(simulator, task_id) == 2)
        await until(lambda: engine.connection.next_due_s)
        assert asked(simulator, task_id) == 2


async def test_a_hint_never_tries_a_refused_credential(make_engine: MakesEngines, simulator: Simulator) -> None:
    task_id = TaskId(simulator.create(queue_s=1000))
    engine = make_engine(key="wrong")
    async with running(engine):
        await engine.add([task_id])
        await until(lambda: engine.connection.mode is Mode.KEY_REFUSED)
        before = len(simulator.requests.details(task_id))
        engine.hint([task_id])
        await until(lambda: engine.connection.mode is Mode.KEY_REFUSED)
        assert len(simulator.requests.details(task_id)) == before


async def test_a_hint_leaves_a_pause_alone(make_engine: MakesEngines, simulator: Simulator) -> None:
    task_id = TaskId(simulator.create(queue_s=1000))
    engine = make_engine(polling=RARELY)
    async with running(engine):
        await engine.add([task_id])
        await until(lambda: engine.tasks[task_id].state is State.QUEUED)
        engine.pause()
        engine.hint([task_id])
        other = TaskId(simulator.create(queue_s=1000))
        await engine.add([other])
        engine.refresh([other])  # what the user wants is asked; the hint would have been asked before it
        await until(lambda: asked(simulator, other) == 1)
        assert asked(simulator, task_id) == 1
        engine.resume()
        engine.hint([task_id])
        await until(lambda: asked(simulator, task_id) == 2)
