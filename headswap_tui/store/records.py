"""TinyDB's views of the records: read-only for queries, an overlay for a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import msgspec

from headswap_tui.domain.task import TrackedTask
from headswap_tui.store import patch
from headswap_tui.store.lines import Transaction
from headswap_tui.store.stored import Patched, Stored, text_of

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class Record(Mapping[str, Any]):
    """One record, read-only."""

    __slots__ = ("_fields", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        """The record as JSON."""
        self._fields: dict[str, Any] | None = None

    def fields(self) -> dict[str, Any]:
        """The record decoded."""
        if self._fields is None:
            self._fields = _decode(self.raw)
        return self._fields

    def __getitem__(self, key: str) -> Any:
        return self.fields()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields())

    def __len__(self) -> int:
        return len(self.fields())


class Records(Mapping[str, Record]):
    """All records by id, read-only; what another thread changes meanwhile does not disturb an iteration."""

    __slots__ = ("_stored",)

    def __init__(self, stored: Mapping[str, Stored]) -> None:
        self._stored = stored

    def __getitem__(self, task_id: str) -> Record:
        return Record(text_of(self._stored[task_id]))

    def __contains__(self, task_id: object) -> bool:
        return task_id in self._stored

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._stored))

    def __len__(self) -> int:
        return len(self._stored)

    def items(self) -> Any:
        """Pairs as they are now."""
        return [(task_id, Record(text_of(stored))) for task_id, stored in list(self._stored.items())]

    def values(self) -> Any:
        """Records as they are now."""
        return [record for _, record in self.items()]


class Draft(MutableMapping[str, Any]):
    """A record that TinyDB's update functions change in place; decoded only if they look inside."""

    __slots__ = ("_fields", "_merged", "before", "task_id")

    def __init__(self, task_id: str, before: Stored) -> None:
        self.task_id = task_id
        self.before = before
        """The record before any change."""
        self._fields: dict[str, Any] | None = None
        self._merged: tuple[bytes, TrackedTask] | None = None

    def merge(self, change: dict[str, Any], after: TrackedTask) -> None:
        """Change the record by a merge patch that makes it `after`, instead of any other change."""
        self._merged = msgspec.json.encode(change), after

    def replace(self, fields: Mapping[str, Any]) -> None:
        """Make it another record altogether."""
        self._fields = dict(fields)

    def change(self) -> tuple[bytes | None, Stored]:
        """The encoded merge patch that leads from `before` to this, `None` if there is none; and this."""
        if self._merged is not None:
            change, task = self._merged
            return change, Patched(self.before, change, task)
        if self._fields is None:
            return None, self.before
        after, start = _encode(self._fields), _decode(text_of(self.before))
        try:
            difference = patch.between_dicts(start, self._fields)
        except patch.Inexact:
            return None, after
        patch.apply(start, difference)
        return (_encode(difference) if _encode(start) == after else None), after

    def fields(self) -> dict[str, Any]:
        """The record decoded."""
        if self._fields is None:
            self._fields = _decode(text_of(self.before))
        return self._fields

    def __getitem__(self, key: str) -> Any:
        return self.fields()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.fields()[key] = value

    def __delitem__(self, key: str) -> None:
        del self.fields()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields())

    def __len__(self) -> int:
        return len(self.fields())


class Changes(msgspec.Struct, frozen=True):
    """What one transaction does, in the form that the file has and in the form that memory has."""

    put: dict[str, msgspec.Raw]
    patch: dict[str, msgspec.Raw]
    drop: list[str]
    after: dict[str, Any]
    """Every touched record as it is afterwards (`Stored`); `None` if it is gone."""

    def transaction(self, seq: int) -> Transaction:
        """As a line of the file."""
        return Transaction(seq=seq, put=self.put, patch=self.patch, drop=self.drop)


class Overlay(MutableMapping[str, MutableMapping[str, Any]]):
    """A table in change: reads through to the records, keeps what is written to itself until it is committed."""

    def __init__(self, stored: Mapping[str, Stored]) -> None:
        self._stored = stored
        self._open: dict[str, MutableMapping[str, Any]] = {}
        self._gone: dict[str, None] = {}

    def __contains__(self, task_id: object) -> bool:
        return task_id in self._open or (task_id in self._stored and task_id not in self._gone)

    def __getitem__(self, task_id: str) -> MutableMapping[str, Any]:
        if task_id in self._open:
            return self._open[task_id]
        if task_id in self._gone:
            raise KeyError(task_id)
        draft = self._open[task_id] = Draft(task_id, self._stored[task_id])
        return draft

    def __setitem__(self, task_id: str, fields: MutableMapping[str, Any]) -> None:
        self._open[task_id] = fields
        self._gone.pop(task_id, None)

    def __delitem__(self, task_id: str) -> None:
        if task_id not in self:
            raise KeyError(task_id)
        self._open.pop(task_id, None)
        if task_id in self._stored:
            self._gone[task_id] = None

    def __iter__(self) -> Iterator[str]:
        yield from (task_id for task_id in self._stored if task_id not in self._gone)
        yield from (task_id for task_id in self._open if task_id not in self._stored)

    def __len__(self) -> int:
        return len(self._stored) - len(self._gone) + sum(task_id not in self._stored for task_id in self._open)

    def clear(self) -> None:
        """Remove all."""
        self._open.clear()
        self._gone = dict.fromkeys(self._stored)

    def changes(self) -> Changes:
        """What differs from the records underneath."""
        found = Changes(put={}, patch={}, drop=list(self._gone), after=dict.fromkeys(self._gone))
        for task_id, fields in self._open.items():
            change: bytes | None = None
            after: Stored
            if isinstance(fields, Draft):
                change, after = fields.change()
                if after is fields.before or change == b"{}":
                    continue
            else:
                after = _encode(fields)
                if task_id in self._stored and text_of(self._stored[task_id]) == after:
                    continue
            found.after[task_id] = after
            if change is None:
                found.put[task_id] = msgspec.Raw(text_of(after))
            else:
                found.patch[task_id] = msgspec.Raw(change)
        return found
