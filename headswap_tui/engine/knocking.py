"""Notices that a service which nobody could connect to can be reached again, without asking it anything.

While the network is down the waits between probes grow to a minute; nobody wants to look at that for a minute after
it is back. A connection that is opened and closed costs the service nothing and tells.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import threading
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from headswap_tui.domain.errors import ApiError, Unreachable

KNOCK_S: Final = 2.0
"""Between two knocks; up to a quarter more, so that many clients do not come at once."""
TIMEOUT_S: Final = 3.0


class Knocker:
    """Tries the service's door during an outage. One that opens at the first try was never the trouble."""

    def __init__(self, base_url: str, rnd: random.Random, on_open: Callable[[], None]) -> None:
        """`on_open` is called in the event loop's thread when a door that was closed opens."""
        parts = urlsplit(base_url)
        self._place = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        self._rnd = rnd
        self._on_open = on_open
        self._next_at = 0.0
        self._is_knocking = False
        self._was_closed = False
        self._opened_in: ApiError | None = None

    def look(self, outage: ApiError | None, now: float) -> None:
        """Knock if it is time to. `outage`: what the last probe ran into, `None` if all is well; `now`: monotonic."""
        if not isinstance(outage, Unreachable):
            self._was_closed, self._opened_in = False, None
            return
        if self._is_knocking or outage is self._opened_in or now < self._next_at:
            return
        self._next_at = now + KNOCK_S * self._rnd.uniform(1.0, 1.25)
        self._is_knocking = True
        # A thread of its own that nobody waits for: a resolver may hang for as long as it likes.
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._knock, args=(loop, outage), name="knock", daemon=True).start()

    def _knock(self, loop: asyncio.AbstractEventLoop, outage: ApiError) -> None:
        is_open = True
        try:
            socket.create_connection(self._place, TIMEOUT_S).close()
        except (OSError, ValueError):
            is_open = False
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(self._answered, outage, is_open)

    def _answered(self, outage: ApiError, is_open: bool) -> None:
        self._is_knocking = False
        if not is_open:
            self._was_closed = True
            return
        self._opened_in = outage  # no more knocks until a probe has failed again
        if self._was_closed:
            self._was_closed = False
            self._on_open()
