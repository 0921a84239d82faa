"""JSON of a stranger into plain values, with nothing in them that our own files could not hold."""

from __future__ import annotations

import json
import math
from typing import Any, Final

import msgspec

_decode: Final = msgspec.json.Decoder().decode

_DIGITS: Final = 40
"""An integer with more digits stays text: nobody counts so far, and Python refuses to convert the longest."""


class NotJson(ValueError):
    """The bytes are no JSON."""


def decode(body: bytes) -> Any:
    """The value of a JSON text; raises `NotJson`.

    Where the strict decoder gives up on one odd string or number (invalid UTF-8, a lone surrogate, NaN, 5,000
    digits), the standard library reads on: one odd field must not lose the answer. NaN and infinity become `None`.
    """
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        text = body.decode(json.detect_encoding(body), "replace").removeprefix("\ufeff")
        return json.loads(text, strict=False, parse_int=_integer, parse_constant=_nothing)
    except (ValueError, RecursionError) as error:
        raise NotJson(type(error).__name__) from None


def clean_text(text: str, limit: int) -> str:
    """`text` as it can be stored: lone surrogates become U+FFFD, at most `limit` characters, cut with `…`."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class Bounded:
    """Copies foreign JSON values as they came, until the room is used up."""

    def __init__(self, room: int, *, depth: int = 6, text_limit: int = 2_000) -> None:
        self._room = room
        """Characters that may still be kept, roughly those of the JSON text."""
        self._depth = depth
        self._text_limit = text_limit

    def copy(self, value: Any) -> Any:
        """`value` with long texts cut and deep or late parts replaced by `…`; only what JSON can hold."""
        return self._copy(value, self._depth)

    def _copy(self, value: Any, depth: int) -> Any:
        self._room -= 4
        if self._room < 0:
            return "…"
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict | list) and not depth:
            return "…"
        if isinstance(value, dict):
            return self._object(value, depth)
        if isinstance(value, list):
            return self._array(value, depth)
        return _plain_number(value)

    def _object(self, value: dict[str, Any], depth: int) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key, inner in value.items():
            if self._room < 0:
                break
            kept[self._text(key)] = self._copy(inner, depth - 1)
        return kept

    def _array(self, value: list[Any], depth: int) -> list[Any]:
        kept: list[Any] = []
        for inner in value:
            if self._room < 0:
                break
            kept.append(self._copy(inner, depth - 1))
        return kept

    def _text(self, text: str) -> str:
        text = clean_text(text, max(1, min(self._text_limit, self._room)))
        self._room -= len(text)
        return text


def _plain_number(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        return str(value)
    return value


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _DIGITS else digits


def _nothing(_name: str) -> None:
    return None
