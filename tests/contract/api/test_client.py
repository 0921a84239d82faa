"""What the client sends and how it shares its connections."""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl

import httpx
import pytest

from headswap_tui.api.client import ApiClient
from headswap_tui.api.connections import Connections
from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.errors import ConfigError, Unreachable
from headswap_tui.domain.task import Detail, TaskId
from tests.contract.api.asking import ID, KEY, PATH, TLS, Key, client_of, failure_of, server_context
from tests.contract.api.faultserver import (
    GOOD,
    TASK,
    Asked,
    Line,
    answer,
    sends,
    sends_after,
    sends_and_closes,
    serving,
)

DETAIL = Detail(status=2, progress=47.5)


async def test_a_request_carries_what_it_should_and_nothing_else() -> None:
    behaviour = sends(answer(GOOD.split(b"\r\n\r\n")[1], headers="Set-Cookie: a=b; Path=/"))
    async with serving(behaviour) as server, client_of(server.base_url) as client:
        assert await client.detail(ID) == DETAIL
        assert await client.detail(ID) == DETAIL
    for asked in server.asked:
        assert asked.target == f"{PATH}?_id={TASK}"
        assert asked.headers["x-api-key"] == KEY
        assert asked.headers["accept-encoding"] == "identity"
        assert "cookie" not in asked.headers
        assert "authorization" not in asked.headers
        assert sum(KEY in line for line in asked) == 1
    assert server.connections == 1


async def test_a_token_goes_as_authorization() -> None:
    token = Key("Authorization", f"Bearer {KEY}")
    async with serving(sends(GOOD)) as server, client_of(server.base_url, token) as client:
        await client.detail(ID)
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert "x-api-key" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("base", "path", "target"),
    [
        ("/prefix/", "a/b", "/prefix/a/b?_id=un%2Fusual%3F%26"),
        ("", "/a?v=5", "/a?v=5&_id=un%2Fusual%3F%26"),
        ("", "//evil.example/a", "/evil.example/a?_id=un%2Fusual%3F%26"),
    ],
)
async def test_path_and_id_are_put_together_safely(base: str, path: str, target: str) -> None:
    async with serving(sends(answer(b"", 404))) as server:
        client = ApiClient(server.base_url + base, path, Key(), clock=SystemClock())
        with contextlib.suppress(Exception):
            await client.detail(TaskId("un/usual?&"))
        await client.aclose()
    assert server.asked[0].target == target


def test_a_base_url_that_would_give_the_key_away_is_refused() -> None:
    with pytest.raises(ConfigError, match="in clear"):
        ApiClient("http://api.example", PATH, Key(), clock=SystemClock())
    with pytest.raises(ConfigError, match="detail_path"):
        ApiClient("https://api.example", "/a\nb", Key(), clock=SystemClock())


async def test_no_more_than_the_limit_run_at_a_time_over_one_client() -> None:
    gate = asyncio.Event()

    async def behave(line: Line, _asked: Asked) -> None:
        await gate.wait()
        await line.send(GOOD)

    async with serving(behave) as server, client_of(server.base_url, concurrency=3) as client:
        waiting = [asyncio.create_task(client.detail(ID)) for _ in range(30)]
        await server.until(requests=3)
        gate.set()
        assert await asyncio.gather(*waiting) == [DETAIL] * 30
        assert server.most_in_flight == 3
        assert server.connections == 3
        assert client.clients_built == 1


async def test_the_wait_for_ones_turn_does_not_count_against_the_deadline() -> None:
    slow = sends_after(lambda: 0.1, GOOD)  # fifteen in a row take longer than the deadline of one
    async with serving(slow) as server, client_of(server.base_url, concurrency=1, timeout_s=1.0) as client:
        assert await asyncio.gather(*(client.detail(ID) for _ in range(15))) == [DETAIL] * 15


async def test_an_idle_connection_that_the_server_dropped_is_tried_again_at_once() -> None:
    async def behave(line: Line, _asked: Asked) -> None:
        if line.served == 1:
            await line.send(GOOD)
        else:
            line.close()

    async with serving(behave) as server, client_of(server.base_url) as client:
        assert await client.detail(ID) == DETAIL
        assert await client.detail(ID) == DETAIL
        assert len(server.asked) == 3
        assert server.connections == 2


async def test_a_fresh_connection_that_breaks_is_not_tried_again() -> None:
    async with serving(sends_and_closes()) as server, client_of(server.base_url) as client:
        assert isinstance(await failure_of(client), Unreachable)
        assert len(server.asked) == 1


