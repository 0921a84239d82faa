"""What the user is told of tasks and downloads that end, stall or may be lost: many at once are one message. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal

import msgspec

from headswap_tui.domain.events import Stall
from headswap_tui.domain.expiry import deadline, is_unsaved
from headswap_tui.domain.task import DownloadState, State, TaskId, TrackedTask
from headswap_tui.domain.text import safe, unsigned
from headswap_tui.ui.presentation.times import stalled_for

Severity = Literal["information", "warning", "error"]

NAMES: Final = 3
"""So many are named; the rest is counted."""
NAME_LENGTH: Final = 60


class Announcement(msgspec.Struct, frozen=True):
    """One message. The text holds foreign words made safe for a screen, but it is never markup."""

    title: str
    text: str
    severity: Severity = "information"
    rings: bool = False
    """Whether the user asked to be told about one of them."""
    lasts: bool = False
    """Whether it stays for longer than a glance."""


def of_tasks(ids: Iterable[TaskId], tasks: Mapping[TaskId, TrackedTask]) -> Announcement | None:
    """About tasks that completed, failed, or went missing; `None` if none of them is tracked any more."""
    ended = [tasks[task_id] for task_id in ids if task_id in tasks]
    if not ended:
        return None
    failed = [task for task in ended if task.state in (State.FAILED, State.MISSING)]
    done = [task for task in ended if task.state not in (State.FAILED, State.MISSING)]
    rings = any(task.notify for task in ended)
    if not failed:
        return Announcement(_counted(len(done), "task completed", "tasks completed"), named(done), rings=rings)
    others = f"{len(done)} completed" if done else ""
    if len(failed) == 1:
        return Announcement(_about_one("Task failed", failed[0], others), _reason(failed[0]), "error", rings)
    return Announcement(f"{len(failed)} tasks failed{others and ', '}{others}", named(failed), "error", rings)


def of_downloads(ids: Iterable[TaskId], tasks: Mapping[TaskId, TrackedTask]) -> Announcement | None:
    """About downloads that ended; those that the user stopped need no message."""
    ended = [task for task_id in ids if (task := tasks.get(task_id)) and task.download]
    saved = [task for task in ended if task.download and task.download.state is DownloadState.DONE]
    broken = [task for task in ended if task.download and task.download.state is DownloadState.FAILED]
    if broken:
        others = f"{len(saved)} saved" if saved else ""
        if len(broken) == 1:
            error = broken[0].download.error if broken[0].download else None
            title = _about_one("Download failed", broken[0], others)
            return Announcement(title, safe(error or "no reason is known", 160), "error")
        return Announcement(f"{len(broken)} downloads failed{others and ', '}{others}", named(broken), "error")
    if not saved:
        return None
    if len(saved) == 1 and saved[0].download and saved[0].download.path:
        return Announcement("Video saved", safe(saved[0].download.path, 200))
    return Announcement(_counted(len(saved), "video saved", "videos saved"), named(saved))


def of_stalls(
    ids: Iterable[TaskId], tasks: Mapping[TaskId, TrackedTask], stall_of: Callable[[TaskId], Stall | None]
) -> Announcement | None:
    """About tasks that stopped moving."""
    stalled = [tasks[task_id] for task_id in ids if task_id in tasks]
    if not stalled:
        return None
    title = _counted(len(stalled), "task makes no progress", "tasks make no progress")
    found = stall_of(stalled[0].id) if len(stalled) == 1 else None
    why = f"none for {stalled_for(stalled[0], found)}" if found else "for longer than is normal"
    text = f"{named(stalled)}: {why}"
    return Announcement(title, text, "warning", any(task.notify for task in stalled))


def of_expiring(ids: Iterable[TaskId], tasks: Mapping[TaskId, TrackedTask], *, rescues: bool) -> Announcement | None:
    """About videos that are not saved and may be gone soon; `rescues`: they are fetched by themselves."""
    expiring = [task for task_id in ids if (task := tasks.get(task_id)) and is_unsaved(task)]
    if not expiring:
        return None
    title = _counted(len(expiring), "video may be gone soon", "videos may be gone soon")
    what = "fetching now" if rescues else "not downloaded yet; the filter is:expiring shows them"
    return Announcement(title, f"{named(expiring)}: {what}", "warning", lasts=True)


def of_gone(
    ids: Iterable[TaskId], tasks: Mapping[TaskId, TrackedTask], now_ms: int, *, retention_days: float, since_ms: int
) -> Announcement | None:
    """About videos whose time passed before they were saved; those of before `since_ms` were told before."""
    ends = {task.id: deadline(task, now_ms, retention_days) for task_id in ids if (task := tasks.get(task_id))}
    gone = [tasks[task_id] for task_id, end in ends.items() if end is not None and end.at_ms > since_ms]
    if not gone:
        return None
    title = _counted(
        len(gone), "video probably gone before it was saved", "videos probably gone before they were saved"
    )
    return Announcement(title, f"{named(gone)}. The filter is:expired shows all such.", "warning", lasts=True)


def _about_one(what: str, task: TrackedTask, others: str) -> str:
    """A title that names the task: it is all that is left where the terminal shrinks to a line for messages."""
    return f"{what}: {named([task])}{f' (and {others})' if others else ''}"


def _reason(task: TrackedTask) -> str:
    if task.detail and task.detail.error_reason:
        return safe(unsigned(task.detail.error_reason), 160)
    if task.state is State.MISSING:
        return "the service does not know this task (any more)"
    return "the service gave no reason"


def _counted(count: int, one: str, many: str) -> str:
    return one[0].upper() + one[1:] if count == 1 else f"{count} {many}"


def named(tasks: Sequence[TrackedTask]) -> str:
    """The names of the first few and the count of the rest, safe for a screen."""
    names = ", ".join(safe(task.name, NAME_LENGTH) for task in tasks[:NAMES])
    return names if len(tasks) <= NAMES else f"{names} and {len(tasks) - NAMES} more"
