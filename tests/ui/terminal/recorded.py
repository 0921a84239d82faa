"""A program whose end is known although nobody is left to wait for it: its process and its status are written down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from tests.ui.terminal.conftest import wait_until

_SCRIPT: Final = (
    # A trap that does something is not passed on: the program has the signals as they come from the system.
    'trap : HUP INT TERM; pid=$1 status=$2; shift 2; sh -c \'echo $$ > "$0"; exec "$@"\' "$pid" "$@"; '
    'status_is=$?; echo $status_is > "$status.new"; mv "$status.new" "$status"; exit $status_is'
)


class Recorded:
    """Files in `directory` that tell how one run goes."""

    def __init__(self, directory: Path, name: str = "run") -> None:
        self._pid = directory / f"{name}.pid"
        self._status = directory / f"{name}.status"
        for path in (self._pid, self._status):
            path.unlink(missing_ok=True)

    def command(self, *program: str | Path) -> list[str | Path]:
        """What to run in place of `program`."""
        return ["/bin/sh", "-c", _SCRIPT, "sh", self._pid, self._status, *program]

    @property
    def pid(self) -> int:
        """The program's process."""
        wait_until(lambda: self._pid.exists() and self._pid.read_text(encoding="ascii").endswith("\n"))
        return int(self._pid.read_text(encoding="ascii"))

    def end(self, seconds: float) -> int:
        """The status with which it ends, within so many seconds; the process is gone then."""
        pid = self.pid
        wait_until(self._status.exists, seconds, "the program's end")
        assert not is_running(pid)
        return int(self._status.read_text(encoding="ascii"))


def is_running(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
