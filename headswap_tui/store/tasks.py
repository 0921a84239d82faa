"""The tracked tasks on disk, as the rest of the program sees them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from headswap_tui.domain.errors import StoreError
from headswap_tui.domain.task import TaskId, TrackedTask, plain
from headswap_tui.store import patch
from headswap_tui.store.backup import Examined, Inspection, Restored, inspect, restore_backup
from headswap_tui.store.places import file_in
from headswap_tui.store.reading import read_record, tasks_of
from headswap_tui.store.records import Draft
from headswap_tui.store.storable import shallow, storable
from headswap_tui.store.storage import JournalStorage
from headswap_tui.store.stored import Stored, text_of
from headswap_tui.store.system import System

if TYPE_CHECKING:
    from tinydb.table import Document

__all__ = ["Examined", "Inspection", "Restored", "TaskStore", "inspect", "restore_backup"]

_MANY = 16
_decode = msgspec.json.Decoder(TrackedTask).decode
_encode = msgspec.json.Encoder().encode


class TaskStore:
    """The list of tracked tasks of one profile. Any number of threads and processes may use it at once.

    Whatever a method returned from is on the disk. Methods raise `StoreError` and its kind, and then nothing was
    changed, in memory or on disk.
    """

    def __init__(self, storage: JournalStorage) -> None:
        self._storage = storage
        self._removed: dict[TaskId, Stored] = {}

    @classmethod
    def open(
        cls, directory: Path, *, create: bool = True, decoded: bool = False, system: System | None = None
    ) -> TaskStore:
        """Open the store in a profile's directory.

        With `create` the directory and the file are made if missing. Without it nothing is made until the first
        `add`; a missing file reads as an empty store. `decoded` is for whoever loads all tasks and stays: they are
        decoded at once, and share their memory with the store's. `system` is for tests that make calls fail.

        Raises `StoreDamaged`, `StoreForeign`, `StoreTooNew`, `StoreUnsafe`, `StoreBusy`, `StoreWriteFailed` or
        `StoreError`; the file is then untouched.
        """
        with _collection_off():
            return cls(JournalStorage(file_in(directory), create=create, decoded=decoded, system=system))

    @cached_property
    def _table(self) -> Any:  # TinyDB's annotations know integers as ids only
        """TinyDB's table, which all changes go through; loaded with the first one."""
        try:
            from headswap_tui.store.table import TaskDatabase
        except (ImportError, OSError) as error:  # no file can be opened any more, say: it is tried again
            raise StoreError(f"{self.path} cannot be changed: TinyDB cannot be loaded ({error}).") from error
        database = TaskDatabase(storage=lambda: self._storage)
        return database.table(database.default_table_name)

    @property
    def path(self) -> Path:
        """The file."""
        return self._storage.path

    @property
    def notes(self) -> list[str]:
        """What the user should be told, oldest first; grows while in use, and the reader may clear it."""
        return self._storage.notes

    def load(self) -> dict[TaskId, TrackedTask]:
        """All tasks in memory, in the order in which they were added. Reads no file: `follow` does."""
        with _collection_off():
            return tasks_of(self._storage.memory.snapshot(), self.path, self.notes)

    def get(self, task_id: TaskId) -> TrackedTask | None:
        """One task as it is in memory; `None` if it is not tracked."""
        raw = self._storage.memory.records.get(task_id)
        return None if raw is None else self._read(task_id, raw)

    def add(self, tasks: Iterable[TrackedTask]) -> list[TaskId]:
        """Track these, in one transaction; returns the ids that were not tracked before, in order.

        A task that is tracked already stays as it is.
        """
        wanted: dict[TaskId, TrackedTask] = {}
        for task in tasks:
            wanted.setdefault(task.id, task)
        new: list[TaskId] = []

        def _documents() -> Iterator[Document]:
            # Drawn by TinyDB under the lock, so what others added until then is known.
            for task in wanted.values():
                if task.id not in self._storage.memory.records:
                    new.append(task.id)
                    yield _document(task.id, self._fields(task))

        with _collection_off(len(wanted)):
            self._table.insert_multiple(_documents())
        return new

    def remove(self, ids: Iterable[TaskId]) -> list[TrackedTask]:
        """Stop tracking these, in one transaction; returns the records that went. Unknown ids are ignored."""
        with self._storage.exclusive():
            going = {task_id: raw for task_id in ids if (raw := self._storage.memory.records.get(task_id)) is not None}
            if going:
                self._table.remove(doc_ids=list(going))
        self._removed.update(going)
        return [task for task_id, raw in going.items() if (task := self._read(task_id, raw)) is not None]

    def change(self, changes: Mapping[TaskId, Callable[[TrackedTask], TrackedTask]]) -> dict[TaskId, TrackedTask]:
        """Run each function on the newest record of its task, in one transaction; returns the records afterwards.

        The functions run under the lock: they must be quick and pure, and keep the id. Ids that are not tracked (any
        more) are left out; a record that a function returns unchanged is not written.
        """
        after: dict[TaskId, TrackedTask] = {}

        def step(draft: Draft) -> None:
            before = self._read(draft.task_id, draft.before)
            if before is not None:
                after[before.id] = _changed(draft, before, changes[before.id](before))

        with _collection_off(len(changes)):
            self._table.update(step, doc_ids=changes)  # which leaves out unknown ids
        return after

    def records(self) -> dict[TaskId, bytes]:
        """All records as JSON, exactly as stored: with the fields that this version does not know, too."""
        return {TaskId(task_id): text_of(stored) for task_id, stored in self._storage.memory.snapshot().items()}

    def merge(
        self, records: Iterable[bytes], join: Callable[[TrackedTask, TrackedTask], TrackedTask]
    ) -> dict[TaskId, TrackedTask]:
        """Take over records in JSON, as `records` gives them, in one transaction; returns all that differ now.

        For one that is tracked already, `join` gets ours and theirs and returns the record to be. Fields that this
        version does not know are kept from both, ours first. Raises `msgspec.DecodeError` for a record that is none,
        before anything is changed.
        """
        theirs = {task.id: (task, raw) for raw in records for task in [_decode(raw)]}
        after: dict[TaskId, TrackedTask] = {}
        with self._storage.exclusive() as overlay:
            for task_id, (task, raw) in theirs.items():
                ours = self.get(task_id) if task_id in overlay else None
                if ours is None and task_id in overlay:
                    continue  # ours is of a kind that this version cannot read: left alone
                result = storable(task if ours is None else join(ours, task))
                fields = patch.with_unknown(TrackedTask, msgspec.json.decode(raw), plain(result))
                if ours is None:
                    overlay[task_id] = fields
                else:
                    draft = overlay[task_id]
                    fields = patch.with_unknown(TrackedTask, dict(draft), fields)
                    draft.clear()
                    draft.update(fields)
                if result != ours:
                    after[task_id] = result
        return after

    def follow(self) -> dict[TaskId, TrackedTask | None]:
        """What other processes changed since the last call: the record as it is now, `None` if it was removed.

        One `stat` if there is nothing. Raises what keeps the file from being read, each time until it is readable
        again; the memory stays as it is.
        """
        with _collection_off():
            news, stored = self._storage.refresh(), self._storage.memory.records
            return {
                TaskId(task_id): None if (record := stored.get(task_id)) is None else self._read(task_id, record)
                for task_id in news
            }

    def has_news(self) -> bool:
        """Whether `follow` may have something to tell, or to raise; one `stat`. For any thread: it waits for nobody."""
        return self._storage.has_news()

    def close(self) -> None:
        """Let go of the file."""
        self._storage.close()

    def _fields(self, task: TrackedTask) -> dict[str, object]:
        """A task as JSON values; one that comes back after a removal has the fields that we do not know, too."""
        fields: dict[str, Any] = plain(storable(task))
        if (raw := self._removed.get(task.id)) is not None:
            return patch.with_unknown(TrackedTask, msgspec.json.decode(text_of(raw)), fields)
        return fields

    def _read(self, task_id: str, stored: Stored) -> TrackedTask | None:
        return read_record(task_id, stored, self.path, self.notes)


def _document(task_id: str, fields: dict[str, object]) -> Document:
    from tinydb.table import Document

    kind: Any = Document  # annotated with an integer id
    document: Document = kind(fields, task_id)
    return document


def _changed(draft: Draft, before: TrackedTask, after: TrackedTask) -> TrackedTask:
    """Bring `draft` from `before` to `after`; returns what the file will say, which is `after` as JSON can hold it."""
    if after is before:
        return before
    if after.id != before.id:
        raise ValueError(f"the record of {before.id} cannot become that of {after.id}")
    after = shallow(after)
    try:
        draft.merge(patch.between(before, after), after)
    except patch.Inexact:
        pass  # a null, or another order: only the whole record says that
    except UnicodeEncodeError:
        after = storable(after)
    else:
        return after
    fields = msgspec.json.decode(text_of(draft.before))
    draft.replace(patch.with_unknown(TrackedTask, fields, plain(after)))
    return _decode(_encode(draft.fields()))


def _collection_off(count: int = _MANY) -> AbstractContextManager[None]:
    """Many small objects that all stay: the collector would look at them again and again."""
    return _paused_collector() if count >= _MANY and gc.isenabled() else nullcontext()


@contextmanager
def _paused_collector() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
