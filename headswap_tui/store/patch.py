"""Merge patches (RFC 7396) between records: what a change writes, instead of the record again.

A patch is an object: a member that is `null` is removed, an object is merged, anything else replaces. It cannot set a
member to `null`, nor tell in which order members stand; `Inexact` says so, and the whole record is written instead.
"""

from __future__ import annotations

from functools import cache
from itertools import compress, islice
from math import isfinite
from operator import is_, is_not
from typing import Any, Final, TypeAlias, get_args, get_origin

import msgspec

from headswap_tui.domain.task import unpacked

_Kind: TypeAlias = type[msgspec.Struct] | None
_PLAIN: Final = frozenset({int, float, str, bool})
_SAME: Final = object()


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
    olds, news = msgspec.structs.astuple(before), msgspec.structs.astuple(after)
    fields = zip(_fields(type(before)), olds, news, strict=True)
    for (key, default), old, new in compress(fields, map(is_not, olds, news)):
        if new is None or new == default:
            if old != new:
                patch[key] = None
        elif (inner := _step(old, new)) is not _SAME:
            patch[key] = inner
    return patch


def between_dicts(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The patch between two objects, of JSON values or structs. Raises `Inexact`."""
    size = len(old)
    if list(islice(new, size)) == list(old) and all(map(is_, old.values(), new.values())):
        return {key: _set_to(new[key]) for key in islice(new, size, None)}  # a history that grew: nearly always
    patch: dict[str, Any] = {key: None for key in old if key not in new}
    kept = [key for key in old if key in new] if patch else list(old)
    if list(islice(new, len(kept))) != kept:
        raise Inexact  # members that a patch adds come last
    for key, value in new.items():
        if key not in old:
            patch[key] = _set_to(value)
        elif (before := old[key]) is not value and (inner := _step(before, value)) is not _SAME:
            patch[key] = inner
    return patch


def _step(old: Any, new: Any) -> Any:
    """What a patch says where `old` becomes `new`; `_SAME` if nothing."""
    old, new = unpacked(old), unpacked(new)
    kind = type(new)
    if kind is type(old):
        if kind is dict:
            return between_dicts(old, new) or _SAME
        if isinstance(new, msgspec.Struct):
            return between(old, new) or _SAME
        # `True == 1 == 1.0` in Python and not in JSON.
        if old == new and (kind is not list or msgspec.json.encode(old) == msgspec.json.encode(new)):
            return _SAME
    return _set_to(new)


def _set_to(value: Any) -> Any:
    """What a patch says to make a member `value` whatever it was."""
    if type(value) in _PLAIN:
        if type(value) is float and not isfinite(value):
            raise Inexact  # JSON has no such number, `null` takes its place
        return value
    plain = msgspec.to_builtins(value)
    if isinstance(value, msgspec.Struct):
        for key, default in _float_fields(type(value)):
            if plain.get(key) == default:
                del plain[key]  # `omit_defaults` compares floats by identity
    if not _has_no_null(plain):
        raise Inexact
    return plain


def _has_no_null(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_has_no_null, value.values()))
    return value is not None  # a list replaces as a whole, nulls and all


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


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    """JSON key and default of every field, in order."""
    return tuple(
        (field.encode_name, None if field.default is msgspec.NODEFAULT else field.default)
        for field in msgspec.structs.fields(kind)
    )


@cache
def _float_fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, float], ...]:
    return tuple((key, default) for key, default in _fields(kind) if isinstance(default, float))


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
