"""What tests and pictures show: fixed data, fixed time, no network."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from headswap_tui.config.settings import Billing, DownloadSettings, Settings, UiSettings
from headswap_tui.domain.events import Connection, Forecast, Mode, Transfer
from headswap_tui.domain.task import (
    Change,
    Detail,
    Download,
    DownloadState,
    LastError,
    TaskId,
    TrackedTask,
)
from headswap_tui.ui.app import HeadswapApp
from tests.ui.fake_engine import FakeEngine

NOW_MS = 1_795_341_600_000
"""2026-11-22 10:00:00 UTC."""
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


def task_id(number: int) -> TaskId:
    """A usual id, told apart at its end."""
    return TaskId(f"6a066dc58570ecbf64f7{number:04x}")


def video(number: int) -> str:
    """An address with a signature that must not be shown."""
    return f"https://files.example.com/out/{task_id(number)}.mp4?sig=secret{number}"


def processing(number: int, progress: float, label: str | None = None, **more: object) -> TrackedTask:
    """A task on its way, with a history of rises."""
    history = {
        str(NOW_MS - (10 - step) * 20 * SECOND): Change(
            progress=round(progress * step / 10, 1), status=2 if step == 1 else None
        )
        for step in range(1, 10)
    }
    return TrackedTask(
        id=task_id(number),
        added_ms=NOW_MS - 6 * MINUTE,
        label=label,
        detail=Detail(
            status=2,
            progress=progress,
            resolution="1080p" if number % 3 else "720p",
            video_duration=12.0 + 7 * number,
            created_ms=NOW_MS - 6 * MINUTE,
            file_name=f"scene_{number:02}_swap.mp4",
            model_name="akool-premium",
            deduction_duration=12.0 + 7 * number,
            uid=101400,
            team_id="6805fb69e92d9edc7ca0b409",
            provider_task_id=f"hs-{number:05}",
        ),
        asked_ms=NOW_MS - 4 * SECOND,
        answered_ms=NOW_MS - 4 * SECOND,
        changed_ms=NOW_MS - 20 * SECOND,
        history=history,
        **more,  # type: ignore[arg-type]  # fields by name, for the scenes only
    )


def ended(number: int, status: int, label: str | None = None, *, age_ms: int = HOUR, **detail: object) -> TrackedTask:
    """A task that completed (3) or failed (4) so long ago."""
    base = {
        "status": status,
        "progress": 100.0 if status == 3 else 37.0,
        "resolution": "720p",
        "video_duration": 10.0 + number,
        "created_ms": NOW_MS - age_ms - 5 * MINUTE,
        "file_name": f"take_{number:02}_final.mp4",
        "model_name": "akool-premium",
        "deduction_duration": 10.0 + number,
        "video_url": video(number) if status == 3 else None,
        "uid": 101400,
        "team_id": "6805fb69e92d9edc7ca0b409",
        "provider_task_id": f"hs-{number:05}",
    }
    return TrackedTask(
        id=task_id(number),
        added_ms=NOW_MS - age_ms - 5 * MINUTE,
        label=label,
        detail=Detail(**(base | detail)),  # type: ignore[arg-type]  # fields by name, for the scenes only
        asked_ms=NOW_MS - age_ms,
        answered_ms=NOW_MS - age_ms,
        changed_ms=NOW_MS - age_ms,
        finished_ms=NOW_MS - age_ms,
        history={
            str(NOW_MS - age_ms - 4 * MINUTE): Change(status=2, progress=5.0),
            str(NOW_MS - age_ms - 2 * MINUTE): Change(progress=48.0),
            str(NOW_MS - age_ms): Change(status=status, progress=100.0 if status == 3 else 37.0, url=status == 3),
        },
    )


def few_tasks() -> list[TrackedTask]:
    """One or more of every state, oldest first."""
    saved = Download(DownloadState.DONE, path="/home/ada/Downloads/headswap/take_11_final.mp4", bytes=48_200_000)
    reason = "No face was found in frames 120-188 of the source video."
    gone = LastError("refused", "The service says: resource not found (code 1008).", NOW_MS - 9 * MINUTE)
    late = LastError("unreachable", "No answer within 15 s.", NOW_MS - 30 * SECOND)
    hostile = "promo [/b] [red]\x1b[31mred\x1b[0m \u202egpj.4pm"
    done = ended(11, 3, "Trailer, German dub", age_ms=26 * HOUR)
    return [
        TrackedTask(
            done.id, done.added_ms, done.label, ("client-a", "final"), done.detail, done.asked_ms, done.answered_ms,
            done.changed_ms, done.finished_ms, history=done.history, download=saved,
        ),
        ended(12, 3, age_ms=3 * HOUR, resolution="1080p", file_name="夏の撮影_第二版.mp4"),
        ended(13, 4, "Interview, close-up", age_ms=50 * MINUTE, error_reason=reason, error_code=20012),
        ended(14, 4, hostile, age_ms=40 * MINUTE, error_reason="[/data/in/x.mp4] not found", error_code=404),
        TrackedTask(task_id(15), NOW_MS - 30 * MINUTE, refusals=5, last_error=gone, asked_ms=NOW_MS - 9 * MINUTE),
        ended(16, 3, "Teaser 30s", age_ms=12 * MINUTE),
        TrackedTask(
            task_id(17), NOW_MS - 7 * MINUTE, "Something new",
            detail=Detail(status=7, resolution="4k", video_duration=61.0),
            asked_ms=NOW_MS - MINUTE, answered_ms=NOW_MS - MINUTE, changed_ms=NOW_MS - MINUTE,
        ),
        processing(1, 87.0, "Trailer, English dub", tags=("client-a",), notify=True),
        processing(2, 47.5, "Music video, chorus"),
        processing(3, 12.0, last_error=late),
        TrackedTask(
            task_id(18), NOW_MS - 3 * MINUTE, "Backstage", ("client-b",),
            Detail(
                status=1, resolution="720p", video_duration=182.0, created_ms=NOW_MS - 3 * MINUTE,
                model_name="akool-premium",
            ),
            asked_ms=NOW_MS - 8 * SECOND, answered_ms=NOW_MS - 8 * SECOND, changed_ms=NOW_MS - 3 * MINUTE,
        ),
        TrackedTask(task_id(19), NOW_MS - 20 * SECOND, "Just added"),
    ]  # fmt: skip


def engine(tasks: list[TrackedTask] | None = None) -> FakeEngine:
    """The fake engine with the scene's tasks, forecasts and one running download."""
    made = FakeEngine(few_tasks() if tasks is None else tasks, now_ms=lambda: NOW_MS)
    for number, left_s, progress in ((1, 25, 91.0), (2, 190, 52.0), (3, 480, 14.0)):
        made.forecasts[task_id(number)] = Forecast(NOW_MS + left_s * SECOND, left_s / 8, progress)
    if task_id(16) in made.tasks:
        made.transfers[task_id(16)] = Transfer(DownloadState.RUNNING, 17_300_000, 48_000_000, 2_400_000.0, 13.0)
    return made


