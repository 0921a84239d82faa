"""Asking the service once about many tasks, within the same limits as the dashboard."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from headswap_tui.api.client import ApiClient
from headswap_tui.config.credential import Credential
from headswap_tui.config.settings import Settings
from headswap_tui.domain.changes import answered, asked_again, not_answered
from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.errors import ApiError, AuthRefused, ServerFailed, Throttled, Unreachable
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.scheduler.budget import Budget
from headswap_tui.store.tasks import TaskStore

BURST: Final = 5
WRITE_S: Final = 1.0
"""Answers wait at most so long until they are on disk."""
THROTTLED_TRIES: Final = 3
"""So often one task is asked again after being told to slow down."""


class Asking:
    """One round of questions. `errors` holds what went wrong, by task."""

    def __init__(self, settings: Settings, credential: Credential, store: TaskStore) -> None:
        self.errors: dict[TaskId, ApiError] = {}
        self.answered: list[TaskId] = []
        self._settings = settings
        self._credential = credential
        self._store = store
        self._clock = SystemClock()
        polling = settings.polling
        self._budget = Budget(polling.requests_per_second, BURST, polling.concurrency, random.Random())
        self._steps: dict[TaskId, Callable[[TrackedTask], TrackedTask]] = {}
        self._tries: dict[TaskId, int] = {}
        self._queue: deque[TaskId] = deque()
        self._stop: ApiError | None = None

    async def ask(self, ids: Sequence[TaskId], on_progress: Callable[[int], None] = lambda _count: None) -> None:
        """Ask about each once; what comes back is in the store when this returns, or is cancelled.

        A refused credential or a service that cannot be reached ends the round: the tasks not asked yet count with
        the same error. Raises `StoreError` and `ConfigError`.
        """
        self._queue.extend(ids)
        settings = self._settings
        client = ApiClient(
            settings.base_url,
            settings.detail_path,
            self._credential,
            concurrency=settings.polling.concurrency,
            clock=self._clock,
        )
        asking: set[asyncio.Task[None]] = set()
        written = time.monotonic()
        try:
            while self._queue or asking:
                now = time.monotonic()
                while self._queue and self._stop is None and self._budget.ready_in_s(now) <= 0:
                    self._budget.spend(now)
                    self._budget.started()
                    asking.add(asyncio.create_task(self._one(client, self._queue.popleft())))
                if self._stop is not None:
                    self.errors.update(dict.fromkeys(self._queue, self._stop))
                    self._queue.clear()
                on_progress(len(self.answered) + len(self.errors))
                asking = await self._some(asking)
                if time.monotonic() - written > WRITE_S:
                    written = time.monotonic()
                    self._write()
        finally:
            for task in asking:
                task.cancel()
            self._write()
            await client.aclose()

    async def _some(self, asking: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
        """Wait for an answer, or until the next question may be asked."""
        ready_s = self._budget.ready_in_s(time.monotonic()) if self._queue else None
        if not asking:
            await asyncio.sleep(ready_s or 0.0)
            return asking
        timeout = WRITE_S if ready_s is None else min(WRITE_S, ready_s)
        done, pending = await asyncio.wait(asking, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        return pending

    async def _one(self, client: ApiClient, task_id: TaskId) -> None:
        asked_ms = self._clock.now_ms()
        try:
            detail = await client.detail(task_id)
        except ApiError as error:
            self._budget.ended()
            self._failed(task_id, error, asked_ms)
        else:
            self._budget.ended()
            self._budget.succeeded(time.monotonic())
            now_ms = self._clock.now_ms()
            self.answered.append(task_id)
            self._steps[task_id] = partial(answered, detail=detail, asked_ms=asked_ms, now_ms=now_ms)

    def _failed(self, task_id: TaskId, error: ApiError, asked_ms: int) -> None:
        if isinstance(error, Throttled):
            self._budget.throttled(time.monotonic(), error.retry_after_s)
            self._tries[task_id] = self._tries.get(task_id, 0) + 1
            if self._tries[task_id] < THROTTLED_TRIES:
                self._queue.append(task_id)
                return
        if isinstance(error, AuthRefused | Unreachable | ServerFailed):
            self._stop = error
        self.errors[task_id] = error
        self._steps[task_id] = partial(_after_error, error=error, asked_ms=asked_ms, now_ms=self._clock.now_ms())

    def _write(self) -> None:
        if self._steps:
            steps, self._steps = self._steps, {}
            self._store.change(steps)


def _after_error(task: TrackedTask, *, error: ApiError, asked_ms: int, now_ms: int) -> TrackedTask:
    # The user asked: a missing task has its chances again, as in the dashboard.
    return not_answered(asked_again(task), error, asked_ms, now_ms)
