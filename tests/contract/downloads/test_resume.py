"""A broken transfer goes on where it stopped, and never with bytes of another version."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import msgspec
import pytest

from headswap_tui.domain.errors import DownloadCancelled, TransferFailed
from headswap_tui.downloads.control import Control
from tests.contract.downloads.file_server import (
    Behaviour,
    FileServer,
    Handler,
    Hosted,
    answer,
    cut_after,
    digest,
    in_turn,
    mp4,
    send,
    serve,
)
from tests.contract.downloads.support import ID, IMPATIENT, Place, eventually

SIZE = 700_000
CUT = 300_000
OLD, NEW, NEW_LONGER = mp4(SIZE, 1), mp4(SIZE, 2), mp4(SIZE + 50_000, 3)


def hang_after(count: int) -> Behaviour:
    """The body stops after `count` bytes and the connection stays open."""

    def behave(handler: Handler, hosted: Hosted) -> None:
        send(handler, hosted, count)
        handler.wfile.flush()
        handler.server.let_go.wait()

    return behave


def kill_at(place: Place, server: FileServer, hosted: Hosted, count: int) -> None:
    """Leave behind what a process leaves that is killed when it has got `count` bytes."""
    hosted.behaviour = hang_after(count)
    child = place.child(server.url("/v.mp4"))
    try:
        eventually(lambda: place.part.exists() and place.part.stat().st_size == count)
    finally:
        child.kill()
        child.communicate()
    assert child.returncode == -9
    hosted.behaviour = None


def break_at(place: Place, server: FileServer, hosted: Hosted, count: int) -> None:
    """Leave behind a part of `count` bytes after a broken connection."""
    hosted.behaviour = cut_after(count)
    with pytest.raises(TransferFailed):
        place.fetch(server.url("/v.mp4"), retries=0)
    assert place.part.stat().st_size == count
    hosted.behaviour = None


def ranges(hosted: Hosted) -> list[str | None]:
    return [request.get("range") for request in hosted.requests]


@pytest.mark.parametrize("count", [1, CUT, SIZE - 1])
def test_a_killed_process_leaves_a_part_that_the_next_one_continues(
    count: int, place: Place, server: FileServer
) -> None:
    hosted = server.host("/v.mp4", OLD)
    kill_at(place, server, hosted, count)
    assert place.names() == ["v.mp4.part", "v.mp4.part.state"]
    finished = place.fetch(server.url("/v.mp4"))
    assert finished.path.read_bytes() == OLD
    assert place.names() == ["v.mp4"]
    assert ranges(hosted) == [None, f"bytes={count}-"]
    assert hosted.requests[1]["if-range"] == hosted.etag


def test_killed_again_and_again_it_still_gets_there(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", OLD)
    kill_at(place, server, hosted, 100_000)
    hosted.behaviour = hang_after(150_000)
    child = place.child(server.url("/v.mp4"))
    eventually(lambda: place.part.stat().st_size == 250_000)
    child.kill()
    child.communicate()
    hosted.behaviour = None
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == OLD


def test_a_process_killed_between_the_last_byte_and_the_name_asks_for_nothing_more(
    place: Place, server: FileServer
) -> None:
    hosted = server.host("/v.mp4", OLD)
    kill_at(place, server, hosted, CUT)
    place.part.write_bytes(OLD)
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == OLD
    assert len(hosted.requests) == 1


@pytest.mark.parametrize("with_reset", [False, True])
def test_a_server_that_ends_every_connection_early_is_outlasted(
    with_reset: bool, place: Place, server: FileServer
) -> None:
    hosted = server.host("/v.mp4", OLD, cut_after(200_000, with_reset=with_reset))
    assert place.fetch(server.url("/v.mp4"), retries=2).path.read_bytes() == OLD
    assert len(hosted.requests) >= 4  # more than the retries: progress makes them count anew


def test_a_server_that_ignores_ranges_restarts_the_file(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", OLD, in_turn(cut_after(CUT), serve))
    hosted.honours_range = False
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == OLD
    assert ranges(hosted) == [None, f"bytes={CUT}-"]


@pytest.mark.parametrize("content", [NEW, NEW_LONGER, NEW[: CUT - 1000]], ids=["same length", "longer", "shorter"])
@pytest.mark.parametrize("honours_if_range", [True, False])
@pytest.mark.parametrize("validator", ["etag", "last_modified", "both"])
def test_a_hosted_file_that_changed_between_attempts_is_fetched_anew(
    content: bytes, honours_if_range: bool, validator: str, place: Place, server: FileServer
) -> None:
    hosted = server.host("/v.mp4", OLD)
    hosted.honours_if_range = honours_if_range
    if validator != "both":
        setattr(hosted, "last_modified" if validator == "etag" else "etag", None)
    break_at(place, server, hosted, CUT)
    hosted.replace(content)
    assert place.fetch(server.url("/v.mp4"), is_verified=False).path.read_bytes() == content


def test_without_validators_it_starts_over(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", OLD)
    hosted.etag = hosted.last_modified = None
    break_at(place, server, hosted, CUT)
    hosted.content = NEW
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == NEW
    assert ranges(hosted) == [None, None]


def test_a_weak_etag_does_not_count(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", OLD)
    hosted.etag = 'W/"1"'
    break_at(place, server, hosted, CUT)
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == OLD
    assert hosted.requests[1]["if-range"] == hosted.last_modified


@pytest.mark.parametrize(
    "content_range",
    [
        None,
        "bytes 0-699999/700000",
        f"bytes {CUT - 1}-699999/700000",
        f"bytes {CUT}-699999/600000",
        f"bytes {CUT}-299999/700000",
        "bytes */700000",
        "lines 1-2/3",
        "bytes ٣-٤/٥",
    ],
)
def test_a_partial_answer_that_does_not_continue_what_is_there_is_not_used(
    content_range: str | None, place: Place, server: FileServer
) -> None:
    def wrong(handler: Handler, hosted: Hosted) -> None:
        if "Range" not in handler.headers:
            return serve(handler, hosted)
        headers = {} if content_range is None else {"Content_Range": content_range.encode().decode("latin-1")}
        return handler.status(206, hosted.content[: SIZE - CUT], ETag=str(hosted.etag), **headers)

    hosted = server.host("/v.mp4", OLD)
    break_at(place, server, hosted, CUT)
    hosted.behaviour = wrong
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == OLD
    assert ranges(hosted)[-1] is None


def test_a_partial_answer_that_was_not_asked_for_is_not_used(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", OLD)
    hosted.behaviour = in_turn(answer(206, OLD[100:], Content_Range=f"bytes 100-{SIZE - 1}/{SIZE}"), serve)
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == OLD


def test_a_partial_answer_shorter_than_asked_is_followed_by_the_rest(place: Place, server: FileServer) -> None:
    def in_slices(handler: Handler, hosted: Hosted) -> None:
        start = handler.wanted(hosted)
        if start is None:
            return cut_after(CUT)(handler, hosted)
        end = min(start + 100_000, SIZE)
        handler.head(hosted, 206, Content_Length=str(end - start), Content_Range=f"bytes {start}-{end - 1}/{SIZE}")
        handler.wfile.write(hosted.content[start:end])
        return None

    server.host("/v.mp4", OLD, in_slices)
    assert place.fetch(server.url("/v.mp4"), retries=1).path.read_bytes() == OLD


@pytest.mark.parametrize("hosted_size", [CUT, SIZE])
def test_416_is_the_end_only_if_the_lengths_agree(hosted_size: int, place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", OLD)
    break_at(place, server, hosted, CUT)
    place.change_state(lambda state: msgspec.structs.replace(state, total=None))  # as after an answer without a length
    hosted.content = OLD[:hosted_size] if hosted_size == CUT else OLD
    hosted.behaviour = in_turn(answer(416, Content_Range=f"bytes */{hosted_size}"), serve)
    finished = place.fetch(server.url("/v.mp4"), is_verified=False)
    assert finished.path.read_bytes() == OLD[:hosted_size]
    assert len(hosted.requests) == (2 if hosted_size == CUT else 3)


def test_after_a_power_cut_only_synced_bytes_count(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", OLD)
    break_at(place, server, hosted, CUT)
    place.change_state(lambda state: msgspec.structs.replace(state, boot="before", synced=1000))
    place.part.write_bytes(OLD[:1000] + bytes(CUT - 1000))  # what a power cut may leave of the rest
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == OLD
    assert ranges(hosted)[-1] == "bytes=1000-"


def test_a_file_finished_by_a_process_that_could_not_tell_is_no_second_copy(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", OLD)
    assert place.fetch(server.url("/v.mp4")).path.name == "v.mp4"
    assert place.fetch(server.url("/v.mp4")).path.name == "v.mp4"
    assert place.names() == ["v.mp4"]


def test_an_unreadable_state_file_loses_its_bytes_but_nothing_else(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", OLD)
    break_at(place, server, hosted, CUT)
    (place.directory / "v.mp4.part.state").write_bytes(b"\0" * 4096)
    finished = place.fetch(server.url("/v.mp4"))
    assert finished.path.read_bytes() == OLD
    assert place.part.stat().st_size == CUT


def test_a_part_is_found_again_when_the_name_has_changed_meanwhile(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", OLD)
    break_at(place, server, hosted, CUT)
    finished = place.fetch(server.url("/v.mp4"), file_name="renamed meanwhile.mp4")
    assert (finished.path.name, finished.path.read_bytes()) == ("renamed meanwhile.mp4", OLD)
    assert ranges(hosted)[-1] == f"bytes={CUT}-"
    assert place.names() == ["renamed meanwhile.mp4"]


def test_a_stall_is_ended_and_continued(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", OLD, in_turn(hang_after(CUT), hang_after(0), serve))
    assert place.fetch(server.url("/v.mp4"), timing=IMPATIENT).path.read_bytes() == OLD
    assert any("nothing came" in note for note in place.notes)


def test_a_server_that_promises_more_than_it_has_ends_in_an_error(place: Place, server: FileServer) -> None:
    def lie(handler: Handler, hosted: Hosted) -> None:
        handler.head(hosted, 200, Content_Length=str(SIZE + 1000))
        handler.wfile.write(hosted.content)

    hosted = server.host("/v.mp4", OLD, lie)
    with pytest.raises(TransferFailed, match=r"ended 1\.0 kB early"):
        place.fetch(server.url("/v.mp4"), retries=2)
    assert place.names() == ["v.mp4.part", "v.mp4.part.state"]
    assert len(hosted.requests) == 3


def test_two_processes_at_once_fetch_it_once(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", OLD)
    gate = hang_after(CUT)
    hosted.behaviour = in_turn(gate, serve)
    first = place.child(server.url("/v.mp4"))
    eventually(lambda: place.part.exists() and place.part.stat().st_size == CUT)
    second = place.child(server.url("/v.mp4"))
    try:
        printed = _let_both_end(server, first, second)
    finally:
        for child in (first, second):
            child.kill()
            child.communicate()
    assert printed == [str(place.directory / "v.mp4")] * 2
    assert (place.directory / "v.mp4").read_bytes() == OLD
    assert place.names() == ["v.mp4"]
    assert ranges(hosted) == [None, f"bytes={CUT}-"]


def test_waiting_for_another_process_can_be_stopped(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", OLD, hang_after(CUT))
    child = place.child(server.url("/v.mp4"))
    eventually(lambda: place.part.exists() and place.part.stat().st_size == CUT)
    control = Control(on_note=lambda note: control.stop() if "another process" in note else None)
    try:
        with pytest.raises(DownloadCancelled):
            place.fetch(server.url("/v.mp4"), control=control)
        assert place.part.stat().st_size == CUT
    finally:
        child.kill()
        child.communicate()
    hosted.behaviour = None
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == OLD  # the lock went with the process


@pytest.mark.soak
def test_killed_at_random_moments_a_hundred_times_it_is_still_the_same_file(place: Place, server: FileServer) -> None:
    content, chance = mp4(40_000_000, 5), random.Random(1)

    def slowly(handler: Handler, hosted: Hosted) -> None:
        start = handler.wanted(hosted) or 0
        code, headers = 200, {"Content_Length": str(len(content) - start)}
        if start:
            code, headers["Content_Range"] = 206, f"bytes {start}-{len(content) - 1}/{len(content)}"
        handler.head(hosted, code, **headers)
        for at in range(start, len(content), 50_000):
            handler.wfile.write(content[at : at + 50_000])
            handler.server.let_go.wait(0.004)

    server.host("/v.mp4", content, slowly)
    kills = 0
    while kills < 100 and not (place.directory / "v.mp4").exists():
        child = place.child(server.url("/v.mp4"))
        try:
            child.wait(0.25 + chance.random() * 0.4)
        except subprocess.TimeoutExpired:
            kills += 1
        child.kill()
        child.communicate()
    assert digest(place.fetch(server.url("/v.mp4")).path.read_bytes()) == digest(content)
    assert place.names() == ["v.mp4"]
    assert kills > 2


def _let_both_end(server: FileServer, *children: subprocess.Popen[str]) -> list[str]:
    # The second one is at the lock once it has the state file open, as the first one has.
    state = "v.mp4.part.state"
    eventually(lambda: all(_has_open(child.pid, state) for child in children))
    server.let_go.set()
    return [child.communicate(timeout=30)[0].strip() for child in children]


def _has_open(pid: int, name: str) -> bool:
    try:
        return any(name in str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def test_the_id_ties_a_part_to_its_task(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", OLD)
    break_at(place, server, hosted, CUT)
    server.host("/other.mp4", NEW)
    finished = place.fetch(server.url("/other.mp4"), task_id="b" * 24)
    assert (finished.path.name, finished.path.read_bytes()) == ("v.mp4", NEW)
    finished = place.fetch(server.url("/v.mp4"), task_id=ID)
    assert (finished.path.name, finished.path.read_bytes()) == ("v (1).mp4", OLD)
    assert ranges(hosted)[-1] == f"bytes={CUT}-"
