"""What becomes of the tasks that are waited for: outcomes without a service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from headswap_tui.cli.waiting import Outcome, Waiting
from headswap_tui.domain.changes import not_answered, track
from headswap_tui.domain.errors import TaskRefused
from headswap_tui.domain.events import Forecast, Transfer
from headswap_tui.domain.task import Detail, Download, DownloadState, TaskId, TrackedTask

A, B = TaskId("a" * 24), TaskId("b" * 24)


class Engine:
    """Records what it is told."""

    def __init__(self, *tasks: TrackedTask) -> None:
        self.tasks = {task.id: task for task in tasks}
        self.refreshed: list[TaskId] = []
        self.downloaded: list[TaskId] = []
        self.moving: set[TaskId] = set()

    def refresh(self, ids: Sequence[TaskId]) -> None:
        """Noted."""
        self.refreshed += ids

    def download(self, ids: Sequence[TaskId]) -> None:
        """Noted."""
        self.downloaded += ids

    def transfer(self, task_id: TaskId) -> Transfer | None:
        """Moving or not."""
        return Transfer(DownloadState.RUNNING) if task_id in self.moving else None

    def forecast(self, task_id: TaskId) -> Forecast | None:
        """Unknown."""
        del task_id
        return None

    def change(self, task_id: TaskId, **fields: Any) -> None:
        """Replace fields of a record."""
        self.tasks[task_id] = msgspec.structs.replace(self.tasks[task_id], **fields)

    def refuse(self, task_id: TaskId, times: int) -> None:
        """As the service would, so many times."""
        for at in range(times):
            task = self.tasks[task_id]
            self.tasks[task_id] = not_answered(task, TaskRefused("no such task"), task.asked_ms + 1, at)


def waiting(engine: Engine, *, grace_s: float = 60, download: bool = False) -> Waiting:
    """Waiting for all it has."""
    return Waiting(engine, list(engine.tasks), grace_s=grace_s, download=download)


def test_completed_needs_a_video_and_failed_does_not() -> None:
    engine = Engine(track(A, 0), track(B, 0))
    wait = waiting(engine)
    assert wait.look(0) == []
    engine.change(A, detail=Detail(status=3))
    engine.change(B, detail=Detail(status=4))
    assert wait.look(1) == [B]
    engine.change(A, detail=Detail(status=3, video_url="https://x.example/a.mp4"))
    assert wait.look(2) == [A]
    assert wait.outcomes == {B: Outcome.FAILED, A: Outcome.COMPLETED}
    assert not wait.open


def test_a_new_id_has_its_grace() -> None:
    engine = Engine(track(A, 0))
    wait = waiting(engine, grace_s=10)
    engine.refuse(A, 5)
    assert wait.look(0) == []
    assert wait.look(5) == []
    assert engine.refreshed == [A]
    assert wait.look(6) == []
    assert engine.refreshed == [A]
    assert wait.look(10) == [A]
    assert wait.outcomes == {A: Outcome.MISSING}


def test_an_id_that_answered_before_has_none() -> None:
    engine = Engine(msgspec.structs.replace(track(A, 0), detail=Detail(status=2)))
    wait = waiting(engine)
    engine.refuse(A, 4)
    assert wait.look(0) == []
    engine.refuse(A, 1)
    assert wait.look(1) == [A]
    assert wait.outcomes == {A: Outcome.MISSING}


def test_a_removed_task_is_not_waited_for() -> None:
    engine = Engine(track(A, 0))
    wait = waiting(engine)
    del engine.tasks[A]
    assert wait.look(0) == [A]
    assert wait.outcomes == {A: Outcome.REMOVED}


def test_with_download_the_file_counts() -> None:
    engine = Engine(
        *(msgspec.structs.replace(track(name, 0), detail=Detail(status=3, video_url="u")) for name in (A, B))
    )
    engine.change(A, download=Download(DownloadState.FAILED, error="an old story"))
    wait = waiting(engine, download=True)
    engine.moving = {B}
    assert wait.look(0) == []
    assert engine.downloaded == [A]
    engine.change(A, download=Download(DownloadState.QUEUED))
    engine.change(B, download=Download(DownloadState.FAILED, error="gone"))
    assert wait.look(1) == [B]
    engine.change(A, download=Download(DownloadState.DONE, path="/a.mp4"))
    assert wait.look(2) == [A]
    assert wait.outcomes == {B: Outcome.NOT_FETCHED, A: Outcome.COMPLETED}
