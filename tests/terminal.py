"""A real terminal for tests: a program on a pty, its screen kept by pyte, its questions answered like xterm's."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

QUERY = re.compile(rb"\x1b\[(?P<da>0?c)|\x1b\[(?P<cpr>6n)|\x1b\[\?(?P<mode>\d+)\$p")
LONGEST_QUERY = 12
UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\[\?[0-9;]*u|\x1b[P_^][^\x1b]*\x1b\\")
KEYS = {"enter": b"\r", "esc": b"\x1b", "tab": b"\t", "down": b"\x1b[B", "up": b"\x1b[A", "ctrl+c": b"\x03"}


class Terminal:
    """A running program and what its window shows. Use as a context manager: the program is ended with it."""

    def __init__(
        self, argv: Sequence[str | Path], env: Mapping[str, str], columns: int = 100, rows: int = 30, sync: bool = True
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._sync = sync
        self.output = bytearray()
        self._answered = 0
        self._fed = 0
        self.status: int | None = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            clean = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
            try:
                os.execve(str(argv[0]), [str(part) for part in argv], {**clean, **env})
            finally:
                os._exit(127)
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        """Change the window's size; the program is told by the kernel."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, *keys: str) -> None:
        """Press keys: a name from `KEYS` or text as it is typed."""
        for key in keys:
            os.write(self.fd, KEYS.get(key, key.encode()))

    def paste(self, text: str) -> None:
        """Paste as a terminal with bracketed paste does."""
        os.write(self.fd, b"\x1b[200~" + text.encode() + b"\x1b[201~")

    @property
    def text(self) -> str:
        """What the window shows now."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def read(self, seconds: float) -> bool:
        """Take what comes within that time; False when nothing came or the program is gone."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # Linux reports the closed other side as EIO
            data = b""
        if not data:
            self._reap()
            return False
        self.output += data
        self._answer()
        self._feed()
        return True

    def wait_for(self, *wanted: str, seconds: float = 20.0) -> str:
        """Read until the window shows all of `wanted`; returns the text. Raises `AssertionError` with the screen."""
        end = time.monotonic() + seconds
        while not all(part in self.text for part in wanted):
            left = end - time.monotonic()
            if left <= 0 or (not self.read(min(left, 0.2)) and self.status is not None):
                missing = [part for part in wanted if part not in self.text]
                raise AssertionError(f"not on the screen: {missing} (status {self.status})\n{self.text}")
        return self.text

    def wait_gone(self, unwanted: str, seconds: float = 20.0) -> None:
        """Read until the window does not show `unwanted` any more."""
        end = time.monotonic() + seconds
        while unwanted in self.text:
            left = end - time.monotonic()
            assert left > 0, f"still on the screen: {unwanted}\n{self.text}"
            self.read(min(left, 0.2))

    def wait_end(self, seconds: float = 10.0) -> int:
        """Read until the program ends; its exit status (negative: the signal that ended it)."""
        end = time.monotonic() + seconds
        while self.status is None:
            assert time.monotonic() < end, f"still running after {seconds} s\n{self.text}"
            self.read(0.1)
            self._reap(block=False)
        while self.read(0):  # what the program said last
            pass
        return self.status

    def _answer(self) -> None:
        for match in QUERY.finditer(self.output, self._answered):
            self._answered = match.end()
            if match["da"]:
                answer = b"\x1b[?62;22c"
            elif match["cpr"]:
                answer = b"\x1b[1;1R"
            else:
                known = match["mode"] == b"2026" and self._sync
                answer = b"\x1b[?%s;%d$y" % (match["mode"], 2 if known else 0)
            with suppress(OSError):
                os.write(self.fd, answer)
        self._answered = max(self._answered, len(self.output) - LONGEST_QUERY)  # not all of it again each time

    def _feed(self) -> None:
        """Give pyte all but an unfinished escape sequence at the end."""
        cut = self.output.rfind(b"\x1b", self._fed)
        whole = len(self.output)
        if cut >= self._fed and not re.match(
            rb"\x1b(\[[0-?]*[ -/]*[@-~]|[PX^_\]].*(\x1b\\|\x07)|[^\[PX^_\]])", self.output[cut:]
        ):
            whole = cut
        self._stream.feed(UNKNOWN_TO_PYTE.sub(b"", bytes(self.output[self._fed : whole])))
        self._fed = whole

    def _reap(self, block: bool = True) -> None:
        if self.status is None:
            pid, status = os.waitpid(self.pid, 0 if block else os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self._reap()
        os.close(self.fd)


def picture(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """What can be seen of every cell, line by line; a blank shows its background alone."""
    return [[_seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def _seen(cell: pyte.screens.Char) -> tuple[object, ...]:
    if cell.data == " " and not cell.underscore:
        return (" ", cell.fg if cell.reverse else cell.bg)
    return tuple(cell)
