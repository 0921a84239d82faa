"""textual-image, imported and used without a word to the terminal.

By itself it asks the terminal at its import and waits 0.1 s for the answer: too little over SSH, where the answer then
arrives as keys, and in tmux the question becomes the pane's title. What it is told here is all that it wanted to know.
Its way with Kitty is not used: it writes to standard output, past our frames, and Kitty before 0.28 shows boxes.
Read in version 0.12.
"""

from __future__ import annotations

import fcntl
import struct
import sys
import termios
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from types import ModuleType

_USUAL_CELL: Final = (10, 20)


class Cell(NamedTuple):
    """Pixels of one character."""

    width: int
    height: int
    is_known: bool
    """Whether the kernel knew; else it is what most terminals have."""


def cell_size(descriptor: int = 2) -> Cell:
    """What the kernel says of the terminal behind this descriptor (standard error: where the screen is drawn)."""
    try:
        size = fcntl.ioctl(descriptor, termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return Cell(*_USUAL_CELL, is_known=False)
    rows, columns, width, height = struct.unpack("HHHH", size)
    if not (rows and columns and width >= columns and height >= rows):
        return Cell(*_USUAL_CELL, is_known=False)
    return Cell(width // columns, height // rows, is_known=True)


def renderables(cell: Cell) -> ModuleType:
    """`textual_image.renderable`, which takes a character for so many pixels; not from two threads at once.

    Raises `ImportError`.
    """
    from textual_image import _terminal

    # The answer that it would fetch from the terminal, in the place where it keeps it.
    _terminal.get_cell_size._result = _terminal.CellSize(cell.width, cell.height)  # type: ignore[attr-defined]  # noqa: SLF001  # its own way
    standard_output = sys.__stdout__
    sys.__stdout__ = None  # type: ignore[misc]  # without one it asks nothing
    try:
        import textual_image.renderable
    finally:
        sys.__stdout__ = standard_output  # type: ignore[misc]  # as it was
    return textual_image.renderable
