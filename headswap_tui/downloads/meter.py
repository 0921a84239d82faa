"""How fast bytes come, over the last seconds."""

from __future__ import annotations

from collections import deque
from typing import Final

WINDOW_S: Final = 5.0
_STEP_S: Final = 0.25


class Meter:
    """Speed over the last five seconds; times are monotonic seconds, handed in."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()
        """Time and bytes on disk, at most every quarter of a second."""
        self._last = 0

    def note(self, now: float, size: int) -> None:
        """`size` bytes are there now. A smaller figure than before means that the file was begun anew."""
        if size < self._last:
            self._samples.clear()
        self._last = size
        if not self._samples or now - self._samples[-1][0] >= _STEP_S:
            self._samples.append((now, size))
        while len(self._samples) > 1 and now - self._samples[0][0] > WINDOW_S:
            self._samples.popleft()

    def speed_bps(self, now: float) -> float:
        """Bytes per second; sinks towards zero while nothing comes."""
        if not self._samples:
            return 0.0
        since, size = self._samples[0]
        passed = now - since
        return (self._last - size) / passed if passed >= _STEP_S else 0.0

    def eta_s(self, now: float, total: int | None) -> float | None:
        """Seconds left at this speed; `None` while unknown."""
        speed = self.speed_bps(now)
        if total is None or speed <= 0:
            return None
        return max(0, total - self._last) / speed
