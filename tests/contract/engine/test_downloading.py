"""Videos are fetched through the engine, recorded, and resumed after a restart."""

from __future__ import annotations

from pathlib import Path

from headswap_tui.domain.events import DownloadFinished
from headswap_tui.domain.task import DownloadState, TaskId
from headswap_tui.engine.engine import Engine
from headswap_tui.simulator.server import Simulator
from tests.contract.engine.conftest import MakesEngines, running, until


def state(engine: Engine, task_id: TaskId) -> DownloadState | None:
    """How the record says the download stands."""
    download = engine.tasks[task_id].download
    return download.state if download else None


def is_identical(engine: Engine, simulator: Simulator, task_id: TaskId) -> bool:
    """Whether the file that the record names is the hosted one."""
    download = engine.tasks[task_id].download
    assert download is not None
    assert download.path is not None
    return Path(download.path).read_bytes() == simulator.video_bytes(task_id)


async def test_a_finished_video_is_fetched_and_identical(make_engine: MakesEngines, simulator: Simulator) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=0, file_name="hero.mp4"))
    engine = make_engine()
    async with running(engine) as events:
        await engine.add([task_id])
        await until(lambda: engine.tasks[task_id].is_finished)
        engine.download([task_id])
        await until(lambda: DownloadFinished(task_id) in events)
        download = engine.tasks[task_id].download
        assert download is not None
        assert download.state is DownloadState.DONE
        assert is_identical(engine, simulator, task_id)
        assert Path(str(download.path)).name == "hero.mp4"
        assert engine.downloading == 0


async def test_auto_download_fetches_what_completes(make_engine: MakesEngines, simulator: Simulator) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=1))
    engine = make_engine(auto=True)
    async with running(engine):
        await engine.add([task_id])
        await until(lambda: state(engine, task_id) is DownloadState.DONE)
        assert is_identical(engine, simulator, task_id)


async def test_an_expired_address_is_renewed_by_asking_again(make_engine: MakesEngines, simulator: Simulator) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=0))
    engine = make_engine()
    async with running(engine):
        await engine.add([task_id])
        await until(lambda: engine.tasks[task_id].is_finished)
        asked = len(simulator.requests.details())
        simulator.faults.expire_links(403, times=1)
        engine.download([task_id])
        await until(lambda: state(engine, task_id) is DownloadState.DONE)
        assert is_identical(engine, simulator, task_id)
        assert len(simulator.requests.details()) == asked + 1


async def test_a_download_that_was_interrupted_goes_on_at_the_next_start(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=0, size=400_000, bandwidth=100_000))
    first = make_engine()
    async with running(first):
        await first.add([task_id])
        await until(lambda: first.tasks[task_id].is_finished)
        first.download([task_id])
        await until(lambda: (moving := first.transfer(task_id)) is not None and moving.bytes > 0)
    simulator.change(task_id, bandwidth=None)
    second = make_engine()
    async with running(second):
        await until(lambda: state(second, task_id) is DownloadState.DONE)
        assert is_identical(second, simulator, task_id)


async def test_another_process_sees_how_far_a_download_has_come(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=0, size=400_000, bandwidth=50_000))
    first, second = make_engine(), make_engine()
    async with running(first):
        await first.add([task_id])
        await until(lambda: first.tasks[task_id].is_finished)
        async with running(second) as heard_by_second:
            first.download([task_id])
            await until(lambda: state(second, task_id) is DownloadState.RUNNING)
            download = second.tasks[task_id].download
            assert download is not None
            assert (0 < download.bytes < 400_000, download.total) == (True, 400_000)
            simulator.change(task_id, bandwidth=None)
            first.cancel_download([task_id])
            await until(lambda: state(second, task_id) is DownloadState.CANCELLED)
            first.download([task_id])
            await until(lambda: state(second, task_id) is DownloadState.DONE)
            assert second.downloading == 0
            assert DownloadFinished(task_id) not in heard_by_second


async def test_a_cancelled_download_says_so_and_can_be_started_again(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    task_id = TaskId(simulator.create(queue_s=0, processing_s=0, size=400_000, bandwidth=50_000))
    engine = make_engine()
    async with running(engine):
        await engine.add([task_id])
        await until(lambda: engine.tasks[task_id].is_finished)
        engine.download([task_id])
        await until(lambda: (moving := engine.transfer(task_id)) is not None and moving.bytes > 0)
        engine.cancel_download([task_id])
        await until(lambda: state(engine, task_id) is DownloadState.CANCELLED)
        simulator.change(task_id, bandwidth=None)
        engine.download([task_id])
        await until(lambda: state(engine, task_id) is DownloadState.DONE)
        assert is_identical(engine, simulator, task_id)
        assert "range" in simulator.requests.media()[-1].headers


async def test_the_part_of_a_removed_task_waits_for_an_undo_and_goes_with_the_process(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    kept, gone = (
        TaskId(simulator.create(queue_s=0, processing_s=0, size=400_000, bandwidth=50_000, file_name=name))
        for name in ("kept.mp4", "gone.mp4")
    )
    engine = make_engine()
    directory = engine.settings.download.directory
    async with running(engine):
        await engine.add([kept, gone])
        await until(lambda: all(task.is_finished for task in engine.tasks.values()))
        engine.download([kept, gone])
        await until(lambda: all((moving := engine.transfer(one)) and moving.bytes for one in (kept, gone)))
        removed = await engine.remove([kept, gone])
        await until(lambda: engine.downloading == 0)
        assert {path.name for path in directory.glob("*.part")} == {"kept.mp4.part", "gone.mp4.part"}
        await engine.restore([task for task in removed if task.id == kept])
    assert {path.name for path in directory.iterdir()} == {"kept.mp4.part", "kept.mp4.part.state"}
