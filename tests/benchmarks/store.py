"""The store beside sqlite3 (WAL, synchronous=FULL) doing the same work in the same run.

`python -m tests.benchmarks store`; call by call in turn, so that what else the machine does hits both.
Times are medians; the ratio is the median of the ratios of neighbouring calls.
"""

from __future__ import annotations

import asyncio
import gc
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import msgspec

from headswap_tui.domain.changes import answered
from headswap_tui.domain.task import Change, Detail, TaskId, TrackedTask
from headswap_tui.store.tasks import TaskStore
from tests.benchmarks.report import Row, digits

Changes: TypeAlias = dict[TaskId, Callable[[TrackedTask], TrackedTask]]
T = TypeVar("T")
TITLE: Final = "the store, beside sqlite3 (WAL, synchronous=FULL)"
START_MS: Final = 1_778_000_000_000
_decode = msgspec.json.Decoder(TrackedTask).decode
_encode = msgspec.json.Encoder().encode


def task(number: int) -> TrackedTask:
    """A record as a working day leaves it: about 850 bytes of JSON."""
    at = START_MS + number * 1000
    detail = Detail(
        status=2,
        progress=41.5,
        resolution="720p",
        video_duration=12.4,
        created_ms=at - 60_000,
        source_video_url=f"https://files.example.com/source/{number:032x}.mp4?signature={number:064x}",
        file_name=f"head-swap-{number:06}.mp4",
        model_name="head-swap-pro-2",
        deduction_duration=12.4,
        priority=1.0,
        uid=101_414,
        team_id="6805fb69e92d9edc7ca0b409",
        provider_task_id=f"{number:024x}",
    )
    history = {str(at + step * 7000): Change(progress=5.0 * step) for step in range(1, 7)}
    return TrackedTask(
        id=TaskId(f"{number:024x}"),
        added_ms=at - 30_000,
        label=f"wedding scene {number}",
        tags=("client-a",),
        detail=detail,
        asked_ms=at,
        answered_ms=at,
        changed_ms=at,
        history=history,
    )


class Sqlite:
    """The peer: the same records, as JSON in one table."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("CREATE TABLE IF NOT EXISTS tasks (id TEXT PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID")

    def add(self, tasks: Sequence[TrackedTask]) -> None:
        """One transaction."""
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany("INSERT OR IGNORE INTO tasks VALUES (?, ?)", [(one.id, _encode(one)) for one in tasks])
        self.db.execute("COMMIT")

    def change(self, changes: Changes) -> None:
        """One transaction: read, decode, change, encode, write."""
        self.db.execute("BEGIN IMMEDIATE")
        for task_id, function in changes.items():
            (record,) = self.db.execute("SELECT record FROM tasks WHERE id = ?", (task_id,)).fetchone()
            self.db.execute("UPDATE tasks SET record = ? WHERE id = ?", (_encode(function(_decode(record))), task_id))
        self.db.execute("COMMIT")

    def load(self) -> dict[TaskId, TrackedTask]:
        """Everything, decoded."""
        with _collection_off():
            return {TaskId(key): _decode(record) for key, record in self.db.execute("SELECT id, record FROM tasks")}


@contextmanager
def _collection_off() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _answer(step: int) -> Callable[[TrackedTask], TrackedTask]:
    def function(one: TrackedTask) -> TrackedTask:
        assert one.detail is not None
        detail = msgspec.structs.replace(one.detail, progress=42.0 + step % 50 + 0.25)
        at = one.asked_ms + 5000
        return answered(one, detail, at, at)

    return function


class Clock:
    """Wall and CPU milliseconds of calls."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []
        self.result: object = None

    def time(self, call: Callable[[], object]) -> None:
        """Run it and keep what it took; letting go of its result is not part of that."""
        self.result = None
        cpu, wall = time.process_time(), time.perf_counter()
        self.result = call()
        self.wall.append((time.perf_counter() - wall) * 1000)
        self.cpu.append((time.process_time() - cpu) * 1000)


def _pair(
    inputs: Sequence[T], ours: Callable[[T], object], theirs: Callable[[T], object]
) -> tuple[Clock, Clock, float]:
    mine, peer = Clock(), Clock()
    for number, one in enumerate(inputs):
        calls = [partial(mine.time, partial(ours, one)), partial(peer.time, partial(theirs, one))]
        for call in calls if number % 2 else reversed(calls):
            call()
    if len(inputs) > 100:  # the first calls pay for what is new to the machine's caches
        for clock in (mine, peer):
            del clock.wall[:20], clock.cpu[:20]
    ratio = statistics.median(a / b for a, b in zip(mine.wall, peer.wall, strict=True))
    return mine, peer, ratio


def _ms(times: Sequence[float]) -> str:
    return f"{digits(statistics.median(times))} ms"


