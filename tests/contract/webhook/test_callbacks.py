"""The dashboard's listener: begun behind its back, tried again while the port is taken, ended with it."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import httpx
import msgspec
import pytest

from headswap_tui.__main__ import Doors
from headswap_tui.cli.callbacks import Callbacks
from headswap_tui.config.settings import Settings, Webhook
from headswap_tui.domain.events import Connection, Mode
from headswap_tui.engine.engine import Engine
from tests.contract.webhook.conftest import FIRST, CountingEngine


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    """A port that somebody listens on until it is closed."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield sock


def callbacks(engine: CountingEngine, place: Path, **webhook: object) -> Callbacks:
    """As the dashboard makes them, but tried again at once."""
    section = msgspec.convert(webhook, Webhook)
    settings = Settings(data_dir=place, state_dir=place / "state", webhook=section)
    return Callbacks(Doors(), cast(Engine, engine), settings, section.listen or "", again_s=0.05)


async def until(condition: Callable[[], object], limit_s: float = 10.0) -> None:
    """Let the loop run until it holds."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


async def post(url: str) -> int:
    """A callback about the first task; its HTTP status."""
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.post(url, json={"_id": FIRST})).status_code


async def test_it_takes_over_when_the_port_is_free(tmp_path: Path, taken: socket.socket) -> None:
    engine, told = CountingEngine(), list[str]()
    listening = callbacks(engine, tmp_path, listen=f"127.0.0.1:{taken.getsockname()[1]}")
    listening.start(told.append)
    await until(lambda: told)
    assert "in use" in told[0] and "in use" in listening.trouble and not listening.url
    taken.close()
    await until(lambda: listening.url)
    assert not listening.trouble and len(told) == 1  # however often it was tried
    assert await post(listening.url) == 200
    assert engine.hinted == [FIRST]
    url = listening.url
    await listening.stop()
    assert not listening.url
    with pytest.raises(httpx.ConnectError):
        await post(url)


async def test_a_port_of_the_process_that_polls_is_no_news(tmp_path: Path, taken: socket.socket) -> None:
    engine, told = CountingEngine(), list[str]()
    engine.connection = Connection(Mode.FOLLOWING)
    listening = callbacks(engine, tmp_path, listen=f"127.0.0.1:{taken.getsockname()[1]}")
    listening.start(told.append)
    await until(lambda: listening.trouble)
    taken.close()
    await until(lambda: listening.url)
    assert told == []
    await listening.stop()


async def test_a_client_secret_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    told = list[str]()
    listening = callbacks(
        CountingEngine(), tmp_path, listen="127.0.0.1:0", client_id="x" * 16, client_secret_command=("false",)
    )
    listening.start(told.append)
    await until(lambda: told)
    assert "client_secret_command" in told[0]
    await listening.stop()
