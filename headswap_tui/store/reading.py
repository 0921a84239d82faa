"""Reading a store without TinyDB, for whoever only looks: loading TinyDB takes longer than reading a thousand tasks.

The journal is read by the same code, with the same checks and under the same lock, as `TaskStore.open` reads it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from headswap_tui.domain.errors import StoreError, StoreWriteFailed
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.store.journal import Journal
from headswap_tui.store.lines import SCHEMA_VERSION, UNREADABLE
from headswap_tui.store.lock import LOCK_TIMEOUT_S, FileLock
from headswap_tui.store.places import beside, check_directory, check_no_copy, file_in
from headswap_tui.store.stored import Stored, task_of
from headswap_tui.store.system import System, in_words


def read_tasks(directory: Path) -> tuple[dict[TaskId, TrackedTask], list[str]]:
    """All tasks of a profile's directory as the file has them now, in the order in which they were added, and what the
    user should be told. Makes no store: a missing file reads as an empty list.

    Raises what `TaskStore.open` raises.
    """
    path, notes = file_in(directory), list[str]()
    if not check_directory(directory):
        return {}, notes
    try:
        os.lstat(path)
    except FileNotFoundError:
        check_no_copy(path)
        return {}, notes
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {in_words(error)}.") from error
    return tasks_of(_records(path, notes), path, notes), notes


def tasks_of(records: Mapping[str, Stored], path: Path, notes: list[str]) -> dict[TaskId, TrackedTask]:
    """The records of that file decoded; what cannot be is left out and said in `notes`."""
    tasks: dict[TaskId, TrackedTask] = {}
    for task_id, stored in records.items():
        try:
            task = stored if isinstance(stored, TrackedTask) else task_of(stored)
        except UNREADABLE:
            _note_unreadable(task_id, path, notes)
            continue
        if task.id == task_id:
            tasks[task.id] = task
        else:
            _note_unreadable(task_id, path, notes)
    return tasks


def read_record(task_id: str, stored: Stored, path: Path, notes: list[str]) -> TrackedTask | None:
    """A record of that file decoded; `None` if this version cannot, which is said once in `notes`."""
    return tasks_of({task_id: stored}, path, notes).get(TaskId(task_id))


def _note_unreadable(task_id: str, path: Path, notes: list[str]) -> None:
    note = f"The record of {task_id} in {path} cannot be read by this version; it is kept as it is."
    if note not in notes:
        notes.append(note)


def _records(path: Path, notes: list[str]) -> dict[str, Stored]:
    lock = FileLock(beside(path, "lock"))
    try:
        with contextlib.suppress(StoreWriteFailed):  # a read-only disk without a lock file: nobody writes there either
            lock.acquire(LOCK_TIMEOUT_S, shared=True)
        journal = Journal.open(path, System())
        try:
            records = journal.load(decoded=True)
        finally:
            journal.close()
    finally:
        lock.release()
        lock.close()
    if journal.torn_bytes:
        notes.append(f"{path} ends in a change that was never completed; it is left out.")
    if journal.header.schema_version < SCHEMA_VERSION:
        from headswap_tui.store import migrations

        records = migrations.migrated(records, journal.header.schema_version, SCHEMA_VERSION, migrations.STEPS)
    return records
