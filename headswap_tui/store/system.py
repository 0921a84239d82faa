"""The few calls that change the disk, in one place, so that a test can make any of them fail; their errors in words."""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from pathlib import Path
from typing import Final

FILE_MODE: Final = 0o600
DIRECTORY_MODE: Final = 0o700


class System:
    """Calls of the operating system that write; each raises `OSError` as the call does."""

    def open(self, path: Path, flags: int) -> int:
        """A descriptor that no child process inherits and that never follows a symlink in the last place."""
        return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, FILE_MODE)

    def write(self, fd: int, data: bytes | memoryview) -> int:
        """Bytes written, which may be fewer than given."""
        return os.write(fd, data)

    def fchmod(self, fd: int, mode: int) -> None:
        """Set the mode whatever the umask took away."""
        os.fchmod(fd, mode)

    def fdatasync(self, fd: int) -> None:
        """Content and length are on the disk."""
        _sync(fd)

    def fsync(self, fd: int) -> None:
        """A whole file, or the names of a directory, are on the disk."""
        os.fsync(fd)

    def ftruncate(self, fd: int, length: int) -> None:
        """Cut to that many bytes."""
        os.ftruncate(fd, length)

    def replace(self, source: Path, target: Path) -> None:
        """Rename over whatever is there, in one step."""
        os.replace(source, target)  # noqa: PTH105  # the seam mirrors the calls of `os`

    def link(self, source: Path, target: Path) -> None:
        """A second name of the same file."""
        os.link(source, target, follow_symlinks=False)  # the seam mirrors the calls of `os`

    def unlink(self, path: Path) -> None:
        """Remove a name; no error if it is not there."""
        path.unlink(missing_ok=True)

    # What follows is built on the calls above.

    def write_all(self, fd: int, data: bytes) -> None:
        """Write until nothing is left: one call may take less than it was given."""
        left = memoryview(data)
        while left:
            left = left[self.write(fd, left) :]

    def sync_directory(self, directory: Path) -> None:
        """New names in it survive a power loss."""
        fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self.fsync(fd)
        finally:
            os.close(fd)

    def create(self, path: Path) -> int:
        """A new, empty, private file open for reading and writing; what was there under that name goes."""
        self.unlink(path)
        fd = self.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        try:
            self.fchmod(fd, FILE_MODE)
        except OSError:
            os.close(fd)
            raise
        return fd


if sys.platform == "darwin":

    def _sync(fd: int) -> None:
        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)  # `fsync` there leaves the data in the drive's own memory
else:
    _sync = os.fdatasync


_WORDS: Final = {
    errno.ENOSPC: "no space is left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the limit for the size of a file is reached",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk reports an input/output error",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ENOENT: "it does not exist",
    errno.ENOTDIR: "a part of the path is not a directory",
    errno.EISDIR: "it is a directory",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ENOLCK: "this file system has no locks",
    errno.EOPNOTSUPP: "this file system cannot do that",
    errno.ESTALE: "the network file system lost it",
    errno.ENAMETOOLONG: "the name is too long",
}


def in_words(error: OSError) -> str:
    """What an `OSError` means, as the end of a sentence without a full stop."""
    if error.errno in _WORDS:
        return _WORDS[error.errno]
    return (error.strerror or str(error) or type(error).__name__).lower()
