"""What callbacks may do: bring a question forward, and nothing else."""

from __future__ import annotations

import asyncio
import sys
import time
from urllib.parse import urlsplit

import pytest

from headswap_tui.config.listening import ListenAddress
from headswap_tui.config.secret import Secret
from headswap_tui.domain.errors import ConfigError
from headswap_tui.webhook import listener as module
from headswap_tui.webhook.hints import LEAST_S
from headswap_tui.webhook.listener import CONNECTIONS, LARGEST_BODY, Listener
from tests.contract.webhook.conftest import FIRST, KEYS, SECOND, STRANGER, CountingEngine, Hook, MakesHooks, sealed

UNREADABLE = {"signature": "0" * 40, "dataEncrypt": "QUJD", "timestamp": "1", "nonce": "2"}


async def test_a_callback_for_a_tracked_task_means_ask_now(make_hook: MakesHooks) -> None:
    hook = await make_hook(keys=KEYS)
    assert await hook.post(sealed({"_id": FIRST, "status": 3, "type": "x", "url": "https://evil.example"})) == 200
    assert hook.engine.hinted == [FIRST]
    assert await hook.post(sealed({"_id": SECOND, "status": 2}, block=16)) == 200
    assert hook.engine.hinted == [FIRST, SECOND]


async def test_one_that_cannot_be_read_means_ask_about_all_active(make_hook: MakesHooks) -> None:
    hook = await make_hook()
    assert await hook.post(UNREADABLE) == 200
    assert hook.engine.hinted == [FIRST, SECOND]
    assert [await hook.post(UNREADABLE) for _ in range(20)] == [200] * 20
    assert hook.engine.hinted == [FIRST, SECOND]


async def test_without_the_package_that_decrypts(make_hook: MakesHooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers", None)
    hook = await make_hook(keys=KEYS)
    assert await hook.post(sealed({"_id": SECOND})) == 200
    assert hook.engine.hinted == [FIRST, SECOND]


async def test_a_plain_one_is_read_as_well(make_hook: MakesHooks) -> None:
    hook = await make_hook()
    assert await hook.post({"data": {"_id": SECOND, "status": 3}}) == 200
    assert hook.engine.hinted == [SECOND]


@pytest.mark.parametrize(
    "change",
    [
        {"signature": "0" * 40},
        {"signature": "é"},
        {"signature": 7},
        {"dataEncrypt": "not base64!"},
        {"dataEncrypt": None},
        {"nonce": "another"},
        {"timestamp": ["x"]},
    ],
)
async def test_a_forged_one_names_no_task(make_hook: MakesHooks, change: dict[str, object]) -> None:
    hook = await make_hook(keys=KEYS, tracks_unknown=True)
    assert await hook.post(sealed({"_id": STRANGER}) | change) == 200
    assert hook.engine.added == []
    assert await hook.post({"_id": STRANGER}) == 200
    assert hook.engine.added == []
    assert set(hook.engine.hinted) <= {FIRST, SECOND}


async def test_unknown_tasks_are_tracked_only_by_setting(make_hook: MakesHooks) -> None:
    tracking, ignoring = await make_hook(keys=KEYS, tracks_unknown=True), await make_hook(keys=KEYS)
    for hook in tracking, ignoring:
        assert await hook.post(sealed({"_id": STRANGER})) == 200
        assert hook.engine.hinted == []
    assert (tracking.engine.added, ignoring.engine.added) == ([STRANGER], [])
    tracking.engine.is_full = True
    assert await tracking.post(sealed({"_id": STRANGER})) == 503  # the service sends it again


async def test_a_flood_of_a_thousand(make_hook: MakesHooks) -> None:
    hook = await make_hook(keys=KEYS, tracks_unknown=True)
    replayed = sealed({"_id": FIRST, "status": 4})
    before = dict(hook.engine.tasks)
    places = asyncio.Semaphore(CONNECTIONS // 2)

    async def call(number: int) -> int:
        async with places:
            return await hook.post(replayed if number % 2 else UNREADABLE | {"nonce": str(number)})

    begun = time.monotonic()
    statuses = await asyncio.gather(*(call(number) for number in range(1000)))
    assert set(statuses) <= {200, 429}
    assert statuses.count(200) >= 200
    assert set(hook.engine.hinted) == {FIRST, SECOND}
    assert len(hook.engine.hinted) <= 2 * (1 + (time.monotonic() - begun) // LEAST_S)
    assert (hook.engine.tasks, hook.engine.added) == (before, [])


async def test_strangers_get_nowhere(make_hook: MakesHooks) -> None:
    hook = await make_hook()
    base = hook.url.rpartition("/")[0]
    for url in (base, base + "/", base + "/wrong", hook.url + "/more", hook.url[:-1], base + "/%C3%A9"):
        assert await hook.post(UNREADABLE, url) == 404
    assert (await hook.client.get(hook.url)).status_code == 405
    assert hook.engine.hinted == []


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 60_000, b'"6a066dc58570ecbf64f76101"'])
async def test_what_is_no_callback(make_hook: MakesHooks, body: bytes) -> None:
    hook = await make_hook()
    assert await hook.post(body) == 400
    assert hook.engine.hinted == []


async def test_too_big(make_hook: MakesHooks) -> None:
    hook = await make_hook()
    assert await hook.post(b" " * (LARGEST_BODY - 2) + b"{}") == 200

    head = f"POST {urlsplit(hook.url).path} HTTP/1.1\r\nHost: x\r\n"
    assert b" 413 " in await answer(hook, f"{head}Content-Length: {LARGEST_BODY + 1}\r\n\r\n".encode())
    chunk = b"%x\r\n" % LARGEST_BODY + b" " * LARGEST_BODY + b"\r\n"
    assert b" 413 " in await answer(hook, head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"1\r\n \r\n")


async def answer(hook: Hook, request: bytes) -> bytes:
    """First line of the answer to these very bytes."""
    parts = urlsplit(hook.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(request)
    line = await reader.readline()
    writer.close()
    return line


async def test_too_slow(make_hook: MakesHooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BODY_WITHIN_S", 0.1)
    monkeypatch.setattr(module, "CONNECTION_S", 0.3)
    hook = await make_hook()
    parts = urlsplit(hook.url)
    assert b" 408 " in await answer(
        hook, f"POST {parts.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{{".encode()
    )
    silent, writer = await asyncio.open_connection(parts.hostname, parts.port)
    async with asyncio.timeout(5):
        assert await silent.read() == b""
    writer.close()
    assert hook.engine.hinted == []


async def test_a_port_that_is_taken(make_hook: MakesHooks) -> None:
    hook = await make_hook()
    address = ListenAddress("127.0.0.1", urlsplit(hook.url).port or 0)
    listener = Listener(CountingEngine(), Secret("x" * 20), address, None, tracks_unknown=False)
    with pytest.raises(ConfigError, match="in use"):
        await listener.start()
    await listener.stop()
