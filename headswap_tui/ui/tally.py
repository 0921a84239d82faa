"""Counts by state and view, kept up with changes rather than counted anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from headswap_tui.domain.task import State, TaskId, TrackedTask
from headswap_tui.ui.presentation.views import VIEWS


class Tally:
    """How many tasks there are of each state and in each view; archived ones are in none."""

    def __init__(self, tasks: Mapping[TaskId, TrackedTask]) -> None:
        self._tasks = tasks
        self.states: Counter[State] = Counter()
        self.views: Counter[str] = Counter({view.id: 0 for view in VIEWS})
        self._at = {task_id: _place(task) for task_id, task in tasks.items()}
        for place, count in Counter(self._at.values()).items():
            self._count(place, count)

    def take(self, changed: Iterable[TaskId]) -> set[TaskId]:
        """Follow the changes of these records; returns those that the service knows no more since."""
        lost: set[TaskId] = set()
        for task_id in changed:
            task = self._tasks.get(task_id)
            before = self._at.pop(task_id, None)
            if before is not None:
                self._count(before, -1)
            if task is not None:
                at = _place(task)
                self._at[task_id] = at
                self._count(at, 1)
                if at[0] is State.MISSING and before is not None and before[0] is not State.MISSING:
                    lost.add(task_id)
        return lost

    def _count(self, at: tuple[State, str], step: int) -> None:
        state, view = at
        if not view:
            return
        self.states[state] += step
        self.views["all"] += step
        self.views[view] += step


def _place(task: TrackedTask) -> tuple[State, str]:
    """Its state, and the one view beside All that includes it, empty for an archived one.

    Quicker than to ask each view, and one object for all that stand alike: there may be a hundred thousand.
    """
    state = task.state
    if task.archived:
        view = ""
    elif state in _FAILED:
        view = "failed"
    else:
        view = "completed" if state is _COMPLETED and task.is_finished else "active"
    return _PLACES.setdefault((state, view), (state, view))


_COMPLETED: Final = State.COMPLETED
_FAILED: Final = frozenset((State.FAILED, State.MISSING))
_PLACES: Final[dict[tuple[State, str], tuple[State, str]]] = {}
