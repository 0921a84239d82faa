"""Merge patches (RFC 7396) between records: what a change writes, instead of the record again.

A patch is an object: a member that is `null` is removed, an object is merged, anything else replaces. It cannot set a
member to `null`, nor tell in which order members stand; `Inexact` says so, and the whole record is written instead.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias, get_args, get_origin

import msgspec

_Kind: TypeAlias = type[msgspec.Struct] | None


class Inexact(ValueError):
    """No merge patch leads exactly from the one value to the other."""


def apply(target: dict[str, Any], patch: dict[str, Any]) -> None:
    """Merge `patch` into `target`, in place."""
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict):
            inner = target.get(key)
            if not isinstance(inner, dict):
                inner = target[key] = {}
            apply(inner, value)
        else:
            target[key] = value


def between(before: msgspec.Struct, after: msgspec.Struct) -> dict[str, Any]:
    """The patch from one struct to another of the same type; empty if they are the same. Raises `Inexact`.

    A field at its default is absent from the record (`omit_defaults`), so going back to it removes the member.
    """
    patch: dict[str, Any] = {}
    pairs = zip(_fields(type(before)), msgspec.structs.astuple(before), msgspec.structs.astuple(after), strict=True)
    for (key, default), old, new in pairs:
        if old is new:
            continue
        if isinstance(old, msgspec.Struct) and type(old) is type(new):
            if inner := between(old, new):
                patch[key] = inner
        elif isinstance(old, dict) and isinstance(new, dict):
            if inner := between_dicts(old, new):
                patch[key] = inner
        elif not _same(old, new):
            patch[key] = None if new == default else _settable(msgspec.to_builtins(new))
    return patch


def with_unknown(kind: type[msgspec.Struct], old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """`new` and those members of `old` that `kind` does not know: a newer version wrote them and wants them back."""
    known = {key for key, _ in _fields(kind)}
    merged = dict(new)
    for key, value in old.items():
        if key not in known:
            merged[key] = value
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            inner, each = _inner_kinds(kind).get(key, (None, None))
            if inner is not None:
                merged[key] = with_unknown(inner, value, merged[key])
            elif each is not None:
                merged[key] = {
                    name: with_unknown(each, value[name], entry) if name in value else entry
                    for name, entry in merged[key].items()
                }
    return merged


def between_dicts(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The patch between two objects, of JSON values or structs. Raises `Inexact`."""
    patch: dict[str, Any] = {key: None for key in old if key not in new}
    for key, value in new.items():
        if key not in old:
            patch[key] = _new(value)
            continue
        before = old[key]
        if before is value:
            continue
        if isinstance(before, dict) and isinstance(value, dict):
            if inner := between_dicts(before, value):
                patch[key] = inner
        elif isinstance(before, msgspec.Struct) and type(before) is type(value):
            if inner := between(before, value):
                patch[key] = inner
        elif not _same(before, value):
            patch[key] = _settable(msgspec.to_builtins(value))
    return patch


def _new(value: object) -> Any:
    """A value that was not there before; of a struct only what differs from its defaults."""
    if not isinstance(value, msgspec.Struct):
        return _settable(msgspec.to_builtins(value))
    # `omit_defaults` alone would keep a computed 0.0: it compares floats by identity.
    fields = zip(_fields(type(value)), msgspec.structs.astuple(value), strict=True)
    return {key: _settable(msgspec.to_builtins(inner)) for (key, default), inner in fields if inner != default}


def _same(old: object, new: object) -> bool:
    # `True == 1 == 1.0` in Python and not in JSON.
    if type(old) is not type(new) or old != new:
        return False
    return not isinstance(old, list | tuple) or msgspec.json.encode(old) == msgspec.json.encode(new)


def _settable(value: Any) -> Any:
    if value is None or (isinstance(value, dict) and not all(_holds(inner) for inner in value.values())):
        raise Inexact
    return value


def _holds(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_holds(inner) for inner in value.values())
    return value is not None


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    """JSON key and default of every field, in order."""
    return tuple(
        (field.encode_name, None if field.default is msgspec.NODEFAULT else field.default)
        for field in msgspec.structs.fields(kind)
    )


@cache
def _inner_kinds(kind: type[msgspec.Struct]) -> dict[str, tuple[_Kind, _Kind]]:
    """JSON key to the struct that the field holds, and to the struct that it holds many of by name."""
    found: dict[str, tuple[_Kind, _Kind]] = {}
    for field in msgspec.structs.fields(kind):
        for candidate in get_args(field.type) or (field.type,):
            if isinstance(candidate, type) and issubclass(candidate, msgspec.Struct):
                by_name = get_origin(field.type) is dict
                found[field.encode_name] = (None, candidate) if by_name else (candidate, None)
    return found
