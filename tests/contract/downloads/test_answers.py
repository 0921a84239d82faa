"""What a file host may answer, from a fresh signature to a page that says it is sorry."""

from __future__ import annotations

import gzip

import pytest

from headswap_tui.domain.errors import DownloadError, FileGone, NotAVideo, TransferFailed, UrlRefused
from headswap_tui.domain.task import TaskId
from headswap_tui.downloads.control import Control
from tests.contract.downloads.file_server import (
    Behaviour,
    FileServer,
    Handler,
    Hosted,
    answer,
    cut_after,
    in_turn,
    mp4,
    serve,
)
from tests.contract.downloads.support import ID, IMPATIENT, Place

VIDEO = mp4(400_000)


def chunked(*, is_cut: bool = False) -> Behaviour:
    """A body that says piece by piece how long it is."""

    def behave(handler: Handler, hosted: Hosted) -> None:
        handler.head(hosted, 200, Transfer_Encoding="chunked")
        for start in range(0, len(hosted.content), 100_000):
            piece = hosted.content[start : start + 100_000]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            if is_cut:
                return
        handler.wfile.write(b"0\r\n\r\n")

    return behave


def until_the_end(count: int) -> Behaviour:
    """A body of the old kind, which ends where the connection does."""

    def behave(handler: Handler, hosted: Hosted) -> None:
        handler.head(hosted, 200)
        handler.wfile.write(hosted.content[:count])

    return behave


def raw(*pieces: bytes) -> Behaviour:
    """Just these bytes."""

    def behave(handler: Handler, hosted: Hosted) -> None:
        for piece in pieces:
            handler.wfile.write(piece)

    return behave


