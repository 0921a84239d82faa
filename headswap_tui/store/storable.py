"""Making any record one that JSON, and every reader of it, can hold.

Text from outside must never be able to stop all writing: one task whose error reason has half a character in it would
otherwise fail every transaction that it is part of.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from headswap_tui.domain.task import TrackedTask, plain

DEEPEST: Final = 64
"""Levels of an unknown field that are kept as they are; Python's readers give up at about a thousand."""


def storable(task: TrackedTask) -> TrackedTask:
    """The task itself, or a copy: half characters as U+FFFD, unknown fields nested too deep as JSON text."""
    task = shallow(task)
    try:
        msgspec.json.encode(task)
    except UnicodeEncodeError:
        return msgspec.convert(_whole(plain(task)), TrackedTask)
    return task


def shallow(task: TrackedTask) -> TrackedTask:
    """The task itself, or a copy whose unknown fields nest no deeper than `DEEPEST`."""
    detail = task.detail
    if detail is None or not detail.other or _is_shallow(detail.other, DEEPEST):
        return task
    detail = msgspec.structs.replace(detail, other=_flattened(detail.other, DEEPEST))
    return msgspec.structs.replace(task, detail=detail)


def _is_shallow(value: object, levels: int) -> bool:
    if isinstance(value, dict):
        return levels > 0 and all(_is_shallow(inner, levels - 1) for inner in value.values())
    if isinstance(value, list):
        return levels > 0 and all(_is_shallow(inner, levels - 1) for inner in value)
    return True


def _flattened(value: Any, levels: int) -> Any:
    if not isinstance(value, dict | list):
        return value
    if levels == 0:
        try:
            return msgspec.json.encode(value).decode()
        except (RecursionError, UnicodeEncodeError):
            return "…"
    if isinstance(value, dict):
        return {key: _flattened(inner, levels - 1) for key, inner in value.items()}
    return [_flattened(inner, levels - 1) for inner in value]


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_whole(key): _whole(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):  # tags stay a tuple on their way through msgspec
        return [_whole(inner) for inner in value]
    return value
