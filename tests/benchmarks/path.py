"""Processor time per answer of the whole path against bare httpx: `python -m tests.benchmarks path`.

The whole path is the engine at work: plan, choose, ask, read, book, write to the disk as in production (at most once a
second), tell. Bare is `AsyncClient.get` and `json.loads`. Both have eight requests in flight, in the same process and
event loop, on the same simulator, which runs in a process of its own; so both go at the pace of its answers. Slices of
bare and of engines with few and with many tasks due take turns, and the medians of the rounds' ratios are judged.

Tasks are always due and their progress moves, so that each answer is one to book, to write and to plan anew. Two
paces: answers at once, and answers that take a fifth of a second, which is near the most that the settings allow and
has nothing stay in the processor's caches between two of them.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

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

ROUNDS: Final = 7
IN_FLIGHT: Final = 8
FEW, MANY = 8, 300
WARM: Final = 100
"""Answers before a slice: they import, connect and fill the flight records."""
LIFE: Final = {"queue_s": 0, "processing_s": 1800}
PATH: Final = "/api/open/v4/headswap/task/detail"


TITLE: Final = "the whole path of an answer: plan, ask, read, book, write, tell"


class Pace(NamedTuple):
    """How fast the simulator answers."""

    name: str
    answer_s: float
    slice_answers: int


PACES: Final = (Pace("at once", 0.0, 600), Pace("in 0.2 s", 0.2, 160))


class Round(NamedTuple):
    """Processor seconds per answer of slices that followed one another."""

    bare: float
    few: float
    many: float


class Answers:
    """Counts what an engine booked."""

    def __init__(self) -> None:
        self.count = 0
        self._wanted = 0
        self._reached = asyncio.Event()

    def listen(self, event: Event) -> None:
        """The engine's listener."""
        if isinstance(event, TasksChanged) and len(event.ids) == 1:  # the store's news come in bunches
            self.count += 1
            if self.count == self._wanted:
                self._reached.set()

    async def more(self, count: int) -> None:
        """Wait for so many more."""
        self._wanted = self.count + count
        self._reached.clear()
        await self._reached.wait()


class Bench:
    """One simulator, and slices of work on it."""

    def __init__(self, client: httpx.AsyncClient, key: str) -> None:
        self._client = client
        self._key = key

    async def rounds(self, pace: Pace, count: int) -> list[Round]:
        """The slices of that many rounds."""
        few, many = await self._tasks(FEW), await self._tasks(MANY)
        measured = []
        for _ in range(count):
            bare = await self._bare_s(pace, many)
            measured.append(Round(bare, await self._ours_s(pace, few), await self._ours_s(pace, many)))
        return measured

    async def _tasks(self, count: int) -> list[TaskId]:
        made = [await self._client.post("/_sim/tasks", json=LIFE) for _ in range(count)]
        return [TaskId(one.json()["id"]) for one in made]

    async def _bare_s(self, pace: Pace, ids: Sequence[TaskId]) -> float:
        left = iter(range(pace.slice_answers))

        async def worker() -> None:
            for number in left:
                query, header = {"_id": ids[number % len(ids)]}, {"x-api-key": self._key}
                json.loads((await self._client.get(PATH, params=query, headers=header)).content)

        async with self._slowed(pace):
            began = time.process_time()
            await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
            return (time.process_time() - began) / pace.slice_answers

    async def _ours_s(self, pace: Pace, ids: Sequence[TaskId]) -> float:
        async with self._engine(ids) as answers:
            await answers.more(max(WARM, 2 * len(ids)))
            async with self._slowed(pace):
                await answers.more(IN_FLIGHT)  # those under way came at the other pace
                first, began = answers.count, time.process_time()
                await answers.more(pace.slice_answers)
                return (time.process_time() - began) / (answers.count - first)

    @asynccontextmanager
    async def _slowed(self, pace: Pace) -> AsyncIterator[None]:
        await self._client.post("/_sim/faults", json={"fault": "slow", "value": pace.answer_s})
        try:
            yield
        finally:
            await self._client.delete("/_sim/faults")

    @asynccontextmanager
    async def _engine(self, ids: Sequence[TaskId]) -> AsyncIterator[Answers]:
        """An engine whose tasks are always due and whose budget never makes it wait."""
        always = Polling(concurrency=IN_FLIGHT, requests_per_second=1e6, min_interval=0, max_interval=0)
        credential = Credential("api_key", Secret(self._key), "the simulator")
        with tempfile.TemporaryDirectory() as place:
            settings = Settings(
                base_url=str(self._client.base_url).rstrip("/"),
                data_dir=Path(place),
                state_dir=Path(place),
                polling=always,
            )
            engine = Engine(settings, Connector(settings, lambda: credential))
            answers = Answers()
            engine.subscribe(answers.listen)
            await engine.start()
            try:
                await engine.add(ids)
                yield answers
            finally:
                await engine.stop()


async def measure(url: str, key: str, pace: Pace, rounds: int) -> list[Round]:
    """The slices at one pace."""
    async with httpx.AsyncClient(base_url=url) as client:
        return await Bench(client, key).rounds(pace, rounds)


def judged(pace: Pace, measured: Sequence[Round]) -> Iterator[Row]:
    """What the slices say: the medians of the rounds' ratios."""
    bare, few, many = (ms(statistics.median(column)) for column in zip(*measured, strict=True))
    at = f"CPU of an answer, {IN_FLIGHT} in flight, answered {pace.name}:"
    few_to_bare = statistics.median(one.few / one.bare for one in measured)
    many_to_bare = statistics.median(one.many / one.bare for one in measured)
    many_to_few = statistics.median(one.many / one.few for one in measured)
    for what, ratio, limit, aim, ours, peer in (
        (f"{FEW} due / bare httpx", few_to_bare, 1.3, 1.15, few, bare),
        (f"{MANY} due / bare httpx", many_to_bare, 1.3, 1.15, many, bare),
        (f"{MANY} due / {FEW} due", many_to_few, 1.4, 1.1, many, few),
    ):
        yield Row(f"{at} {what}", ratio, limit, aim, "", ours, peer)


def rows(is_quick: bool) -> Iterator[Row]:
    """Both paces; quick ones come from fewer rounds."""
    argv = [sys.executable, "-m", "headswap_tui", "simulate", "--port", "0"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            url = next(word for line in server.stdout for word in line.split() if word.startswith("http://"))
            for pace in PACES:
                rounds = 2 if is_quick else ROUNDS
                yield from judged(pace, asyncio.run(measure(url, Simulator().api_key, pace, rounds)))
        finally:
            server.terminate()
