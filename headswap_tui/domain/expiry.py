"""Until when a hosted video can be fetched: read from its signed address, else assumed from the retention time."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from headswap_tui.domain.task import DownloadState, State, TrackedTask
from headswap_tui.domain.urls import LONGEST_URL

_DAY_MS: Final = 86_400_000
WARN_ASSUMED_MS: Final = _DAY_MS
"""So long before the assumed end a video that is not saved is called expiring ..."""
WARN_SIGNED_MS: Final = 3_600_000
"""... so long before the end that its address names ..."""
WARN_SHARE: Final = 4
"""... or this part of its whole time, if that is shorter."""
_EARLIEST_MS: Final = 1_262_304_000_000  # 2010
_LATEST_MS: Final = 4_102_444_800_000  # 2100
_MOMENTS: Final = frozenset({"expires", "exp", "x-expires", "expires_at", "expiry", "expire", "e", "se"})
"""Parameters that name the moment itself, in seconds or milliseconds since the epoch or as a date.

Sources: CloudFront, S3 and Google signed URLs (version 2) `Expires`; Azure SAS `se`; the others are customs.
"""
_TOKENS: Final = frozenset({"hdnts", "hdnea", "hdntl", "__token__", "__gda__"})
"""Akamai's tokens: `exp=1700000000~acl=/*~hmac=...` in one value."""


class Expiry(msgspec.Struct, frozen=True, gc=False):
    """When a hosted video can no longer be fetched."""

    at_ms: int
    assumed: bool
    """From the profile's retention time, not from anything the service said."""


def expiry(task: TrackedTask, retention_days: float) -> Expiry | None:
    """Until when the task's video can be fetched; `None` if it has none or was never seen to finish."""
    if task.detail is None or not task.detail.video_url:
        return None
    at_ms = expires_ms(task.detail.video_url)
    if at_ms is not None:
        return Expiry(at_ms, assumed=False)
    if not task.finished_ms:
        return None
    return Expiry(task.finished_ms + round(retention_days * _DAY_MS), assumed=True)


def deadline(task: TrackedTask, now_ms: int, retention_days: float) -> Expiry | None:
    """The next moment at which the video may go; the last one if all have passed. `None` as for `expiry`.

    A signed address that ended is not the end: the service gives a fresh one for as long as it keeps the file.
    """
    named = expiry(task, retention_days)
    if named is None or named.assumed or named.at_ms > now_ms or not task.finished_ms:
        return named
    kept = Expiry(task.finished_ms + round(retention_days * _DAY_MS), assumed=True)
    return max(named, kept, key=lambda end: end.at_ms)


def near_ms(task: TrackedTask, end: Expiry) -> int:
    """From when on `end` is near, milliseconds since the epoch."""
    margin, began_ms = WARN_ASSUMED_MS, task.finished_ms
    if not end.assumed:
        margin = WARN_SIGNED_MS
        began_ms = next((int(at) for at, change in reversed(task.history.items()) if change.url), began_ms)
    return end.at_ms - min(margin, max(0, end.at_ms - began_ms) // WARN_SHARE)


def is_unsaved(task: TrackedTask) -> bool:
    """Whether there is a finished video of which we have no copy."""
    is_saved = task.download is not None and task.download.state is DownloadState.DONE
    return task.state is State.COMPLETED and task.is_finished and not is_saved


def is_expiring(task: TrackedTask, now_ms: int, retention_days: float) -> bool:
    """Whether its unsaved video may be gone soon."""
    end = deadline(task, now_ms, retention_days) if is_unsaved(task) else None
    return end is not None and near_ms(task, end) <= now_ms < end.at_ms


def is_expired(task: TrackedTask, now_ms: int, retention_days: float) -> bool:
    """Whether the time of its unsaved video has passed; it may still be worth a try."""
    end = deadline(task, now_ms, retention_days) if is_unsaved(task) else None
    return end is not None and end.at_ms <= now_ms


def expires_ms(url: str) -> int | None:
    """When a signed address expires, milliseconds since the epoch; `None` if it does not say. Never raises.

    Knows S3, Google and their kin (`X-...-Date` with `X-...-Expires`), CloudFront (`Expires`, `Policy`), Azure
    (`se`), Akamai's tokens and the usual `exp`. Of several moments the first one counts.
    """
    try:
        pairs = parse_qsl(urlsplit(url[:LONGEST_URL]).query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return None
    values = {name.lower(): value for name, value in pairs}
    return min((at for at in _moments(values) if _EARLIEST_MS <= at <= _LATEST_MS), default=None)


def _moments(values: dict[str, str]) -> Iterator[int]:
    for name, value in values.items():
        moment = None
        if name in _MOMENTS:
            moment = _moment(value)
        elif name in _TOKENS:
            match = re.search(r"(?:^|~)exp=(\d+)", value)
            moment = _moment(match.group(1)) if match else None
        elif name == "policy":
            moment = _policy(value)
        elif signed := re.fullmatch(r"x-([a-z]+)-expires", name):
            moment = _signed_for(values.get(f"x-{signed.group(1)}-date", ""), value)
        if moment is not None:
            yield moment


def _moment(value: str) -> int | None:
    """A moment given in seconds or milliseconds since the epoch, or as an ISO 8601 date, read as UTC."""
    if re.fullmatch(r"\d{9,14}", value, re.ASCII):
        number = int(value)
        return number if number > _LATEST_MS // 1000 else number * 1000
    return _iso_ms(value) if re.match(r"\d{4}-\d\d-\d\d", value, re.ASCII) else None


def _iso_ms(value: str) -> int | None:
    try:
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return round(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _signed_for(date: str, seconds: str) -> int | None:
    """Signed at `20260131T120000Z` for so many seconds."""
    signed_ms = _iso_ms(date)
    if signed_ms is None or not re.fullmatch(r"\d{1,9}", seconds, re.ASCII):
        return None
    return signed_ms + int(seconds) * 1000


def _policy(value: str) -> int | None:
    """CloudFront's custom policy. Source: Amazon CloudFront, Create a signed URL using a custom policy."""
    try:
        text = base64.b64decode(value.replace("-", "+").replace("_", "=").replace("~", "/"), validate=True)
    except (binascii.Error, ValueError):
        return None
    match = re.search(rb'"DateLessThan"\s*:\s*\{\s*"AWS:EpochTime"\s*:\s*(\d{9,14})', text)
    return _moment(match.group(1).decode()) if match else None
