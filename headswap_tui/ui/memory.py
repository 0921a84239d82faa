"""What the dashboard remembers between two runs: small, never worth an error."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Final

import msgspec

FILE_NAME: Final = "ui.json"


class Memory(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the user left the screen."""

    theme: str | None = None
    """Name of the theme chosen on the screen; `None` if none was."""
    theme_instead_of: str | None = None
    """What the configuration named when it was chosen: a choice made there since then counts more."""
    sort: str = "added"
    """Id of the column sorted by."""
    reverse: bool = True
    detail: bool = True
    """Whether the detail pane is shown where there is room for it."""
    columns: tuple[str, ...] = ()
    """Ids of the columns shown, in order; empty: the usual ones."""
    wrap: bool = True
    """Whether long text in the detail pane is wrapped."""
    frames: bool = False
    """Whether frames of downloaded videos are shown in the detail pane."""
    gone_told_ms: dict[str, int] = {}
    """By profile: when the user was last told of videos that were gone before they were saved."""


def load(directory: Path) -> Memory:
    """What was remembered; the defaults if the file is missing, unreadable or not ours. Never raises."""
    try:
        return msgspec.json.decode((directory / FILE_NAME).read_bytes(), type=Memory)
    except (OSError, msgspec.DecodeError):
        return Memory()


def save(directory: Path, memory: Memory) -> bool:
    """Write it beside and rename it over the old one, mode 0600. False if the disk refused; never raises."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{FILE_NAME}.", dir=directory)  # 0600 by itself
    except OSError:
        return False
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(memory), indent=1) + b"\n")
        Path(name).replace(directory / FILE_NAME)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        return False
    return True
