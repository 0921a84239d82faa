"""Sends a changed cell alone, and its colours only where they differ from those of the cell before.

Textual's `ChopsUpdate.render_segments` starts every repainted span at the left edge of its widget
(Textualize/textual#5625) and sets every piece's colours from nothing, so a cell costs twice to three times the bytes.
This replaces that one method, for the one version of Textual whose source was read; with any other nothing happens and
the screen is the same, only dearer. `tests/ui/test_increments.py` holds that the screen built from such parts equals a
whole repaint.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import textual
from rich.color import ColorSystem
from rich.console import Console
from rich.control import Control
from rich.style import Style
from textual._compositor import ChopsUpdate  # there is no public way to what is written to the terminal
from textual.strip import Strip

from headswap_tui.ui.pen import UNTOUCHED, pen_of

KNOWN_VERSION: Final = "8.2.8"
FEW_CELLS: Final = 400
"""Up to so many cells nobody sees in which order they come, even on a slow line."""


def install() -> bool:
    """Put it in place, once for the process; whether it is."""
    if not _is_known():
        return False
    ChopsUpdate.render_segments = _render_segments  # type: ignore[assignment,method-assign]  # the purpose
    return True


def _is_known() -> bool:
    """Whether Textual is of the known version; to ask it takes 20 ms and a megabyte, where its folder will not tell."""
    installed = Path(textual.__file__).parents[1] / f"textual-{KNOWN_VERSION}.dist-info"
    return installed.is_dir() or textual.__version__ == KNOWN_VERSION


class _Run(NamedTuple):
    """Text of one style, where it stands."""

    number: int
    x: int
    y: int
    text: str
    style: Style | None
    goes_on: bool
    """Whether the run of the number before ends where this one begins."""


def _render_segments(update: ChopsUpdate, console: Console) -> str:
    """What to write: for each dirty span a move and the part of the line that is dirty."""
    system = console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001  # as Textual's own method does
    runs = list(_runs(update))
    if sum(len(run.text) for run in runs) <= FEW_CELLS:
        # Cells of one look together: to move the cursor takes a quarter of what it takes to change the pen.
        looks: dict[Style | None, int] = {}
        runs.sort(key=lambda run: looks.setdefault(run.style, len(looks)))
    written: list[str] = []
    pen, last = UNTOUCHED, -1
    for run in runs:
        goes_on, last = run.goes_on and run.number == last + 1, run.number
        if not goes_on:
            written.append(Control.move_to(run.x, run.y).segment.text)
        if run.style is not None and run.style.link:
            written += (UNTOUCHED.after(pen), Strip.render_style(run.style, run.text, color_system=system))
            pen = UNTOUCHED
            continue
        wanted = pen_of(run.style, system)
        written += (wanted.after(pen), run.text)
        pen = wanted
    if pen != UNTOUCHED:
        written.append("\x1b[0m")
    return "".join(written)


def _runs(update: ChopsUpdate) -> Iterator[_Run]:
    number = itertools.count()
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            start, stop = max(x, x1), min(end, x2)
            if strip is None or stop <= start:
                continue
            if start > x and not _cuts_between_characters(strip, start - x):
                start = x
            part = strip if (start, stop) == (x, end) else strip.crop(start - x, stop - x)
            at = start
            for segment in part:
                yield _Run(next(number), at, y, segment.text, segment.style, goes_on=at > start)
                at += segment.cell_length


def _cuts_between_characters(strip: Strip, cells: int) -> bool:
    """False if the cut would go through a wide character, whose other half would be left on the screen."""
    text = strip.text
    return text.isascii() or text.startswith(strip.crop(0, cells).text)
