"""A disk that fails on demand."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from headswap_tui.store.system import System

CALLS = ("open", "write", "fchmod", "fdatasync", "fsync", "ftruncate", "replace", "link", "unlink")


class Faulty(System):
    """Fails in one call: the `at`-th of that name, or `every` one from there on; `at=None` only counts."""

    def __init__(
        self, call: str = "", at: int | None = 0, *, error: str = "ENOSPC", short: bool = False, every: bool = False
    ) -> None:
        self.call, self.at, self.short, self.every = call, at, short, every
        self.errno = getattr(errno, error)
        self.counts = dict.fromkeys(CALLS, 0)
        self.failed = 0

    def _fails(self, call: str) -> bool:
        number = self.counts[call]
        self.counts[call] += 1
        if self.at is None or call != self.call:
            return False
        if number == self.at or (self.every and number > self.at):
            self.failed += 1
            return True
        return False

    def _raise(self) -> OSError:
        return OSError(self.errno, os.strerror(self.errno))

    def open(self, path: Path, flags: int) -> int:
        if flags & os.O_CREAT and self._fails("open"):
            raise self._raise()
        return super().open(path, flags)

    def write(self, fd: int, data: bytes | memoryview) -> int:
        if self._fails("write"):
            if self.short:  # half is taken, and the next call fails
                written = super().write(fd, memoryview(data)[: len(data) // 2])
                self.at, self.short = self.counts["write"], False
                return written
            raise self._raise()
        return super().write(fd, data)

    def fchmod(self, fd: int, mode: int) -> None:
        if self._fails("fchmod"):
            raise self._raise()
        super().fchmod(fd, mode)

    def fdatasync(self, fd: int) -> None:
        if self._fails("fdatasync"):
            raise self._raise()
        super().fdatasync(fd)

    def fsync(self, fd: int) -> None:
        if self._fails("fsync"):
            raise self._raise()
        super().fsync(fd)

    def ftruncate(self, fd: int, length: int) -> None:
        if self._fails("ftruncate"):
            raise self._raise()
        super().ftruncate(fd, length)

    def replace(self, source: Path, target: Path) -> None:
        if self._fails("replace"):
            raise self._raise()
        super().replace(source, target)

    def link(self, source: Path, target: Path) -> None:
        if self._fails("link"):
            raise self._raise()
        super().link(source, target)

    def unlink(self, path: Path) -> None:
        if self._fails("unlink"):
            raise self._raise()
        super().unlink(path)
