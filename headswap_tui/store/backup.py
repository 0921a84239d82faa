"""Looking at a store without touching it, and putting its last good copy back."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from headswap_tui.domain.errors import StoreError
from headswap_tui.store import migrations
from headswap_tui.store.generation import write_generation
from headswap_tui.store.journal import Journal
from headswap_tui.store.lines import SCHEMA_VERSION
from headswap_tui.store.lock import FileLock
from headswap_tui.store.places import beside, check_directory, file_in
from headswap_tui.store.stored import Stored
from headswap_tui.store.system import System

_TIMEOUT_S = 10.0


class Examined(msgspec.Struct, frozen=True):
    """What one file turned out to be."""

    path: Path
    exists: bool
    problem: StoreError | None = None
    """Why it cannot be used; `None` if it can, or if there is no file."""
    tasks: int = 0
    """Records in it."""
    size_bytes: int = 0
    tail_bytes: int = 0
    """Length of the changes since the last compaction."""
    torn_bytes: int = 0
    """Length of a last change that was never completed; the next write moves it aside."""
    schema_version: int | None = None
    """`None` if that cannot be read."""
    modified_ms: int = 0
    """Milliseconds since the epoch; 0 if there is no file."""


class Inspection(msgspec.Struct, frozen=True):
    """The file of tracked tasks and the copy that could replace it."""

    file: Examined
    backup: Examined
    can_restore: bool
    """The file is missing or unusable, and the copy is good."""


class Restored(msgspec.Struct, frozen=True):
    """What putting the copy back did."""

    tasks: int
    """Records that are tracked now."""
    kept: Path | None
    """Where the file that could not be used is now; `None` if there was none."""


def inspect(directory: Path) -> Inspection:
    """Read everything, change nothing. Raises `StoreUnsafe` or `StoreError` if the directory itself is unusable."""
    check_directory(directory, mend=False)
    path = file_in(directory)
    with _quiet(path):
        file, backup = _examined(path), _examined(beside(path, "bak"))
    unusable = file.problem is not None or not file.exists
    return Inspection(file=file, backup=backup, can_restore=unusable and backup.exists and backup.problem is None)


def restore_backup(directory: Path, system: System | None = None) -> Restored:
    """Make the last good copy the file of tracked tasks; what was there is kept as `tasks.jsonl.damaged-<time>`.

    The copy itself stays. Raises what keeps the copy from being read, `StoreBusy`, or `StoreWriteFailed` with
    everything as it was.
    """
    system = system or System()
    check_directory(directory)
    path = file_in(directory)
    lock = FileLock(beside(path, "lock"))
    lock.acquire(_TIMEOUT_S)
    try:
        records, journal = _copy_of(beside(path, "bak"), system)
        kept = beside(path, f"damaged-{time.time_ns() // 1_000_000}") if path.is_symlink() or path.exists() else None
        # A life of its own: programs that know later changes must not take this for their continuation.
        store = uuid.uuid4().hex[:16]
        write_generation(path, records, store, journal.seq, system=system, keep_as=kept)
    finally:
        lock.close()
    return Restored(tasks=len(records), kept=kept)


def _copy_of(path: Path, system: System) -> tuple[dict[str, Stored], Journal]:
    try:
        journal = Journal.open(path, system)
    except FileNotFoundError:
        raise StoreError(f"There is no copy {path}.") from None
    try:
        records = journal.load()
    finally:
        journal.close()
    version = journal.header.schema_version
    return migrations.migrated(records, version, SCHEMA_VERSION, migrations.STEPS), journal


def _examined(path: Path) -> Examined:
    try:
        journal = Journal.open(path, System())
    except FileNotFoundError:
        return Examined(path=path, exists=False)
    except StoreError as error:
        status = path.lstat()
        return Examined(
            path=path,
            exists=True,
            problem=error,
            size_bytes=status.st_size,
            modified_ms=status.st_mtime_ns // 1_000_000,
        )
    try:
        tasks, problem = len(journal.load()), None
    except StoreError as error:
        tasks, problem = 0, error
    finally:
        journal.close()
    return Examined(
        path=path,
        exists=True,
        problem=problem,
        tasks=tasks,
        size_bytes=journal.seen.size,
        tail_bytes=journal.tail_bytes,
        torn_bytes=journal.torn_bytes if problem is None else 0,
        schema_version=journal.header.schema_version,
        modified_ms=journal.seen.modified_ns // 1_000_000,
    )


@contextmanager
def _quiet(path: Path) -> Iterator[None]:
    """Nobody writes meanwhile; without a lock file nobody ever did, and none is made."""
    lock = FileLock(beside(path, "lock"))
    if not lock.path.exists():
        yield
        return
    lock.acquire(_TIMEOUT_S, shared=True)
    try:
        yield
    finally:
        lock.close()
