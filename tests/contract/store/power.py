"""A disk that remembers what would still be there if the power failed now."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from headswap_tui.store.system import System


class Disk(System):
    """Passes every call on, and keeps for each file the content that was synced, and for the directory its names.

    Three images of a power failure: nothing that was not synced; every name but only synced content, as a file system
    may write names first; only synced names but every byte.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.before_each: Callable[[], None] = lambda: None
        self._synced: dict[int, bytes] = {}
        self._names: dict[str, int] = {}

    def images(self, place: Path) -> Iterator[Path]:
        """Directories as they would be found; each is gone when the next is asked for."""
        now = self._present()
        content = {inode: (self.directory / name).read_bytes() for name, inode in now.items()}
        old_names = {name: inode for name, inode in self._names.items() if inode in content or inode in self._synced}
        for names, bytes_of in ((old_names, {}), (now, {}), (old_names, content)):
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(mode=0o700)
            for name, inode in names.items():
                (place / name).write_bytes(bytes_of.get(inode, self._synced.get(inode, b"")))
            yield place

    def _present(self) -> dict[str, int]:
        if not self.directory.exists():
            return {}
        return {path.name: path.stat().st_ino for path in self.directory.iterdir() if path.suffix != ".lock"}

    def _sync(self, fd: int) -> None:
        status = os.fstat(fd)
        self._synced[status.st_ino] = os.pread(fd, status.st_size, 0)

    def open(self, path: Path, flags: int) -> int:
        self.before_each()
        fd = super().open(path, flags)
        if flags & os.O_CREAT:
            self._synced[os.fstat(fd).st_ino] = b""
        return fd

    def write(self, fd: int, data: bytes | memoryview) -> int:
        self.before_each()
        return super().write(fd, data)

    def fdatasync(self, fd: int) -> None:
        self.before_each()
        self._sync(fd)

    def fsync(self, fd: int) -> None:
        self.before_each()
        if os.path.isdir(f"/proc/self/fd/{fd}"):
            self._names = self._present()
        else:
            self._sync(fd)

    def ftruncate(self, fd: int, length: int) -> None:
        self.before_each()
        super().ftruncate(fd, length)

    def replace(self, source: Path, target: Path) -> None:
        self.before_each()
        super().replace(source, target)

    def link(self, source: Path, target: Path) -> None:
        self.before_each()
        super().link(source, target)

    def unlink(self, path: Path) -> None:
        self.before_each()
        super().unlink(path)
