"""HTTP ranges and validators, as RFC 9110 sections 13 and 14 have them for one range."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

import msgspec

_RANGE: Final = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*")


class Span(msgspec.Struct, frozen=True):
    """The part of a file that an answer carries: from `start` up to but without `stop`."""

    start: int
    stop: int


class Unsatisfiable(Exception):
    """The range lies behind the end of the file."""


def wanted_span(
    headers: Mapping[str, str], size: int, etag: str, modified_s: int, *, heed_if_range: bool = True
) -> Span | None:
    """The part that the request asks for; `None` for the whole file. Raises Unsatisfiable.

    `headers` has lower-case names, `size` is in bytes, `modified_s` in seconds since the epoch. Malformed and multiple
    ranges are ignored, as servers may.
    """
    asked = headers.get("range")
    if asked is None or (heed_if_range and not _is_same(headers.get("if-range"), etag, modified_s)):
        return None
    found = _RANGE.fullmatch(asked)
    if found is None or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if not first:
        if int(last) == 0:
            raise Unsatisfiable
        return Span(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return Span(int(first), min(size, int(last) + 1) if last else size)


def _is_same(condition: str | None, etag: str, modified_s: int) -> bool:
    """Whether the file is still the one that `If-Range` names; weak tags never are."""
    if condition is None:
        return True
    if condition.startswith(('"', "W/")):
        return condition == etag
    try:
        return int(parsedate_to_datetime(condition).timestamp()) == modified_s
    except ValueError:
        return False
