"""A task is fetched by one process at a time, whatever directory each wants it in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from headswap_tui.domain.errors import DownloadCancelled
from headswap_tui.domain.task import DownloadState, TaskId
from headswap_tui.downloads import turn as turns
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.turn import WAITING, turn
from tests.contract.downloads.file_server import Behaviour, FileServer, Handler, Hosted, mp4, serve
from tests.contract.downloads.support import ID, Watched, eventually, task

VIDEO = mp4(300_000)


@pytest.fixture
def at(server: FileServer, tmp_path: Path) -> Iterator[Callable[[str], Watched]]:
    """Makes queues with directories of their own and one place for their locks."""
    made: list[Watched] = []

    def make(name: str) -> Watched:
        made.append(Watched(tmp_path / name, turns=tmp_path / "locks"))
        return made[-1]

    yield make
    server.let_go.set()
    for one in made:
        one.queue.close(5.0)


def when(go: threading.Event) -> Behaviour:
    """Nothing before `go`, then all of it."""

    def behave(handler: Handler, hosted: Hosted) -> None:
        go.wait()
        serve(handler, hosted)

    return behave


def note(watched: Watched) -> str:
    """What it is doing."""
    moving = watched.queue.transfer(ID)
    return moving.note if moving else ""


@contextmanager
def fetching(watched: Watched, server: FileServer) -> Iterator[Hosted]:
    """It has asked for the video, which comes at the end of the block."""
    go = threading.Event()
    hosted = server.host("/v.mp4", VIDEO, when(go))
    try:
        watched.queue.submit(task(server.url("/v.mp4")))
        eventually(lambda: len(hosted.requests) == 1)
        yield hosted
    finally:
        go.set()


def submit_and_wait(watched: Watched, server: FileServer) -> None:
    """Until it waits for its turn at the same video."""
    watched.queue.submit(task(server.url("/v.mp4")))
    eventually(lambda: note(watched) == WAITING)


def test_who_wants_it_elsewhere_waits_and_then_gets_it(
    at: Callable[[str], Watched], server: FileServer, tmp_path: Path
) -> None:
    here, there = at("here"), at("there")
    with fetching(here, server) as hosted:
        submit_and_wait(there, server)
        assert len(hosted.requests) == 1
    eventually(lambda: ID in here.done and ID in there.done)
    assert [(tmp_path / name / "v.mp4").read_bytes() == VIDEO for name in ("here", "there")] == [True, True]
    assert list((tmp_path / "locks").iterdir()) == []


def test_another_task_does_not_wait(at: Callable[[str], Watched], server: FileServer) -> None:
    server.host("/w.mp4", VIDEO)
    here, there, other = at("here"), at("there"), TaskId("b" * 24)
    with fetching(here, server):
        there.queue.submit(task(server.url("/w.mp4"), other))
        eventually(lambda: other in there.done)
        assert ID not in here.done


def test_who_stops_waiting_leaves_nothing_behind(
    at: Callable[[str], Watched], server: FileServer, tmp_path: Path
) -> None:
    there = at("there")
    with fetching(at("here"), server):
        submit_and_wait(there, server)
        there.queue.cancel(ID)
        eventually(lambda: ID in there.done)
    assert there.done[ID][0].state is DownloadState.CANCELLED
    assert isinstance(there.done[ID][1], DownloadCancelled)
    assert list((tmp_path / "there").iterdir()) == []


def test_turns_never_overlap_although_each_takes_its_lock_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "OTHERS_CHECK_S", 0.0005)
    inside = threading.Semaphore(1)
    alone: list[bool] = []

    def work() -> None:
        for _ in range(40):
            with turn(tmp_path / "locks", ID, Control()):
                alone.append(inside.acquire(blocking=False))
                inside.release()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert alone == [True] * 240


@pytest.mark.parametrize("task_id", ["../../odd", "a" * 4000, ".."])
def test_where_nothing_can_be_locked_it_is_fetched_all_the_same(task_id: str, tmp_path: Path) -> None:
    passed = []
    for directory in (None, tmp_path / "no" / "where", tmp_path):
        with turn(directory, TaskId(task_id), Control()):
            passed.append(directory)
    assert len(passed) == 3
    assert list(tmp_path.iterdir()) == []
