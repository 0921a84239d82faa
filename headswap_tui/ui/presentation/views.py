"""The views over the list and what they count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec

from headswap_tui.config.settings import MOST_VIEWS
from headswap_tui.domain.task import State, TrackedTask
from headswap_tui.domain.text import safe


class View(msgspec.Struct, frozen=True):
    """One view of the list."""

    id: str
    title: str
    key: str
    """The key that leads there, as the tabs show it."""
    holds: Callable[[TrackedTask], bool]
    """Whether a task is of this kind, archived or not."""
    filter_text: str = ""
    """What narrows it further; empty for our own views."""

    def includes(self, task: TrackedTask) -> bool:
        """Whether the view shows it as long as no filter asks for archived ones."""
        return not task.archived and self.holds(task)


def any_task(_task: TrackedTask) -> bool:
    """What a view holds that leaves all to its filter."""
    return True


def _is_completed(task: TrackedTask) -> bool:
    return task.is_finished and task.state is State.COMPLETED


def _has_failed(task: TrackedTask) -> bool:
    return task.state in (State.FAILED, State.MISSING)


VIEWS: Final = (
    View("all", "All", "1", any_task),
    View("active", "Active", "2", lambda task: task.is_active),
    View("completed", "Completed", "3", _is_completed),
    View("failed", "Failed", "4", _has_failed),
)
"""Every task that is not archived is in All and in exactly one of the others: missing ones stand with the failed."""

VIEW_BY_ID: Final = {view.id: view for view in VIEWS}


def saved_views(given: Mapping[str, str]) -> tuple[View, ...]:
    """The user's views by name and filter: the first five, whose ids are their keys."""
    named = list(given.items())[:MOST_VIEWS]
    return tuple(
        View(str(key), safe(name, 16), str(key), any_task, text)
        for key, (name, text) in enumerate(named, len(VIEWS) + 1)
    )


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
