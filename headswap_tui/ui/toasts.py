"""Which messages stand on the screen: one toast at most, and no trouble pushed away by small talk. Pure."""

from __future__ import annotations

from typing import Final

import msgspec

from headswap_tui.ui.announcing import Severity

USUAL_S: Final = 5.0
RANKS: Final[tuple[Severity, ...]] = ("information", "warning", "error")


class Note(msgspec.Struct, frozen=True):
    """One message; safe for a screen, never markup."""

    text: str
    title: str = ""
    severity: Severity = "information"
    timeout_s: float = USUAL_S
    is_answer: bool = True
    """Whether it answers a key; such a one makes way for whatever is said next."""

    @property
    def line(self) -> str:
        """All of it in one line."""
        return " ".join(f"{self.title}: {self.text}".split()) if self.title and self.text else self.title or self.text


class Toasts:
    """Remembers what was said last."""

    def __init__(self) -> None:
        self._said: Note | None = None
        self._until_ms = 0

    def add(self, note: Note, now_ms: int, *, one_line: bool = False) -> Note:
        """What to show in place of all that is shown: this, and under it a trouble told before that still stands."""
        kept = self._said if self._said and now_ms < self._until_ms else None
        if kept is None or kept.line == note.line or kept.severity == "information" or kept.is_answer:
            self._said, self._until_ms = note, now_ms + round(note.timeout_s * 1000)
            return Note(note.line, "", note.severity, note.timeout_s) if one_line else note
        left_s = max(note.timeout_s, (self._until_ms - now_ms) / 1000)
        severity = max(note.severity, kept.severity, key=RANKS.index)
        if not note.is_answer and RANKS.index(note.severity) >= RANKS.index(kept.severity):
            self._said, self._until_ms = note, now_ms + round(left_s * 1000)
        if one_line:
            return Note(note.line, "", note.severity, note.timeout_s)
        return Note(kept.line, note.line, severity, left_s)
