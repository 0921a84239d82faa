"""Lists of tasks as a working day leaves them: most have ended, names in no order."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Final

from headswap_tui.domain.changes import answered, track
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.store.tasks import TaskStore

ENDED: Final = (3, 3, 3, 3, 3, 3, 3, 4)
MOVING: Final = (2, 2, 2, 1)
ACTIVE: Final = 200
"""So many of the newest have not ended yet: what is added later waits for these."""
MINUTE_MS: Final = 60_000
DAY_MS: Final = 1440 * MINUTE_MS


def tasks(count: int, *, now_ms: int | None = None, active: bool = True) -> list[TrackedTask]:
    """So many, the same every time but for the clock; without `active` all ended some days ago."""
    rnd = random.Random(1)
    now_ms = (time.time_ns() // 1_000_000 if now_ms is None else now_ms) - (0 if active else 4 * DAY_MS)
    made = []
    for number in range(count):
        statuses = MOVING if active and number >= count - min(ACTIVE, count // 2) else ENDED
        status = statuses[number % len(statuses)]
        at_ms = now_ms - (count - number) * MINUTE_MS // 10 - 5 * MINUTE_MS
        detail = Detail(
            status=status,
            progress={1: 0.0, 3: 100.0}.get(status, rnd.uniform(1, 99)),
            resolution=rnd.choice(("720p", "1080p")),
            video_duration=rnd.uniform(3, 60),
            created_ms=at_ms,
            video_url="https://files.example/v.mp4" if status == 3 else None,
            error_reason="no face found in the source video" if status == 4 else None,
            file_name=f"head_swap_{rnd.randrange(10**6):06}.mp4",
            model_name="akool-premium",
        )
        label = f"scene {rnd.randrange(10**5):05} take {rnd.randrange(9)}"
        made.append(answered(track(TaskId(f"6a066dc5{number:016x}"), at_ms, label), detail, at_ms, at_ms + 1000))
    return made


def fill(directory: Path, count: int, *, active: bool = True) -> str:
    """A store of so many; the name that stands first on the screen."""
    made = tasks(count, active=active)
    store = TaskStore.open(directory)
    store.add(made)
    store.close()
    return made[-1].name


def environ(place: Path) -> dict[str, str]:
    """A home of its own under `place`, with the store that `fill(place / "data" / "default")` makes."""
    return {
        "HOME": str(place),
        "HEADSWAP_DATA_DIR": str(place / "data"),
        "PYTHONPYCACHEPREFIX": str(place / "compiled"),  # compiled modules are kept, as after any installation
        "PYTHONHASHSEED": "0",
    }
