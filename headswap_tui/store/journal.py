"""One generation of the file: a snapshot that stays as it is, and a tail that grows by a line per transaction."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec

from headswap_tui.domain.errors import StoreDamaged, StoreError, StoreWriteFailed
from headswap_tui.store import lines
from headswap_tui.store.lines import Header, Transaction
from headswap_tui.store.memory import Folded, folded
from headswap_tui.store.places import beside, open_file
from headswap_tui.store.stored import Stored
from headswap_tui.store.system import System, in_words


class Look(msgspec.Struct, frozen=True, gc=False):
    """What tells cheaply whether a file is as it was."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Look:
        """From what `stat` said."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)

    @property
    def file(self) -> tuple[int, int]:
        """Which file it is, whatever it is called and holds."""
        return self.device, self.inode


class Journal:
    """An open generation. Every method but `look` wants the caller to hold the store's lock."""

    def __init__(self, path: Path, fd: int, writable: bool, system: System) -> None:
        self.path = path
        self.fd = fd
        self.writable = writable
        self.seen = Look(0, 0, 0, 0)
        """The file as it was when last read or written."""
        self.header = Header(format="", schema_version=0, store="", seq=0, lines=0, bytes=0)
        self.seq = 0
        """Number of the last transaction read or written."""
        self.end = 0
        """Byte after the last sound line."""
        self.doubtful = False
        """Whether a write failed so badly that nobody knows what the disk has: the next one goes to a new file."""
        self._first = b""
        self._system = system

    @classmethod
    def open(cls, path: Path, system: System) -> Journal:
        """Open what is there. Raises `FileNotFoundError`, `StoreUnsafe`, `StoreError` or what its first line says."""
        fd, writable = open_file(path, system)
        journal = cls(path, fd, writable, system)
        try:
            with journal._reading(0) as file:
                first = file.readline(lines.HEADER_LIMIT)
            journal.header = lines.read_header(first, path)
        except BaseException:
            journal.close()
            raise
        journal.seq = journal.header.seq
        journal.end = journal.tail_start
        journal._first = first
        journal._note_look()
        return journal

    @property
    def snapshot_bytes(self) -> int:
        """Length of the snapshot."""
        return self.header.bytes

    @property
    def tail_bytes(self) -> int:
        """Length of the transactions after the snapshot."""
        return self.end - self.tail_start

    def tail_is_long(self, smallest: int, share: int) -> bool:
        """Whether the tail has more than `smallest` bytes and more than one `share`-th of the snapshot."""
        return self.tail_bytes > max(smallest, self.snapshot_bytes // share)

    @property
    def torn_bytes(self) -> int:
        """Length of an unfinished transaction at the end, 0 if there is none."""
        return max(0, self.seen.size - self.end)

    @property
    def tail_start(self) -> int:
        """Byte at which the transactions begin."""
        return lines.HEADER_LENGTH + self.header.bytes

    def close(self) -> None:
        """Let go of the file."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)

    def load(
        self, keep: Callable[[dict[str, msgspec.Raw]], Mapping[str, Stored]] | None = None, *, decoded: bool = False
    ) -> dict[str, Stored]:
        """All records as they are at the end of the file. Raises `StoreDamaged`.

        `keep` makes of each line of the snapshot what is kept of it, before the next one is read. With `decoded`, for
        whoever writes nothing, they are tasks where that is possible.
        """
        as_tasks = decoded and self.header.schema_version == lines.SCHEMA_VERSION
        records: dict[str, Stored] = {}
        self._note_look()
        with self._reading(0) as file:
            start = len(file.readline(lines.HEADER_LIMIT))
            for at in range(self.header.lines):
                if as_tasks:
                    records.update(lines.read_decoded_line(file.readline(), at, self.path))
                    continue
                read = lines.read_snapshot_line(file.readline(), at, self.path)
                records.update(read if keep is None else keep(read))
            if start != lines.HEADER_LENGTH or file.tell() != self.tail_start:
                raise StoreDamaged(f"{self.path} has a snapshot of another length than it says.")
            self.seq, self.end = self.header.seq, self.tail_start
            self._fold(records, self._transactions(file)).into(records)
        return records

    def read_on(self, records: Mapping[str, Stored]) -> Folded:
        """What was written since the last read makes of `records`. Raises `StoreDamaged`."""
        self._note_look()
        if os.pread(self.fd, lines.HEADER_LENGTH, 0) != self._first:
            raise StoreDamaged(f"{self.path} was overwritten.")  # by a program that keeps the inode, such as `cp`
        with self._reading(self.end) as file:
            return self._fold(records, self._transactions(file))

    def append(self, transaction: bytes) -> None:
        """Make one sealed line durable. Raises `StoreWriteFailed`, with the file as it was.

        Where even taking the line back fails, `seen` no longer matches the file, so that it is read anew.
        """
        try:
            os.lseek(self.fd, self.end, os.SEEK_SET)
            self._system.write_all(self.fd, transaction)
            self._system.fdatasync(self.fd)
        except BaseException as error:
            self._take_back()
            if isinstance(error, OSError):
                raise StoreWriteFailed(
                    f"{self.path} cannot be written: {in_words(error)}.", "Nothing was changed."
                ) from error
            raise
        self.end += len(transaction)
        self.seq += 1
        self._note_look()

    def _take_back(self) -> None:
        self.seen = msgspec.structs.replace(self.seen, modified_ns=-1)
        try:
            self._system.ftruncate(self.fd, self.end)
            self._system.fdatasync(self.fd)
            self._note_look()
        except OSError:  # the disk fails altogether; what stands there now is found out by reading it again
            self.doubtful = True

    def cut_torn(self, now_ms: int) -> str:
        """Remove an unfinished transaction, after keeping a copy; says so. Raises `StoreWriteFailed`."""
        torn = os.pread(self.fd, self.torn_bytes, self.end)
        kept = beside(self.path, f"torn-{now_ms}")
        try:
            fd = self._system.create(kept)
            try:
                self._system.write_all(fd, torn)
                self._system.fsync(fd)
            finally:
                os.close(fd)
            self._system.ftruncate(self.fd, self.end)
            self._system.fdatasync(self.fd)
        except OSError as error:
            raise StoreWriteFailed(f"{self.path} cannot be written: {in_words(error)}.") from error
        self._note_look()
        return f"{self.path} ended in a change that was never completed; it was moved to {kept.name}."

    def _fold(self, records: Mapping[str, Stored], transactions: Iterator[Transaction]) -> Folded:
        try:
            return folded(records, transactions)
        except KeyError as error:
            raise StoreDamaged(f"{self.path} changes a task that it does not have ({error}).") from error

    def _transactions(self, file: BinaryIO) -> Iterator[Transaction]:
        for transaction, end in lines.read_transactions(file, self.seq, self.end, self.path):
            self.seq, self.end = transaction.seq, end
            yield transaction

    @contextlib.contextmanager
    def _reading(self, offset: int) -> Iterator[BinaryIO]:
        try:
            with open(self.fd, "rb", buffering=1 << 17, closefd=False) as file:  # a descriptor, no path
                file.seek(offset)
                yield file
        except OSError as error:
            raise StoreError(f"{self.path} cannot be read: {in_words(error)}.") from error

    def _note_look(self) -> None:
        self.seen = Look.of(os.fstat(self.fd))
