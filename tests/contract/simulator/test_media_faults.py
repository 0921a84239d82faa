"""Each misbehaviour of the file host, over real connections."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable

import httpx
import pytest

from headswap_tui.simulator.faults import Fault
from headswap_tui.simulator.server import Simulator

SIZE = 300_000


@pytest.fixture
def fetch(
    still_simulator: Simulator, client: httpx.Client, finished: str
) -> Callable[..., tuple[httpx.Response, bytes]]:
    """Fetch the hosted file raw, with headers as asked; what came until an error, and the answer."""
    link = still_simulator.video_url(finished)

    def _fetch(timeout_s: float = 5, **headers: str) -> tuple[httpx.Response, bytes]:
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        got = b""
        with client.stream("GET", link, headers=asked, timeout=timeout_s) as answer:
            try:
                for piece in answer.iter_raw():
                    got += piece
            except httpx.TransportError as error:
                answer.extensions["broke"] = error
        return answer, got

    return _fetch


Fetch = Callable[..., tuple[httpx.Response, bytes]]


@pytest.fixture
def content(still_simulator: Simulator, finished: str) -> bytes:
    """The bytes of the hosted file."""
    return still_simulator.video_bytes(finished)


@pytest.mark.parametrize(
    ("fault", "value", "status"),
    [
        (Fault.MEDIA_EXPIRED, None, 403),
        (Fault.MEDIA_EXPIRED, 410, 410),
        (Fault.MEDIA_ERROR, None, 503),
        (Fault.MEDIA_ERROR, 500, 500),
        (Fault.MEDIA_THROTTLE, 3, 429),
        (Fault.MEDIA_HTML, None, 200),
        (Fault.MEDIA_EMPTY, None, 200),
        (Fault.MEDIA_REDIRECT, "http://other.invalid/a.mp4", 302),
    ],
)
def test_no_file_but_something_else(
    still_simulator: Simulator, fetch: Fetch, content: bytes, fault: Fault, value: float | str | None, status: int
) -> None:
    still_simulator.faults.set(fault, value, times=1)

    answer, got = fetch()

    assert answer.status_code == status
    assert got != content
    assert fault is not Fault.MEDIA_EMPTY or got == b""
    assert fault is not Fault.MEDIA_HTML or answer.headers["content-type"].startswith("text/html")
    assert fault is not Fault.MEDIA_THROTTLE or answer.headers["retry-after"] == "3"
    assert fault is not Fault.MEDIA_REDIRECT or answer.headers["location"] == value
    assert fetch()[1] == content


def test_a_redirect_leads_to_the_file(
    still_simulator: Simulator, client: httpx.Client, finished: str, content: bytes
) -> None:
    still_simulator.faults.set(Fault.MEDIA_REDIRECT)

    answer = client.get(still_simulator.video_url(finished), follow_redirects=True)

    assert [hop.status_code for hop in answer.history] == [302]
    assert answer.content == content


def test_a_redirect_leads_nowhere(still_simulator: Simulator, client: httpx.Client, finished: str) -> None:
    still_simulator.faults.set(Fault.MEDIA_REDIRECT, "loop")

    with pytest.raises(httpx.TooManyRedirects):
        client.get(still_simulator.video_url(finished), follow_redirects=True)


def test_range_ignored(still_simulator: Simulator, fetch: Fetch, content: bytes) -> None:
    still_simulator.faults.set(Fault.MEDIA_IGNORE_RANGE)

    answer, got = fetch(Range="bytes=1000-")

    assert (answer.status_code, got) == (200, content)
    assert "content-range" not in answer.headers


def test_another_range_than_asked(still_simulator: Simulator, fetch: Fetch, content: bytes) -> None:
    still_simulator.faults.set(Fault.MEDIA_WRONG_RANGE, 100)

    answer, got = fetch(Range="bytes=1000-1999")

    assert (answer.status_code, answer.headers["content-range"]) == (206, f"bytes 900-1999/{SIZE}")
    assert got == content[900:2000]


def test_no_content_range(still_simulator: Simulator, fetch: Fetch, content: bytes) -> None:
    still_simulator.faults.set(Fault.MEDIA_NO_CONTENT_RANGE)

    answer, got = fetch(Range="bytes=1000-")

    assert (answer.status_code, got) == (206, content[1000:])
    assert "content-range" not in answer.headers


def test_a_length_that_is_too_long(still_simulator: Simulator, fetch: Fetch, content: bytes) -> None:
    still_simulator.faults.set(Fault.MEDIA_LONGER, 50)

    answer, got = fetch()

    assert answer.headers["content-length"] == str(SIZE + 50)
    assert got == content
    assert isinstance(answer.extensions["broke"], httpx.RemoteProtocolError)


def test_a_file_without_its_end(still_simulator: Simulator, fetch: Fetch, content: bytes) -> None:
    still_simulator.faults.set(Fault.MEDIA_SHORTER, 50)

    answer, got = fetch()

    assert answer.headers["content-length"] == str(SIZE - 50)
    assert got == content[:-50]
    assert "broke" not in answer.extensions


def test_another_file_from_now_on(still_simulator: Simulator, fetch: Fetch, content: bytes) -> None:
    before, first = fetch(Range="bytes=0-99999")
    still_simulator.faults.set(Fault.MEDIA_CHANGED, times=1)

    honest, second = fetch(Range="bytes=100000-", If_Range=before.headers["etag"])

    assert first == content[:100_000]
    assert (honest.status_code, len(second)) == (200, SIZE)
    assert second != content
    assert fetch()[1] == second
    still_simulator.faults.set(Fault.MEDIA_IGNORE_IF_RANGE)
    careless, _ = fetch(Range="bytes=100000-", If_Range=before.headers["etag"])
    assert careless.status_code == 206
    assert careless.headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.MEDIA_CUT, httpx.RemoteProtocolError),
        (Fault.MEDIA_RESET, httpx.ReadError),
        (Fault.MEDIA_STALL, httpx.ReadTimeout),
    ],
)
def test_broken_off(
    still_simulator: Simulator, fetch: Fetch, content: bytes, fault: Fault, error: type[Exception]
) -> None:
    still_simulator.faults.set(fault, 70_000, times=1)

    answer, got = fetch(timeout_s=0.5)

    assert got == content[:70_000]
    assert isinstance(answer.extensions["broke"], error)
    assert fetch()[1] == content


def test_a_part_shorter_than_the_break_arrives(still_simulator: Simulator, fetch: Fetch, content: bytes) -> None:
    still_simulator.faults.set(Fault.MEDIA_CUT, 70_000)

    answer, got = fetch(Range="bytes=250000-")

    assert got == content[250_000:]
    assert "broke" not in answer.extensions


def test_no_length(still_simulator: Simulator, fetch: Fetch, content: bytes) -> None:
    still_simulator.faults.set(Fault.MEDIA_NO_LENGTH)

    answer, got = fetch()

    assert got == content
    assert "content-length" not in answer.headers


def test_no_validators(still_simulator: Simulator, fetch: Fetch) -> None:
    still_simulator.faults.set(Fault.MEDIA_NO_VALIDATORS)

    answer, _ = fetch()

    assert not {"etag", "last-modified"} & set(answer.headers)


def test_compressed(still_simulator: Simulator, fetch: Fetch, content: bytes) -> None:
    still_simulator.faults.set(Fault.MEDIA_GZIP)

    answer, got = fetch()

    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(got) == content


def test_late_and_slow(still_simulator: Simulator, fetch: Fetch, content: bytes) -> None:
    still_simulator.faults.set(Fault.MEDIA_SLOW, 0.1)
    still_simulator.faults.set(Fault.MEDIA_BANDWIDTH, 3_000_000)
    began = time.monotonic()

    assert fetch()[1] == content
    assert time.monotonic() - began >= 0.18
