"""A task as programs read it. The names are a promise: they are documented and never change their meaning."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from headswap_tui.domain.numbers import number
from headswap_tui.domain.task import Detail, TrackedTask


def task_json(task: TrackedTask, eta_ms: int | None = None) -> dict[str, Any]:
    """The task's fields. Times are ISO 8601 in UTC with milliseconds; `None` means not known or never.

    `eta_ms` is when it is expected to end. `updated_at` is the last answer that changed something, `checked_at` the
    last answer.
    """
    detail = task.detail or Detail()
    download = task.download
    error = task.last_error
    return {
        "id": task.id,
        "state": task.state,
        "status": detail.status,
        "progress": number(detail.progress),
        "resolution": detail.resolution,
        "video_duration": number(detail.video_duration),
        "created_at": iso(detail.created_ms),
        "added_at": iso(task.added_ms),
        "updated_at": iso(task.changed_ms or None),
        "checked_at": iso(task.answered_ms or None),
        "eta": iso(eta_ms),
        "label": task.label,
        "tags": list(task.tags),
        "file_name": detail.file_name,
        "model_name": detail.model_name,
        "video_url": detail.video_url,
        "source_video_url": detail.source_video_url,
        "error_code": number(detail.error_code),
        "error_reason": detail.error_reason,
        "deduction_duration": number(detail.deduction_duration),
        "priority": number(detail.priority),
        "uid": detail.uid,
        "team_id": detail.team_id,
        "task_id": detail.provider_task_id,
        "download": None
        if download is None
        else {"state": download.state, "path": download.path, "bytes": download.bytes, "total": download.total},
        "last_error": None if error is None else {"kind": error.kind, "message": error.message, "at": iso(error.at_ms)},
        "other": detail.other,
    }


@lru_cache(maxsize=8)  # the times of one task are often the same
def iso(at_ms: int | None) -> str | None:
    """Such as `2026-05-15T00:50:13.962Z`; `None` for none, and for what no calendar holds."""
    if at_ms is None:
        return None
    minutes, rest = divmod(at_ms, 60_000)
    start = _minute(minutes)
    return start and f"{start}{rest / 1000:06.3f}Z"


@lru_cache(maxsize=1024)  # the times of many tasks lie in the same minutes
def _minute(minutes: int) -> str | None:
    """The part before the seconds. Not by `datetime`, which takes longer to load than a thousand of them to make."""
    try:
        year, month, day, hour, minute = time.gmtime(minutes * 60)[:5]
    except (OverflowError, ValueError, OSError):
        return None
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:" if 1 <= year <= 9999 else None
