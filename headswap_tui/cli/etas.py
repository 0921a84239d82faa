"""When active tasks are expected to end, from what the store knows."""

from __future__ import annotations

from collections.abc import Iterable

from headswap_tui.domain.task import TaskId, TrackedTask


def etas(tasks: Iterable[TrackedTask], everything: Iterable[TrackedTask], now_ms: int) -> dict[TaskId, int]:
    """Expected end of each active one of `tasks` of which something is known, milliseconds since the epoch.

    What `everything` took so far tells.
    """
    active = [task for task in tasks if task.is_active and task.detail]
    if not active:
        return {}
    from headswap_tui.scheduler.learned import Learned
    from headswap_tui.scheduler.outlook import FORESEEN, end_ms, outlook

    learned = Learned.from_tasks(everything)
    ends: dict[TaskId, int] = {}
    for task in active:
        if task.state in FORESEEN:
            end = end_ms(task, outlook(task, learned), now_ms)
            if end is not None:
                ends[task.id] = end
    return ends
