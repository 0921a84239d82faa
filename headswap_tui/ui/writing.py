"""Writing to the terminal from a thread of its own, so that a terminal that does not read holds up nobody."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

LARGEST_BACKLOG: Final = 2_000_000
"""Bytes that wait at most; beyond, what is to be written is dropped and the screen painted anew afterwards."""


class TerminalWriter(threading.Thread):
    """Takes any amount of text at once and brings it out in order. A terminal that is gone swallows everything."""

    def __init__(
        self, descriptor: int, *, on_gone: Callable[[], None], on_loss: Callable[[], None], name: str = "terminal-out"
    ) -> None:
        """`on_gone`: the terminal is gone. `on_loss`: something was dropped; the line is free again. Both from here."""
        super().__init__(daemon=True, name=name)
        self._descriptor = descriptor
        self._on_gone = on_gone
        self._on_loss = on_loss
        self._waiting: deque[bytes] = deque()
        self._news = threading.Condition()
        self._backlog = 0
        self._lossy = False
        self._ends = False
        self.is_gone = False
        """Whether the terminal does not exist any more."""

    @property
    def backlog(self) -> int:
        """Bytes that the terminal's side has not taken yet."""
        return self._backlog

    def write(self, data: bytes) -> None:
        """Write this when its turn comes; never waits."""
        with self._news:
            if self.is_gone:
                return
            if self._backlog + len(data) > LARGEST_BACKLOG:
                self._lossy = True
                return
            self._waiting.append(data)
            self._backlog += len(data)
            self._news.notify()

    def forget(self) -> None:
        """Drop what has not been begun: nobody will look at it."""
        with self._news:
            self._backlog -= sum(map(len, self._waiting))
            self._waiting.clear()
            self._lossy = False

    def stop(self, within_s: float) -> None:
        """Bring out what waits, but take no longer than this."""
        with self._news:
            self._ends = True
            self._news.notify()
        self.join(within_s)

    def run(self) -> None:
        """Write until stopped."""
        while (data := self._next()) is not None:
            try:
                _write_all(self._descriptor, data)
            except OSError:
                with self._news:
                    self.is_gone = True
                    self._waiting.clear()
                    self._backlog = 0
                self._on_gone()
                return
            with self._news:
                self._backlog -= len(data)
                was_lossy = self._lossy and not self._waiting
                self._lossy = self._lossy and not was_lossy
            if was_lossy:
                self._on_loss()

    def _next(self) -> bytes | None:
        with self._news:
            self._news.wait_for(lambda: self._waiting or self._ends)
            return self._waiting.popleft() if self._waiting else None


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
