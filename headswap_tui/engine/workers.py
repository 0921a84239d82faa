"""The engine's tasks of the event loop: what works for ever, and errands; one that falls over is told and not lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine

log = logging.getLogger(__name__)


class Workers:
    """Starts tasks and ends them together; belongs to one event loop."""

    def __init__(self, on_fall: Callable[[str], None]) -> None:
        """`on_fall` is told in words of one that ended by an error."""
        self._on_fall = on_fall
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Coroutine[object, object, None]) -> None:
        """Let this run until it ends by itself or by `stop`."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(self.ended)

    def ended(self, task: asyncio.Task[None]) -> None:
        """Tell of one that fell over; for tasks that somebody else started, too."""
        if task.cancelled() or (error := task.exception()) is None:
            return
        log.error("worker %s ended: %s", task.get_name(), type(error).__name__, exc_info=error)
        self._on_fall(f"A background worker ({task.get_name()}) stopped: {type(error).__name__}. Restart.")

    async def stop(self) -> None:
        """Cancel all and wait for them."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
