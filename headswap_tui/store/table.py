"""TinyDB's table and database over the journal: ids are text, a change writes what changed, queries are not cached.

`_read_table` and `_update_table` are internals of TinyDB 4.9; a contract test holds them to what is assumed here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from headswap_tui.store.storage import TABLE, JournalStorage

Storage.register(JournalStorage)  # here, so that whoever only reads a store needs no TinyDB


class JournalTable(Table):
    """A table whose every change is one transaction of the journal. Insert only `Document`s: ids are our own."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB's annotations know integers only

    def __init__(self, storage: Storage, name: str, cache_size: int = 0, persist_empty: bool = False) -> None:
        if persist_empty:
            raise ValueError("persist_empty would empty the table that is there")
        if not isinstance(storage, JournalStorage) or name != TABLE:
            raise ValueError(f"only the table {TABLE!r} of a JournalStorage")
        # Other processes change the table, so an answer is never kept.
        super().__init__(storage, name, cache_size=cache_size)
        self._journal = storage

    def _read_table(self) -> Any:
        return self._journal.read()[TABLE]

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        self._journal.run(updater)


class TaskDatabase(TinyDB):
    """TinyDB on a file of tracked tasks."""

    table_class = JournalTable
    default_table_name = TABLE
    default_storage_class = JournalStorage  # type: ignore[assignment]  # TinyDB infers too narrow a type
