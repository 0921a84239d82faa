"""One process at a time fetches a task, whatever directory each wants it in.

A part in a directory is locked by its own state file. Two processes with two directories (`download --to`) would still
fetch the same bytes side by side and each record how far it is, so there is a lock for the task too. The kernel frees
it however its holder ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from headswap_tui.domain.task import TaskId
from headswap_tui.downloads.control import Control

OTHERS_CHECK_S: Final = 0.5
WAITING: Final = "another process is downloading this"


@contextlib.contextmanager
def turn(directory: Path | None, task_id: TaskId, control: Control) -> Iterator[None]:
    """Held while the task is fetched; waits for whoever has it. Raises `DownloadCancelled`.

    `directory` holds the locks; `None`: there are no others. Where nothing can be locked nobody is kept from fetching.
    """
    path = None if directory is None else directory / f"{quote(task_id, safe='')}.lock"
    descriptor = None if path is None else _locked(path, control)
    try:
        yield
    finally:
        if path is not None and descriptor is not None:
            with contextlib.suppress(OSError):
                path.unlink()  # while it is locked: whoever waits for it sees that it is gone, and makes another
            os.close(descriptor)


def lock(descriptor: int, control: Control) -> None:
    """Lock an open file; waits as long as somebody else has it. Raises `DownloadCancelled`, `OSError`."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            control.note(WAITING)
            control.wait(OTHERS_CHECK_S)
    control.note("")


def _locked(path: Path, control: Control) -> int | None:
    """The lock's descriptor; `None` where there can be none."""
    while True:
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError:
            return None
        is_ours = False
        try:
            lock(descriptor, control)
            is_ours = _is_named(path, descriptor)
        except OSError:
            return None
        finally:
            if not is_ours:
                os.close(descriptor)
        if is_ours:
            return descriptor


def _is_named(path: Path, descriptor: int) -> bool:
    """Whether the name still leads to the open file: its last holder took it away."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False
