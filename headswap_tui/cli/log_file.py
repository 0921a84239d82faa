"""The file that the log is written to: rotated, and for the user alone."""

from __future__ import annotations

import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from headswap_tui.cli.logs import FILE_NAME, Redacting, log
from headswap_tui.config.paths import shown
from headswap_tui.domain.errors import ConfigError

LARGEST_FILE: Final = 1_000_000
OLD_FILES: Final = 3


class _Private(RotatingFileHandler):
    """Makes its files readable by the user alone."""

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self.baseFilename, flags, 0o600)
        os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")


def start(state_dir: Path) -> None:
    """Log to the file in this directory from now on. Raises `ConfigError` if it cannot be written."""
    try:
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = _Private(state_dir / FILE_NAME, maxBytes=LARGEST_FILE, backupCount=OLD_FILES, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"The log cannot be written: {shown(state_dir / FILE_NAME)}: {error.strerror}.") from None
    handler.setFormatter(Redacting("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    logging.raiseExceptions = False  # a full disk must not paint tracebacks over the screen
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    log.setLevel(logging.DEBUG)
    log.info("started")
