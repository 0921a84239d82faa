"""Each thing that can go wrong on the way, over real connections: the right error, in words, without the key."""

from __future__ import annotations

import asyncio
import gzip
import logging
import resource
import ssl
import time
import traceback
import zlib
from typing import Any

import pytest

from headswap_tui.domain import errors
from headswap_tui.domain.errors import ApiError, AuthRefused, Garbled, Unreachable
from tests.contract.api.asking import ID, KEY, TLS, Key, client_of, failure_of, server_context
from tests.contract.api.faultserver import (
    GOOD,
    TASK,
    Behaviour,
    answer,
    drips,
    floods,
    sends,
    sends_and_closes,
    sends_and_hangs,
    sends_and_resets,
    serving,
)

BODY = GOOD.split(b"\r\n\r\n")[1]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
BOMB = gzip.compress(b"x" * 50_000_000)


def packed(body: bytes, encoding: str, status: int = 200) -> bytes:
    return answer(body, status, f"Content-Encoding: {encoding}")


@pytest.mark.parametrize(
    ("behaviour", "kind", "says"),
    [
        pytest.param(sends_and_resets(), "Unreachable", "cut the connection", id="reset before a byte"),
        pytest.param(sends_and_closes(), "Unreachable", "cut the connection", id="closed before a byte"),
        pytest.param(sends_and_resets(HEAD, b'{"co'), "Unreachable", "cut the connection", id="reset in the body"),
        pytest.param(sends_and_closes(HEAD, b'{"co'), "Unreachable", "cut the connection", id="short body"),
        pytest.param(
            sends_and_closes(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"),
            *("Unreachable", "cut the connection"),
            id="cut chunk",
        ),
        pytest.param(sends_and_hangs(), "Unreachable", "within 0.4 s", id="silence"),
        pytest.param(sends_and_hangs(b"HTTP/1.1 200 OK\r\n"), "Unreachable", "within 0.4 s", id="half a head"),
        pytest.param(drips(BODY, 0.02), "Unreachable", "within 0.4 s", id="drip feed"),
        pytest.param(sends_and_closes(b"\x15\x03\x01\x00\x02\x02\x16"), "Garbled", "no HTTP", id="no HTTP"),
        pytest.param(
            sends_and_closes(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n"),
            *("Garbled", "no HTTP"),
            id="endless header",
        ),
        pytest.param(sends(answer(BODY[:-5])), "Garbled", "cut off", id="truncated JSON"),
        pytest.param(sends(answer(b"")), "Garbled", "empty", id="empty"),
        pytest.param(sends(answer(b"x" * 10_000_000)), "Garbled", "larger than 1 MiB", id="10 MB announced"),
        pytest.param(floods(10_000_000), "Garbled", "larger than 1 MiB", id="10 MB not announced"),
        pytest.param(
            sends(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000000\r\n\r\n"),
            *("Garbled", "larger than 1 MiB"),
            id="announced a petabyte",
        ),
        pytest.param(sends(packed(BOMB, "gzip")), "Garbled", "larger than 1 MiB", id="gzip bomb"),
        pytest.param(sends(packed(gzip.compress(BODY)[:-9], "gzip")), "Garbled", "compressed", id="gzip cut"),
        pytest.param(sends(packed(b"nonsense", "gzip")), "Garbled", "compressed", id="gzip not"),
        pytest.param(sends(packed(BODY, "br")), "Garbled", "compressed", id="brotli"),
        pytest.param(sends(packed(b"nonsense", "br", 503)), "ServerFailed", "503", id="brotli 503"),
        pytest.param(floods(2_000_000), "Garbled", "larger", id="flood"),
        pytest.param(
            sends(answer(b"<html><title>Guest Wi-Fi</title>", headers="Content-Type: text/html")),
            *("Garbled", "Guest Wi-Fi"),
            id="portal",
        ),
        pytest.param(
            sends(answer({"code": 1000, "data": {"_id": "6a066dc58570ecbf64f761ff", "status": 3}})),
            *("Garbled", "another task"),
            id="wrong _id",
        ),
        pytest.param(sends(answer(b"", 429, "Retry-After: 7")), "Throttled", "7 s of rest", id="429 seconds"),
        pytest.param(
            sends(
                answer(
                    b"",
                    429,
                    "Retry-After: Wed, 21 Oct 2026 07:28:30 GMT\r\nDate: Wed, 21 Oct 2026 07:28:00 GMT",
                )
            ),
            *("Throttled", "30 s of rest"),
            id="429 date",
        ),
        pytest.param(sends(answer(b"", 429, "Retry-After: soon")), "Throttled", "429 Too Many", id="429 junk"),
        pytest.param(sends(answer(b"<h1>Bad</h1>", 502)), "ServerFailed", "502 Bad Gateway", id="502"),
        pytest.param(sends(answer(b"", 401)), "AuthRefused", "environment HEADSWAP_API_KEY", id="401"),
        pytest.param(
            sends(answer({"code": 1101, "msg": f"bad key {KEY}"})), "AuthRefused", "“bad key (hidden)”", id="1101"
        ),
    ],
)
async def test_what_a_server_can_do_wrong(
    behaviour: Behaviour, kind: str, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # Only what hangs for ever waits for the deadline; 10 MB may take longer than that on a busy machine.
    timeout_s = 0.4 if "within" in says else 5.0
    async with serving(behaviour) as server, client_of(server.base_url, timeout_s=timeout_s) as client:
        error = await failure_of(client)
        assert type(error) is getattr(errors, kind)
        assert says in str(error)
        assert_no_key(error, client, caplog.text)


def assert_no_key(error: ApiError, client: object, log: str) -> None:
    shown = [str(error), repr(error), repr(vars(error)), repr(client), log]
    shown += traceback.format_exception(error)
    assert not [text for text in shown if KEY in text]


async def test_a_redirect_that_quotes_the_key_is_shown_without_it() -> None:
    behaviour = sends(answer(b"", 302, f"Location: https://{KEY}.example/{KEY}"))
    async with serving(behaviour) as server, client_of(server.base_url) as client:
        error = await failure_of(client)
        assert "https://(hidden).example/(hidden)" in error.message
        assert_no_key(error, client, "")


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "identity", "GZIP"])
async def test_an_answer_compressed_unasked_is_read(encoding: str) -> None:
    body = {"deflate": zlib.compress(BODY), "identity": BODY}.get(encoding, gzip.compress(BODY))
    async with serving(sends(packed(body, encoding))) as server, client_of(server.base_url) as client:
        assert (await client.detail(ID)).progress == 47.5


async def test_a_bomb_takes_no_memory() -> None:
    async with serving(sends(packed(BOMB, "gzip"))) as server, client_of(server.base_url) as client:
        await failure_of(client)
        before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(3):
            await failure_of(client)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 16_000


async def test_a_redirect_to_another_origin_is_not_followed() -> None:
    async with serving(sends(GOOD)) as elsewhere:
        for status in (301, 302, 303, 307, 308):
            redirect = answer(b"", status, f"Location: {elsewhere.base_url}/login?session=1")
            async with serving(sends(redirect)) as server, client_of(server.base_url) as client:
                error = await failure_of(client)
                assert isinstance(error, Garbled)
                assert f"{elsewhere.base_url}/login came instead" in error.message
                assert "session" not in str(error)
                assert len(server.asked) == 1
        assert elsewhere.connections == 0


async def test_nobody_listens() -> None:
    async with serving(sends(GOOD)) as server:
        pass
    async with client_of(server.base_url) as client:
        error = await failure_of(client)
    assert isinstance(error, Unreachable)
    assert "refused the connection" in error.message


async def test_a_name_that_does_not_exist() -> None:
    async with client_of("https://api.invalid") as client:
        error = await failure_of(client)
    assert isinstance(error, Unreachable)
    assert "api.invalid cannot be found (DNS)" in error.message


async def test_a_certificate_nobody_vouches_for() -> None:
    async with serving(sends(GOOD), server_context("localhost")) as server, client_of(server.base_url) as client:
        error = await failure_of(client)
    assert isinstance(error, Unreachable)
    assert "certificate" in error.message
    assert "self-signed certificate" in error.message
    assert not server.asked


async def test_a_certificate_of_another_host() -> None:
    trust = ssl.create_default_context(cafile=TLS / "other.pem")
    tls = server_context("other")
    async with serving(sends(GOOD), tls) as server, client_of(server.base_url, verify=trust) as client:
        error = await failure_of(client)
    assert isinstance(error, Unreachable)
    assert "mismatch" in error.message
    assert not server.asked


async def test_https_to_a_port_that_speaks_no_tls() -> None:
    async with serving(sends(GOOD)) as server:
        https = server.base_url.replace("http:", "https:")
        # The greeting of TLS is no request, so the server says nothing.
        async with client_of(https, connect_timeout_s=0.3) as client:
            error = await failure_of(client)
    assert isinstance(error, Unreachable)
    assert "in time" in error.message
    assert not server.asked


@pytest.mark.parametrize("value", ["key\nwith line", "key\x00", "schlüssel-geheim", "key "])
async def test_a_credential_that_cannot_be_sent(value: str) -> None:
    async with serving(sends(GOOD)) as server, client_of(server.base_url, Key(value=value)) as client:
        try:
            await client.detail(ID)
        except AuthRefused as error:
            assert "cannot be sent" in error.message
            shown = "".join(traceback.format_exception(error)) + repr(error)
            assert value not in shown
            assert repr(value.encode()) not in shown
        else:
            assert server.asked[0].headers["x-api-key"] == value.strip()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1", "SOCKS"),
        ("HTTPS_PROXY", "gopher://127.0.0.1:1", "cannot be set up"),
        ("HTTPS_PROXY", "http://127.0.0.1:99999", "api.invalid"),
        ("HTTPS_PROXY", "http://127.0.0.1:1", "api.invalid refused"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem", "/nowhere/ca.pem"),
        ("SSL_CERT_FILE", "/dev/null", "/dev/null"),
    ],
)
async def test_a_wrong_environment(name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)
    monkeypatch.setenv(name, value)
    async with client_of("https://api.invalid") as client:
        error = await failure_of(client)
        assert isinstance(error, Unreachable)
        assert says in error.message
        assert error.hint


async def test_one_fault_does_not_disturb_the_others() -> None:
    async def behave(line: Any, asked: Any) -> None:
        if "bad" in asked.target:
            line.reset()
        else:
            await line.send(GOOD)

    async with serving(behave) as server, client_of(server.base_url) as client:
        results = await asyncio.gather(
            *(client.detail(ID if number % 2 else type(ID)(f"bad{number}")) for number in range(40)),
            return_exceptions=True,
        )
        assert sum(isinstance(result, Unreachable) for result in results) == 20
        assert sum(getattr(result, "progress", None) == 47.5 for result in results) == 20


async def test_the_deadline_holds_for_a_whole_request() -> None:
    async with serving(drips(BODY * 50, 0.01)) as server, client_of(server.base_url, timeout_s=0.5) as client:
        before = time.monotonic()
        await failure_of(client)
        assert 0.4 < time.monotonic() - before < 3.0
        assert server.asked[0].target.endswith(TASK)
