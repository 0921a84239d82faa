"""A merge patch applied to a record that is decoded already: the long history in it is not decoded again."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeVar, get_args, get_origin

import msgspec

from headswap_tui.store import patch

_SCALARS: Final = frozenset({int, float, str, bool})
S = TypeVar("S", bound=msgspec.Struct)


class _Field(msgspec.Struct, frozen=True, gc=False):
    name: str
    kind: Any
    plain: frozenset[Any]
    """Types of values that are taken as they are: to convert `float | None` costs more than all the rest."""
    item: Any
    """What it holds many of by name, if it does."""
    default: Any
    factory: Any


def patched(record: S, change: dict[str, Any]) -> S:
    """The same as decoding the patched JSON. Raises `msgspec.ValidationError` as that does."""
    fields = _fields(type(record))
    changed: dict[str, Any] = {}
    for key, value in change.items():
        field = fields.get(key)
        if field is None:
            continue  # a newer version's
        if value is None:
            changed[field.name] = _default(key, field)
        else:
            changed[field.name] = _stepped(getattr(record, field.name), value, field)
    return msgspec.structs.replace(record, **changed)


def _stepped(old: Any, new: Any, field: _Field) -> Any:
    if type(new) in field.plain:
        return new
    if isinstance(new, dict):
        if isinstance(old, msgspec.Struct):
            return patched(old, new)
        if isinstance(old, dict) and field.item is not None:
            return _merged(old, new, field.item)
        new = _fresh(new)
    return msgspec.convert(new, field.kind)


def _merged(old: dict[str, Any], new: dict[str, Any], item: Any) -> dict[str, Any]:
    merged = dict(old)
    for key, value in new.items():
        if value is None:
            merged.pop(key, None)
            continue
        before = merged.get(key)
        if isinstance(before, msgspec.Struct) and isinstance(value, dict):
            merged[key] = patched(before, value)
        elif isinstance(before, dict) and isinstance(value, dict):
            merged[key] = _merged(before, value, Any)
        else:
            merged[key] = msgspec.convert(_fresh(value) if isinstance(value, dict) else value, item)
    return merged


def _fresh(new: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    patch.apply(made, new)
    return made


def _default(key: str, field: _Field) -> Any:
    if field.factory is not msgspec.NODEFAULT:
        return field.factory()
    if field.default is msgspec.NODEFAULT:
        raise msgspec.ValidationError(f"Object missing required field `{key}`")
    return field.default


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, _Field]:
    """JSON key to the field."""
    return {
        field.encode_name: _Field(
            field.name,
            field.type,
            frozenset(get_args(field.type) or (field.type,)) & _SCALARS,
            get_args(field.type)[1] if get_origin(field.type) is dict else None,
            field.default,
            field.default_factory,
        )
        for field in msgspec.structs.fields(kind)
    }
