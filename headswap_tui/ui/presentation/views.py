"""The views over the list and what they count."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from headswap_tui.domain.task import State, TrackedTask


@dataclass(frozen=True, slots=True)
class View:
    """One view of the list."""

    id: str
    title: str
    key: str
    """The key that leads there, as the tabs show it."""
    holds: Callable[[TrackedTask], bool]
    """Whether a task is of this kind, archived or not."""

    def includes(self, task: TrackedTask) -> bool:
        """Whether the view shows it as long as no filter asks for archived ones."""
        return not task.archived and self.holds(task)


def _is_completed(task: TrackedTask) -> bool:
    return task.is_finished and task.state is State.COMPLETED


def _has_failed(task: TrackedTask) -> bool:
    return task.state in (State.FAILED, State.MISSING)


VIEWS: Final = (
    View("all", "All", "1", lambda _task: True),
    View("active", "Active", "2", lambda task: task.is_active),
    View("completed", "Completed", "3", _is_completed),
    View("failed", "Failed", "4", _has_failed),
)
"""Every task that is not archived is in All and in exactly one of the others: missing ones stand with the failed."""

VIEW_BY_ID: Final = {view.id: view for view in VIEWS}


def count_states(tasks: Iterable[TrackedTask]) -> dict[State, int]:
    """How many are in each state; states without any are left out."""
    counts: dict[State, int] = {}
    for task in tasks:
        state = task.state
        counts[state] = counts.get(state, 0) + 1
    return counts


def count_views(tasks: Iterable[TrackedTask]) -> dict[str, int]:
    """How many each view shows, by the view's id."""
    total = active = completed = 0
    for task in tasks:
        if task.archived:
            continue
        total += 1
        if task.is_active:
            active += 1
        elif task.state is State.COMPLETED:
            completed += 1
    return {"all": total, "active": active, "completed": completed, "failed": total - active - completed}
