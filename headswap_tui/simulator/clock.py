"""The simulator's own time: a base clock plus whatever a test has skipped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def system_ms() -> int:
    """The machine's wall clock, milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class SimulatedClock:
    """Wall clock of the simulated platform; may be held still and moved by hand. Safe to use from any thread."""

    def __init__(self, base_ms: Callable[[], int] = system_ms) -> None:
        """Follow `base_ms`; hand in a function that answers a constant to hold the time still."""
        self._base_ms = base_ms
        self._skipped_ms = 0
        self._lock = threading.Lock()

    def now_ms(self) -> int:
        """Milliseconds since the epoch, as the simulated platform sees them."""
        with self._lock:
            return self._base_ms() + self._skipped_ms

    def advance(self, seconds: float) -> None:
        """Skip that many seconds at once, for every task and every link."""
        with self._lock:
            self._skipped_ms += round(seconds * 1000)
