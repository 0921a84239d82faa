"""What nobody is told of by an answer: tasks that stopped moving, and videos that may be lost."""

from __future__ import annotations

from pathlib import Path

from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.events import Event, TasksStalled, VideosExpiring, VideosGone
from headswap_tui.domain.task import Change, Detail, DownloadState, TaskId, TrackedTask
from headswap_tui.simulator.server import Simulator
from headswap_tui.store.tasks import TaskStore
from tests.contract.engine.conftest import MakesEngines, running, until

MINUTE_MS = 60_000
DAY_MS = 86_400_000


def told(events: list[Event], kind: type[TasksStalled] | type[VideosExpiring] | type[VideosGone]) -> list[set[TaskId]]:
    """The ids of each event of that kind."""
    return [set(event.ids) for event in events if isinstance(event, kind)]


def keep(tmp_path: Path, *tasks: TrackedTask) -> None:
    """Put records into the store before anybody runs."""
    store = TaskStore.open(tmp_path / "data" / "default")
    store.add(tasks)
    store.close()


async def test_a_stall_is_told_once_and_ends_with_the_next_rise(
    make_engine: MakesEngines, simulator: Simulator, tmp_path: Path
) -> None:
    now_ms = SystemClock().now_ms()
    stuck, moving = (
        TaskId(simulator.create(queue_s=0, processing_s=3600, overrides={"progress": 40})) for _ in range(2)
    )
    rises = {str(now_ms - (24 - 2 * step) * MINUTE_MS): Change(progress=10.0 * step, status=None) for step in range(5)}
    first = str(now_ms - 25 * MINUTE_MS)
    keep(
        tmp_path,
        TrackedTask(
            stuck,
            now_ms - 30 * MINUTE_MS,
            detail=Detail(status=2, progress=40),
            answered_ms=now_ms - 20_000,
            history={first: Change(status=2)} | rises,
        ),
    )
    engine = make_engine()
    async with running(engine) as events:
        await engine.add([moving])
        await until(lambda: told(events, TasksStalled))
        stall = engine.stall(stuck)
        assert stall is not None
        assert 15 * MINUTE_MS < engine.tasks[stuck].answered_ms - stall.since_ms < 17 * MINUTE_MS
        assert engine.stall(moving) is None
        answered_ms = engine.tasks[stuck].answered_ms
        await until(lambda: engine.tasks[stuck].answered_ms > answered_ms + 1500)
        assert told(events, TasksStalled) == [{stuck}], "the same stall is told once"
        simulator.change(stuck, overrides={"progress": 55})
        await until(lambda: engine.stall(stuck) is None)


def nearly_gone(simulator: Simulator) -> TrackedTask:
    """A task that completed so long ago that its video will soon be gone; its old address is good no more."""
    task_id = TaskId(simulator.create(queue_s=0, processing_s=0))
    at_ms = SystemClock().now_ms() - int(6.5 * DAY_MS)
    url = f"{simulator.base_url}/media/{task_id}/video.mp4"
    return TrackedTask(task_id, at_ms, detail=Detail(status=3, video_url=url), asked_ms=at_ms, finished_ms=at_ms)


async def test_with_rescue_a_video_that_may_be_gone_soon_is_told_once_and_fetched(
    make_engine: MakesEngines, simulator: Simulator, tmp_path: Path
) -> None:
    task = nearly_gone(simulator)
    keep(tmp_path, task)
    engine = make_engine(rescue=True)
    async with running(engine) as events:
        await until(lambda: (fetched := engine.tasks[task.id].download) and fetched.state is DownloadState.DONE)
        assert told(events, VideosExpiring) == [{task.id}]


async def test_without_rescue_it_is_told_and_nothing_else(
    make_engine: MakesEngines, simulator: Simulator, tmp_path: Path
) -> None:
    task = nearly_gone(simulator)
    keep(tmp_path, task)
    engine = make_engine()
    async with running(engine) as events:
        await until(lambda: told(events, VideosExpiring))
        assert engine.tasks[task.id].download is None
        assert engine.transfer(task.id) is None
        assert simulator.requests.media() == []


async def test_what_was_gone_before_it_was_saved_is_told_at_the_start(
    make_engine: MakesEngines, simulator: Simulator, tmp_path: Path
) -> None:
    del simulator
    now_ms = SystemClock().now_ms()

    def finished(letter: str, days: float, *, archived: bool = False) -> TrackedTask:
        detail = Detail(status=3, video_url="https://files.example/v.mp4")
        at_ms = now_ms - int(days * DAY_MS)
        return TrackedTask(
            TaskId(letter * 24), at_ms, detail=detail, asked_ms=at_ms, finished_ms=at_ms, archived=archived
        )

    keep(tmp_path, finished("a", 8), finished("b", 6.5), finished("c", 1), finished("d", 9, archived=True))
    engine = make_engine()
    async with running(engine) as events:
        await until(lambda: told(events, VideosExpiring))
        assert told(events, VideosGone) == [{TaskId("a" * 24)}]
        assert told(events, VideosExpiring) == [{TaskId("b" * 24)}]