def measure(count: int, place: Path) -> tuple[list[Row], float]:
    """The rows for a store of that many records, and the CPU milliseconds of one change."""
    tasks = [task(number) for number in range(count)]
    store = TaskStore.open(place / "store")
    store.add(tasks)
    peer = Sqlite(place / "peer.db")
    peer.add(tasks)
    ids = [one.id for one in tasks]
    found: list[Row] = []
    rnd = random.Random(1)

    def changes(many: int) -> list[Changes]:
        return [{task_id: _answer(step) for task_id in rnd.sample(ids, many)} for step in range(200)]

    new = [[task(count + step)] for step in range(120)]
    mine, theirs, ratio = _pair(new, store.add, peer.add)
    found.append(_beside(f"{count} tasks: one durable add / sqlite", ratio, 1.5, 0.8, mine, theirs))
    size = store.path.stat().st_size
    mine, theirs, ratio = _pair(changes(1), store.change, peer.change)
    found.append(_beside(f"{count} tasks: one durable change / sqlite", ratio, 1.5, 0.8, mine, theirs))
    cpu = statistics.median(mine.cpu)
    written = (store.path.stat().st_size - size) / 200
    found.append(Row(f"{count} tasks: written for a change", written, 400, 230, "B"))
    for many, rounds, passes, goal in ((50, 40, 1.2, 0.7), (500, 20, 1.0, 0.5)):
        mine, theirs, ratio = _pair(changes(many)[:rounds], store.change, peer.change)
        found.append(_beside(f"{count} tasks: {many} changes in one / sqlite", ratio, passes, goal, mine, theirs))
    found += [_followed(count, place, store, changes(500)[:9]), _opened(count, place)]
    store.close()
    peer.db.close()
    return found, cpu


def _beside(what: str, ratio: float, passes: float, goal: float, mine: Clock, peer: Clock) -> Row:
    return Row(what, ratio, passes, goal, "", _ms(mine.wall), _ms(peer.wall))


def _followed(count: int, place: Path, store: TaskStore, inputs: Sequence[Changes]) -> Row:
    follower = TaskStore.open(place / "store")
    clock = Clock()
    for one in inputs:
        store.change(one)
        clock.time(follower.follow)
    follower.close()
    took = statistics.median(clock.wall)
    return Row(f"{count} tasks: another's 500 changes taken over", took, 15, 3, "ms")


def _opened(count: int, place: Path) -> Row:
    def ours(_: int) -> object:
        again = TaskStore.open(place / "store")
        tasks = again.load()
        assert len(tasks) >= count
        again.close()
        return again, tasks

    def theirs(_: int) -> object:
        again = Sqlite(place / "peer.db")
        tasks = again.load()
        assert len(tasks) >= count
        again.db.close()
        return again, tasks

    mine, peer, ratio = _pair(range(max(5, min(15, 200_000 // count))), ours, theirs)
    return _beside(f"{count} tasks: open and read all / sqlite", ratio, 1.8, 1.0, mine, peer)


async def _late(place: Path, seconds: float) -> float:
    """The 99th percentile of how late a 10 ms ticker runs, in ms, while 200 changes a second are written."""
    store = TaskStore.open(place / "store")
    ids = list(store.load())
    late: list[float] = []
    stop = time.perf_counter() + seconds

    async def tick() -> None:
        while (due := time.perf_counter() + 0.01) < stop:
            await asyncio.sleep(0.01)
            late.append((time.perf_counter() - due) * 1000)

    async def flush() -> None:
        number = 0
        while time.perf_counter() < stop - 0.5:
            await asyncio.sleep(1.0)
            number += 1
            some = {ids[(number * 7919 + step * 31) % len(ids)]: _answer(number) for step in range(200)}
            await asyncio.to_thread(store.change, some)

    await asyncio.gather(tick(), flush())
    store.close()
    return sorted(late)[int(len(late) * 0.99)]


def rows(is_quick: bool) -> Iterator[Row]:
    """The curve; a quick one ends earlier."""
    counts = [1_000, 10_000] if is_quick else [1_000, 10_000, 100_000]
    cpu: dict[int, float] = {}
    for count in counts:
        with tempfile.TemporaryDirectory() as directory:
            place = Path(directory)
            found, cpu[count] = measure(count, place)
            yield from found
            if count == 10_000:
                delay = asyncio.run(_late(place, 6.0))
                yield Row(f"{count} tasks, 200 changes/s: p99 delay of the loop", delay, 15, 4, "ms")
    first, last = counts[0], counts[-1]
    what = f"CPU of a change, {last} tasks / {first}"
    yield Row(what, cpu[last] / cpu[first], 2, 1, "", f"{digits(cpu[last])} ms", f"{digits(cpu[first])} ms")