def failing() -> FakeEngine:
    """The scene's tasks and more that failed, some for the same reason."""
    no_face = "No face was found in frames {} of the source video."
    tasks = few_tasks()
    for number, frames in ((31, "3-40"), (32, "6-80"), (33, "9-120")):
        reason = no_face.format(frames)
        age_ms = (7 * number - 150) * MINUTE
        tasks.append(ended(number, 4, f"Interview {number}", age_ms=age_ms, error_reason=reason, error_code=20012))
    for number in (40, 41):
        reason = "create video error, try later"
        tasks.append(ended(number, 4, f"Street {number}", age_ms=number * MINUTE, error_reason=reason, error_code=1015))
    tasks.append(ended(50, 4, "Choir", age_ms=30 * HOUR))
    return engine(tasks)


def watched(number: int, *, hours: float, queued_s: int, took_s: int, ok: bool = True, **detail: object) -> TrackedTask:
    """A task that was looked at from the queue to its end, so long ago."""
    begun = NOW_MS - int(hours * HOUR)
    end = begun + (queued_s + took_s) * SECOND
    task = ended(number, 3 if ok else 4, created_ms=begun, **detail)  # type: ignore[arg-type]  # names of fields
    history = {
        str(begun + SECOND): Change(status=1),
        str(begun + queued_s * SECOND): Change(status=2, progress=1.0, gap_s=2.0),
        str(end): Change(status=3 if ok else 4, url=ok, gap_s=2.0),
    }
    tags = ("client-a", "client-b", "trailer")[number % 3 : number % 3 + 2]
    return msgspec.structs.replace(task, added_ms=begun, finished_ms=end, history=history, tags=tags)


def of_two_weeks() -> FakeEngine:
    """Tasks of many days, for the figures."""
    tasks = [
        watched(
            100 + number,
            hours=8.5 * number + 1,
            queued_s=20 + (number * 37) % 150,
            took_s=120 + (number * 101) % 700,
            ok=number % 7 != 3,
            resolution=("720p", "1080p", "480p")[number % 5 % 3],
            video_duration=30.0 + number,
            deduction_duration=30.0 + number + (15 if number == 9 else 0),
            model_name="akool-premium" if number % 4 else "akool-standard",
        )
        for number in range(38)
    ]
    return engine([*tasks, *few_tasks()])


def app(
    made: FakeEngine | None = None,
    *,
    theme: str = "headswap-dark",
    state_dir: Path | None = None,
    environ: dict[str, str] | None = None,
    keys: dict[str, str | list[str]] | None = None,
    ui: UiSettings | None = None,
    now_ms: Callable[[], int] = lambda: NOW_MS,
    billing: Billing | None = None,
    views: dict[str, str] | None = None,
    **doors: Any,
) -> HeadswapApp:
    """The dashboard on a fake engine at a frozen time; what it remembers goes to a throwaway directory.

    `doors` are those beside the engine: `webhook` and `profiles`.
    """
    place = state_dir or Path(tempfile.mkdtemp(prefix="headswap-scene-"))
    settings = Settings(
        data_dir=place / "data",
        state_dir=place / "state",
        keys=keys or {},
        views=views or {},
        billing=billing or Billing(price_per_unit=0.05, currency="EUR"),
        download=DownloadSettings(directory=place / "videos"),
        ui=msgspec.structs.replace(ui, theme=theme) if ui else UiSettings(theme=theme, refresh_hz=10, animations=False),
    )
    looks: dict[str, Any] = {"environ": environ or {}, "themes_dir": place / "themes"}
    return HeadswapApp(made or engine(), settings, now_ms=now_ms, **looks, **doors)


OFFLINE = Connection(
    mode=Mode.OFFLINE, since_ms=NOW_MS - 4 * MINUTE, message="Could not connect to openapi.akool.com: no route to host."
)
REFUSED = Connection(
    mode=Mode.KEY_REFUSED, since_ms=NOW_MS - MINUTE, message="The key from HEADSWAP_API_KEY was refused (code 1101)."
)
