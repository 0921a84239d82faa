"""What the commands look at to know whether they can do anything now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import msgspec

from headswap_tui.domain.events import Mode, Transfer
from headswap_tui.domain.task import DownloadState, State, TaskId, TrackedTask


class Situation(msgspec.Struct, frozen=True, dict=True):
    """One look at the screen; what costs a walk through the list is found out only if a command asks for it."""

    tasks: Mapping[TaskId, TrackedTask] = {}
    order: Sequence[TaskId] = ()
    """The tasks shown."""
    selection: Sequence[TaskId] = ()
    """The marked tasks that are shown; without marks, the one under the cursor."""
    marked: int = 0
    """How many tasks are marked, shown or not."""
    cursor_id: TaskId | None = None
    mode: Mode = Mode.LIVE
    undoable: str = ""
    """What `undo` would take back, in words; empty if there is nothing."""
    leave: str = "esc"
    """How the user reaches the command of that name."""
    saved_views: int = 0
    """How many views the user has saved."""
    has_shell: bool = True
    """Whether there is a shell to go back to."""
    has_profiles: bool = False
    """Whether there are other accounts to go to."""
    no_callbacks: str = "callbacks are not wanted"
    """Why there is no callback URL; empty if there is one."""
    shows_frames: bool = False
    """Whether frames of downloaded videos are shown."""
    no_pictures: Callable[[], str] = lambda: ""
    """Why no pictures can be drawn here; empty if they can."""
    transfer: Callable[[TaskId], Transfer | None] = lambda _task_id: None
    """The engine's word on a download that goes on."""

    @cached_property
    def targets(self) -> tuple[TrackedTask, ...]:
        """What an action would work on."""
        return tuple(self.tasks[task_id] for task_id in self.selection if task_id in self.tasks)

    @property
    def cursor(self) -> TrackedTask | None:
        """The task under the cursor; `None` if nothing is shown."""
        return self.tasks.get(self.cursor_id) if self.cursor_id else None

    @property
    def has_failures(self) -> bool:
        """Whether a failed task is among those shown."""
        return any(self.tasks[task_id].state is State.FAILED for task_id in self.order if task_id in self.tasks)

    @property
    def has_transfers(self) -> bool:
        """Whether a download of one of the targets is queued or running."""
        return any(self.transfer(task.id) is not None for task in self.targets)


def needs_task(now: Situation) -> str | None:
    """Why a command that works on tasks cannot do so now; `None` if it can."""
    if now.targets:
        return None
    if now.marked:
        hidden = "the marked task is" if now.marked == 1 else f"the {now.marked} marked tasks are"
        return f"{hidden} hidden here: change the view or the filter, or unmark ({now.leave})"
    return _nothing_shown(now)


def _nothing_shown(now: Situation) -> str:
    if not now.tasks:
        return "nothing is tracked yet: add a task first"
    return "no task is shown here: change the view or the filter"


def needs_shown(now: Situation) -> str | None:
    """The same for commands about the rows shown."""
    return None if now.order else _nothing_shown(now)


def needs_video(now: Situation) -> str | None:
    """The same for commands about the rendered file."""
    return needs_task(now) or _no_video(now.targets)


def _no_video(tasks: Sequence[TrackedTask]) -> str | None:
    if any(task.detail and task.detail.has_video for task in tasks):
        return None
    if len(tasks) > 1:
        return "none of these tasks has a video yet"
    return _NO_VIDEO.get(tasks[0].state, "it has no video yet")


_NO_VIDEO = {
    State.PENDING: "the service has not answered about it yet",
    State.FAILED: "it failed: there is no video",
    State.MISSING: "the service does not know this task: there is no video",
    State.COMPLETED: "it is completed, but the service has not named the file yet",
}


def needs_file_or_video(now: Situation) -> str | None:
    """The same for opening the one under the cursor: a finished download will do as well."""
    if now.cursor is None:
        return _nothing_shown(now)
    if now.cursor.download and now.cursor.download.path:
        return None
    return _no_video((now.cursor,))


def needs_frames(now: Situation) -> str | None:
    """The same for frames of the video under the cursor; they can always be switched off."""
    if now.shows_frames:
        return None
    if why := now.no_pictures():
        return why
    if now.cursor is None:
        return _nothing_shown(now)
    download = now.cursor.download
    if download and download.state is DownloadState.DONE:
        return None
    return _no_video((now.cursor,)) or "it is not downloaded yet: download it first"


def needs_source(now: Situation) -> str | None:
    """The same for frames of the source video of the task under the cursor."""
    if why := now.no_pictures():
        return why
    if now.cursor is None:
        return _nothing_shown(now)
    has_source = now.cursor.detail and now.cursor.detail.source_video_url
    return None if has_source else "the service has named no source video"


def needs_transfer(now: Situation) -> str | None:
    """The same for stopping a download."""
    if (why := needs_task(now)) is not None:
        return why
    return None if now.has_transfers else "no download of it is queued or running"


def needs_failure(now: Situation) -> str | None:
    """The same for walking through the failures."""
    return None if now.has_failures else "no failed task is shown"


def needs_any_failure(now: Situation) -> str | None:
    """The same for looking at what failed, shown or not."""
    bad = (State.FAILED, State.MISSING)
    return None if any(task.state in bad and not task.archived for task in now.tasks.values()) else "nothing has failed"


def needs_tracked(now: Situation) -> str | None:
    """The same for looking at all tasks together."""
    return None if now.tasks else "nothing is tracked yet: add a task first"


def needs_saved_view(number: int) -> Callable[[Situation], str | None]:
    """The same for the saved view of that number, counted from 1."""

    def why(now: Situation) -> str | None:
        if now.saved_views >= number:
            return None
        return f"there is no saved view {number}: [views] in the configuration names them"

    return why


def needs_shell(now: Situation) -> str | None:
    """The same for leaving for a while."""
    return None if now.has_shell else "no shell is behind it that `fg` could be said to"


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


def needs_profiles(now: Situation) -> str | None:
    """The same for going to another account."""
    return None if now.has_profiles else "the demo has this one profile only"


def needs_callbacks(now: Situation) -> str | None:
    """The same for showing the callback URL."""
    return now.no_callbacks or None


def always(now: Situation) -> str | None:
    """For commands that can always be used."""
    del now
    return None
