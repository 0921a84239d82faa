"""Processes that do something to a store and can be killed at any instant."""

from __future__ import annotations

import os
import select
import signal
import struct
import traceback
import warnings
from collections.abc import Callable
from time import monotonic

Acknowledge = Callable[[int], None]
_NUMBER = struct.Struct("<i")


class Child:
    """A forked process that runs `body`; what it acknowledged arrives even if it is killed in the next instruction."""

    def __init__(self, body: Callable[[Acknowledge], None]) -> None:
        self._reader, writer = os.pipe()
        with warnings.catch_warnings():
            # Newer Pythons warn of a fork beside threads; the child touches nothing that a thread might hold.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if self.pid == 0:
            _run(body, writer)
        os.close(writer)
        self._rest = b""
        self.acknowledged: list[int] = []

    def listen(self, until: int, limit_s: float = 20.0) -> None:
        """Read acknowledgements until there are so many or the child ends."""
        stop = monotonic() + limit_s
        while len(self.acknowledged) < until and select.select([self._reader], [], [], stop - monotonic())[0]:
            if not self._read():
                return

    def kill(self) -> None:
        """End it without a chance to do anything."""
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> int:
        """Everything that it acknowledged is read; returns its exit status, negative for a signal."""
        while self._read():
            pass
        os.close(self._reader)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self) -> bool:
        data = os.read(self._reader, 65_536)
        self._rest += data
        whole = len(self._rest) - len(self._rest) % _NUMBER.size
        self.acknowledged += [number for (number,) in _NUMBER.iter_unpack(self._rest[:whole])]
        self._rest = self._rest[whole:]
        return bool(data)


def _run(body: Callable[[Acknowledge], None], writer: int) -> None:
    def acknowledge(number: int) -> None:
        os.write(writer, _NUMBER.pack(number))

    status = 1
    try:
        body(acknowledge)
        status = 0
    except BaseException:  # noqa: BLE001  # the parent sees the exit status, a reader of the output the reason
        traceback.print_exc()
    finally:
        os._exit(status)
