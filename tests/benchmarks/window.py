"""A program on a terminal of 160x48, measured from outside: bytes, processor time, memory."""

from __future__ import annotations

import contextlib
import os
import select
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.terminal import Terminal

COLUMNS: Final = 160
ROWS: Final = 48


class Window(Terminal):
    """Counts what the program sends; its picture is kept only with `shows`, because that takes time of its own."""

    def __init__(
        self, argv: Sequence[str | Path], env: Mapping[str, str], *, shows: bool = False, may_end: bool = False
    ) -> None:
        self._shows = shows
        self.may_end = may_end
        """Whether it is to be measured to its end."""
        self.used_s = 0.0
        """Processor seconds of the program and its children, once it has ended."""
        super().__init__(argv, env, COLUMNS, ROWS)

    def _feed(self) -> None:
        if self._shows:
            super()._feed()

    def _reap(self, block: bool = True) -> None:
        if self.status is None:
            pid, status, usage = os.wait4(self.pid, 0 if block else os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                self.used_s = usage.ru_utime + usage.ru_stime

    @property
    def sent(self) -> int:
        """Bytes so far."""
        return len(self.output)

    def read(self, seconds: float) -> bool:
        """As a terminal does, but a program that has ended is none to measure: raises `RuntimeError`."""
        came = super().read(seconds)
        if self.status is not None and not self.may_end:
            raise RuntimeError(f"the program ended with {self.status}: {bytes(self.output[-300:])!r}")
        return came

    def watch(self, seconds: float) -> None:
        """Read for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def settle(self, quiet_s: float, *, after: str = "", limit_s: float = 60.0) -> None:
        """Read until it has sent `after` and then nothing for a while. Raises `TimeoutError`."""
        end = time.monotonic() + limit_s
        while self.read(quiet_s) or after.encode() not in self.output:
            if time.monotonic() > end:
                raise TimeoutError(f"was never quiet for {quiet_s} s after {after!r}")

    def trickle(self, bytes_per_s: int, until: Callable[[], bool], limit_s: float) -> float:
        """Read no faster than a line of that speed until something holds; the seconds that took.

        Raises `TimeoutError`.
        """
        began = time.monotonic()
        free_at = began
        while not until():
            now = time.monotonic()
            if now - began > limit_s:
                raise TimeoutError(f"did not come about within {limit_s} s")
            if now < free_at or not select.select([self.fd], [], [], 0.02)[0]:
                time.sleep(max(0.0, min(0.02, free_at - now)))
                continue
            data = os.read(self.fd, bytes_per_s // 50)
            free_at = max(now, free_at) + len(data) / bytes_per_s
            self.output += data
            self._answer()
            self._feed()
        return time.monotonic() - began

    def cpu_s(self) -> float:
        """Processor seconds of the program's threads so far."""
        total = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with contextlib.suppress(OSError):  # it has just ended
                total += int(Path(f"/proc/{self.pid}/task/{thread}/schedstat").read_text().split()[0])
        return total / 1e9

    def own_mb(self) -> float:
        """Memory that only this process uses (USS), in MB."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) * 1024 / 1e6
