"""The line at the bottom: the keys that work now."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from headswap_tui.ui.presentation.pieces import Line, text_width
from headswap_tui.ui.widgets.painted_line import PaintedLine

Entry = tuple[str, str, str]
"""Key, what it does, and the command that a click runs."""


class KeyLine(PaintedLine):
    """As many keys as fit; the last two (help and quit) always do if there is room for them."""

    DEFAULT_CSS = """
    KeyLine { background: $footer-background; }
    """

    class Chosen(Message):
        """The user clicked a key."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    _entries: Sequence[Entry] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        """The keys in their order."""
        if list(entries) != list(self._entries):
            self._entries = entries
            self.renew()

    def line(self, width: int) -> Line:
        """The entries that fit."""
        pieces: list[tuple[str, str]] = [(" ", "")]
        for number, (key, does, _command) in enumerate(self._fitting(width)):
            pieces += [("  " if number else "", "key-does"), (key, "key-name"), (f" {does}", "key-does")]
        return tuple(pieces)

    def _fitting(self, width: int) -> list[Entry]:
        entries = list(self._entries)
        while len(entries) > 1 and 1 + sum(_taken(entry) for entry in entries) - 2 > width:
            del entries[-3 if len(entries) > 2 else 0]
        return entries

    def on_click(self, event: events.Click) -> None:
        """Run the command under the mouse."""
        event.stop()
        x = 1
        for entry in self._fitting(self.size.width):
            if x <= event.x < x + _taken(entry) - 2:
                self.post_message(self.Chosen(entry[2]))
            x += _taken(entry)


def _taken(entry: Entry) -> int:
    return text_width(entry[0]) + text_width(entry[1]) + 3
