"""A note for the service's support: what it needs to find the tasks, and nothing that is nobody's business.

Left out are labels, tags, file names, source addresses, paths and everything else of the user's. What is quoted loses
the queries of its addresses and whatever looks like a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from headswap_tui.domain.failures import code_of, failed_at_ms, reason_of
from headswap_tui.domain.task import TrackedTask
from headswap_tui.domain.text import safe, without_query

REMOVED: Final = "[removed]"
NOTED_TASKS: Final = 50
"""So many tasks stand in one note; the rest is counted."""

_URL: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^\s<>\"'\u201c\u201d]+", re.IGNORECASE)
_NAMED_SECRET: Final = re.compile(
    r"((?:x-)?api[-_ ]?key|authorization|bearer|basic|token|secret|signature|password|passwd|pwd|sig|credential)"
    r"(\s*[=:]\s*|\s+)(?:(?:bearer|basic)\s+)?[^\s,;&\"']+",
    re.IGNORECASE,
)
_LONG_RUN: Final = re.compile(r"[A-Za-z0-9+/_=~.-]{16,}")
_ID: Final = re.compile(r"[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_QUERY: Final = re.compile(r"\?[^\s?]*=[^\s]*")


def redacted(text: str) -> str:
    """`text` as one harmless line without address queries and without anything that looks like a secret.

    Ids of the service's usual form stay. Too much goes rather than too little.
    """
    text = _URL.sub(lambda found: without_query(found[0]), safe(text, 2_000))
    text = _QUERY.sub(f"?{REMOVED}", text)
    text = _NAMED_SECRET.sub(rf"\1\2{REMOVED}", text)
    return _LONG_RUN.sub(lambda found: found[0] if _is_harmless(found[0]) else REMOVED, text)


def _is_harmless(run: str) -> bool:
    """Ids, plain words and paths of plain words are; a long mix of letters and digits is not."""
    if _ID.fullmatch(run):
        return True
    parts = [part for part in re.split(r"[/.=~+_-]", run) if part]
    return all(_ID.fullmatch(part) or _is_word(part) for part in parts)


def _is_word(part: str) -> bool:
    return len(part) < 16 and (part.isalpha() or part.isdigit() or len(part) <= 8)


def support_note(
    tasks: Sequence[TrackedTask], *, version: str, now_ms: int, hide: Callable[[str], str] = lambda text: text
) -> str:
    """The note as plain text, ending in a line end. `hide` takes known secrets out of any text."""
    lines = [
        f"Head swap tasks that failed: {len(tasks)}",
        f"Noted {_utc(now_ms)} by headswap-tui {version}",
    ]
    for task in tasks[:NOTED_TASKS]:
        lines += ["", *_entry(task)]
    if len(tasks) > NOTED_TASKS:
        lines += ["", f"and {len(tasks) - NOTED_TASKS} more"]
    return "\n".join(hide(line) for line in lines) + "\n"


def _entry(task: TrackedTask) -> list[str]:
    detail = task.detail
    code = code_of(task)
    fields = [
        ("_id", safe(task.id, 64)),
        ("task_id", redacted(detail.provider_task_id) if detail and detail.provider_task_id else ""),
        ("state", f"{task.state}" + (f" (status {detail.status})" if detail else "")),
        ("code", "" if code is None else f"{code:g}" if abs(code) < 1e6 else f"{code:.0f}"),
        ("message", redacted(reason_of(task))),
        ("created", _utc(detail.created_ms) if detail and detail.created_ms else ""),
        ("failed", f"{_utc(failed_at_ms(task))} (first seen)"),
        ("resolution", redacted(detail.resolution) if detail and detail.resolution else ""),
        ("model", redacted(detail.model_name) if detail and detail.model_name else ""),
        ("length", f"{detail.video_duration:g} s" if detail and detail.video_duration is not None else ""),
    ]
    return [f"{name + ':':<12}{value}" for name, value in fields if value]


def _utc(at_ms: int) -> str:
    try:
        return f"{datetime.fromtimestamp(at_ms / 1000, tz=UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return f"{at_ms} ms"
