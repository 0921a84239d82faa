"""Answers that are not what the API should have said."""

from __future__ import annotations

import functools
import gzip
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"

_JSON: Final = {"content-type": JSON}
_HTML: Final = {"content-type": HTML}

PORTAL: Final = b"""<!DOCTYPE html>
<html><head><title>Guest network</title></head>
<body><h1>Welcome</h1><p>Please sign in to use this network.</p>
<form action="http://portal.invalid/login"><input name="room"></form></body></html>
"""

_Envelope = Mapping[str, Any]
_Answer = tuple[dict[str, str], bytes]
_Variant = Callable[[_Envelope], _Answer]


def _encoded(envelope: object) -> bytes:
    return msgspec.json.encode(envelope)


def _wrong_id(envelope: _Envelope) -> _Answer:
    data = dict(envelope.get("data") or {})
    return _JSON, _encoded({**envelope, "data": {**data, "_id": "6a0000000000000000000bad"}})


def _mistyped(envelope: _Envelope) -> _Answer:
    data = dict(envelope.get("data") or {})
    odd = {
        "progress": str(data.get("progress", "47.5")),
        "status": str(data.get("status", 2)),
        "video_duration": [data.get("video_duration")],
        "create_time": str(data.get("create_time", "")),
        "file_name": 12,
        "resolution": None,
        "uid": "101400",
        "error_code": {"code": 1},
        "priority": True,
    }
    return _JSON, _encoded({**envelope, "data": {**data, **odd}})


@functools.cache
def _bomb() -> bytes:
    """48 MiB of spaces in some ten thousand bytes."""
    return gzip.compress(b" " * (48 << 20), compresslevel=6, mtime=0)


VARIANTS: Final[Mapping[str, _Variant]] = {
    "html": lambda _: (_HTML, PORTAL),
    "empty": lambda _: (_JSON, b""),
    "text": lambda _: ({"content-type": "text/plain"}, b"upstream is warming up"),
    "truncated": lambda envelope: (_JSON, _encoded(envelope)[:-20]),
    "array": lambda _: (_JSON, b"[]"),
    "null": lambda _: (_JSON, b"null"),
    "no_data": lambda _: (_JSON, _encoded({"code": 1000, "msg": "OK"})),
    "list_data": lambda _: (_JSON, _encoded({"code": 1000, "msg": "OK", "data": [1, 2]})),
    "no_code": lambda envelope: (_JSON, _encoded({"data": envelope.get("data")})),
    "text_code": lambda envelope: (_JSON, _encoded({**envelope, "code": "1000"})),
    "wrong_id": _wrong_id,
    "mistyped": _mistyped,
    "big": lambda envelope: (_JSON, _encoded({**envelope, "padding": "x" * (3 << 20)})),
    "deep": lambda _: (_JSON, b"[" * 100_000 + b"]" * 100_000),
    "nan": lambda _: (_JSON, b'{"code": 1000, "msg": "OK", "data": {"status": 2, "progress": NaN}}'),
    "bomb": lambda _: ({**_JSON, "content-encoding": "gzip"}, _bomb()),
    "latin1": lambda _: (_JSON, b'{"code": 1000, "msg": "caf\xe9", "data": {"status": 2}}'),
}
"""By name: the headers and the body made from the answer that would have been right."""


def garbled(variant: str, envelope: _Envelope) -> _Answer:
    """Headers and body of that variant; an unknown name means the HTML page."""
    return VARIANTS.get(variant, VARIANTS["html"])(envelope)
