"""A head swap task: what the service says of it (`Detail`) and our own record of it (`TrackedTask`).

All times are integer milliseconds since the epoch, UTC: the unit the service uses, exact, cheap to compare and to
store; they become dates only where a person or a program reads them. All values are immutable: what happens to a
task is a function from one record to the next (`headswap_tui.domain.changes`).

Annotations are no texts here: msgspec would have to compile each of them, three quarters of what its decoder takes.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, NewType

import msgspec
from msgspec.structs import astuple

TaskId = NewType("TaskId", str)
"""The `_id` that create-task answered; in practice 24 hex digits. Never the service's field `task_id`."""

REFUSALS_UNTIL_MISSING: Final = 5
"""After so many refusals in a row an active task counts as missing and is not asked again by itself."""


class State(StrEnum):
    """How a task stands, in the word that the screen, the command line and the JSON all use."""

    PENDING = "pending"
    """Never answered yet."""
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """A status code that is not documented; shown with its number and asked about for ever."""
    MISSING = "missing"
    """The service refuses this id for good; a refresh by the user asks again."""

    __hash__ = str.__hash__
    """Not Enum's, which is written in Python and called by every look-up of a state."""


_PENDING, _COMPLETED, _FAILED = State.PENDING, State.COMPLETED, State.FAILED
_UNKNOWN, _MISSING = State.UNKNOWN, State.MISSING
# Asked of a hundred thousand records at once; to find a member by its name takes as long as all the rest.

STATE_OF_STATUS: Final[Mapping[int | None, State]] = {
    1: State.QUEUED,
    2: State.PROCESSING,
    3: State.COMPLETED,
    4: State.FAILED,
}
"""Source: Akool, Get Head Swap Task Detail, `data.status`; other values may appear."""


class DownloadState(StrEnum):
    """How the download of a task's video stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Detail(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One answer of the task detail endpoint, read tolerantly: what was missing or mistyped is `None`.

    Source of every field: Akool, Get Head Swap Task Detail, `data`.
    """

    status: int | None = None
    """1 in queue, 2 processing, 3 completed, 4 failed; others may appear."""
    progress: float | None = None
    """Approximate share done, 0..100; `None` until the service reports one."""
    resolution: str | None = None
    """Output resolution, such as `720p`."""
    video_duration: float | None = None
    """Length of the video in seconds, never negative."""
    created_ms: int | None = None
    """Creation, milliseconds since the epoch (`create_time`)."""
    video_url: str | None = None
    """The rendered file; `None` until completed (the service may send an empty string before)."""
    source_video_url: str | None = None
    error_reason: str | None = None
    """Why it failed, in the service's words; untrusted text."""
    error_code: float | None = None
    """A number of its own space, not published by the service."""
    file_name: str | None = None
    model_name: str | None = None
    deduction_duration: float | None = None
    """Billing-related duration; its meaning is set by the account's agreement."""
    priority: float | None = None
    uid: int | None = None
    team_id: str | None = None
    provider_task_id: str | None = None
    """The service's `task_id`: an internal processing id, for support tickets. May change; never a key."""
    other: dict[str, Any] = {}
    """Fields of `data` that this version does not know, as they came."""

    @property
    def has_video(self) -> bool:
        """Whether there is a file to fetch."""
        return bool(self.video_url)


class LastError(msgspec.Struct, frozen=True, gc=False):
    """The last thing that went wrong between us and the service about one task."""

    kind: str
    """`auth`, `refused`, `throttled`, `server`, `unreachable` or `garbled`."""
    message: str
    """In words for people; may quote the service, so untrusted."""
    at_ms: int


