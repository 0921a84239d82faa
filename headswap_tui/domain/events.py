"""What the engine tells whoever shows it, as plain values; and the live figures that outlive no process."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from headswap_tui.domain.task import DownloadState, TaskId


class Mode(StrEnum):
    """How the profile's polling stands, worst thing first where several hold."""

    NO_KEY = "no key"
    """No credential is set: nothing is asked."""
    KEY_REFUSED = "key refused"
    """The service refused the credential: nothing is asked until the user retries or the key changes."""
    PAUSED = "paused"
    """By the user."""
    OFFLINE = "offline"
    """Unreachable or server trouble; one request at a time probes."""
    FOLLOWING = "following"
    """Another process polls this profile; its results are shown."""
    NO_CREDIT = "out of credit"
    """The service says quota, payment or credit; running tasks are asked slowly."""
    SLOWED = "slowed"
    """After throttling; recovers step by step."""
    LIVE = "live"


class Connection(msgspec.Struct, frozen=True):
    """What the status line says about asking; equal values mean that nothing needs drawing."""

    mode: Mode
    since_ms: int = 0
    """When this mode, or `leader_mode` if there is one, began, by the wall clock."""
    message: str = ""
    """What happened and what to do, for the banner; empty if there is nothing to say. May quote foreign text."""
    leader_pid: int | None = None
    """Process that polls instead of us; `None` unless following."""
    leader_mode: Mode | None = None
    """What that process says is wrong, with `since_ms` and `message`; `None` if nothing, or not known."""
    requests_per_s: float = 0.0
    """Asked over the last ten seconds."""
    next_due_s: float | None = None
    """Seconds until the next request; `None` if none is planned."""
    pace: float = 1.0
    """The user's factor on the polling intervals: below 1 asks more often."""
    store_trouble: str = ""
    """Why changes cannot be written at present; empty if they can."""


class Forecast(msgspec.Struct, frozen=True, gc=False):
    """When a task is expected to end, from its progress history or from what past tasks took."""

    finish_ms: int
    """Expected end, milliseconds since the epoch; may lie in the past for an overdue task."""
    spread_s: float
    """Honest error of it, one standard deviation in seconds."""
    progress: float | None
    """Estimated share done now, 0..99, never below the last answer; `None` where progress says nothing."""


class Stall(msgspec.Struct, frozen=True, gc=False):
    """No progress for longer than is normal."""

    since_ms: int
    """The last time progress rose, or processing began; milliseconds since the epoch."""
    normal_s: float
    """The longest pause that would have been normal."""


class Transfer(msgspec.Struct, frozen=True, gc=False):
    """A download in motion."""

    state: DownloadState
    bytes: int = 0
    total: int | None = None
    speed_bps: float = 0.0
    """Bytes per second over the last seconds."""
    eta_s: float | None = None
    """Seconds left; `None` while unknown."""
    note: str = ""
    """What it is doing just now in words, such as `retrying in 4 s (connection reset)`; may quote foreign text."""


class TasksChanged(msgspec.Struct, frozen=True):
    """These records were added, changed or removed; look them up for what they are now."""

    ids: frozenset[TaskId]


class TasksFinished(msgspec.Struct, frozen=True):
    """These were seen to complete or fail just now, and that is on disk.

    Not told of a task whose very first answer says that it has ended, unless the user asked to be told of it.
    """

    ids: frozenset[TaskId]


class TransfersChanged(msgspec.Struct, frozen=True):
    """The downloads of these moved or changed their state."""

    ids: frozenset[TaskId]


class DownloadFinished(msgspec.Struct, frozen=True):
    """A download ended: the record's `download` says how."""

    id: TaskId


class TasksStalled(msgspec.Struct, frozen=True):
    """These have made no progress for longer than is normal; told once for each such pause."""

    ids: frozenset[TaskId]


class VideosExpiring(msgspec.Struct, frozen=True):
    """The finished videos of these are not saved and may be gone soon; told once for each."""

    ids: frozenset[TaskId]


class VideosGone(msgspec.Struct, frozen=True):
    """Told once at the start: the time of these videos has passed and they were never saved."""

    ids: frozenset[TaskId]


class ConnectionChanged(msgspec.Struct, frozen=True):
    """The status line has something new to say."""

    connection: Connection


Event = (
    TasksChanged
    | TasksFinished
    | TransfersChanged
    | DownloadFinished
    | TasksStalled
    | VideosExpiring
    | VideosGone
    | ConnectionChanged
)
Listener = Callable[[Event], None]
"""Called in the event loop's thread; must be quick and must not raise."""
