"""An end that comes from outside: a signal, or a terminal that is gone. Save first, then leave, never stay."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import Final

from headswap_tui.domain.errors import StoreError

log = logging.getLogger(__name__)

LIMIT_S: Final = 1.8
"""So long the orderly end may take; then the process ends at once."""
SIGNALS: Final = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


class Hangup:
    """Listens from `listen` on. Whatever comes first decides the exit status, 128 + the signal's number."""

    def __init__(
        self,
        save: Callable[[], None],
        leave: Callable[[int], None],
        restore: Callable[[], None],
        *,
        end_process: Callable[[int], None] = os._exit,
        limit_s: float = LIMIT_S,
    ) -> None:
        """`save` writes what waits and may raise `StoreError`; `leave` begins the orderly end with this status.

        `restore` does for the terminal what can be done without waiting; it is called from another thread, when the
        orderly end took too long.
        """
        self._save = save
        self._leave = leave
        self._restore = restore
        self._end_process = end_process
        self._limit_s = limit_s
        self._status: int | None = None

    def listen(self) -> None:
        """Take over the signals; in the event loop's thread, which must be the main one."""
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # under nohup a hang-up alone ends nothing; the terminal's end of input does
            loop.add_signal_handler(number, self.end, number)

    def end(self, number: int) -> None:
        """Save and leave because of this signal; a second one changes nothing."""
        if self._status is not None:
            return
        self._status = 128 + number
        self.within(self._limit_s, self._status)
        try:
            self._save()
        except StoreError as error:
            log.warning("not saved at the hang-up: %s", error)
        self._leave(self._status)

    def within(self, limit_s: float, status: int) -> None:
        """The process ends with this status after so many seconds, whatever hangs."""
        timer = threading.Timer(limit_s, self._cut, (status,))
        timer.daemon = True
        timer.start()

    def _cut(self, status: int) -> None:
        self._restore()
        self._end_process(status)
