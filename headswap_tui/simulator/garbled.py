"""Answers that are not what the API should have said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"

PORTAL: Final = b"""<!DOCTYPE html>
<html><head><title>Guest network</title></head>
<body><h1>Welcome</h1><p>Please sign in to use this network.</p>
<form action="http://portal.invalid/login"><input name="room"></form></body></html>
"""

_Envelope = Mapping[str, Any]
_Variant = Callable[[_Envelope], tuple[str, bytes]]


def _encoded(envelope: object) -> bytes:
    return msgspec.json.encode(envelope)


def _wrong_id(envelope: _Envelope) -> tuple[str, bytes]:
    data = dict(envelope.get("data") or {})
    return JSON, _encoded({**envelope, "data": {**data, "_id": "6a0000000000000000000bad"}})


def _mistyped(envelope: _Envelope) -> tuple[str, bytes]:
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
    return JSON, _encoded({**envelope, "data": {**data, **odd}})


VARIANTS: Final[Mapping[str, _Variant]] = {
    "html": lambda _: (HTML, PORTAL),
    "empty": lambda _: (JSON, b""),
    "text": lambda _: ("text/plain", b"upstream is warming up"),
    "truncated": lambda envelope: (JSON, _encoded(envelope)[:-20]),
    "array": lambda _: (JSON, b"[]"),
    "null": lambda _: (JSON, b"null"),
    "no_data": lambda _: (JSON, _encoded({"code": 1000, "msg": "OK"})),
    "list_data": lambda _: (JSON, _encoded({"code": 1000, "msg": "OK", "data": [1, 2]})),
    "no_code": lambda envelope: (JSON, _encoded({"data": envelope.get("data")})),
    "text_code": lambda envelope: (JSON, _encoded({**envelope, "code": "1000"})),
    "wrong_id": _wrong_id,
    "mistyped": _mistyped,
    "big": lambda envelope: (JSON, _encoded({**envelope, "padding": "x" * (3 << 20)})),
    "deep": lambda _: (JSON, b"[" * 100_000 + b"]" * 100_000),
    "nan": lambda _: (JSON, b'{"code": 1000, "msg": "OK", "data": {"status": 2, "progress": NaN}}'),
    "latin1": lambda _: (JSON, b'{"code": 1000, "msg": "caf\xe9", "data": {"status": 2}}'),
}
"""By name: the `Content-Type` and the body made from the answer that would have been right."""


def garbled(variant: str, envelope: _Envelope) -> tuple[str, bytes]:
    """`Content-Type` and body of that variant; an unknown name means the HTML page."""
    return VARIANTS.get(variant, VARIANTS["html"])(envelope)
