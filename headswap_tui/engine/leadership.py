"""Only one process polls a profile: the one that holds the lock file. The kernel frees it however a process ends."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from headswap_tui.domain.errors import StoreError
from headswap_tui.store.lock import FileLock

log = logging.getLogger(__name__)

FILE_NAME: Final = "poller.lock"


class Leadership:
    """Whether this process polls; the others follow and try again every second."""

    def __init__(self, profile_dir: Path) -> None:
        self._lock = FileLock(profile_dir / FILE_NAME)
        self.is_ours = False
        self.holder_pid: int | None = None
        """Process that polls instead of us, as far as known."""

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
        return self.is_ours

    def resign(self) -> None:
        """Let another process poll, and let go of the file."""
        self._lock.close()
        self.is_ours = False
