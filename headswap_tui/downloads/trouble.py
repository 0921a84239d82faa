"""Trouble that another attempt may cure, and how long to wait for it. Never leaves this room."""

from __future__ import annotations

import math
import random
from email.utils import parsedate_to_datetime
from typing import Final

import msgspec

from headswap_tui.domain.errors import DownloadError

LONGEST_RETRY_AFTER_S: Final = 900.0
"""A server may ask for hours, but the transfer holds one of the few places in the queue meanwhile."""


class Timing(msgspec.Struct, frozen=True):
    """How long a transfer waits for what, in seconds."""

    connect_s: float = 10.0
    look_up_s: float = 10.0
    stall_s: float = 30.0
    """No byte for so long is a stall; the header of an answer must be complete within it."""
    backoff_s: float = 1.0
    """Wait before the second attempt; doubles from attempt to attempt."""
    longest_backoff_s: float = 60.0

    def backoff(self, failures: int) -> float:
        """Seconds to wait after that many failures in a row (1 or more): between half and all of the doubled wait."""
        full = min(self.longest_backoff_s, self.backoff_s * 2.0 ** min(failures - 1, 16))
        return full * (0.5 + random.random() / 2)


class Again(Exception):
    """The attempt failed in a way that the next one may not."""

    def __init__(self, words: str, retry_after_s: float | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.retry_after_s = retry_after_s
        """What the server asked for; `None` if it did not say."""


class StartOver(Again):
    """What is on disk and what the server sends do not belong together: begin anew, at once."""


class AddressExpired(Exception):
    """The file host no longer gives the file under this address; a fresh one may help."""

    def __init__(self, final: DownloadError) -> None:
        super().__init__(final.message)
        self.final = final
        """What to raise if a fresh address does not help either."""


def retry_after_s(value: str | None, now_ms: int) -> float | None:
    """Seconds from a `Retry-After` header, given in seconds or as a date, clamped to 1 s..15 min; junk is `None`."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - now_ms / 1000
        except (ValueError, OverflowError):
            return None
    if math.isnan(seconds):  # compares with nothing, so clamping would let it through
        return None
    return min(max(seconds, 1.0), LONGEST_RETRY_AFTER_S)