def drip(handler: Handler, hosted: Hosted) -> None:
    """A header that never ends, byte by byte."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.let_go.wait(0.02):
        handler.wfile.write(b"x")


@pytest.mark.parametrize(
    "behaviour",
    [
        serve,
        chunked(),
        in_turn(chunked(is_cut=True), chunked()),
        until_the_end(len(VIDEO)),
        in_turn(until_the_end(100_000), serve),
        in_turn(answer(503), answer(500, b"<html>"), answer(429, Retry_After="junk"), serve),
        in_turn(answer(408), answer(425), serve),
        in_turn(raw(b""), serve),
        in_turn(raw(b"garbage\r\n\r\n"), serve),
        in_turn(raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000), serve),
        in_turn(raw(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"), serve),
    ],
    ids=[
        "plain",
        "chunked",
        "cut chunks",
        "no length",
        "no length, cut",
        "5xx and 429",
        "408 and 425",
        "closed at once",
        "not HTTP",
        "endless header",
        "only interim answers",
    ],
)
def test_what_ends_well(behaviour: Behaviour, place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO, behaviour)
    finished = place.fetch(server.url("/v.mp4"), retries=4)
    assert finished.path.read_bytes() == VIDEO
    assert finished.size == len(VIDEO)
    assert place.names() == ["v.mp4"]


def test_interim_answers_before_the_real_one_are_passed_over(place: Place, server: FileServer) -> None:
    def with_hints(handler: Handler, hosted: Hosted) -> None:
        handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
        serve(handler, hosted)

    hosted = server.host("/v.mp4", VIDEO, with_hints)
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == VIDEO
    assert len(hosted.requests) == 1


def test_header_lines_may_end_like_in_old_times(place: Place, server: FileServer) -> None:
    head = f"HTTP/1.1 200 OK\nContent-Length: {len(VIDEO)}\n\n".encode()
    server.host("/v.mp4", VIDEO, raw(head[:-1], head[-1:] + VIDEO[:10], VIDEO[10:]))
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == VIDEO


def test_a_header_that_drips_meets_a_deadline(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO, in_turn(drip, serve))
    assert place.fetch(server.url("/v.mp4"), timing=IMPATIENT).path.read_bytes() == VIDEO


@pytest.mark.parametrize(
    ("behaviour", "error", "words"),
    [
        (answer(200, b"<html>", Content_Type="text/html; charset=utf-8"), NotAVideo, "text/html"),
        (answer(200, b"{}", Content_Type="application/json"), NotAVideo, "application/json"),
        (answer(200, b"{}", Content_Type="application/problem+json"), NotAVideo, "problem"),
        (answer(200, b"<x/>", Content_Type="application/xml"), NotAVideo, "xml"),
        (answer(200, b"<x/>", Content_Type="image/svg+xml"), NotAVideo, "svg"),
        (answer(200, b"<html>sorry</html>" * 9, Content_Type="video/mp4"), NotAVideo, "web page"),
        (answer(200, VIDEO[:-1]), NotAVideo, "cut off"),
        (answer(200, b""), NotAVideo, "empty"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), NotAVideo, "empty"),
        (answer(200, gzip.compress(VIDEO), Content_Encoding="gzip"), TransferFailed, "gzip"),
        (answer(418), TransferFailed, "HTTP 418"),
        (answer(204), TransferFailed, "HTTP 204"),
        (answer(304), TransferFailed, "HTTP 304"),
        (answer(302), TransferFailed, "HTTP 302"),
        (answer(416), TransferFailed, "HTTP 416"),
        (answer(503), TransferFailed, "again and again.*HTTP 503"),
        (cut_after(0), TransferFailed, "ended 400.0 kB early"),
        (raw(b""), TransferFailed, "again and again"),
    ],
)
def test_what_ends_in_an_error(
    behaviour: Behaviour, error: type[DownloadError], words: str, place: Place, server: FileServer
) -> None:
    server.host("/v.mp4", VIDEO, behaviour)
    with pytest.raises(error, match=words) as raised:
        place.fetch(server.url("/v.mp4?sig=s3cr3t"), retries=2)
    assert "s3cr3t" not in str(raised.value)
    assert "v.mp4" not in place.names()


def test_an_empty_part_is_not_left_behind(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO, answer(418))
    with pytest.raises(TransferFailed):
        place.fetch(server.url("/v.mp4"))
    assert place.names() == []


def test_what_is_no_video_is_kept_and_fetched_anew_on_retry(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", VIDEO[:-1])
    with pytest.raises(NotAVideo) as refused:
        place.fetch(server.url("/v.mp4"))
    assert place.part.read_bytes() == VIDEO[:-1]
    assert "v.mp4.part" in refused.value.hint
    hosted.replace(VIDEO)
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == VIDEO
    assert "range" not in hosted.requests[-1]


def test_without_verification_it_is_accepted_as_it_is(place: Place, server: FileServer) -> None:
    hosted = server.host("/v.mp4", b"hello")
    with pytest.raises(NotAVideo):
        place.fetch(server.url("/v.mp4"))
    assert place.fetch(server.url("/v.mp4"), is_verified=False).path.read_bytes() == b"hello"
    assert len(hosted.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_an_expired_address_is_renewed_and_the_part_continued(status: int, place: Place, server: FileServer) -> None:
    server.host("/old.mp4", VIDEO, in_turn(cut_after(100_000), answer(status)))
    hosted = server.host("/new.mp4", VIDEO)
    place.fresh = server.url("/new.mp4?sig=2")
    assert place.fetch(server.url("/old.mp4?sig=1")).path.read_bytes() == VIDEO
    assert place.renewed == [ID]
    assert hosted.requests[0]["range"] == "bytes=100000-"


def test_a_renewed_address_with_another_content_restarts(place: Place, server: FileServer) -> None:
    server.host("/old.mp4", VIDEO, in_turn(cut_after(100_000), answer(403)))
    other = mp4(300_000, 9)
    server.host("/new.mp4", other)
    place.fresh = server.url("/new.mp4")
    assert place.fetch(server.url("/old.mp4")).path.read_bytes() == other


def test_addresses_that_live_shortly_are_renewed_as_long_as_bytes_come(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO, in_turn(*[cut_after(100_000), answer(403)] * 3, serve))
    place.fresh = server.url("/v.mp4")
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == VIDEO
    assert len(place.renewed) == 3


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [(403, FileGone, "The hosted file is gone"), (404, FileGone, "gone"), (400, TransferFailed, "refuses.*400")],
)
def test_if_the_fresh_address_fails_too_the_file_is_gone(
    status: int, error: type[DownloadError], words: str, place: Place, server: FileServer
) -> None:
    hosted = server.host("/v.mp4", VIDEO, answer(status))
    place.fresh = server.url("/v.mp4?sig=s3cr3t")
    with pytest.raises(error, match=words) as raised:
        place.fetch(server.url("/v.mp4"))
    assert len(hosted.requests) == 2
    assert "s3cr3t" not in str(raised.value)


def test_if_no_fresh_address_can_be_had_the_reason_is_told(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO, answer(403))
    with pytest.raises(TransferFailed, match=r"expired.*cannot be reached.*Check the network"):
        place.fetch(server.url("/v.mp4"))


def test_a_service_that_does_not_answer_in_time_is_told(
    place: Place, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(_task_id: TaskId) -> str:
        raise TimeoutError

    monkeypatch.setattr(place, "renew", late)
    with pytest.raises(TransferFailed, match="no answer in time"):
        place.fetch(server.url("/gone.mp4"))


def test_a_task_without_an_address_asks_for_one(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO)
    place.fresh = server.url("/v.mp4")
    assert place.fetch(None).path.read_bytes() == VIDEO
    place.fresh = ""
    with pytest.raises(UrlRefused, match="no video address"):
        place.fetch(None, task_id="b" * 24)


def test_retry_after_is_obeyed(place: Place, server: FileServer) -> None:
    waits: list[float] = []

    class Noting(Control):
        def wait(self, seconds: float) -> None:
            waits.append(seconds)

    server.host("/v.mp4", VIDEO, in_turn(answer(429, Retry_After="7"), answer(503, Retry_After="86400"), serve))
    place.fetch(server.url("/v.mp4"), control=Noting())
    assert waits == [7.0, 900.0]


def test_our_requests_carry_nothing_that_is_ours(
    place: Place, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AKOOL_API_KEY", "k3y")

    def with_cookie(handler: Handler, hosted: Hosted) -> None:
        handler.status(503, Set_Cookie="tracked=1")

    hosted = server.host("/v.mp4", VIDEO, in_turn(with_cookie, serve))
    place.fetch(server.url("/v.mp4"))
    for request in hosted.requests:
        assert request.keys() == {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert request["accept-encoding"] == "identity"
        assert "k3y" not in str(request)
