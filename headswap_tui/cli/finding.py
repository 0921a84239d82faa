"""What a check of `doctor` found."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from headswap_tui.cli import exit_codes


class Grade(StrEnum):
    """How good or bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(msgspec.Struct, frozen=True):
    """One line of the report."""

    subject: str
    grade: Grade
    text: str
    """What was found; may hold foreign text, never a credential."""
    advice: str = ""
    """What to do."""
    status: int = exit_codes.DONE
    """The exit status if this is the worst."""
