"""Times, spans and sizes in the short words that the screen uses."""

from __future__ import annotations

from datetime import UTC, datetime

from headswap_tui.domain.events import Stall
from headswap_tui.domain.task import TrackedTask

MINUTE, HOUR, DAY = 60, 3600, 86_400


def length(seconds: float | None, nothing: str = "") -> str:
    """A video's length: `m:ss`, from an hour on `h:mm:ss`."""
    if seconds is None:
        return nothing
    whole = int(seconds + 0.5)
    if whole < HOUR:
        return f"{whole // MINUTE}:{whole % MINUTE:02d}"
    return f"{whole // HOUR}:{whole // MINUTE % MINUTE:02d}:{whole % MINUTE:02d}"


def span(seconds: float, step: int = 1) -> str:
    """A span in one unit (`40s`, `3m`, `2h`, `5d`); under a minute in steps, so that it changes seldom."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{max(step, whole // step * step)}s"
    if whole < HOUR:
        return f"{whole // MINUTE}m"
    if whole < 2 * DAY:
        return f"{whole // HOUR}h"
    return f"{whole // DAY}d"


def exact_span(seconds: float) -> str:
    """A span in at most two units, for the detail pane: `1m 20s`, `3h 05m`, `5d 2h`."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole}s"
    if whole < HOUR:
        return f"{whole // MINUTE}m {whole % MINUTE:02d}s"
    if whole < DAY:
        return f"{whole // HOUR}h {whole // MINUTE % MINUTE:02d}m"
    return f"{whole // DAY}d {whole // HOUR % 24}h"


def age(at_ms: int, now_ms: int) -> str:
    """How long ago: `just now` below ten seconds and for a moment that the clock has not reached."""
    seconds = (now_ms - at_ms) / 1000
    return "just now" if seconds < 10 else f"{span(seconds, 10)} ago"


def stalled_for(task: TrackedTask, stall: Stall) -> str:
    """`14m 02s; normal is 3m 00s at most`, up to the last good answer: what happens while nobody asks is not known."""
    passed = exact_span((task.answered_ms - stall.since_ms) / 1000)
    return f"{passed}; normal is {exact_span(stall.normal_s)} at most"


def clock(at_ms: int, now_ms: int) -> str:
    """A local time in six cells: `14:03` if today, `Nov 21` within the year, else `2025`."""
    then, today = _local(at_ms), _local(now_ms)
    if then is None or today is None:
        return "?"
    if then.date() == today.date():
        return f"{then:%H:%M}"
    return f"{then:%b %d}" if then.year == today.year else f"{then:%Y}"


def moment(at_ms: int, now_ms: int) -> str:
    """A local time in full: `Nov 22 14:03:07` within the year, else `2025-11-22 14:03:07`.

    The bare number if it is no time a calendar knows.
    """
    then, today = _local(at_ms), _local(now_ms)
    if then is None or today is None:
        return f"{at_ms} ms"
    return f"{then:%b %d %H:%M:%S}" if then.year == today.year else f"{then:%Y-%m-%d %H:%M:%S}"


def stamp(at_ms: int, now_ms: int) -> str:
    """A local time in at most twelve cells: `14:03:07` if today, else as `Nov 21 14:03`."""
    then, today = _local(at_ms), _local(now_ms)
    if then is None or today is None:
        return "?"
    return f"{then:%H:%M:%S}" if then.date() == today.date() else f"{then:%b %d %H:%M}"


def day(at_ms: int) -> str:
    """The local day as `2026-11-22`, which sorts by time; `?` if it is no time a calendar knows."""
    then = _local(at_ms)
    return "?" if then is None else f"{then:%Y-%m-%d}"


def size(count: float) -> str:
    """Bytes in three digits or so: `812 B`, `4.2 MB`."""
    if count < 1000:
        return f"{int(count)} B"
    for unit in ("kB", "MB", "GB"):
        count /= 1000
        if count < 1000 or unit == "GB":
            break
    return f"{count:.1f} {unit}" if count < 100 else f"{count:.0f} {unit}"


def number(value: float | None, nothing: str = "") -> str:
    """A number as people write it: no `.0`."""
    if value is None:
        return nothing
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:g}"


def _local(at_ms: int) -> datetime | None:
    """`None` for a number that is no time: the service's fields are not trusted to be sane."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, tz=UTC).astimezone()
    except (OverflowError, ValueError, OSError):
        return None
