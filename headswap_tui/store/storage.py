"""TinyDB's storage over the journal: what is on disk, in memory and under which lock.

Order of a change: lock, read what others wrote, compute, append and sync, and only then change the memory. So memory is
never ahead of the disk, and whoever was told "done" can pull the plug.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, KeysView, Mapping
from pathlib import Path
from typing import Any, Final

from headswap_tui.domain.errors import StoreDamaged, StoreError, StoreWriteFailed
from headswap_tui.store import migrations
from headswap_tui.store.generation import sync_names, write_generation
from headswap_tui.store.journal import Journal, Look
from headswap_tui.store.lines import SCHEMA_VERSION, transaction_line
from headswap_tui.store.lock import LOCK_TIMEOUT_S, FileLock
from headswap_tui.store.memory import Folded, Memory
from headswap_tui.store.places import beside, check_directory, check_no_copy, make_directory
from headswap_tui.store.records import Changes, Overlay, Records
from headswap_tui.store.sparing import sparingly
from headswap_tui.store.stored import Stored
from headswap_tui.store.system import System, in_words

TABLE: Final = "tasks"
"""The only table."""


class JournalStorage:
    """The records of one file. Several threads and several processes may use it at the same time.

    Raises only `StoreError` and its kind.
    """

    smallest_limit = 4 << 20
    """Bytes that a tail may have, however small the snapshot is, until a new generation is written."""
    smallest_limit_at_close = 16 << 10
    """The same when the store is closed: there is time, and even a short list gets its copy."""

    def __init__(self, path: Path, *, create: bool = True, decoded: bool = False, system: System | None = None) -> None:
        self.path = path
        self._name = os.fspath(path)
        self.notes: list[str] = []
        """What the user should be told, in words."""
        self._create = create
        self._keep = sparingly if decoded else None
        self._system = system or System()
        self._lock = FileLock(beside(path, "lock"))
        self._busy = threading.RLock()
        self.memory = Memory()
        """The records as last read or written."""
        self._depth = 0
        self._journal: Journal | None = None
        self._stale = self._lost = self._names_synced = False
        self._store = ""
        self._seq = 0
        self._compact_from = 0
        self._open()

    # TinyDB's own interface

    def read(self) -> dict[str, Any]:
        """The table as it is in memory: `Records`, a view that costs nothing to make."""
        return {TABLE: Records(self.memory.records)}

    def write(self, data: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        """Make the table what is given, as one transaction; TinyDB calls this only to drop tables."""
        if unknown := set(data) - {TABLE}:
            raise ValueError(f"the only table is {TABLE!r}, not {sorted(unknown)}")
        wanted = data.get(TABLE, {})
        with self.exclusive() as overlay:
            for task_id in list(overlay):
                if task_id not in wanted:
                    del overlay[task_id]
            for task_id, fields in wanted.items():
                overlay[task_id] = dict(fields)

    def close(self) -> None:
        """Write a short file if the tail has grown long, and let go. Never raises for want of that."""
        with self._busy:
            journal = self._journal
            if self._depth == 0 and journal is not None and journal.tail_is_long(self.smallest_limit_at_close, 4):
                with contextlib.suppress(StoreError):  # the long file says the same
                    self.compact()
            self._let_go()
            self._lock.close()

    # What our table and `TaskStore` use

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[Overlay]:
        """The newest state, alone: what the overlay holds at the end of the block becomes durable, or nothing does.

        May be entered again by the same thread; an inner block is a transaction of its own.
        """
        with self._busy:
            self._begin()
            try:
                overlay = Overlay(self.memory.records)
                yield overlay
                self._commit(overlay.changes())
            finally:
                self._end()

    def run(self, updater: Callable[[Overlay], None]) -> None:
        """One transaction, as `exclusive`: TinyDB's way to put it, and without a generator also the quicker one."""
        with self._busy:
            self._begin()
            try:
                overlay = Overlay(self.memory.records)
                updater(overlay)
                self._commit(overlay.changes())
            finally:
                self._end()

    def refresh(self) -> KeysView[str]:
        """Ids that other processes changed, added or removed since this was last asked; one `stat` if there are none.

        Raises what keeps the file from being read; the memory stays as it is.
        """
        with self._busy:
            if self._depth == 0 and self._is_touched():
                with self._lock.shared():
                    self._catch_up()
            if self._lost:
                raise StoreError(
                    f"{self.path} was removed while in use.", "The next change writes it again from memory."
                )
            return self.memory.take_news()

    def has_news(self) -> bool:
        """Whether `refresh` may have something to tell, or to raise; one `stat`, waits for nobody and never raises."""
        with contextlib.suppress(StoreError):
            return self.memory.has_news or self._is_touched()
        return True

    def compact(self) -> None:
        """Write the present state as a new file; the one before stays as `.bak`. Raises `StoreError`."""
        with self.exclusive():
            self._renew(self.memory.records, self._seq, beside(self.path, "bak"))

    # Opening and following

    def _open(self) -> None:
        if self._create:
            make_directory(self.path.parent, self._system)
        elif not check_directory(self.path.parent):
            return
        try:
            if self._is_touched():
                with self._lock.shared():
                    self._catch_up()
                if self._journal is not None and self._journal.torn_bytes:
                    self.notes.append(f"{self.path} ends in a change that was never completed; it is left out.")
            else:
                check_no_copy(self.path)
            if self._create and (self._journal is None or self._journal.header.schema_version < SCHEMA_VERSION):
                with self.exclusive():  # begins the file, or brings an old one up to date
                    if not self._lock.excludes_others():
                        self.notes.append(f"{self.path.parent} does not lock files: use one window at a time.")
        except BaseException:
            self._let_go()
            self._lock.close()
            raise
        self.memory.take_news()

    def _is_touched(self) -> bool:
        """Whether the file may differ from what was last seen; a single system call."""
        journal = self._journal
        try:
            status = os.lstat(self._name)
        except FileNotFoundError:
            return journal is not None
        except OSError as error:
            raise StoreError(f"{self.path} cannot be read: {in_words(error)}.") from error
        return journal is None or self._stale or journal.seen != Look.of(status)

    def _begin(self) -> None:
        """Take the lock, be up to date and able to write."""
        if self._depth:
            self._depth += 1
            return
        if self._journal is None:
            make_directory(self.path.parent, self._system)
        try:
            self._lock.acquire(LOCK_TIMEOUT_S)
        except StoreWriteFailed:
            if self.path.parent.exists():
                raise
            make_directory(self.path.parent, self._system)  # it was removed, lock and all
            self._lock.acquire(LOCK_TIMEOUT_S)
        try:
            self._catch_up()
            self._prepare()
        except BaseException:
            self._lock.release()
            raise
        self._depth = 1

    def _end(self) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._lock.release()

    def _prepare(self) -> None:
        journal = self._journal
        if journal is not None and not journal.writable:
            journal = self._reload()
            if not journal.writable:
                raise StoreWriteFailed(f"{self.path} cannot be written: permission denied or a read-only disk.")
        if journal is None:
            self._renew(self.memory.records, self._seq, None)
            if self._lost:
                self._lost = False
                self.notes.append(f"{self.path} was removed while in use; it was written again from memory.")
        elif journal.header.schema_version < SCHEMA_VERSION:
            self._renew(self.memory.records, self._seq, beside(self.path, f"v{journal.header.schema_version}.bak"))
        elif journal.torn_bytes:
            self.notes.append(journal.cut_torn(time.time_ns() // 1_000_000))
        if not self._names_synced:
            # Whoever put this file in place may have died before its name was on the disk.
            sync_names(self.path, self._system)
            self._names_synced = True

    def _catch_up(self) -> None:
        """Make the memory what the file says. Needs the lock; on an error the memory stays as it is."""
        journal = self._journal
        if not self._is_touched():
            return
        try:
            look = Look.of(os.lstat(self._name))
        except FileNotFoundError:
            if journal is not None:  # what others appended to it while it had a name still counts
                self._read_on(journal)
                self._let_go()
                self._lost = True
            return
        if journal is None or journal.header.schema_version < SCHEMA_VERSION:
            self._reload()
        elif journal.seen.file != look.file:
            self._follow_replacement(journal)
        elif not (look.size != journal.seen.size and self._read_on(journal)):
            self._reload()
        self._lost = False

    def _read_on(self, journal: Journal) -> bool:
        """Take over what was appended; `False` if that cannot be read: the whole file then tells what is wrong."""
        try:
            after = journal.read_on(self.memory.records)
        except StoreDamaged:
            self._stale = True
            return False
        self._seq = journal.seq
        self.memory.apply(after, by_others=True)
        return True

    def _follow_replacement(self, old: Journal) -> None:
        """Another file has the name: the next generation by another process as a rule, so nothing is loaded."""
        new = Journal.open(self.path, self._system)
        known = self._read_on(old) and (new.header.store, new.header.seq) == (self._store, self._seq)
        if not known or new.header.schema_version < SCHEMA_VERSION or new.seen.size < new.end:
            new.close()
            self._reload()
            return
        self._adopt(new)
        if not self._read_on(new):
            self._reload()

    def _reload(self) -> Journal:
        self._stale = True
        journal = Journal.open(self.path, self._system)
        try:
            records = journal.load(self._keep)
            if journal.header.schema_version < SCHEMA_VERSION:
                records = migrations.migrated(records, journal.header.schema_version, SCHEMA_VERSION, migrations.STEPS)
        except BaseException:
            journal.close()
            raise
        if self._store and self._store != journal.header.store:
            self.notes.append(f"{self.path} was replaced by another list of tasks, which is shown now.")
        self.memory.replace(records)
        self._adopt(journal)
        return journal

    def _adopt(self, journal: Journal) -> None:
        self._let_go()
        self._journal = journal
        self._store, self._seq = journal.header.store, journal.seq
        self._stale = self._names_synced = False
        self._compact_from = 0

    def _let_go(self) -> None:
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.close()

    # Writing

    def _commit(self, changes: Changes) -> None:
        journal = self._journal
        if not changes.after or journal is None:
            return
        change = Folded(changes.after)
        line = transaction_line(changes.transaction(self._seq + 1))
        if journal.doubtful or len(line) > max(self.smallest_limit, journal.snapshot_bytes // 2):
            # More than the file itself, or a file that nobody trusts: straight to a new one.
            records = self.memory.snapshot()
            change.into(records)
            self._renew(records, self._seq + 1, beside(self.path, "bak"))
            self.memory.apply(change)
            return
        journal.append(line)
        self._seq = journal.seq
        self.memory.apply(change)
        if journal.tail_is_long(self.smallest_limit, 2) and journal.tail_bytes >= self._compact_from:
            try:
                self._renew(self.memory.records, self._seq, beside(self.path, "bak"))
            except StoreError:  # no room for a second file: the journal has everything, so only try again later
                self._compact_from = journal.tail_bytes + self.smallest_limit // 4

    def _renew(self, records: Mapping[str, Stored], seq: int, keep_as: Path | None) -> None:
        store = self._store or uuid.uuid4().hex[:16]
        write_generation(self.path, records, store, seq, system=self._system, keep_as=keep_as)
        self.memory.settle()
        self._adopt(Journal.open(self.path, self._system))
        self._names_synced = True
