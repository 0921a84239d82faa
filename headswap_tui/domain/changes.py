"""What can happen to a tracked task, each as a pure function from one record to the next.

Two processes may ask about the same task: an outcome is applied only if its request left after the one already
applied (`asked_ms`), so a task never moves backwards by an older answer.
"""

from __future__ import annotations

from typing import Final

import msgspec

from headswap_tui.domain.errors import ApiError, TaskRefused
from headswap_tui.domain.task import (
    Change,
    Detail,
    Download,
    LastError,
    TaskId,
    TrackedTask,
)

HISTORY_LIMIT: Final = 64
"""Entries kept of a task's flight record; beyond it every second progress entry is thinned out."""


def track(task_id: TaskId, now_ms: int, label: str | None = None, tags: tuple[str, ...] = ()) -> TrackedTask:
    """A new record, never asked yet."""
    return TrackedTask(id=task_id, added_ms=now_ms, label=label or None, tags=normal_tags(tags))


def normal_tags(tags: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Tags stripped, without empty ones and doubles, in the order given."""
    return tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))


def answered(task: TrackedTask, detail: Detail, asked_ms: int, now_ms: int) -> TrackedTask:
    """The record after a good answer to a request that left at `asked_ms`; unchanged if that is an older one."""
    if _is_older(task, asked_ms, now_ms):
        return task
    before = task.detail
    if before and before.video_url and detail.status == 3 and before.status == 3 and not detail.video_url:
        # The file is what was paid for: one answer without its address does not take it away.
        detail = msgspec.structs.replace(detail, video_url=before.video_url)
    changed = before != detail
    after = msgspec.structs.replace(
        task,
        detail=detail,
        asked_ms=asked_ms,
        answered_ms=now_ms,
        changed_ms=now_ms if changed else task.changed_ms,
        refusals=0,
        last_error=None,
        history=_recorded(task.history, _difference(before, detail, now_ms - task.answered_ms), now_ms)
        if changed
        else task.history,
    )
    if after.is_finished and not task.is_finished:
        after = msgspec.structs.replace(after, finished_ms=now_ms)
    return after


def not_answered(task: TrackedTask, error: ApiError, asked_ms: int, now_ms: int) -> TrackedTask:
    """The record after a request failed; the last good detail stays. Unchanged if it is an older request."""
    if _is_older(task, asked_ms, now_ms):
        return task
    new_kind = task.last_error is None or task.last_error.kind != error.kind
    return msgspec.structs.replace(
        task,
        asked_ms=asked_ms,
        refusals=task.refusals + isinstance(error, TaskRefused),
        # What to do about a refusal depends on its code, and nobody else tells: another profile, say, or patience.
        last_error=LastError(
            kind=error.kind, message=str(error) if error.kind == "refused" else error.message, at_ms=now_ms
        ),
        history=_recorded(task.history, Change(error=error.kind), now_ms) if new_kind else task.history,
    )


def asked_again(task: TrackedTask) -> TrackedTask:
    """The record after the user asked for a refresh: a missing task gets its chances again."""
    if not task.refusals:
        return task
    return msgspec.structs.replace(task, refusals=0)


def edited(
    task: TrackedTask,
    *,
    label: str | None = None,
    tags: tuple[str, ...] | None = None,
    archived: bool | None = None,
    notify: bool | None = None,
) -> TrackedTask:
    """The record with what the user changed; `None` leaves a field, an empty label or tuple clears it."""
    return msgspec.structs.replace(
        task,
        label=task.label if label is None else (label.strip() or None),
        tags=task.tags if tags is None else normal_tags(tags),
        archived=task.archived if archived is None else archived,
        notify=task.notify if notify is None else notify,
    )


def with_download(task: TrackedTask, download: Download | None) -> TrackedTask:
    """The record with the new standing of its download."""
    return msgspec.structs.replace(task, download=download)


def _is_older(task: TrackedTask, asked_ms: int, now_ms: int) -> bool:
    """A record from the future shows that the clock was set back: then the new answer counts."""
    return asked_ms < task.asked_ms <= now_ms


def _difference(before: Detail | None, after: Detail, gap_ms: int) -> Change:
    old = before or Detail()
    change = Change(
        status=after.status if after.status != old.status else None,
        progress=after.progress if after.progress != old.progress else None,
        url=after.video_url != old.video_url,
    )
    if before and change.status is not None and gap_ms > 0:
        # Only then: the encoder leaves out a default by identity, and another 0.0 would be written every time.
        return msgspec.structs.replace(change, gap_s=gap_ms / 1000)
    return change


def _recorded(history: dict[str, Change], change: Change, now_ms: int) -> dict[str, Change]:
    if change == Change():
        return history
    entries = dict(history)
    while str(now_ms) in entries:  # two changes within one millisecond are still two
        now_ms += 1
    entries[str(now_ms)] = change
    if len(entries) > HISTORY_LIMIT:
        entries = _thinned(entries)
    return entries


def _thinned(entries: dict[str, Change]) -> dict[str, Change]:
    """Every second entry that is nothing but progress goes; what is left spans the same time."""
    kept: dict[str, Change] = {}
    drop = True
    last = next(reversed(entries))
    for at, change in entries.items():
        only_progress = change.status is None and change.error is None and not change.url
        if only_progress and at != last:
            drop = not drop
            if drop:
                continue
        kept[at] = change
    while len(kept) > HISTORY_LIMIT:  # a task that flaps between errors: the oldest go
        del kept[next(iter(kept))]
    return kept


def merged(stored: TrackedTask, ours: TrackedTask, now_ms: int) -> TrackedTask:
    """What both records know together: `stored` is on disk, `ours` waited to be written.

    The user's own fields are those of `stored` (edits are written at once, never held back); what the service
    said, our last error and the download each come from the side that heard of it last; flight records unite.
    """
    # A stamp in the future is from before the clock was set back: older, whatever it says; never (0) is oldest of all.
    later = max((stored, ours), key=lambda task: (0 < task.asked_ms <= now_ms, task.asked_ms, task is ours))
    heard = later
    if later.last_error is not None:
        heard = max((stored, ours), key=lambda task: (0 < task.answered_ms <= now_ms, task.answered_ms))
    downloads = [task.download for task in (stored, ours) if task.download]
    return msgspec.structs.replace(
        stored,
        detail=heard.detail,
        answered_ms=heard.answered_ms,
        changed_ms=heard.changed_ms,
        finished_ms=heard.finished_ms,
        asked_ms=later.asked_ms,
        refusals=later.refusals,
        last_error=later.last_error,
        history=_united(stored.history, ours.history),
        download=max(downloads, key=lambda one: (one.at_ms <= now_ms, one.at_ms), default=None),
    )


def _united(one: dict[str, Change], other: dict[str, Change]) -> dict[str, Change]:
    if one == other:
        return one
    both = one | other
    entries = {at: both[at] for at in sorted(both, key=int)}
    return _thinned(entries) if len(entries) > HISTORY_LIMIT else entries
