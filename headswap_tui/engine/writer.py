"""Brings what waits in the book to the store: merged, at most once a second, off the event loop's thread."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Final, TypeVar

from headswap_tui.domain.changes import merged
from headswap_tui.domain.clock import Clock
from headswap_tui.domain.errors import StoreError
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.engine.book import Book
from headswap_tui.store.tasks import TaskStore

T = TypeVar("T")

COALESCE_S: Final = 1.0
"""Progress waits so long for more of its kind; whatever ends a task or a download is written at once."""
RETRY_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Waits after a failed write; the last one repeats."""


def write(store: TaskStore, records: Mapping[TaskId, TrackedTask], now_ms: int) -> dict[TaskId, TrackedTask]:
    """Merge `records` into the store in one durable transaction; returns what the store then holds.

    Raises `StoreError`. Tasks that were removed meanwhile stay removed.
    """
    return store.change({task_id: partial(merged, ours=record, now_ms=now_ms) for task_id, record in records.items()})


class Writer:
    """The write-behind worker and the one door to the store's thread."""

    def __init__(
        self, store: TaskStore, book: Book, clock: Clock, executor: Executor, on_trouble: Callable[[str], None]
    ) -> None:
        self._store = store
        self._book = book
        self._clock = clock
        self._executor = executor
        self._on_trouble = on_trouble
        self._urgent = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    async def in_store(self, function: Callable[[], T]) -> T:
        """Run `function` in the store's own thread. Raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, function)

    def hurry(self) -> None:
        """Write what waits now rather than within a second."""
        self._urgent.set()

    async def flush(self) -> None:
        """Write what waits, now; returns when it is durable. Raises `StoreError`; then all of it goes on waiting."""
        async with self._one_at_a_time:
            records = self._book.to_write()
            if not records:
                return
            try:
                stored = await self.in_store(partial(write, self._store, records, self._clock.now_ms()))
            except BaseException:
                self._book.put_off(records)
                raise
            gone = dict.fromkeys(records.keys() - stored.keys())
            self._book.accept({**stored, **gone}, records)

    def save_now(self) -> None:
        """Write what waits, in the calling thread. Raises `StoreError`."""
        records = self._book.to_write()
        if records:
            write(self._store, records, self._clock.now_ms())

    async def settle(self) -> None:
        """The same, but what goes wrong is told as trouble and not raised; `run` tries again."""
        try:
            await self.flush()
        except StoreError as error:
            self._on_trouble(str(error))

    async def run(self) -> None:
        """Flush for ever: a second after something waits, at once when hurried, ever more rarely while it fails."""
        failures = 0
        while True:
            await self._book.wait()
            await self._pause(COALESCE_S)
            self._urgent.clear()
            if not self._book.has_unwritten:
                continue  # others wrote it meanwhile
            try:
                await self.flush()
            except StoreError as error:
                self._on_trouble(str(error))
                await self._clock.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
                failures += 1
            else:
                self._on_trouble("")
                failures = 0

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # `wait_for` would swallow a cancellation that meets the wake-up
                await self._urgent.wait()
