"""When active tasks are expected to end, from what the store knows."""

from __future__ import annotations

from collections.abc import Iterable

from headswap_tui.config.settings import Polling
from headswap_tui.domain.task import TaskId, TrackedTask


def etas(
    tasks: Iterable[TrackedTask], everything: Iterable[TrackedTask], polling: Polling, now_ms: int
) -> dict[TaskId, int]:
    """Expected end of each active one of `tasks` of which something is known, milliseconds since the epoch.

    What `everything` took so far tells.
    """
    active = [task for task in tasks if task.is_active and task.detail]
    if not active:
        return {}
    from headswap_tui.scheduler.learned import Learned
    from headswap_tui.scheduler.policy import Policy

    learned = Learned.from_tasks(everything)
    policy = Policy(polling.min_interval, polling.max_interval)
    forecasts = {task.id: policy.forecast(task, now_ms, learned) for task in active}
    return {task_id: forecast.finish_ms for task_id, forecast in forecasts.items() if forecast is not None}
