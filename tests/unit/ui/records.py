"""Records for the tests of presentation and widgets: any state in one line, and hostile ones by the dozen."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from headswap_tui.domain.events import Forecast, Transfer
from headswap_tui.domain.task import Change, Detail, Download, DownloadState, LastError, TaskId, TrackedTask
from headswap_tui.ui.glyphs import ASCII, UNICODE
from headswap_tui.ui.presentation.cells import Look
from headswap_tui.ui.presentation.extras import Extras
from tests.conftest import NOON_MS

LOOK = Look(UNICODE, NOON_MS)
ASCII_LOOK = Look(ASCII, NOON_MS)
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


def task_id(number: int = 1) -> TaskId:
    """A usual id, told apart at its end."""
    return TaskId(f"6a066dc58570ecbf64f7{number:04x}")


def tracked(
    number: int = 1, *, status: int | None = None, more: dict[str, Any] | None = None, **detail: Any
) -> TrackedTask:
    """A record added five minutes before noon; pending without a status. `detail` are fields of the answer."""
    answer = Detail(status=status, **detail) if status is not None or detail else None
    return TrackedTask(id=task_id(number), added_ms=NOON_MS - 5 * MINUTE_MS, detail=answer, **(more or {}))


def processing(number: int = 1, progress: float | None = 47.5, more: dict[str, Any] | None = None) -> TrackedTask:
    """One on its way."""
    return tracked(number, status=2, progress=progress, resolution="720p", video_duration=10, more=more)


def completed(number: int = 1, url: str | None = "https://files.example/a.mp4?sig=1", **more: Any) -> TrackedTask:
    """One that is done; without an address it waits for its file."""
    return tracked(number, status=3, progress=100.0, video_url=url, more={"finished_ms": NOON_MS - MINUTE_MS} | more)


def failed(number: int = 1, reason: str | None = "no face found", code: float | None = 1203) -> TrackedTask:
    """One that failed half-way."""
    ended = {"finished_ms": NOON_MS - MINUTE_MS}
    return tracked(number, status=4, progress=63.0, error_reason=reason, error_code=code, more=ended)


NASTY = st.text(st.characters(), max_size=60) | st.sampled_from(
    [
        "[/b]",
        "[red]x",
        "\x1b[2J",
        "a\nb\tc",
        "東京タワー夜景.mp4",
        "👩‍👩‍👧 family",
        "e" + "\u0301" * 30,
        "\u202eabc",
        "x" * 300,
        "",
    ]
)
"""Texts as a service, a user or an attacker may send them."""
_numbers = st.none() | st.floats(0, 1e12) | st.just(0.0)
_times = st.none() | st.integers(-(10**18), 10**18)
_moments = st.sampled_from([0, NOON_MS - HOUR_MS, NOON_MS + HOUR_MS, 10**17])

details = st.builds(
    Detail,
    status=st.none() | st.integers(-1, 9) | st.just(10**12),
    progress=st.none() | st.floats(0, 100),
    resolution=st.none() | NASTY,
    video_duration=_numbers,
    created_ms=_times,
    video_url=st.none() | NASTY,
    source_video_url=st.none() | NASTY,
    error_reason=st.none() | NASTY,
    error_code=_numbers,
    file_name=st.none() | NASTY,
    model_name=st.none() | NASTY,
    deduction_duration=_numbers,
    uid=st.none() | st.integers(),
    team_id=st.none() | NASTY,
    other=st.dictionaries(NASTY, NASTY | st.lists(NASTY, max_size=3), max_size=3),
)

downloads = st.builds(
    Download,
    state=st.sampled_from(DownloadState),
    path=st.none() | NASTY,
    bytes=st.integers(0, 10**13),
    total=st.none() | st.integers(0, 10**13),
    error=st.none() | NASTY,
    at_ms=_moments,
)

tasks = st.builds(
    TrackedTask,
    id=NASTY.map(TaskId),
    added_ms=st.integers(0, 4 * 10**12),
    label=st.none() | NASTY,
    tags=st.lists(NASTY, max_size=4).map(tuple),
    detail=st.none() | details,
    answered_ms=_moments,
    changed_ms=_moments,
    finished_ms=_moments,
    refusals=st.integers(0, 9),
    last_error=st.none() | st.builds(LastError, kind=NASTY, message=NASTY, at_ms=_moments),
    history=st.dictionaries(
        st.integers(0, 4 * 10**12).map(str),
        st.builds(Change, progress=st.none() | st.floats(0, 100), url=st.booleans()),
        max_size=12,
    ),
    download=st.none() | downloads,
    archived=st.booleans(),
    notify=st.booleans(),
)

extras = st.builds(
    Extras,
    st.none()
    | st.builds(Forecast, finish_ms=_moments, spread_s=st.floats(0, 1e6), progress=st.none() | st.floats(0, 99)),
    st.none()
    | st.builds(
        Transfer,
        state=st.sampled_from(DownloadState),
        bytes=st.integers(0, 10**13),
        total=st.none() | st.integers(0, 10**13),
        speed_bps=st.floats(0, 1e12),
        eta_s=st.none() | st.floats(0, 1e9),
        note=NASTY,
    ),
    due_s=st.none() | st.floats(0, 1e9),
)
