"""Records in memory: their JSON text, decoded only where somebody looks inside.

That keeps opening a store cheap and a hundred thousand finished tasks small, and a record keeps fields that this
version does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any

import msgspec

from headswap_tui.store import patch
from headswap_tui.store.lines import Transaction

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class Record(Mapping[str, Any]):
    """One record, read-only."""

    __slots__ = ("_fields", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        """The record as JSON."""
        self._fields: dict[str, Any] | None = None

    def _decoded(self) -> dict[str, Any]:
        if self._fields is None:
            self._fields = _decode(self.raw)
        return self._fields

    def __getitem__(self, key: str) -> Any:
        return self._decoded()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._decoded())

    def __len__(self) -> int:
        return len(self._decoded())


class Records(Mapping[str, Record]):
    """All records by id, read-only; what another thread changes meanwhile does not disturb an iteration."""

    __slots__ = ("_raw",)

    def __init__(self, raw: Mapping[str, bytes]) -> None:
        self._raw = raw

    def __getitem__(self, task_id: str) -> Record:
        return Record(self._raw[task_id])

    def __contains__(self, task_id: object) -> bool:
        return task_id in self._raw

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._raw))

    def __len__(self) -> int:
        return len(self._raw)

    def items(self) -> Any:
        """Pairs as they are now."""
        return [(task_id, Record(raw)) for task_id, raw in list(self._raw.items())]

    def values(self) -> Any:
        """Records as they are now."""
        return [Record(raw) for raw in list(self._raw.values())]


class Draft(dict[str, Any]):
    """A record that TinyDB's update functions change in place; it knows what it was."""

    def __init__(self, task_id: str, before: bytes) -> None:
        super().__init__(_decode(before))
        self.task_id = task_id
        self.before = before
        """The record as JSON before any change."""
        self._merged: tuple[bytes, bytes] | None = None

    def merge(self, change: dict[str, Any]) -> bytes:
        """Change the record by a merge patch, as the last change of it; returns the record as JSON."""
        patch.apply(self, change)
        after = _encode(self)
        self._merged = _encode(change), after
        return after

    def replace(self, fields: Mapping[str, Any]) -> bytes:
        """Make it another record altogether; returns the record as JSON."""
        self.clear()
        self.update(fields)
        self._merged = None
        return _encode(self)

    def change(self) -> tuple[bytes | None, bytes]:
        """The encoded merge patch that leads from `before` to this, `None` if there is none; and this, encoded."""
        if self._merged is not None:
            return self._merged
        after = _encode(self)
        start = _decode(self.before)
        try:
            change = patch.between_dicts(start, self)
        except patch.Inexact:
            return None, after
        patch.apply(start, change)
        return (_encode(change) if _encode(start) == after else None), after


class Changes(msgspec.Struct, frozen=True):
    """What one transaction does, in the form that the file has and in the form that memory has."""

    put: dict[str, bytes]
    patch: dict[str, bytes]
    drop: list[str]
    after: dict[str, bytes | None]
    """Every touched record as it is afterwards; `None` if it is gone."""

    def transaction(self, seq: int) -> Transaction:
        """As a line of the file."""
        return Transaction(
            seq=seq,
            put={task_id: msgspec.Raw(record) for task_id, record in self.put.items()},
            patch={task_id: msgspec.Raw(change) for task_id, change in self.patch.items()},
            drop=self.drop,
        )


class Overlay(MutableMapping[str, dict[str, Any]]):
    """A table in change: reads through to the records, keeps what is written to itself until it is committed."""

    def __init__(self, raw: Mapping[str, bytes]) -> None:
        self._raw = raw
        self._open: dict[str, dict[str, Any]] = {}
        self._gone: dict[str, None] = {}

    def __contains__(self, task_id: object) -> bool:
        return task_id in self._open or (task_id in self._raw and task_id not in self._gone)

    def __getitem__(self, task_id: str) -> dict[str, Any]:
        if task_id in self._open:
            return self._open[task_id]
        if task_id in self._gone:
            raise KeyError(task_id)
        draft = self._open[task_id] = Draft(task_id, self._raw[task_id])
        return draft

    def __setitem__(self, task_id: str, fields: dict[str, Any]) -> None:
        self._open[task_id] = fields
        self._gone.pop(task_id, None)

    def __delitem__(self, task_id: str) -> None:
        if task_id not in self:
            raise KeyError(task_id)
        self._open.pop(task_id, None)
        if task_id in self._raw:
            self._gone[task_id] = None

    def __iter__(self) -> Iterator[str]:
        yield from (task_id for task_id in self._raw if task_id not in self._gone)
        yield from (task_id for task_id in self._open if task_id not in self._raw)

    def __len__(self) -> int:
        return len(self._raw) - len(self._gone) + sum(task_id not in self._raw for task_id in self._open)

    def clear(self) -> None:
        """Remove all."""
        self._open.clear()
        self._gone = dict.fromkeys(self._raw)

    def changes(self) -> Changes:
        """What differs from the records underneath."""
        found = Changes(put={}, patch={}, drop=list(self._gone), after=dict.fromkeys(self._gone))
        for task_id, fields in self._open.items():
            change, after = fields.change() if isinstance(fields, Draft) else (None, _encode(fields))
            if after == self._raw.get(task_id):
                continue
            found.after[task_id] = after
            if change is None or len(change) >= len(after):
                found.put[task_id] = after
            else:
                found.patch[task_id] = change
        return found


def folded(raw: Mapping[str, bytes], transactions: Iterable[Transaction]) -> dict[str, bytes | None]:
    """What the transactions make of the records that they touch; `None` for one that is gone. `raw` stays as it is.

    Raises `KeyError` for a patch of a record that is not there.
    """
    after: dict[str, bytes | None] = {}
    decoded: dict[str, dict[str, Any]] = {}  # a record with a hundred patches is decoded and encoded once
    for transaction in transactions:
        for task_id, record in transaction.put.items():
            decoded.pop(task_id, None)
            after[task_id] = bytes(record)
        for task_id, change in transaction.patch.items():
            fields = decoded.get(task_id)
            if fields is None:
                before = after[task_id] if task_id in after else raw[task_id]
                if before is None:
                    raise KeyError(task_id)
                fields = decoded[task_id] = _decode(before)
            patch.apply(fields, _decode(change))
        for task_id in transaction.drop:
            decoded.pop(task_id, None)
            after[task_id] = None
    for task_id, fields in decoded.items():
        after[task_id] = _encode(fields)
    return after
