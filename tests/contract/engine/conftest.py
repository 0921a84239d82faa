"""A whole engine on the simulator: real HTTP, real files, real time."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from headswap_tui.config.credential import current_credential
from headswap_tui.config.settings import CredentialSource, DownloadSettings, Polling, Settings
from headswap_tui.domain.clock import Clock, SystemClock
from headswap_tui.domain.errors import StoreError
from headswap_tui.domain.events import Event
from headswap_tui.engine.connecting import Connector
from headswap_tui.engine.engine import Engine
from headswap_tui.simulator.server import Simulator

FAST = Polling(requests_per_second=50, min_interval=1, max_interval=2)


class MakesEngines(Protocol):
    """Engines on the same store and simulator."""

    def __call__(
        self,
        *,
        key: str | None = None,
        source: CredentialSource | None = None,
        polling: Polling = FAST,
        auto: bool = False,
        rescue: bool = False,
        base_url: str | None = None,
        clock: Clock | None = None,
        rnd: random.Random | None = None,
        timeout_s: float | None = None,
    ) -> Engine:
        """`key`: `None` is the right one, empty is none; `source`: where it stands instead."""
        ...


@pytest.fixture
async def make_engine(simulator: Simulator, tmp_path: Path) -> AsyncIterator[MakesEngines]:
    """Makes engines; those that were started are stopped at the end."""
    made: list[Engine] = []

    def make(
        *,
        key: str | None = None,
        source: CredentialSource | None = None,
        polling: Polling = FAST,
        auto: bool = False,
        rescue: bool = False,
        base_url: str | None = None,
        clock: Clock | None = None,
        rnd: random.Random | None = None,
        timeout_s: float | None = None,
    ) -> Engine:
        settings = Settings(
            base_url=base_url or simulator.base_url,
            data_dir=tmp_path / "data",
            state_dir=tmp_path / "state",
            polling=polling,
            download=DownloadSettings(directory=tmp_path / "videos", auto=auto, rescue=rescue),
            credential=source or CredentialSource(),
        )
        environ = {} if source else {"HEADSWAP_API_KEY": simulator.api_key if key is None else key}
        connector = Connector(settings, partial(current_credential, settings, environ), timeout_s=timeout_s)
        engine = Engine(settings, connector, clock=clock, rnd=rnd)
        made.append(engine)
        return engine

    yield make
    for engine in made:
        await engine.stop()


@asynccontextmanager
async def running(engine: Engine) -> AsyncIterator[list[Event]]:
    """The engine at work, and the events that it told.

    At the end it gets a moment for its requests: one that is cancelled while it connects leaves its socket to the
    garbage collector, whose warning would fall on some later test.
    """
    events: list[Event] = []
    engine.subscribe(events.append)
    await engine.start()
    try:
        yield events
    finally:
        engine.pause()
        with suppress(AssertionError):
            await until(lambda: in_flight(engine) == 0, 0.3)
        await engine.stop()


def in_flight(engine: Engine) -> int:
    """Requests that left and have not ended; the simulator knows only of those that have arrived."""
    return engine._poller.budget.in_flight


async def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Let the loop run until the condition holds. Raises `AssertionError` after that many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        await asyncio.sleep(0.01)


class BentClock(SystemClock):
    """The machine's clocks, but for a wall clock that a test can set."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.ahead_ms


async def refused(action: Awaitable[object]) -> StoreError:
    """The store's error that `action` raises."""
    with pytest.raises(StoreError) as caught:
        await action
    return caught.value
