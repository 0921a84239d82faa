"""Where a store may live: private directories and files of the user's own, never behind a symlink."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import Final

from headswap_tui.domain.errors import StoreDamaged, StoreError, StoreUnsafe, StoreWriteFailed
from headswap_tui.store.system import DIRECTORY_MODE, System, in_words

FILE_NAME: Final = "tasks.jsonl"


def file_in(directory: Path) -> Path:
    """The file of tracked tasks of a profile's directory."""
    return directory / FILE_NAME


def beside(path: Path, ending: str) -> Path:
    """A companion of the file: `tasks.jsonl.lock`, `tasks.jsonl.bak` ..."""
    return path.with_name(f"{path.name}.{ending}")


def check_directory(directory: Path, *, mend: bool = True) -> bool:
    """Whether the directory is there. Raises `StoreUnsafe` if it is not the user's own, `StoreError` if unusable.

    With `mend`, one of the user's own that others may look into is made private.
    """
    try:
        status = directory.lstat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreError(f"{directory} cannot be used: {in_words(error)}.") from error
    if stat.S_ISLNK(status.st_mode):
        raise StoreUnsafe(f"{directory} is a symbolic link.", "Name the directory itself.")
    if not stat.S_ISDIR(status.st_mode):
        raise StoreError(f"{directory} is not a directory.")
    if status.st_uid != os.geteuid():
        raise StoreUnsafe(
            f"{directory} belongs to another user (uid {status.st_uid}).", "Choose another data directory."
        )
    if mend and status.st_mode & 0o077:
        with contextlib.suppress(OSError):  # read-only disk: what is there can still be read
            directory.chmod(DIRECTORY_MODE)
    return True


def check_no_copy(path: Path) -> None:
    """Raises `StoreDamaged` if a missing file has left a copy: beginning anew would soon overwrite that."""
    if beside(path, "bak").exists():
        raise StoreDamaged(
            f"{path} is missing, but the copy {path.name}.bak is there.",
            "`headswap-tui doctor` offers to restore it; move the copy away to begin anew.",
        )


def make_directory(directory: Path, system: System) -> None:
    """Make sure of a private directory, parents included. Raises `StoreUnsafe`, `StoreError` or `StoreWriteFailed`."""
    if check_directory(directory):
        return
    missing = [directory]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    try:
        for place in reversed(missing):
            with contextlib.suppress(FileExistsError):  # another process was quicker
                place.mkdir(mode=DIRECTORY_MODE)
                place.chmod(DIRECTORY_MODE)  # whatever the umask took away
            system.sync_directory(place.parent)  # a lost directory loses all that is in it
    except OSError as error:
        raise StoreWriteFailed(f"{directory} cannot be made: {in_words(error)}.") from error
    check_directory(directory)


def open_file(path: Path, system: System) -> tuple[int, bool]:
    """A descriptor of the user's own regular file, and whether it may be written.

    Raises `FileNotFoundError` if there is none, `StoreUnsafe` or `StoreError` otherwise.
    """
    writable = True
    try:
        try:
            fd = system.open(path, os.O_RDWR)
        except OSError as error:
            if error.errno not in {errno.EACCES, errno.EPERM, errno.EROFS}:
                raise
            writable = False
            fd = system.open(path, os.O_RDONLY)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise StoreUnsafe(
                f"{path} is a symbolic link.", "Name the directory that the file itself is in."
            ) from error
        raise StoreError(f"{path} cannot be opened: {in_words(error)}.") from error
    status = os.fstat(fd)
    if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid():
        return fd, writable
    os.close(fd)
    if stat.S_ISREG(status.st_mode):
        raise StoreUnsafe(f"{path} belongs to another user (uid {status.st_uid}).")
    raise StoreUnsafe(f"{path} is not a regular file.")
