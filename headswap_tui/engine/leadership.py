"""Only one process polls a profile: the one that holds the lock file. The kernel frees it however a process ends."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import msgspec

from headswap_tui.domain.errors import StoreError
from headswap_tui.domain.events import Connection, Mode
from headswap_tui.store.lock import FileLock

log = logging.getLogger(__name__)

FILE_NAME: Final = "poller.lock"
TOLD: Final = frozenset({Mode.OFFLINE, Mode.NO_CREDIT, Mode.SLOWED})
"""What those who follow hear of. Whoever pauses or has no good key resigns instead, and the next one finds out."""
_LONGEST_MESSAGE: Final = 500


class Word(msgspec.Struct, frozen=True, omit_defaults=True):
    """How asking stands for the process that polls, as it left it in the lock file."""

    mode: Mode
    since_ms: int = 0
    message: str = ""


class Leadership:
    """Whether this process polls; the others follow and try again every second."""

    def __init__(self, profile_dir: Path) -> None:
        self._lock = FileLock(profile_dir / FILE_NAME)
        self.is_ours = False
        self.holder_pid: int | None = None
        """Process that polls instead of us, as far as known."""
        self.word: Word | None = None
        """What that process says; `None` if all is well with it, or nothing is known."""
        self._told: Word | None = None

    def seek(self) -> bool:
        """Try to become the poller; cheap and never blocks. Returns whether we are it now."""
        if not self.is_ours:
            try:
                self.is_ours = self._lock.try_acquire()
            except StoreError as error:
                # A disk that takes no lock takes nobody else's either: better to poll than that nobody does.
                log.warning("polling without a lock: %s", error)
                self.is_ours = True
            holder = None if self.is_ours else self._lock.holder()
            self.holder_pid = holder.pid if holder else None
            self.word = _read(holder.word) if holder else None
        return self.is_ours

    def tell(self, connection: Connection) -> None:
        """Leave word for those who follow, if it is another one than before and this process polls."""
        word = None
        if connection.mode in TOLD:
            word = Word(connection.mode, connection.since_ms, connection.message[:_LONGEST_MESSAGE])
        if self.is_ours and word != self._told:
            self._told = word
            self._lock.leave_word(msgspec.json.encode(word) if word else b"")

    def resign(self) -> None:
        """Let another process poll, and let go of the file."""
        self._lock.close()
        self.is_ours = False
        self._told = None


def _read(word: msgspec.Raw) -> Word | None:
    """Anybody may have written it: what is no word of ours says nothing."""
    try:
        found = msgspec.json.decode(word, type=Word)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found if found.mode in TOLD else None
