"""What the disk does to a download: room, errors in words, and names taken without overwriting anything."""

from __future__ import annotations

import errno
import math
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from headswap_tui.domain.errors import DiskFull, DownloadError, TransferFailed
from headswap_tui.domain.text import safe

MARGIN_BYTES: Final = 32 * 1024 * 1024
"""Room left to others; a disk filled to the last byte stops more than a download."""
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV, errno.EINVAL})

FreeBytes = Callable[[Path], int]
"""Directory to the bytes free in it for us. Raises `OSError`."""


def free_bytes(directory: Path) -> int:
    """Bytes that we may still write below `directory`. Raises `OSError`."""
    figures = os.statvfs(directory)
    return figures.f_bavail * figures.f_frsize


def check_room(directory: Path, needed: int, free: FreeBytes) -> None:
    """Raises `DiskFull` unless `needed` bytes and a margin fit; silent where the disk does not tell."""
    try:
        missing = needed + MARGIN_BYTES - free(directory)
    except OSError:
        return
    if missing > 0:
        raise disk_full(directory, missing)


def disk_full(directory: Path, missing: int) -> DiskFull:
    """The error that says how much room is missing."""
    return DiskFull(
        f"The disk is full: {amount(missing)} more are needed in {safe(str(directory), 200)}.",
        "Make room and retry; what has come is kept.",
    )


def in_words(error: OSError, path: Path, needed: int | None, free: FreeBytes) -> DownloadError:
    """The error to raise after writing to `path` failed; `needed`: bytes still to come, `None` while unknown."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        try:
            left = free(path.parent)
        except OSError:
            left = 0
        return disk_full(path.parent, max((needed or 0) + MARGIN_BYTES - left, 1))
    if error.errno == errno.EFBIG:
        missing = f" {amount(needed)} are missing." if needed else ""
        return DiskFull(f"The file is too big for this file system or a limit: {safe(str(path), 200)}.{missing}")
    return TransferFailed(f"Cannot write {safe(str(path), 200)}: {error.strerror or error}")


def amount(count: int) -> str:
    """Bytes for people, rounded up so that making that much room is enough: `1.3 MB`."""
    if count < 1000:
        return f"{count} bytes"
    power = 1
    while power < 4 and count / 1000**power >= 999.5:
        power += 1
    return f"{math.ceil(count * 10 / 1000**power) / 10:.1f} {('kB', 'MB', 'GB', 'TB')[power - 1]}"


def sync_directory(directory: Path) -> None:
    """Make new names in `directory` durable, where the file system can."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    finally:
        os.close(descriptor)


def take_name(part: Path, final: Path, *, is_reserved: bool) -> bool:
    """Give the finished `part` the name `final`; `False` if that name belongs to something else, untouched.

    A file there with exactly the same bytes counts as ours: the part goes, no second copy. `is_reserved`: an empty
    file there is one that we made for this before. Never overwrites, also not between two processes. Raises `OSError`.
    """
    try:
        os.link(part, final, follow_symlinks=False)
    except FileExistsError:
        if not _is_ours(part, final):
            if is_reserved and final.lstat().st_size == 0:
                part.replace(final)
                return True
            return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return _take_by_reservation(part, final)
    part.unlink()
    return True


def _is_ours(part: Path, final: Path) -> bool:
    there, here = final.lstat(), part.lstat()
    if (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino):
        return True
    if not stat.S_ISREG(there.st_mode) or there.st_size != here.st_size:
        return False
    from filecmp import cmp  # seldom needed, and the dashboard's first frame waits for what is imported here

    return cmp(part, final, shallow=False)


def _take_by_reservation(part: Path, final: Path) -> bool:
    """For file systems without hard links: an empty file holds the name until the part replaces it."""
    try:
        os.close(os.open(final, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
    except FileExistsError:
        return False
    part.replace(final)
    return True
