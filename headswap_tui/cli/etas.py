"""When active tasks are expected to end, from what the store knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from headswap_tui.domain.task import State, TaskId, TrackedTask

_MOVING: Final = frozenset({State.QUEUED, State.PROCESSING})
"""Answered, and their end can be foreseen."""


def etas(tasks: Iterable[TrackedTask], everything: Iterable[TrackedTask], now_ms: int) -> dict[TaskId, int]:
    """Expected end of each of `tasks` that is queued or processing, milliseconds since the epoch, if it can be told.

    What `everything` took so far tells.
    """
    moving = [task for task in tasks if task.state in _MOVING]
    if not moving:
        return {}
    from headswap_tui.scheduler.learned import Learned
    from headswap_tui.scheduler.outlook import end_ms, outlook

    learned = Learned.from_tasks(everything)
    ends: dict[TaskId, int] = {}
    for task in moving:
        end = end_ms(task, outlook(task, learned), now_ms)
        if end is not None:
            ends[task.id] = end
    return ends
