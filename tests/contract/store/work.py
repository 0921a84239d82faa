"""A fixed series of writes, one transaction each, and what they make of a plain dict."""

from __future__ import annotations

from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.store.tasks import TaskStore
from tests.contract.store.samples import Edit, Tasks, a_task, an_id, compact, labelled, progressed

SIZE = 12


def write(store: TaskStore, number: int) -> None:
    """The write of that number, from 0."""
    if number % 8 == 3:
        compact(store)
    elif number % 8 == 5:
        store.remove(_removed(number))
    elif number % 8 == 0:
        store.add(_added(number))
    else:
        store.change(_changed(number))


def after(tasks: Tasks, number: int) -> Tasks:
    """What that write makes of these tasks."""
    if number % 8 == 3:
        return tasks
    if number % 8 == 5:
        return {key: task for key, task in tasks.items() if key not in _removed(number)}
    if number % 8 == 0:
        return {**{task.id: task for task in _added(number)}, **tasks}
    edits = _changed(number)
    return {key: edits[key](task) if key in edits else task for key, task in tasks.items()}


def _added(number: int) -> list[TrackedTask]:
    return [a_task((number + step) % SIZE, f"added {number}") for step in range(7)]


def _removed(number: int) -> list[TaskId]:
    return [an_id(number % SIZE), an_id((number + 5) % SIZE)]


def _changed(number: int) -> dict[TaskId, Edit]:
    edit = labelled(f"{number}") if number % 2 else progressed(number / 7)
    return {an_id(key): edit for key in range(number % 3, SIZE, 3)}
