"""Keeps frames from queueing on a slow line: the next one waits until the terminal has answered for the last.

Between us and a terminal over SSH lie buffers of megabytes that nothing local can see. A terminal answers `CSI 6n` in
the order of what it reads, so the answer says that everything before it is on the screen. What changed meanwhile is
drawn in one frame: the dirty marks are sets. Keys are drawn at once, without waiting, and small frames are asked about
together.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

QUERY: Final = "\x1b[6n"
PATIENCE_S: Final = 4.0
"""An answer that takes longer is taken for lost."""
WORTH_ASKING: Final = 1000
"""Bytes; less than that is through in a tenth of a second on a line of 128 kbit/s."""
GIVE_UP_AFTER: Final = 2
"""So many lost in a row, and the terminal is one that does not answer."""


class Fence:
    """Open until `close` finds that enough was sent, then shut until `answered`."""

    def __init__(
        self,
        ask: Callable[[], None] | None,
        now: Callable[[], float] = time.monotonic,
        *,
        backlog: Callable[[], int] = lambda: 0,
        sent: Callable[[], int] | None = None,
    ) -> None:
        """`ask` sends `QUERY`; `None` for a fence that asks nothing. `now` is monotonic, in seconds.

        `backlog` tells how many bytes not even the terminal's near side has taken yet, `sent` how many there were in
        all; without it every frame is asked about.
        """
        self._ask = ask
        self._now = now
        self._backlog = backlog
        self._sent = sent
        self._sent_before = 0
        self._asked_at: float | None = None
        self._lost = 0

    @property
    def is_open(self) -> bool:
        """Whether the next frame may be drawn."""
        if self._backlog():
            return False
        if self._asked_at is None:
            return True
        if self._now() - self._asked_at < PATIENCE_S:
            return False
        self._asked_at = None
        self._lost += 1
        return True

    def close(self) -> None:
        """A frame was sent: ask about it, if it is worth that with those before it."""
        if self._ask is None or self._asked_at is not None or self._lost >= GIVE_UP_AFTER:
            return
        if self._sent is not None:
            if self._sent() - self._sent_before < WORTH_ASKING:
                return
            self._sent_before = self._sent()
        self._asked_at = self._now()
        self._ask()

    def answered(self) -> None:
        """The terminal has drawn everything up to the last `close`."""
        self._asked_at = None
        self._lost = 0
