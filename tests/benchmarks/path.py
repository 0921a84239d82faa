"""Processor time per answer of the whole path against bare httpx: `python -m tests.benchmarks path`.

The whole path is the engine at work: schedule, ask, read, book, store, tell. Bare is `AsyncClient.get` and
`json.loads`, eight in flight. Both ask the same simulator, which runs in a process of its own, one after the other;
the medians of several slices are compared.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx

from headswap_tui.config.credential import Credential
from headswap_tui.config.secret import Secret
from headswap_tui.config.settings import Polling, Settings
from headswap_tui.domain.events import Event, TasksChanged
from headswap_tui.domain.task import TaskId
from headswap_tui.engine.connecting import Connector
from headswap_tui.engine.engine import Engine
from headswap_tui.simulator.server import Simulator
from tests.benchmarks.report import Row, ms

SLICES: Final = 6
SLICE_S: Final = 4.0
RATE: Final = 50.0
"""Requests a second of the engine: the most that the settings allow."""
PASS: Final = 1.3
GOAL: Final = 1.15
TITLE: Final = "the whole path of an answer: schedule, ask, read, book, store, tell"
PATH: Final = "/api/open/v4/headswap/task/detail"


async def bare_s(client: httpx.AsyncClient, ids: list[TaskId], key: str) -> float:
    """Processor seconds per answer of the bare client."""
    asked = 0

    async def worker() -> None:
        nonlocal asked
        while asked < SLICE_S * RATE:
            asked += 1
            response = await client.get(PATH, params={"_id": ids[asked % len(ids)]}, headers={"x-api-key": key})
            json.loads(response.content)

    began = time.process_time()
    await asyncio.gather(*(worker() for _ in range(8)))
    return (time.process_time() - began) / asked


@asynccontextmanager
async def engine_on(url: str, key: str, ids: list[TaskId], place: Path) -> AsyncIterator[list[Event]]:
    """An engine that asks about these as often as it may, and what it tells."""
    settings = Settings(
        base_url=url,
        data_dir=place,
        state_dir=place,
        polling=Polling(requests_per_second=RATE, min_interval=1, max_interval=1),
    )
    credential = Credential("api_key", Secret(key), "the simulator")
    engine = Engine(settings, Connector(settings, lambda: credential))
    events: list[Event] = []
    engine.subscribe(events.append)
    await engine.start()
    try:
        await engine.add(ids)
        yield events
    finally:
        await engine.stop()


async def ours_s(events: list[Event]) -> float:
    """Processor seconds per answer of the engine over one slice."""
    first, began = len(events), time.process_time()
    await asyncio.sleep(SLICE_S)
    answers = sum(isinstance(event, TasksChanged) and len(event.ids) == 1 for event in events[first:])
    return (time.process_time() - began) / max(1, answers)


async def measure(url: str, key: str, count: int, place: Path) -> tuple[float, float]:
    """Medians of bare and ours, in seconds, with so many tasks due."""
    async with httpx.AsyncClient(base_url=url) as client:
        life = {"queue_s": 0, "processing_s": 100_000}
        ids = [TaskId((await client.post("/_sim/tasks", json=life)).json()["id"]) for _ in range(count)]
        async with engine_on(url, key, ids, place) as events:
            await ours_s(events)  # warms up: the first answers import and connect
            ours = [await ours_s(events) for _ in range(SLICES)]
        bare = [await bare_s(client, ids, key) for _ in range(SLICES)]
    return statistics.median(bare), statistics.median(ours)


def rows(is_quick: bool) -> Iterator[Row]:
    """With few tasks due and with many; there is nothing quick about it."""
    del is_quick
    argv = [sys.executable, "-m", "headswap_tui", "simulate", "--port", "0"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        url = next(word for line in server.stdout for word in line.split() if word.startswith("http://"))
        key = Simulator().api_key
        try:
            for count in (8, 300):
                with tempfile.TemporaryDirectory() as place:
                    bare, ours = asyncio.run(measure(url, key, count, Path(place)))
                what = f"CPU of an answer, {count} tasks due / bare httpx"
                yield Row(what, ours / bare, PASS, GOAL, "", ms(ours), ms(bare))
        finally:
            server.terminate()
