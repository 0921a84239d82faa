"""Sends a changed cell alone: Textual crops a repainted part of a line at its right but not at its left.

`ChopsUpdate.render_segments` starts every repainted span at the left edge of its widget (Textualize/textual#5625), so a
cell costs all that stands left of it: twice to three times the bytes. This replaces that one method, for the one
version of Textual whose source was read; with any other nothing happens and the screen is the same, only dearer.
`tests/ui/test_increments.py` holds that the screen built from such parts equals a whole repaint.
"""

from __future__ import annotations

from typing import Final

import textual
from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate  # there is no public way to what is written to the terminal
from textual.strip import Strip

KNOWN_VERSION: Final = "8.2.8"


def install() -> bool:
    """Put it in place, once for the process; whether it is."""
    if textual.__version__ != KNOWN_VERSION:
        return False
    ChopsUpdate.render_segments = _render_segments  # type: ignore[assignment,method-assign]  # the purpose
    return True


def _render_segments(update: ChopsUpdate, console: Console) -> str:
    """What to write: for each dirty span a move and the part of the line that is dirty."""
    written: list[str] = []
    last_y = update.spans[-1][0]
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            start, stop = max(x, x1), min(end, x2)
            if strip is None or stop <= start:
                continue
            if start > x and not _cuts_between_characters(strip, start - x):
                start = x
            part = strip if (start, stop) == (x, end) else strip.crop(start - x, stop - x)
            written += (Control.move_to(start, y).segment.text, part.render(console))
        if y != last_y:
            written.append("\n")
    return "".join(written)


def _cuts_between_characters(strip: Strip, cells: int) -> bool:
    """False if the cut would go through a wide character, whose other half would be left on the screen."""
    text = strip.text
    return text.isascii() or text.startswith(strip.crop(0, cells).text)
