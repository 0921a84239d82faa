"""The queue: order, places, cancelling, retrying, figures, and an end that waits for nobody."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from headswap_tui.domain.errors import DownloadCancelled, NotAVideo, TransferFailed
from headswap_tui.domain.events import Transfer
from headswap_tui.domain.task import Download, DownloadState, TaskId
from headswap_tui.downloads.queue import LEAST_INTERVAL_S
from headswap_tui.downloads.trouble import Timing
from tests.contract.downloads.file_server import (
    FileServer,
    Handler,
    Hosted,
    answer,
    box,
    cut_after,
    held,
    mp4,
    serve,
)
from tests.contract.downloads.support import Place, Watched, eventually, task

VIDEO = mp4(300_000)
A, B = TaskId("a" * 24), TaskId("b" * 24)


def test_a_submitted_task_waits_runs_and_ends_with_a_record(
    watch: Callable[..., Watched], server: FileServer, place: Place
) -> None:
    server.host("/v.mp4", VIDEO)
    watched = watch()
    assert watched.queue.submit(task(server.url("/v.mp4"), A))
    eventually(lambda: A in watched.done)
    download, error = watched.done[A]
    assert error is None
    assert download.state is DownloadState.DONE
    assert download.path == str(place.directory / "v.mp4")
    assert (download.bytes, download.total, download.error) == (len(VIDEO), len(VIDEO), None)
    assert download.at_ms > 0
    assert watched.queue.transfers() == {}
    assert DownloadState.RUNNING in watched.states(A)


def test_fifty_are_fetched_and_never_more_than_allowed_at_once(
    watch: Callable[..., Watched], server: FileServer, place: Place
) -> None:
    lock, now, most = threading.Lock(), 0, 0

    def counted(handler: Handler, hosted: Hosted) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        serve(handler, hosted)
        with lock:
            now -= 1

    ids = [TaskId(f"{number:024x}") for number in range(50)]
    for number in range(50):
        server.host(f"/{number}.mp4", mp4(20_000, number), counted)
    watched = watch(parallel=3)
    for number, task_id in enumerate(ids):
        assert watched.queue.submit(task(server.url(f"/{number}.mp4"), task_id))
    eventually(lambda: len(watched.done) == 50)
    assert all(error is None for _, error in watched.done.values())
    assert len(place.names()) == 50
    assert most <= 3
    contents = {Path(str(watched.done[task_id][0].path)).read_bytes() for task_id in ids}
    assert contents == {mp4(20_000, number) for number in range(50)}


def test_one_at_a_time_goes_by_the_order_of_asking(watch: Callable[..., Watched], server: FileServer) -> None:
    watched = watch(parallel=1)
    for number in range(8):
        server.host(f"/{number}.mp4", mp4(20_000, number))
        watched.queue.submit(task(server.url(f"/{number}.mp4"), TaskId(f"{number:024x}")))
    eventually(lambda: len(watched.done) == 8)
    assert list(server.seen) == [f"/{number}.mp4" for number in range(8)]


def test_a_task_is_in_the_queue_once(watch: Callable[..., Watched], server: FileServer) -> None:
    hosted = server.host("/v.mp4", VIDEO, held)
    watched = watch(parallel=1)
    assert watched.queue.submit(task(server.url("/v.mp4"), A))
    assert not watched.queue.submit(task(server.url("/v.mp4"), A))
    assert watched.queue.submit(task(server.url("/v.mp4"), B))
    assert not watched.queue.submit(task(server.url("/v.mp4"), B))
    assert list(watched.queue.transfers()) == [A, B]
    eventually(lambda: len(hosted.requests) == 1)


def test_a_waiting_task_is_cancelled_at_once(watch: Callable[..., Watched], server: FileServer) -> None:
    server.host("/v.mp4", VIDEO, held)
    watched = watch(parallel=1)
    watched.queue.submit(task(server.url("/v.mp4"), A))
    eventually(lambda: bool(server.seen))
    watched.queue.submit(task(server.url("/v.mp4"), B))
    assert watched.queue.cancel(B)
    download, error = watched.done[B]
    assert download.state is DownloadState.CANCELLED
    assert isinstance(error, DownloadCancelled)
    assert list(watched.queue.transfers()) == [A]
    assert not watched.queue.cancel(B)


def test_a_running_task_is_cancelled_in_the_middle_of_a_read_and_continued_later(
    watch: Callable[..., Watched], server: FileServer, place: Place
) -> None:
    hosted = server.host("/v.mp4", VIDEO, held)
    watched = watch()
    watched.queue.submit(task(server.url("/v.mp4"), A))
    eventually(lambda: place.part.exists() and place.part.stat().st_size == 150_000)
    began = time.monotonic()
    assert watched.queue.cancel(A)
    eventually(lambda: A in watched.done)
    assert time.monotonic() - began < 1.0
    assert watched.done[A][0].state is DownloadState.CANCELLED
    assert watched.done[A][0].bytes == 150_000
    hosted.behaviour = None
    watched.queue.submit(task(server.url("/v.mp4"), A))
    eventually(lambda: watched.done[A][0].state is DownloadState.DONE)
    assert hosted.requests[-1]["range"] == "bytes=150000-"
    assert (place.directory / "v.mp4").read_bytes() == VIDEO


def test_a_failed_task_can_be_submitted_again(watch: Callable[..., Watched], server: FileServer) -> None:
    hosted = server.host("/v.mp4", VIDEO, answer(200, b"<html>", Content_Type="text/html"))
    watched = watch()
    watched.queue.submit(task(server.url("/v.mp4"), A))
    eventually(lambda: A in watched.done)
    download, error = watched.done[A]
    assert download.state is DownloadState.FAILED
    assert isinstance(error, NotAVideo)
    assert download.error == str(error)
    hosted.behaviour = None
    assert watched.queue.submit(msgspec.structs.replace(task(server.url("/v.mp4"), A), download=download))
    eventually(lambda: watched.done[A][0].state is DownloadState.DONE)
    assert watched.order == [A, A]


def test_a_fault_of_ours_ends_one_transfer_and_no_thread(watch: Callable[..., Watched], server: FileServer) -> None:
    def broken(_task_id: TaskId) -> str:
        raise ZeroDivisionError("division by zero")

    server.host("/v.mp4", VIDEO)
    watched = watch(renew=broken, parallel=1)
    watched.queue.submit(task(server.url("/gone.mp4"), A))
    watched.queue.submit(task(server.url("/v.mp4"), B))
    eventually(lambda: len(watched.done) == 2)
    assert isinstance(watched.done[A][1], TransferFailed)
    assert "ZeroDivisionError" in str(watched.done[A][0].error)
    assert watched.done[B][1] is None


def test_a_file_that_is_there_as_recorded_is_done_at_once(watch: Callable[..., Watched], server: FileServer) -> None:
    hosted = server.host("/v.mp4", VIDEO)
    watched = watch()
    one = task(server.url("/v.mp4"), A)
    watched.queue.submit(one)
    eventually(lambda: A in watched.done)
    recorded = msgspec.structs.replace(one, download=watched.done.pop(A)[0])
    watched.queue.submit(recorded)
    assert watched.done[A][0].state is DownloadState.DONE
    assert len(hosted.requests) == 1


def test_a_file_that_is_elsewhere_is_fetched_to_where_it_is_wanted(
    watch: Callable[..., Watched], server: FileServer, place: Place, tmp_path: Path
) -> None:
    hosted = server.host("/v.mp4", VIDEO)
    kept = tmp_path / "kept" / "v.mp4"
    kept.parent.mkdir()
    kept.write_bytes(VIDEO)
    record = Download(state=DownloadState.DONE, path=str(kept), bytes=len(VIDEO), total=len(VIDEO))
    watched = watch()
    watched.queue.submit(msgspec.structs.replace(task(server.url("/v.mp4"), A), download=record))
    eventually(lambda: A in watched.done)
    assert Path(str(watched.done[A][0].path)).parent == place.directory
    assert len(hosted.requests) == 1


@pytest.mark.parametrize("harm", ["deleted", "shortened"])
def test_a_file_that_is_not_as_recorded_is_fetched_again(
    harm: str, watch: Callable[..., Watched], server: FileServer, place: Place
) -> None:
    server.host("/v.mp4", VIDEO)
    watched = watch()
    one = task(server.url("/v.mp4"), A)
    watched.queue.submit(one)
    eventually(lambda: A in watched.done)
    download = watched.done.pop(A)[0]
    path = Path(str(download.path))
    path.unlink() if harm == "deleted" else path.write_bytes(b"cut")
    watched.queue.submit(msgspec.structs.replace(one, download=download))
    eventually(lambda: A in watched.done)
    assert Path(str(watched.done[A][0].path)).read_bytes() == VIDEO
    assert place.names() == (["v.mp4"] if harm == "deleted" else ["v (1).mp4", "v.mp4"])


def test_progress_is_told_sparingly_and_figures_are_there_when_asked(
    watch: Callable[..., Watched], server: FileServer
) -> None:
    pieces = 60

    def slowly(handler: Handler, hosted: Hosted) -> None:
        handler.head(hosted, 200, Content_Length=str(len(hosted.content)))
        size = len(hosted.content) // pieces
        for start in range(0, len(hosted.content), size):
            handler.wfile.write(hosted.content[start : start + size])
            handler.wfile.flush()
            handler.server.let_go.wait(0.015)

    server.host("/v.mp4", VIDEO, slowly)
    watched = watch()
    watched.queue.submit(task(server.url("/v.mp4"), A))
    seen: list[Transfer] = []

    def look() -> bool:
        figures = watched.queue.transfer(A)
        if figures is not None:
            seen.append(figures)
        return A in watched.done

    eventually(look)
    moving = [at for at, _, figures in watched.changes if figures and figures.bytes and not figures.note]
    assert moving
    assert all(later - earlier >= LEAST_INTERVAL_S * 0.9 for earlier, later in itertools.pairwise(moving[1:]))
    fast = [figures for figures in seen if figures.speed_bps > 0]
    assert fast
    assert all(figures.total == len(VIDEO) and figures.eta_s is not None for figures in fast)
    assert [figures.bytes for figures in seen] == sorted(figures.bytes for figures in seen)


def test_a_transfer_at_full_speed_gives_way_while_somebody_types(
    watch: Callable[..., Watched], server: FileServer, place: Place
) -> None:
    video = mp4(1000) + box(b"mdat", bytes(80_000_000))
    server.host("/v.mp4", video)
    watched = watch()
    watched.queue.give_way()
    watched.queue.submit(task(server.url("/v.mp4"), A))
    eventually(lambda: place.part.exists() and place.part.stat().st_size > 0)
    end, never = time.monotonic() + 0.4, threading.Event()
    while time.monotonic() < end:
        watched.queue.give_way()
        never.wait(0.005)
    assert watched.done == {}  # half a second is enough for all of it on any machine that runs these tests
    eventually(lambda: A in watched.done)
    assert (place.directory / "v.mp4").stat().st_size == len(video)


def test_waiting_for_the_next_attempt_is_told(watch: Callable[..., Watched], server: FileServer) -> None:
    server.host("/v.mp4", VIDEO, cut_after(0))
    watched = watch(retries=50, timing=Timing(backoff_s=60.0))
    watched.queue.submit(task(server.url("/v.mp4"), A))
    eventually(lambda: any(figures and "retrying in" in figures.note for _, _, figures in watched.changes))
    assert watched.queue.cancel(A)
    eventually(lambda: A in watched.done)
    assert watched.done[A][0].state is DownloadState.CANCELLED


def test_what_the_user_cancelled_is_told_even_while_closing(
    watch: Callable[..., Watched], server: FileServer, place: Place
) -> None:
    server.host("/v.mp4", VIDEO, held)
    watched = watch()
    watched.queue.submit(task(server.url("/v.mp4"), A))
    watched.queue.submit(task(server.url("/v.mp4"), B))
    eventually(lambda: len(server.seen) == 2)
    watched.queue.cancel(B)
    assert watched.queue.close(5.0)
    assert list(watched.done) == [B]
    assert watched.done[B][0].state is DownloadState.CANCELLED


def test_what_close_interrupted_can_be_continued_by_the_next_queue(
    watch: Callable[..., Watched], server: FileServer, place: Place
) -> None:
    hosted = server.host("/v.mp4", VIDEO, held)
    first = watch()
    first.queue.submit(task(server.url("/v.mp4"), A))
    eventually(lambda: place.part.exists() and place.part.stat().st_size == 150_000)
    assert first.queue.close(5.0)
    hosted.behaviour = None
    second = watch()
    second.queue.submit(task(server.url("/v.mp4"), A))
    eventually(lambda: A in second.done)
    assert hosted.requests[-1]["range"] == "bytes=150000-"
    assert (place.directory / "v.mp4").read_bytes() == VIDEO
    assert first.done == {}


def test_nothing_is_loaded_or_started_before_the_first_task(watch: Callable[..., Watched], place: Place) -> None:
    before = threading.active_count()
    watched = watch()
    assert threading.active_count() == before
    assert watched.queue.close(0.1)
    assert not place.directory.exists()
