"""Processor time per answer against bare httpx: `python -m tests.benchmarks http`.

The same local server (a process of its own) answers both; slices of both alternate within a run and the medians are
compared, so the machine's other work hits both. Bare is `AsyncClient.get` and `json.loads`, eight in flight, over a
pool of its defaults: no deadline, no size limit, no checks.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

import httpx

from headswap_tui.api.client import ApiClient
from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.task import TaskId
from tests.benchmarks.report import Row, digits

TASK: Final = TaskId("6a066dc58570ecbf64f761a5")
PATH: Final = "/api/open/v4/headswap/task/detail"
KEY: Final = "k" * 40
IN_FLIGHT: Final = 8
WAITING: Final = 300
SLICES: Final = 10
TITLE: Final = "an answer of the service, asked for and read"
Ask = Callable[[], Awaitable[object]]
ANSWER: Final = json.dumps(
    {
        "code": 1000,
        "msg": "OK",
        "data": {
            "_id": TASK,
            "uid": 101400,
            "team_id": "6805fb69e92d9edc7ca0b409",
            "source_video_url": "https://files.example/" + "s" * 120 + ".mp4",
            "create_time": 1778806213962,
            "status": 2,
            "video_duration": 10,
            "resolution": "720p",
            "deduction_duration": 10,
            "video_url": "https://files.example/" + "v" * 120 + ".mp4",
            "progress": 47.5,
            "priority": 1,
            "task_id": "b" * 24,
            "error_reason": "",
            "error_code": 0,
            "file_name": "head_swap_" + "n" * 30 + ".mp4",
            "model_name": "akool-premium",
        },
    }
).encode()


class Key:
    """A credential."""

    source = "the benchmark"

    def header(self) -> tuple[str, str]:
        """As the real one."""
        return "x-api-key", KEY


async def serve() -> None:
    """Answer everything with the same detail; print the port first."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
    answer = head % len(ANSWER) + ANSWER

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """The base URL of a server in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.http"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


async def cpu_s(ask: Ask, requests: int, workers: int) -> float:
    """Processor time of that many answers in seconds, with that many callers at once."""
    left = iter(range(requests))

    async def work() -> None:
        for _ in left:
            await ask()

    before = time.process_time()
    await asyncio.gather(*(work() for _ in range(workers)))
    return time.process_time() - before


async def compare(base_url: str, requests: int) -> tuple[float, float, float]:
    """Microseconds per answer: bare, ours, ours with many waiting; in slices that take turns."""
    client = ApiClient(base_url, PATH, Key(), concurrency=IN_FLIGHT, clock=SystemClock())
    async with httpx.AsyncClient(trust_env=False) as plain:

        async def bare() -> object:
            response = await plain.get(base_url + PATH, params={"_id": TASK}, headers={"x-api-key": KEY})
            return json.loads(response.content)

        async def ours() -> object:
            return await client.detail(TASK)

        cases: list[tuple[Ask, int]] = [(bare, IN_FLIGHT), (ours, IN_FLIGHT), (ours, WAITING)]
        for ask, workers in cases:
            await cpu_s(ask, IN_FLIGHT, workers)  # opens the connections
        slices = [[await cpu_s(ask, requests // SLICES, workers) for ask, workers in cases] for _ in range(SLICES)]
    await client.aclose()
    one, two, three = (statistics.median(column) / (requests // SLICES) * 1e6 for column in zip(*slices, strict=True))
    return one, two, three


def rows(is_quick: bool) -> list[Row]:
    """The medians of several runs."""
    requests, runs = (1500, 3) if is_quick else (4000, 3)
    print(f"{'run':>4} {'bare us':>9} {'ours us':>9} {'300 us':>9} {'ratio':>7} {'crowd':>7}")
    with serving() as base_url:
        taken = [asyncio.run(compare(base_url, requests)) for _ in range(runs)]
    for run, (one, two, three) in enumerate(taken, 1):
        print(f"{run:>4} {one:9.0f} {two:9.0f} {three:9.0f} {two / one:7.2f} {three / two:7.2f}")
    bare, ours, crowd = (f"{digits(statistics.median(column))} us" for column in zip(*taken, strict=True))
    single = statistics.median(two / one for one, two, _ in taken)
    many = statistics.median(three / two for _, two, three in taken)
    return [
        Row("CPU of an answer / bare httpx, 8 in flight", single, 1.3, 1.15, "", ours, bare),
        Row("the same with 300 waiting / with 8", many, 1.4, 1.1, "", crowd, ours),
    ]


if __name__ == "__main__":  # the server
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())
