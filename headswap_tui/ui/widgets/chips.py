"""The finished terms of the filter, one chip each; what makes no sense is marked as such."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Size
from textual.message import Message

from headswap_tui.domain.filters import Word
from headswap_tui.domain.text import safe
from headswap_tui.ui.presentation.pieces import Line, cut_text, line_width
from headswap_tui.ui.widgets.painted_line import PaintedLine

LONGEST = 40
"""Cells of a chip's text at most."""


class Chips(PaintedLine):
    """As wide as its chips; where they have less room the first ones are only counted."""

    DEFAULT_CSS = """
    Chips { width: auto; max-width: 100%; background: transparent; }
    """

    class Removed(Message):
        """The user clicked a chip's cross; the chips are numbered from 0."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    class Chosen(Message):
        """The user clicked the text of a chip."""

    _words: Sequence[Word] = ()

    def show(self, words: Sequence[Word]) -> None:
        """These terms, in order."""
        if tuple(words) != tuple(self._words):
            self._words = tuple(words)
            self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002  # Textual's signature
        """Cells that all chips take."""
        return sum(line_width(chip) for chip in map(self._chip, self._words))

    def line(self, width: int) -> Line:
        """The chips that fit, the last ones first."""
        hidden, chips = self._placed(width)
        counted: Line = ((f"+{hidden} ", "muted"),) if hidden else ()
        return (*counted, *(piece for chip in chips for piece in chip))

    def on_click(self, event: events.Click) -> None:
        """The cross takes a chip away, the rest of it wants the filter to be edited."""
        event.stop()
        hidden, chips = self._placed(self.size.width)
        x = len(f"+{hidden} ") if hidden else 0
        for number, chip in enumerate(chips, hidden):
            end = x + line_width(chip)
            if x <= event.x < end - 1:  # a blank stands behind each
                self.post_message(self.Removed(number) if event.x >= end - 4 else self.Chosen())
                return
            x = end
        self.post_message(self.Chosen())

    def _placed(self, width: int) -> tuple[int, list[Line]]:
        """How many are left out, and the others."""
        chips = [self._chip(word) for word in self._words]
        hidden = 0
        while hidden < len(chips) - 1 and (4 if hidden else 0) + sum(map(line_width, chips[hidden:])) > width:
            hidden += 1
        return hidden, chips[hidden:]

    def _chip(self, word: Word) -> Line:
        role = "chip-bad" if word.problem else "chip"
        sign = f"{self.glyphs.trouble} " if word.problem else ""
        text = cut_text(safe(word.typed, 200), LONGEST, self.glyphs.ellipsis)
        return (f" {sign}{text} ", role), (f"{self.glyphs.cross} ", role), (" ", "")
