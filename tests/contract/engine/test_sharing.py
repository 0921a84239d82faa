"""Several engines on one profile: one polls, all see, nothing is lost."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from headswap_tui.domain.events import Mode
from headswap_tui.domain.task import State, TaskId
from headswap_tui.simulator.server import Simulator
from headswap_tui.store.tasks import TaskStore
from tests.contract.engine.conftest import MakesEngines, refused, running, until


async def test_one_of_two_polls_and_the_other_shows_its_results_and_takes_over(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=600))
    first, second = make_engine(), make_engine()
    async with running(first), running(second):
        await second.add([task_id])
        await until(lambda: task_id in first.tasks)
        await until(lambda: second.tasks[task_id].state is State.PROCESSING)
        assert second.connection.mode is Mode.FOLLOWING
        assert second.connection.leader_pid == os.getpid()
        assert first.connection.mode is Mode.LIVE
        await first.stop()
        await until(lambda: second.connection.mode is Mode.LIVE, seconds=5)


async def test_edits_and_answers_of_two_engines_do_not_undo_each_other(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=600))
    first, second = make_engine(), make_engine()
    async with running(first), running(second):
        await first.add([task_id])
        await until(lambda: task_id in second.tasks)
        await second.edit([task_id], label="hero shot", tags=("reel",))
        await until(lambda: first.tasks[task_id].label == "hero shot")
        await until(lambda: second.tasks[task_id].state is State.PROCESSING)
        assert first.tasks[task_id].tags == ("reel",)


async def test_remove_and_undo_reach_the_other_window(make_engine: MakesEngines, simulator: Simulator) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=600))
    first, second = make_engine(), make_engine()
    async with running(first), running(second):
        await first.add([task_id], label="keep me")
        await until(lambda: task_id in second.tasks)
        removed = await second.remove([task_id])
        await until(lambda: task_id not in first.tasks)
        await first.restore(removed)
        await until(lambda: task_id in second.tasks)
        assert second.tasks[task_id].label == "keep me"


async def test_adding_what_is_tracked_changes_nothing(make_engine: MakesEngines, simulator: Simulator) -> None:
    task_id = TaskId(simulator.create(queue_s=600))
    engine = make_engine()
    async with running(engine):
        await engine.add([task_id], label="first")
        again = await engine.add([task_id, task_id], label="second")
        assert (again.new, again.known) == ((), (task_id,))
        assert engine.tasks[task_id].label == "first"


async def test_undo_of_an_edit_brings_back_the_users_fields_and_keeps_the_answers(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=600))
    engine = make_engine()
    async with running(engine):
        await engine.add([task_id], label="before", tags=("a",))
        before = await engine.edit([task_id], label="after", tags=())
        await until(lambda: engine.tasks[task_id].state is State.PROCESSING)
        await engine.put_back(before)
        task = engine.tasks[task_id]
        assert (task.label, task.tags, task.state) == ("before", ("a",), State.PROCESSING)


async def test_what_cannot_be_written_is_not_acknowledged_and_what_arrives_is_kept_for_later(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    task_id, late = (TaskId(simulator.create(queue_s=0, processing_s=600)) for _ in range(2))
    engine = make_engine()
    async with running(engine):
        await engine.add([task_id])
        foreign = engine.settings.profile_dir / "tasks.jsonl"
        ours = foreign.read_bytes()
        foreign.write_bytes(b'{"somebody": "else"}\n')
        error = await refused(engine.add([late]))
        assert "tasks.jsonl" in error.message
        assert late not in engine.tasks
        await until(lambda: bool(engine.connection.store_trouble))
        await until(lambda: engine.tasks[task_id].state is State.PROCESSING)
        assert foreign.read_bytes() == b'{"somebody": "else"}\n'
        foreign.write_bytes(ours)
        await until(lambda: not engine.connection.store_trouble, seconds=40)


async def test_stopping_writes_what_waited(make_engine: MakesEngines, simulator: Simulator) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=600))
    engine = make_engine()
    async with running(engine):
        await engine.add([task_id])
        await until(lambda: engine.tasks[task_id].state is State.PROCESSING)
    stored = TaskStore.open(engine.settings.profile_dir).get(task_id)
    assert stored is not None
    assert stored.state is State.PROCESSING


async def test_a_hang_up_saves_from_the_very_thread(make_engine: MakesEngines, simulator: Simulator) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=600))
    engine = make_engine()
    async with running(engine):
        await engine.add([task_id])
        await until(lambda: engine.tasks[task_id].state is State.PROCESSING)
        engine.save_now()
        stored = TaskStore.open(engine.settings.profile_dir).get(task_id)
        assert stored is not None
        assert stored.state is State.PROCESSING


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux's list of open files")
async def test_a_stopped_engine_holds_no_file(make_engine: MakesEngines, tmp_path: Path) -> None:
    def ours() -> list[str]:
        links = []
        for descriptor in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):  # closed meanwhile, as the one that lists them
                links.append(str(descriptor.readlink()))
        return [link for link in links if link.startswith(str(tmp_path))]

    leading, following = make_engine(), make_engine()
    async with running(leading), running(following):
        await until(lambda: following.connection.mode is Mode.FOLLOWING)
        assert ours()
    assert ours() == []
