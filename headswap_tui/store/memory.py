"""The records in memory: readers never see half a transaction."""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Mapping

import msgspec

from headswap_tui.store.lines import Transaction
from headswap_tui.store.stored import Patched, Stored, text_of


class Folded(msgspec.Struct, frozen=True, gc=False):
    """What transactions make of the records that they touch."""

    after: Mapping[str, Stored | None]
    """Every touched record as it is afterwards; `None` if it is gone."""
    again: frozenset[str] = frozenset()
    """Ids that were removed and came back: they stand last, as in the memory of whoever did it."""

    def into(self, records: dict[str, Stored]) -> None:
        """Make these records what they are afterwards."""
        for task_id in self.again:
            records.pop(task_id, None)
        for task_id, record in self.after.items():
            if record is None:
                records.pop(task_id, None)
            else:
                records[task_id] = record


def folded(stored: Mapping[str, Stored], transactions: Iterable[Transaction]) -> Folded:
    """What the transactions do, all together. `stored` stays as it is.

    Raises `KeyError` for a patch of a record that is not there.
    """
    after: dict[str, Stored | None] = {}
    again: set[str] = set()
    for transaction in transactions:
        for task_id, record in transaction.put.items():
            if task_id in after and after[task_id] is None:
                del after[task_id]
                again.add(task_id)
            after[task_id] = bytes(record)
        for task_id, change in transaction.patch.items():
            before = after[task_id] if task_id in after else stored[task_id]
            if before is None:
                raise KeyError(task_id)
            after[task_id] = Patched(before, bytes(change))
        for task_id in transaction.drop:
            after[task_id] = None
    return Folded(after, frozenset(again))


class Memory:
    """All records by id, in the order in which they were added; and which of them others changed."""

    def __init__(self) -> None:
        import threading  # whoever only reads the file needs none

        self.records: dict[str, Stored] = {}
        self._lock = threading.Lock()
        self._news: dict[str, None] = {}
        """Ids, in the order in which they came."""

    def snapshot(self) -> dict[str, Stored]:
        """A copy between two transactions."""
        with self._lock:
            return self.records.copy()

    def apply(self, change: Folded, *, by_others: bool = False) -> None:
        """Take over a change that is on the disk."""
        with self._lock:
            change.into(self.records)
        if by_others:
            for task_id in change.again:
                self._news.pop(task_id, None)
            self._news.update(dict.fromkeys(change.after))

    def replace(self, records: dict[str, Stored]) -> None:
        """Take over another list; what differs from the one before was done by others."""
        before = self.records
        self._news.update(
            (task_id, None)
            for task_id in records | before  # in the order of the new one
            if task_id not in before or task_id not in records or text_of(before[task_id]) != text_of(records[task_id])
        )
        with self._lock:
            self.records = records

    def settle(self) -> None:
        """Put waiting patches and their records together: the file has just done the same."""
        with self._lock:
            for task_id in [key for key, stored in self.records.items() if isinstance(stored, Patched)]:
                self.records[task_id] = text_of(self.records[task_id])

    @property
    def has_news(self) -> bool:
        """Whether others changed anything since `take_news`."""
        return bool(self._news)

    def take_news(self) -> KeysView[str]:
        """Ids that others changed since the last call, those that they added in the order of the list."""
        news, self._news = self._news, {}
        return news.keys()