async def test_an_answer_that_breaks_in_its_middle_is_not_tried_again() -> None:
    async def behave(line: Line, _asked: Asked) -> None:
        await line.send(GOOD if line.served == 1 else GOOD[:-10])
        if line.served > 1:
            line.close()

    async with serving(behave) as server, client_of(server.base_url) as client:
        await client.detail(ID)
        assert isinstance(await failure_of(client), Unreachable)
        assert len(server.asked) == 2


async def test_a_lost_pool_is_replaced_and_the_request_still_answered() -> None:
    tries = 0

    async def handle(request: httpx.Request) -> httpx.Response:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise httpx.PoolTimeout("", request=request)
        return httpx.Response(200, json={"code": 1000, "data": {"_id": TASK, "status": 1}})

    async with client_of("https://api.example", transport=httpx.MockTransport(handle)) as client:
        assert await client.detail(ID) == Detail(status=1)
        assert client.clients_built == 2


async def test_after_a_storm_of_cancelled_requests_all_still_works() -> None:
    """Cancelling at bad moments loses connections in httpcore; twenty rounds wedged a plain pool for good."""
    dice = random.Random(7)
    slow = sends_after(lambda: dice.random() / 50, GOOD)
    async with serving(slow) as server, client_of(server.base_url, concurrency=8) as client:
        for _ in range(25):
            tasks = [asyncio.create_task(client.detail(ID)) for _ in range(24)]
            await asyncio.wait(tasks, timeout=dice.random() / 25)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert await asyncio.gather(*(client.detail(ID) for _ in range(40))) == [DETAIL] * 40


async def test_a_pool_full_of_the_dead_recovers() -> None:
    """Every place in the pool taken by requests of callers long gone: the next one gets a new pool."""
    async with serving(sends(GOOD)) as server, client_of(server.base_url, concurrency=1) as client:
        await client.detail(ID)
        async with client._connections.client() as pool:
            stuck = [await pool.send(pool.build_request("GET", server.base_url), stream=True) for _ in range(2)]
            assert await client.detail(ID) == DETAIL
            assert client.clients_built == 2
            for response in stuck:
                await response.aclose()


async def test_reset_starts_over_and_leaves_requests_under_way_alone() -> None:
    gate = asyncio.Event()

    async def behave(line: Line, _asked: Asked) -> None:
        await gate.wait()
        await line.send(GOOD)

    async with serving(behave) as server, client_of(server.base_url) as client:
        under_way = asyncio.create_task(client.detail(ID))
        await server.until(requests=1)
        await client.reset()
        gate.set()
        assert await under_way == DETAIL
        assert await client.detail(ID) == DETAIL
        assert server.connections == 2


async def test_closed_is_closed() -> None:
    async with serving(sends(GOOD)) as server, client_of(server.base_url) as client:
        await client.detail(ID)
        await client.aclose()
        assert isinstance(await failure_of(client), Unreachable)
        assert len(server.asked) == 1


async def test_tls_with_a_trusted_certificate_works() -> None:
    trust = ssl.create_default_context(cafile=TLS / "localhost.pem")
    tls = server_context("localhost")
    async with serving(sends(GOOD), tls) as server, client_of(server.base_url, verify=trust) as client:
        assert await client.detail(ID) == DETAIL


async def test_certificates_are_loaded_once_and_away_from_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "localhost.pem"))
    async with serving(sends(GOOD), server_context("localhost")) as server, client_of(server.base_url) as client:
        assert await asyncio.gather(*(client.detail(ID) for _ in range(10))) == [DETAIL] * 10
        context = client._connections._context
        await client.reset()
        assert await client.detail(ID) == DETAIL
        assert client._connections._context is context
        assert client.clients_built == 2


async def test_a_proxy_of_the_environment_never_sees_requests_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(sends(GOOD)) as proxy, serving(sends(GOOD)) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url)
        monkeypatch.setenv("ALL_PROXY", proxy.base_url)
        async with client_of(server.base_url) as client:
            assert await client.detail(ID) == DETAIL
        assert not proxy.asked


def test_the_pool_has_room_for_twice_the_requests() -> None:
    made = Connections(
        "http://127.0.0.1:1", concurrency=8, connect_timeout_s=1, timeout_s=1, verify=None, transport=None
    )
    assert (made._limits.max_connections, made._limits.max_keepalive_connections) == (16, 8)
    assert made._limits.keepalive_expiry == 4.0
