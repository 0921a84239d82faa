"""A lock between processes that the kernel releases when its holder ends, however it ends.

`flock` knows no clocks and no leases: a killed holder is gone at once, and a wrong clock cannot steal the lock.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from headswap_tui.domain.errors import StoreBusy, StoreError, StoreUnsafe, StoreWriteFailed
from headswap_tui.store.system import FILE_MODE, in_words

LOCK_TIMEOUT_S: Final = 10.0
"""For whoever reads or writes the list: so long a holder may take before it counts as stuck."""
_FIRST_PAUSE_S: Final = 0.0005
_LONGEST_PAUSE_S: Final = 0.01
_LONGEST_NOTE: Final = 4096
_READ_ONLY: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


class Holder(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who holds a lock, in the holder's own words."""

    pid: int
    """Process id on its host; 0 if the holder left no readable note."""
    host: str
    word: msgspec.Raw = msgspec.Raw()
    """JSON that the holder left for those who do not get the lock; empty if nothing."""


class FileLock:
    """An exclusive (or shared) lock on a file that holds nothing but its holder's note.

    The file is made when first needed, private to the user, and never removed or renamed: whoever locked a file that
    has no name any more would be alone with it. Not re-entrant, not for several threads at once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._name = os.fspath(path)  # a Path turned into text twice for each change is a tenth of its time
        self._fd: int | None = None
        self._held = False

    @property
    def held(self) -> bool:
        """Whether this object holds the lock, exclusive or shared."""
        return self._held

    def try_acquire(self, *, shared: bool = False) -> bool:
        """Take the lock if that is possible at once.

        Raises `StoreWriteFailed` if the file cannot be made, `StoreUnsafe` if it is a symlink or somebody else's,
        `StoreError` where the file system has no locks.
        """
        if self._held:
            raise RuntimeError(f"{self.path} is locked already")
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        while True:
            fd = self._fd if self._fd is not None else self._opened()
            if not _flock(fd, kind, self.path):
                return False
            if self._is_current(fd):
                break
            self.close()  # somebody removed or replaced the file while we held its old inode
        self._held = True
        if not shared:
            _write(fd, _note_of(os.getpid()))
        return True

    def acquire(self, timeout_s: float, *, shared: bool = False) -> None:
        """Wait for the lock; `StoreBusy` names the holder if `timeout_s` seconds were not enough."""
        if self.try_acquire(shared=shared):
            return
        until = time.monotonic() + timeout_s
        pause = _FIRST_PAUSE_S
        while not self.try_acquire(shared=shared):
            if time.monotonic() >= until:
                holder = _note(self._fd) if self._fd is not None else Holder(pid=0, host="")
                who = f"process {holder.pid} on {holder.host}" if holder.pid else "another process"
                raise StoreBusy(
                    f"{self.path} has been locked by {who} for {timeout_s:g} seconds.",
                    "If that process is stopped, continue or end it.",
                )
            time.sleep(pause)
            pause = min(_LONGEST_PAUSE_S, pause * 2)

    def leave_word(self, word: bytes) -> None:
        """Write JSON for those who look at the `holder`; empty takes it back. Raises `ValueError` if it is too long.

        It counts for as long as the lock is held; nothing happens if it is not.
        """
        note = _note_of(os.getpid())
        if word:
            note = msgspec.json.encode(Holder(os.getpid(), os.uname().nodename, msgspec.Raw(word)))
        if len(note) > _LONGEST_NOTE:
            raise ValueError(f"a word of {len(word)} bytes")
        if self._held and self._fd is not None:
            _write(self._fd, note)

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """Nobody writes during the block, where a lock is possible; `StoreBusy` if somebody does for too long."""
        with contextlib.suppress(StoreWriteFailed):  # a read-only disk without a lock file: nobody writes there either
            self.acquire(LOCK_TIMEOUT_S, shared=True)
        try:
            yield
        finally:
            self.release()

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""
        if self._held and self._fd is not None:
            fcntl.flock(self._fd, fcntl.LOCK_UN)
        self._held = False

    def holder(self) -> Holder | None:
        """Who holds the lock exclusively now, this process included; `None` if nobody does."""
        if self._held and self._fd is not None:
            return _note(self._fd)
        try:
            fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:  # no file, or none that we may look at: nobody we could name
            return None
        try:
            # The note of a killed holder stays behind, so only the kernel knows whether it is still true.
            return None if _flock(fd, fcntl.LOCK_SH, self.path) else _note(fd)
        finally:
            os.close(fd)

    def close(self) -> None:
        """Release and let go of the file; the object can be used again."""
        fd, self._fd, self._held = self._fd, None, False
        if fd is not None:
            os.close(fd)

    def excludes_others(self) -> bool:
        """Whether a second descriptor really cannot lock the file while we hold it: some mounts only pretend."""
        fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return not _flock(fd, fcntl.LOCK_EX, self.path)
        finally:
            os.close(fd)

    def _opened(self) -> int:
        if self._fd is None:
            self._fd = _open(self.path)
        return self._fd

    def _is_current(self, fd: int) -> bool:
        ours = os.fstat(fd)
        try:
            named = os.lstat(self._name)
        except OSError:
            return False
        return (ours.st_dev, ours.st_ino) == (named.st_dev, named.st_ino)


def _write(fd: int, note: bytes) -> None:
    with contextlib.suppress(OSError):  # the note is a courtesy; a full or read-only disk does not undo the lock
        before = os.pread(fd, _LONGEST_NOTE, 0)
        if before != note:
            os.pwrite(fd, note.ljust(len(before)), 0)  # one write, so that nobody reads half of each
            os.ftruncate(fd, len(note))


def _note(fd: int) -> Holder:
    try:
        return msgspec.json.decode(os.pread(fd, _LONGEST_NOTE, 0), type=Holder)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Holder(pid=0, host="")


@cache
def _note_of(pid: int) -> bytes:
    return msgspec.json.encode(Holder(pid=pid, host=os.uname().nodename))


def _open(path: Path) -> int:
    flags = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        fd = os.open(path, flags | os.O_RDWR | os.O_CREAT, FILE_MODE)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise StoreUnsafe(f"{path} is a symbolic link.", "Remove it.") from error
        if error.errno not in _READ_ONLY:
            raise StoreWriteFailed(f"{path} cannot be made: {in_words(error)}.") from error
        try:
            fd = os.open(path, flags | os.O_RDONLY)  # enough to lock on a disk that is read-only
        except OSError:
            raise StoreWriteFailed(f"{path} cannot be made: {in_words(error)}.") from error
    status = os.fstat(fd)
    if status.st_uid != os.geteuid():
        os.close(fd)
        raise StoreUnsafe(f"{path} belongs to another user (uid {status.st_uid}).")
    if status.st_mode & 0o777 != FILE_MODE:
        with contextlib.suppress(OSError):  # read-only disk: the mode stays, and the file holds nothing secret
            os.fchmod(fd, FILE_MODE)
    return fd


def _flock(fd: int, kind: int, path: Path) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise StoreError(
            f"{path} cannot be locked: {in_words(error)}.", "Choose a data directory on a local disk."
        ) from error
    return True
