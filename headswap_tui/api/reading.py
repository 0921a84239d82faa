"""`data` of an answer into a `Detail`: what is missing or mistyped costs that field only."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from headswap_tui.api.decoding import Bounded, NotJson, clean_text, decode
from headswap_tui.api.refusals import check_status, failure, redirected
from headswap_tui.api.retry_after import retry_after_s
from headswap_tui.domain.errors import Garbled
from headswap_tui.domain.task import Detail, TaskId
from headswap_tui.domain.text import safe
from headswap_tui.domain.urls import LONGEST_URL

OTHER_LIMIT: Final = 16_384
"""Characters of unknown fields kept of one answer."""
_TEXT_LIMIT: Final = 8_000
_URL_LIMIT: Final = LONGEST_URL + 1
"""One more than is ever used, so that a cut address is refused and not taken for a whole one."""

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_SECONDS_BELOW: Final = 100_000_000_000
"""A `create_time` below it is in seconds (as milliseconds it would lie in 1973)."""
_FIRST_MS: Final = 946_684_800_000
_LAST_MS: Final = 4_102_444_800_000
"""2000 to 2100; outside of it a time means nothing."""


def read_answer(status: int, headers: Mapping[str, str], body: bytes, task_id: TaskId, now_ms: int) -> Detail:
    """The detail that a complete HTTP answer holds; raises `ApiError`, and nothing else.

    `status` is the HTTP status, often 200 even for errors: the `code` in the JSON decides where there is a known one.
    Names in `headers` are looked up in lower case; `body` is uncompressed. `now_ms` is the wall clock, for a
    `Retry-After` in the form of a date.
    """
    if 300 <= status < 400:
        raise redirected(status, headers)
    wait_s = retry_after_s(headers, now_ms) if "retry-after" in headers else None
    try:
        answer = decode(body)
    except NotJson:
        answer = None
    if not isinstance(answer, dict):
        raise check_status(status, headers, body, wait_s)
    code = _integer(answer.get("code"))
    if code != 1000 or not 200 <= status < 300:
        message = answer.get("msg")
        raise failure(status, code, message if isinstance(message, str) else "", wait_s, task_id)
    return _detail_of(answer.get("data"), task_id)


def read_detail(data: Mapping[str, Any]) -> Detail:
    """`data` read tolerantly; never raises.

    Numbers may come as text (`"47.5"`, `"42%"`), whole ones as floats; booleans are no numbers. A value of a known
    field that cannot be read is kept in `other` under the field's name, where unknown fields are kept as they came.
    """
    values: dict[str, Any] = {}
    odd = {name: value for name, value in data.items() if name not in _KNOWN}
    for name, (field, read) in _FIELDS.items():
        raw = data.get(name)
        if raw is None or raw == "":
            continue
        value = read(raw)
        if value is not None:
            values[field] = value
        elif not _is_sentinel(raw):
            odd[name] = raw
    if odd:
        values["other"] = Bounded(OTHER_LIMIT).copy(odd)
    return Detail(**values)


def _detail_of(data: Any, task_id: TaskId) -> Detail:
    if not isinstance(data, dict) or _KNOWN.isdisjoint(data):
        raise Garbled("The API said OK but sent no task.", "It is asked again.", code=1000, http_status=200)
    named = data.get("_id")
    if named is not None and named != "" and (not isinstance(named, str) or named.lower() != task_id.lower()):
        shown = safe(named, 64) if isinstance(named, str) else "something that is no id"
        raise Garbled(f"The API answered about another task: {shown}.", "It is asked again.", code=1000)
    return read_detail(data)


def _number(value: Any) -> float | None:
    """A finite number; text may hold one, with a percent sign."""
    if isinstance(value, str):
        bare = value.strip().removesuffix("%").rstrip()
        value = float(bare) if len(bare) < 40 and _NUMBER.fullmatch(bare) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _integer(value: Any) -> int | None:
    """A whole number that fits 64 bits; 2.0 and "2" are 2."""
    if isinstance(value, str) and value.strip().lstrip("-").isascii() and value.strip().lstrip("-").isdigit():
        value = int(value) if len(value) < 40 else None  # exact: a float would round a long one
    if type(value) is not int:
        number = _number(value)
        if number is None or not number.is_integer():
            return None
        value = int(number)
    return value if -(2**63) <= value < 2**63 else None


def _not_negative(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and number >= 0 else None


def _text(value: Any) -> str | None:
    """Text; a number counts as what it looks like. Empty is nothing."""
    if type(value) in {int, float}:
        value = f"{value:g}" if isinstance(value, float) else str(value)
    return _only_text(value, _TEXT_LIMIT)


def _only_text(value: Any, limit: int) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return None
    return clean_text(value, limit)


def _time_ms(value: Any) -> int | None:
    """Milliseconds since the epoch; seconds and ISO 8601 are understood, anything out of 2000..2100 is nothing."""
    number = _number(value)
    if number is None and isinstance(value, str) and len(value) < 40:
        try:
            date = datetime.fromisoformat(value.strip())
            number = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() * 1000
        except (ValueError, OverflowError):
            return None
    if number is None:
        return None
    time_ms = int(number * 1000) if 0 < number < _SECONDS_BELOW else int(number)
    return time_ms if _FIRST_MS <= time_ms < _LAST_MS else None


def _is_sentinel(value: Any) -> bool:
    """A number below zero where none can be, or blanks: another way to say that there is nothing."""
    return (isinstance(value, str) and not value.strip()) or (_number(value) or 0) < 0


def _progress(value: Any) -> float | None:
    number = _number(value)
    return None if number is None else min(100.0, max(0.0, number))


def _url(value: Any) -> str | None:
    return _only_text(value, _URL_LIMIT)


_FIELDS: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "status": ("status", _integer),
    "progress": ("progress", _progress),
    "resolution": ("resolution", _text),
    "video_duration": ("video_duration", _not_negative),
    "create_time": ("created_ms", _time_ms),
    "video_url": ("video_url", _url),
    "source_video_url": ("source_video_url", _url),
    "error_reason": ("error_reason", _text),
    "error_code": ("error_code", _number),
    "file_name": ("file_name", _text),
    "model_name": ("model_name", _text),
    "deduction_duration": ("deduction_duration", _not_negative),
    "priority": ("priority", _number),
    "uid": ("uid", _integer),
    "team_id": ("team_id", _text),
    "task_id": ("provider_task_id", _text),
}
"""Name in `data`, field of `Detail`, and what reads it (`None`: unreadable)."""
_KNOWN: Final = frozenset({"_id", *_FIELDS})