class Download(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Our copy of the video. Only what must outlive the process; speed and moving figures live in the engine."""

    state: DownloadState
    path: str | None = None
    """Where the finished file is or will be; absolute."""
    bytes: int = 0
    """Bytes on disk when last recorded."""
    total: int | None = None
    """Length of the whole file in bytes; `None` until the server said."""
    error: str | None = None
    """Why it failed, in words; `None` otherwise."""
    at_ms: int = 0
    """When this was recorded."""


class Change(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One entry of a task's flight record: what was different, at the time we saw it."""

    status: int | None = None
    progress: float | None = None
    url: bool = False
    """The video URL appeared or changed."""
    error: str | None = None
    """Kind of an error of ours that began here."""
    gap_s: float = 0.0
    """For a new status: seconds since the good answer before, so it happened somewhere in between. 0: not known."""


class _Record(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The fields of `TrackedTask`."""

    id: TaskId
    added_ms: int
    label: str | None = None
    """The user's own name for it."""
    tags: tuple[str, ...] = ()
    detail: Detail | None = None
    """The last good answer; `None` while pending."""
    asked_ms: int = 0
    """When the request of the newest applied outcome left; answers to earlier requests are dropped. 0: never."""
    answered_ms: int = 0
    """When the last good answer came. 0: never."""
    changed_ms: int = 0
    """When an answer last differed from the one before. 0: never."""
    finished_ms: int = 0
    """When we first saw it completed with a video, or failed. 0: not yet."""
    refusals: int = 0
    """Refusals in a row."""
    last_error: LastError | None = None
    """`None` as soon as a good answer came."""
    history: dict[str, Change] = {}
    """Flight record, oldest first: milliseconds since the epoch (as text, for JSON) to what changed; bounded."""
    download: Download | None = None
    archived: bool = False
    """Hidden from the views by the user."""
    notify: bool = False
    """The user asked to be told when this one ends."""


_history: Final[Any] = vars(_Record)["history"]
"""The field itself, which `TrackedTask.history` hides."""
_decode_history: Final = msgspec.json.Decoder(dict[str, Change]).decode
_decode_texts: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_encode: Final = msgspec.json.Encoder().encode


class TrackedTask(_Record, frozen=True, omit_defaults=True, gc=False):
    """Our record of one task."""

    @property  # type: ignore[misc]  # mypy looks for the field's own kind
    def history(self) -> dict[str, Change]:
        """Flight record, oldest first: milliseconds since the epoch (as text, for JSON) to what changed; bounded.

        Not to be changed. Looked at again it may be another object, see `pack`.
        """
        history: dict[str, Change] = unpacked(_history.__get__(self))
        return history

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TrackedTask):
            return NotImplemented
        return self is other or [*map(unpacked, astuple(self))] == [*map(unpacked, astuple(other))]

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]  # Python's own way to say that it has none

    @property
    def status(self) -> int | None:
        """The service's status number; `None` while pending or if it sent none."""
        return self.detail.status if self.detail else None

    @property
    def state(self) -> State:
        """How it stands. Finished tasks stay what they are, whatever happens when they are asked again."""
        detail = self.detail
        if detail is None:
            return _MISSING if self.refusals >= REFUSALS_UNTIL_MISSING else _PENDING
        state = STATE_OF_STATUS.get(detail.status, _UNKNOWN)
        if self.refusals >= REFUSALS_UNTIL_MISSING and not _is_final(state, detail):
            return _MISSING
        return state

    @property
    def is_finished(self) -> bool:
        """Completed with a video, or failed: nothing will change by itself any more."""
        return self.detail is not None and _is_final(self.state, self.detail)

    @property
    def is_active(self) -> bool:
        """Whether it may still change, so that it is worth asking: all but finished and missing."""
        state, detail = self.state, self.detail
        return state is not _MISSING and (detail is None or not _is_final(state, detail))

    @property
    def name(self) -> str:
        """What a person calls it: the label, else the file name, else the id."""
        return self.label or (self.detail and self.detail.file_name) or self.id


def pack(tasks: Iterable[TrackedTask]) -> None:
    """Keep the flight records of these as text from now on: of ended tasks they are long and seldom looked at.

    The records say the same as before. Those packed together share one text, for as long as one of them lives.
    """
    loose = [(task, kept) for task in tasks if (kept := _history.__get__(task)) and type(kept) is dict]
    texts = _decode_texts(_encode([kept for _, kept in loose]))  # pieces of what was encoded, no copies
    for (task, _), text in zip(loose, texts, strict=True):
        _history.__set__(task, text)


def unpacked(value: Any) -> Any:
    """What a packed flight record says, for msgspec's `enc_hook` and for who compares records field by field."""
    return _decode_history(value) if isinstance(value, msgspec.Raw) else value


def plain(task: TrackedTask) -> dict[str, Any]:
    """The record as JSON values."""
    fields: dict[str, Any] = msgspec.to_builtins(task, enc_hook=unpacked)
    return fields


def _is_final(state: State, detail: Detail) -> bool:
    return state is _FAILED or (state is _COMPLETED and bool(detail.video_url))
