"""The log that `-v` writes: rotated, for the user alone, and free of secrets and signed URLs."""

from __future__ import annotations

import logging
import os
import re
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Final

from headswap_tui.config.paths import shown
from headswap_tui.config.secret import redact
from headswap_tui.domain.errors import ConfigError, HeadswapError
from headswap_tui.domain.text import safe, without_query

if TYPE_CHECKING:
    from headswap_tui.cli.context import Context

FILE_NAME: Final = "headswap-tui.log"
LARGEST_FILE: Final = 1_000_000
OLD_FILES: Final = 3
_URL: Final = re.compile(r"https?://[^\s\"'<>]+")
_HEADER: Final = re.compile(
    r"(x-api-key|authorization)([\"']?\s*[:=,]\s*(?:b?[\"'])?)(?:bearer\s+)?[^\s\"',)]+", re.IGNORECASE
)

log = logging.getLogger("headswap_tui")


class _Private(RotatingFileHandler):
    """Makes its files readable by the user alone."""

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self.baseFilename, flags, 0o600)
        os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")


class _Redacting(logging.Formatter):
    """Takes secrets and the signatures of URLs out of the finished line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return cleaned(super().format(record))


def cleaned(text: str) -> str:
    """`text` as the log may hold it."""
    text = redact(text)
    text = _HEADER.sub(r"\1\2(hidden)", text)
    text = _URL.sub(lambda found: without_query(found[0]), text)
    return "\n".join(safe(line, 2000) for line in text.splitlines())


def start(state_dir: Path) -> None:
    """Log to the file in this directory from now on. Raises `ConfigError` if it cannot be written."""
    try:
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = _Private(state_dir / FILE_NAME, maxBytes=LARGEST_FILE, backupCount=OLD_FILES, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"The log cannot be written: {shown(state_dir / FILE_NAME)}: {error.strerror}.") from None
    handler.setFormatter(_Redacting("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    logging.raiseExceptions = False  # a full disk must not paint tracebacks over the screen
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    log.setLevel(logging.DEBUG)
    log.info("started")


def silence() -> None:
    """Without `-v` nothing of the log may reach the terminal, which is where Python puts warnings by itself."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())


def where(context: Context) -> str | None:
    """The log's place, for people; `None` if not even the settings can be read."""
    try:
        return shown(context.settings.state_dir / FILE_NAME)
    except HeadswapError:
        return None


def log_unexpected(error: Exception) -> None:
    """The traceback, to the log only."""
    log.error("unexpected", exc_info=error)
