"""The shape of a task as JSON, as types: `docs/task.schema.json` is made from it, and tests hold us to it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from headswap_tui.domain.task import DownloadState, State

Time = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", description="ISO 8601, UTC")]
Count = Annotated[int, Meta(ge=0)]


class DownloadJson(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Our copy of the video."""

    state: DownloadState
    path: str | None
    bytes: Count
    total: Count | None


class LastErrorJson(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The last thing that went wrong when the service was asked about the task."""

    kind: Annotated[str, Meta(description="auth, refused, throttled, server, unreachable or garbled")]
    message: str
    at: Time | None


class TaskJson(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A head swap task as `headswap-tui list|show|wait --json` print it; null: not known, or never."""

    id: str
    state: State
    status: Annotated[
        int | None, Meta(description="the service's number: 1 queued, 2 processing, 3 completed, 4 failed")
    ]
    progress: Annotated[float, Meta(ge=0, le=100, description="percent")] | None
    resolution: str | None
    video_duration: Annotated[float, Meta(ge=0, description="seconds")] | None
    created_at: Time | None
    added_at: Annotated[Time | None, Meta(description="when it was tracked")]
    updated_at: Annotated[Time | None, Meta(description="the last answer that changed something")]
    checked_at: Annotated[Time | None, Meta(description="the last answer")]
    eta: Annotated[Time | None, Meta(description="when it is expected to end")]
    label: str | None
    tags: list[str]
    file_name: str | None
    model_name: str | None
    video_url: str | None
    source_video_url: str | None
    error_code: float | None
    error_reason: str | None
    deduction_duration: float | None
    priority: float | None
    uid: int | None
    team_id: str | None
    task_id: Annotated[str | None, Meta(description="the service's internal id, for support; never a key")]
    download: DownloadJson | None
    last_error: LastErrorJson | None
    other: Annotated[dict[str, Any], Meta(description="fields of the service that this version does not know")]


class EventJson(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A line of `headswap-tui watch --json`."""

    event: str
    time: Time
    task: TaskJson | None
    message: str | None
