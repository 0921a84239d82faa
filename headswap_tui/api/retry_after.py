"""How long a server asks us to wait."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

SHORTEST_S: Final = 1.0
LONGEST_S: Final = 3600.0
_SECONDS: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?")


def retry_after_s(headers: Mapping[str, str], now_ms: int) -> float | None:
    """Seconds of the `Retry-After` header, clamped to 1 s..1 h; `None` if there is none or it cannot be read.

    Names in `headers` are looked up in lower case. The form with a date is counted from the server's own `Date`
    where it sends one, so that a wrong clock on either side does no harm; else from `now_ms`.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return _clamped(float(value))
    until = _date(value)
    if until is None:
        return None
    now = _date(headers.get("date", "")) or datetime.fromtimestamp(now_ms / 1000, UTC)
    return _clamped((until - now).total_seconds())


def _clamped(seconds: float) -> float:
    return min(LONGEST_S, max(SHORTEST_S, seconds))


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
