"""Reading a file that the user named, whatever it turns out to be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

NO_ORDINARY_FILE = "no ordinary file"


def read_plain(path: Path, limit: int) -> tuple[bytes, int]:
    """At most `limit` bytes of the file, and its mode. Raises `OSError`, also for what is no ordinary file."""
    # Without O_NONBLOCK a named pipe at this place would hold us for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(0, NO_ORDINARY_FILE)
        data = b""
        while len(data) < limit and (chunk := os.read(descriptor, limit - len(data))):
            data += chunk
        return data, mode
    finally:
        os.close(descriptor)
