"""Keeps what is pasted from being taken for keys.

Textual's parser (8.2.8) looks for escape sequences within a paste too and types what it does not know as keys, which
run commands. Not every terminal takes them out of a paste: tmux and the Linux console hand on what they are given.
"""

from __future__ import annotations

from typing import Final

START: Final = "\x1b[200~"
END: Final = "\x1b[201~"
SHOWN_ESCAPE: Final = "\u241b"


class PasteGuard:
    """Called with the input piece by piece; returns it with every escape character within a paste made visible."""

    def __init__(self) -> None:
        self._is_open = False
        self._begun = ""
        """What may be the beginning of the next marker: passed on before a paste, held back within one."""

    def __call__(self, data: str) -> str:
        """What the parser may have of it now."""
        out = ""
        while True:
            text, passed_on = self._begun + data, 0 if self._is_open else len(self._begun)
            marker = END if self._is_open else START
            before, found, data = text.partition(marker)
            self._begun = "" if found else _end_that_begins(marker, before)
            if self._is_open:
                out += before.removesuffix(self._begun).replace("\x1b", SHOWN_ESCAPE) + found
            else:
                out += (before + found)[passed_on:]
            if not found:
                return out
            self._is_open = not self._is_open


def _end_that_begins(marker: str, text: str) -> str:
    """The longest end of the text with which the marker begins."""
    lengths = range(min(len(marker) - 1, len(text)), 0, -1)
    return next((marker[:length] for length in lengths if text.endswith(marker[:length])), "")
