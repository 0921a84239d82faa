"""What the commands look at to know whether they can do anything now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headswap_tui.domain.events import Mode
from headswap_tui.domain.task import State, TaskId, TrackedTask

if TYPE_CHECKING:
    from headswap_tui.ui.doors import EngineDoor
    from headswap_tui.ui.widgets.task_table import TaskTable


@dataclass(frozen=True, slots=True)
class Situation:
    """One look at the screen: cheap to make, compared by nobody, kept by nobody."""

    targets: tuple[TrackedTask, ...] = ()
    """What an action would work on: the marked tasks, else the one under the cursor."""
    cursor: TrackedTask | None = None
    """The task under the cursor; `None` if nothing is shown."""
    tracked: int = 0
    """Tasks in the store."""
    shown: int = 0
    """Tasks in the table after view and filter."""
    has_failures: bool = False
    """Whether a failed task is among those shown."""
    transfers: int = 0
    """Downloads of the targets that are queued or running."""
    mode: Mode = Mode.LIVE
    undoable: str = ""
    """What `undo` would take back, in words; empty if there is nothing."""


def look(engine: EngineDoor, table: TaskTable, order: Sequence[TaskId], undoable: str) -> Situation:
    """How things stand on the screen."""
    tasks = engine.tasks
    targets = tuple(tasks[task_id] for task_id in table.selection() if task_id in tasks)
    return Situation(
        targets=targets,
        cursor=tasks.get(table.cursor_id) if table.cursor_id else None,
        tracked=len(tasks),
        shown=len(order),
        has_failures=any(tasks[task_id].state is State.FAILED for task_id in order if task_id in tasks),
        transfers=sum(1 for task in targets if engine.transfer(task.id) is not None),
        mode=engine.connection.mode,
        undoable=undoable,
    )


def needs_task(now: Situation) -> str | None:
    """Why a command that works on tasks cannot do so now; `None` if it can."""
    if now.targets:
        return None
    if not now.tracked:
        return "nothing is tracked yet: add a task first"
    return "no task is shown here: change the view or the filter"


def needs_shown(now: Situation) -> str | None:
    """The same for commands about the rows shown."""
    return None if now.shown else needs_task(now) or "no task is shown here"


def needs_video(now: Situation) -> str | None:
    """The same for commands about the rendered file."""
    if (why := needs_task(now)) is not None:
        return why
    if any(task.detail and task.detail.has_video for task in now.targets):
        return None
    if len(now.targets) > 1:
        return "none of these tasks has a video yet"
    return _NO_VIDEO.get(now.targets[0].state, "it has no video yet")


_NO_VIDEO = {
    State.PENDING: "the service has not answered about it yet",
    State.FAILED: "it failed: there is no video",
    State.MISSING: "the service does not know this task: there is no video",
    State.COMPLETED: "it is completed, but the service has not named the file yet",
}


def needs_file_or_video(now: Situation) -> str | None:
    """The same for opening: a finished download will do as well."""
    if now.cursor and now.cursor.download and now.cursor.download.path:
        return None
    if now.cursor and now.cursor.detail and now.cursor.detail.has_video:
        return None
    return needs_video(Situation(targets=(now.cursor,) if now.cursor else (), tracked=now.tracked))


def needs_transfer(now: Situation) -> str | None:
    """The same for stopping a download."""
    if (why := needs_task(now)) is not None:
        return why
    return None if now.transfers else "no download of it is queued or running"


def needs_failure(now: Situation) -> str | None:
    """The same for walking through the failures."""
    return None if now.has_failures else "no failed task is shown"


def needs_undo(now: Situation) -> str | None:
    """The same for taking something back."""
    return None if now.undoable else "nothing to undo in this session"


def needs_asking(now: Situation) -> str | None:
    """The same for commands about how often the service is asked."""
    if now.mode is Mode.NO_KEY:
        return "no key is set, so nothing is asked; `headswap-tui doctor` says how to set one"
    return None


def needs_trouble(now: Situation) -> str | None:
    """The same for trying again."""
    if now.mode in (Mode.KEY_REFUSED, Mode.OFFLINE, Mode.NO_KEY, Mode.NO_CREDIT, Mode.SLOWED):
        return None
    return "there is no trouble to retry"


def always(now: Situation) -> str | None:
    """For commands that can always be used."""
    del now
    return None
