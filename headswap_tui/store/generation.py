"""Writing a new generation of the file and putting it in place of the one before, which becomes `tasks.jsonl.bak`."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Mapping
from pathlib import Path

from headswap_tui.domain.errors import StoreWriteFailed
from headswap_tui.store import lines
from headswap_tui.store.lines import Header
from headswap_tui.store.places import beside
from headswap_tui.store.stored import Stored
from headswap_tui.store.system import System, in_words


def write_generation(
    path: Path, records: Mapping[str, Stored], store: str, seq: int, *, system: System, keep_as: Path | None
) -> None:
    """Put a file with these records in the place of `path`, durably; needs the store's lock.

    `keep_as` gets the file that was there, if any. Raises `StoreWriteFailed`; `path` then is the old file or, if only
    the very last step failed, the new one.
    """
    made = beside(path, "new")
    try:
        fd = system.create(made)
        try:
            _fill(fd, records, store, seq, system)
            system.fsync(fd)
        finally:
            os.close(fd)
        if keep_as is not None:
            _keep(path, keep_as, system)
        system.replace(made, path)
        system.sync_directory(path.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):  # a leftover is overwritten by the next attempt
            system.unlink(made)
        if isinstance(error, OSError):
            raise StoreWriteFailed(f"{path} cannot be written: {in_words(error)}.", "Nothing was changed.") from error
        raise


def sync_names(path: Path, system: System) -> None:
    """Make sure that the file is still under its name after a power loss. Raises `StoreWriteFailed`."""
    try:
        system.sync_directory(path.parent)
    except OSError as error:
        raise StoreWriteFailed(f"{path} cannot be written: {in_words(error)}.") from error


def _fill(fd: int, records: Mapping[str, Stored], store: str, seq: int, system: System) -> None:
    os.lseek(fd, lines.HEADER_LENGTH, os.SEEK_SET)
    count = length = 0
    for line in lines.snapshot_lines(records):
        system.write_all(fd, line)
        count += 1
        length += len(line)
    header = Header(lines.FORMAT, lines.SCHEMA_VERSION, store, seq, count, length)
    os.lseek(fd, 0, os.SEEK_SET)
    system.write_all(fd, lines.header_line(header))


def _keep(path: Path, keep_as: Path, system: System) -> None:
    """Give the present file a second name, in one step: there is never a moment without a kept copy."""
    name = beside(path, "kept")
    system.unlink(name)
    try:
        system.link(path, name)
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}:
            raise
        _copy(path, name, system)  # a file system without hard links
    system.replace(name, keep_as)


def _copy(path: Path, target: Path, system: System) -> None:
    fd = system.create(target)
    try:
        with path.open("rb") as source:
            while piece := source.read(1 << 20):
                system.write_all(fd, piece)
        system.fsync(fd)
    finally:
        os.close(fd)
