"""How much one profile may ask: a token bucket that slows down when told to and backs off when nobody answers.

Every method takes `now`, seconds of a monotonic clock; nothing here reads a clock or sleeps.
"""

from __future__ import annotations

import math
import random
from collections import deque
from enum import Enum, auto
from typing import Final

SLOWEST_SHARE: Final = 0.02
"""Throttling never slows below this share of the configured rate: one request in 10 s at 5 a second."""
RECOVERY_STEP: Final = 0.02
"""Share of the configured rate given back per quiet period."""
QUIET_S: Final = 10.0
"""Seconds without throttling that earn one step back."""
SAME_EVENT_S: Final = 2.0
"""Throttled answers closer together than this belong to requests already under way: they count once."""
BACKOFF_FIRST_S: Final = 1.0
BACKOFF_MOST_S: Final = 60.0
MEASURED_S: Final = 10.0
"""Period over which the request rate is measured."""


class _Probe(Enum):
    """The one request that may leave while offline."""

    NONE = auto()
    UNDER_WAY = auto()
    ENDED = auto()
    """How is not known yet: `ended` may be told before `failed` or `succeeded`."""


class Budget:
    """One profile's allowance. Ask `ready_in_s`; when it is 0, `spend`, then `started` and at last `ended`."""

    def __init__(self, rate_per_s: float, burst: int, concurrency: int, rnd: random.Random) -> None:
        self._full_rate = rate_per_s
        self._rate = rate_per_s
        self._burst = float(max(1, burst))
        self._concurrency = concurrency
        self._rnd = rnd
        self._tokens = self._burst
        self._filled_at: float | None = None
        self._in_flight = 0
        self._spent: deque[float] = deque(maxlen=4096)
        self._held_until = -math.inf
        self._slowed_at = -math.inf
        self._stepped_at = -math.inf
        self._failures = 0
        self._probe_at = -math.inf
        self._probe = _Probe.NONE

    @property
    def rate(self) -> float:
        """Requests a second allowed at present."""
        return self._rate

    @property
    def is_slowed(self) -> bool:
        """Whether throttling has lowered the rate and it has not recovered yet."""
        return self._rate < self._full_rate

    @property
    def is_offline(self) -> bool:
        """Whether the last word was a failure: one request at a time probes."""
        return self._failures > 0

    @property
    def in_flight(self) -> int:
        """Requests started and not ended."""
        return self._in_flight

    def ready_in_s(self, now: float) -> float:
        """Seconds until a request may start; 0: now; infinite: not before one that is under way has ended."""
        self._fill(now)
        if self._in_flight >= self._concurrency or (self.is_offline and self._probe is _Probe.UNDER_WAY):
            return math.inf
        token = max(0.0, 1 - self._tokens) / self._rate
        held = max(0.0, self._held_until - now)  # nothing is saved up meanwhile
        wait = max(held + token, self._probe_at - now if self.is_offline else 0.0)
        return wait if wait > 1e-9 else 0.0

    def spend(self, now: float) -> None:
        """Take one token; the caller has seen that one is there."""
        self._fill(now)
        self._tokens = max(0.0, self._tokens - 1)
        self._spent.append(now)
        self._probe = _Probe.UNDER_WAY if self.is_offline else _Probe.NONE

    def started(self) -> None:
        """A request left."""
        self._in_flight += 1

    def ended(self) -> None:
        """A request came to its end, whatever that was."""
        self._in_flight = max(0, self._in_flight - 1)
        if not self._in_flight and self._probe is _Probe.UNDER_WAY:
            self._probe = _Probe.ENDED  # one that was cancelled must not block the next, one that failed is told later

    def succeeded(self, now: float) -> None:
        """The service answered: not offline any more. What piled up meanwhile leaves at the usual rate."""
        if self.is_offline:
            self.settle(now)
        self._failures = 0
        self._probe = _Probe.NONE

    def throttled(self, now: float, retry_after_s: float | None) -> None:
        """Halve the rate and hold every request back for `retry_after_s`, or for a moment if it is not given."""
        self.succeeded(now)
        self._fill(now)
        if now - self._slowed_at >= SAME_EVENT_S and now >= self._held_until:
            self._rate = max(self._full_rate * SLOWEST_SHARE, self._rate / 2)
        self._slowed_at = self._stepped_at = now
        hold = max(0.0, retry_after_s) if retry_after_s is not None else 1 / self._rate
        self._held_until = max(self._held_until, now + hold)
        self._tokens = min(self._tokens, 1.0)

    def failed(self, now: float) -> None:
        """Nobody answered, or a server in trouble: back off, 1 s doubling to 60 s, each wait drawn from 0 to that."""
        if self.is_offline and self._probe is _Probe.NONE:
            return  # left before we went offline: no news
        most = min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2.0 ** min(self._failures, 10))
        self._failures += 1
        self._probe = _Probe.NONE
        self._probe_at = now + self._rnd.uniform(0.0, most)

    def retry(self, now: float) -> None:
        """Probe at once: the user asked for it or the network seems to be back."""
        self._probe_at = min(self._probe_at, now)

    def settle(self, now: float) -> None:
        """After a sleep or an outage: go on at the usual rate, without the burst that was saved up."""
        self._fill(now)
        self._tokens = min(self._tokens, 1.0)

    def requests_per_s(self, now: float) -> float:
        """Requests a second over the last ten seconds."""
        while self._spent and self._spent[0] <= now - MEASURED_S:
            self._spent.popleft()
        return len(self._spent) / MEASURED_S

    def _fill(self, now: float) -> None:
        self._recover(now)
        if self._filled_at is not None and now > self._filled_at:
            start = max(self._filled_at, min(now, self._held_until))
            self._tokens = min(self._burst, self._tokens + (now - start) * self._rate)
        self._filled_at = now if self._filled_at is None else max(now, self._filled_at)

    def _recover(self, now: float) -> None:
        if not self.is_slowed or now < self._held_until:
            return
        steps = math.floor((now - max(self._stepped_at, self._held_until)) / QUIET_S)
        if steps > 0:
            self._rate = min(self._full_rate, self._rate + steps * RECOVERY_STEP * self._full_rate)
            self._stepped_at = max(self._stepped_at, self._held_until) + steps * QUIET_S
