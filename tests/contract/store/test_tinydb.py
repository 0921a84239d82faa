"""What is assumed of TinyDB 4.9's internals, and that our table is a TinyDB table."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any

import pytest
from tinydb import Query, TinyDB
from tinydb.storages import MemoryStorage, Storage
from tinydb.table import Document, Table

from headswap_tui.domain.errors import StoreError
from headswap_tui.store.storage import JournalStorage
from headswap_tui.store.table import JournalTable, TaskDatabase
from headswap_tui.store.tasks import TaskStore
from tests.contract.store.samples import a_task, an_id, labelled


def document(number: int, **fields: Any) -> Document:
    kind: Any = Document
    made: Document = kind(fields, an_id(number))
    return made


@pytest.fixture
def database(tmp_path: Path) -> Any:
    return TaskDatabase(tmp_path / "tasks.jsonl")


def test_the_internals_that_are_overridden_are_as_assumed() -> None:
    assert list(inspect.signature(Table._read_table).parameters) == ["self"]
    assert list(inspect.signature(Table._update_table).parameters) == ["self", "updater"]
    parameters = inspect.signature(Table.__init__).parameters
    assert list(parameters) == ["self", "storage", "name", "cache_size", "persist_empty"]
    assert issubclass(JournalStorage, Storage) and issubclass(TaskDatabase, TinyDB)
    assert TaskDatabase.table_class is JournalTable and TaskDatabase.default_storage_class is JournalStorage


@pytest.mark.parametrize(
    "write",
    [
        lambda table: table.insert(Document({"a": 2}, 7)),
        lambda table: table.insert_multiple([Document({"a": 2}, 8)]),
        lambda table: table.update({"a": 3}, doc_ids=[1]),
        lambda table: table.update({"a": 3}, Query().a == 1),
        lambda table: table.update({"a": 3}),
        lambda table: table.upsert(Document({"a": 4}, 1)),
        lambda table: table.remove(doc_ids=[1]),
        lambda table: table.remove(Query().a == 1),
        lambda table: table.truncate(),
    ],
)
def test_every_write_goes_through_update_table(write: Any) -> None:
    calls: list[object] = []

    storage: Any = MemoryStorage

    class Watched(Table):
        def _update_table(self, updater: Any) -> None:
            calls.append(updater)
            super()._update_table(updater)

    table = Watched(storage(), "t")
    table.insert({"a": 1})
    calls.clear()
    write(table)
    assert calls


def test_the_store_really_is_a_tinydb(tmp_path: Path, database: Any) -> None:
    store = TaskStore.open(tmp_path)
    store.add([a_task(1), a_task(2)])
    store.change({an_id(2): labelled("by the store")})
    assert isinstance(store._table, JournalTable)
    database.storage.refresh()
    task = Query()
    assert [found.doc_id for found in database.search(task.label == "by the store")] == [an_id(2)]
    assert database.get(doc_id=an_id(1))["label"] == "task 1"
    database.update({"label": "by TinyDB"}, task.id == an_id(1))
    assert store.follow().keys() == {an_id(1)}
    assert store.load()[an_id(1)].label == "by TinyDB"


def test_the_table_does_what_tables_do(database: Any) -> None:
    assert database.insert(document(1, a=1)) == an_id(1)
    assert database.insert_multiple([document(2, a=2), document(3, a=3, b={"c": None})]) == [an_id(2), an_id(3)]
    assert len(database) == 3 and database.contains(doc_id=an_id(2)) and database.tables() == {"tasks"}
    assert [one["a"] for one in database] == [1, 2, 3]
    assert database.update({"a": 20}, doc_ids=[an_id(2), an_id(99)]) == [an_id(2)]
    database.update(lambda fields: fields.pop("b"), Query().a == 3)
    assert database.all() == [{"a": 1}, {"a": 20}, {"a": 3}]
    assert database.upsert(document(4, a=4)) == [an_id(4)]
    assert database.upsert({"a": 40}, Query().a == 4) == [an_id(4)]
    assert database.remove(Query().a < 10) == [an_id(1), an_id(3)]
    assert database.count(Query().a > 0) == 2
    with pytest.raises(ValueError, match="already exists"):
        database.insert(document(2))
    database.update({"a": None}, doc_ids=[an_id(2)])
    assert database.get(doc_id=an_id(2)) == {"a": None}
    database.truncate()
    assert database.all() == []
    database.insert(document(5))
    database.drop_table("tasks")
    assert len(database) == 0
    database.insert(document(6))
    database.drop_tables()
    assert len(database) == 0


def test_what_tinydb_did_is_on_disk(tmp_path: Path, database: Any) -> None:
    database.insert_multiple([document(number, n=number) for number in range(300)])
    database.update({"n": None}, doc_ids=[an_id(5)])
    database.remove(doc_ids=[an_id(7)])
    database.close()
    again: Any = TaskDatabase(tmp_path / "tasks.jsonl")
    assert len(again) == 299 and again.get(doc_id=an_id(5)) == {"n": None} and again.get(doc_id=an_id(7)) is None


def test_an_update_that_raises_half_way_changes_nothing(database: Any) -> None:
    database.insert_multiple([document(number, n=number) for number in range(4)])
    before = database.all()

    def spoil(fields: Any) -> None:
        fields["n"] = 1 // (2 - fields["n"])

    with pytest.raises(ZeroDivisionError):
        database.update(spoil)
    assert database.all() == before


def test_answers_are_not_kept_between_processes(tmp_path: Path, database: Any) -> None:
    query = Query().label == "new"
    assert database.search(query) == []
    store = TaskStore.open(tmp_path)
    store.add([a_task(1, "new")])
    database.storage.refresh()
    assert len(database.search(query)) == 1


def test_traps_are_closed(tmp_path: Path, database: Any) -> None:
    database.insert(document(1))
    with pytest.raises(ValueError, match="would empty"):
        JournalTable(database.storage, "tasks", persist_empty=True)
    with pytest.raises(ValueError, match="only the table"):
        database.table("another")
    with pytest.raises(ValueError, match="only table"):
        database.storage.write({"another": {}})
    document_of = database.get(doc_id=an_id(1))
    document_of["changed"] = True
    assert database.get(doc_id=an_id(1)) == {}, "a caller's copy is a copy"


def test_a_tinydb_that_cannot_be_loaded_is_a_change_that_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = TaskStore.open(tmp_path)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "headswap_tui.store.table", None)
        with pytest.raises(StoreError, match="TinyDB cannot be loaded"):
            store.add([a_task(1)])
    assert store.add([a_task(1)]) == [an_id(1)]
