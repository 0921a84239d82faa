"""The log that `-v` writes: rotated, for the user alone, and free of secrets and signed URLs."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

from headswap_tui.config.paths import shown
from headswap_tui.config.secret import redact
from headswap_tui.domain.errors import HeadswapError
from headswap_tui.domain.text import safe, without_query

if TYPE_CHECKING:
    from headswap_tui.cli.context import Context

FILE_NAME: Final = "headswap-tui.log"
_URL: Final = r"https?://[^\s\"'<>]+"
_HEADER: Final = r"(?i)(x-api-key|authorization)([\"']?\s*[:=,]\s*(?:b?[\"'])?)(?:bearer\s+)?[^\s\"',)]+"

log = logging.getLogger("headswap_tui")


class Redacting(logging.Formatter):
    """Takes secrets and the signatures of URLs out of the finished line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return cleaned(super().format(record))


def cleaned(text: str) -> str:
    """`text` as the log may hold it."""
    text = redact(text)
    text = re.sub(_HEADER, r"\1\2(hidden)", text)
    text = re.sub(_URL, lambda found: without_query(found[0]), text)
    return "\n".join(safe(line, 2000) for line in text.splitlines())


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
