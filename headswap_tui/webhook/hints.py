"""How often a hint may lead to a question: once per task in five seconds, whatever comes in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol

from headswap_tui.domain.errors import StoreError
from headswap_tui.domain.task import TaskId, TrackedTask

log = logging.getLogger(__name__)

LEAST_S: Final = 5.0
"""Between two questions about one task that hints led to, and between two about all."""
TRACKED_AT_ONCE: Final = 100
"""New tasks that callbacks may bring within `TRACKED_WITHIN_S`."""
TRACKED_WITHIN_S: Final = 60.0


class Asks(Protocol):
    """The part of the engine that is needed here."""

    @property
    def tasks(self) -> Mapping[TaskId, TrackedTask]:
        """All tracked tasks, live."""
        ...

    def hint(self, ids: Iterable[TaskId]) -> None:
        """Ask about these soon; changes nothing else."""
        ...

    def add(self, ids: Sequence[TaskId]) -> Awaitable[object]:
        """Track these. Raises `StoreError`."""
        ...


class Hints:
    """Passes hints on to the engine. One that comes too soon is not lost: it is passed on when its time has come."""

    def __init__(self, engine: Asks, *, tracks_unknown: bool, monotonic: Callable[[], float] | None = None) -> None:
        self._engine = engine
        self._tracks_unknown = tracks_unknown
        self._loop = asyncio.get_running_loop()
        self._monotonic = monotonic or self._loop.time
        self._asked: dict[TaskId, float] = {}
        self._asked_all = float("-inf")
        self._later: dict[TaskId | None, asyncio.TimerHandle] = {}
        """Hints that wait; `None`: about all."""
        self._tracked: list[float] = []

    def about(self, task_id: TaskId) -> None:
        """This tracked task may have changed."""
        self._forget()
        self._once(task_id, self._asked.get(task_id, float("-inf")), lambda: self._ask((task_id,)))

    def about_all(self) -> None:
        """Some task may have changed."""
        self._once(None, self._asked_all, self._ask_all)

    async def unknown(self, task_id: TaskId) -> bool:
        """A task that is not tracked may have changed: track it if the user wants that.

        Returns `False` if it could not be kept now and the caller should come again.
        """
        if not self._tracks_unknown:
            return True
        now = self._monotonic()
        self._tracked = [at for at in self._tracked if now - at < TRACKED_WITHIN_S]
        if len(self._tracked) >= TRACKED_AT_ONCE:
            return False
        self._tracked.append(now)
        try:
            await self._engine.add((task_id,))
        except StoreError as error:
            log.warning("a callback's task could not be tracked: %s", error)
            return False
        return True

    def close(self) -> None:
        """Drop what waits."""
        for timer in self._later.values():
            timer.cancel()
        self._later.clear()

    def _once(self, key: TaskId | None, last: float, ask: Callable[[], None]) -> None:
        wait_s = last + LEAST_S - self._monotonic()
        if key in self._later:
            return
        if wait_s <= 0:
            ask()
        else:
            self._later[key] = self._loop.call_later(wait_s, self._due, key, ask)

    def _due(self, key: TaskId | None, ask: Callable[[], None]) -> None:
        del self._later[key]
        ask()

    def _ask(self, ids: Iterable[TaskId]) -> None:
        now = self._monotonic()
        ids = [task_id for task_id in ids if now - self._asked.get(task_id, float("-inf")) >= LEAST_S]
        self._asked.update(dict.fromkeys(ids, now))
        self._engine.hint(ids)

    def _ask_all(self) -> None:
        self._asked_all = self._monotonic()
        self._ask([task.id for task in self._engine.tasks.values() if task.is_active])

    def _forget(self) -> None:
        if len(self._asked) > 2 * len(self._engine.tasks) + 100:
            now = self._monotonic()
            self._asked = {task_id: at for task_id, at in self._asked.items() if now - at < LEAST_S}
