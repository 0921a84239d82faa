"""Draws what changed on the screen: the changed cells alone, in the order and by the ways that take the fewest bytes.

Textual's own way (`ChopsUpdate.render_segments`) starts every repainted span at the left edge of its widget
(Textualize/textual#5625), sets the colours of each piece from nothing, goes to each place from the corner and puts
synchronized output around a single cell: up to five times the bytes. This is for the one version of Textual whose
source was read; with any other nothing is drawn here and the screen is the same, only dearer.
`tests/ui/test_increments.py` holds that the screen built from such parts equals a whole repaint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import textual
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate  # there is no public way to what is written to the terminal
from textual.strip import Strip

from headswap_tui.ui.pen import LIFT, UNTOUCHED, Pen, pen_of

KNOWN_VERSION: Final = "8.2.8"
FEW_CELLS: Final = 400
"""Up to so many cells nobody sees in which order they come, even on a slow line."""
FEW_LOOKS: Final = 12
"""Among so many the next is chosen with care."""
_STEADY: Final = re.compile("[ -~\u2500-\u259f]*")
"""Text that takes a cell for each character: ASCII, lines and blocks. (Where a terminal is set to draw these two wide,
nothing of the screen stands where it should.)"""


def is_known() -> bool:
    """Whether Textual is of the known version; to ask it takes 20 ms and a megabyte, where its folder will not tell."""
    installed = Path(textual.__file__).parents[1] / f"textual-{KNOWN_VERSION}.dist-info"
    return installed.is_dir() or textual.__version__ == KNOWN_VERSION


class _Place(NamedTuple):
    x: int
    y: int


class _Run(NamedTuple):
    """Text of one style, where it stands."""

    place: _Place
    text: str
    style: Style | None
    end: _Place
    is_last: bool
    """Whether it reaches the right edge, where terminals disagree about the cursor."""


class Increments:
    """Draws one after the other and keeps the pen in between: the next often begins as the last one ended."""

    def __init__(self) -> None:
        self._pen = UNTOUCHED

    def lift(self) -> str:
        """To be written before anything that others draw."""
        held, self._pen = self._pen, UNTOUCHED
        return LIFT if held != UNTOUCHED else ""

    def drawn(self, update: object, console: Console, park: tuple[int, int] | None) -> str | None:
        """What to write for this update of the screen; `None` if it is not one of some of its cells.

        The cursor goes to `park` at the end, else it stays wherever it is.
        """
        if not isinstance(update, ChopsUpdate):
            return None
        system = console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001  # as Textual's own method does
        runs = list(_runs(update))
        if sum(run.end.x - run.place.x for run in runs) <= FEW_CELLS:
            runs = self._by_look(runs, system)
        written: list[str] = []
        last: _Run | None = None
        for run in runs:
            if last is None or last.end != run.place:
                written.append(move(last.end if last is not None and _is_sure(last) else None, run.place))
            if run.style is not None and run.style.link:
                written += (self.lift(), Strip.render_style(run.style, run.text, color_system=system))
            else:
                wanted = pen_of(run.style, system)
                written += (wanted.after(self._pen), run.text)
                self._pen = wanted
            last = run
        if park is not None:
            written.append(move(None, park))
        return "".join(written)

    def _by_look(self, runs: Iterable[_Run], system: ColorSystem) -> list[_Run]:
        """Cells of one look together: to move the cursor takes a quarter of what it takes to change the pen."""
        looks: dict[tuple[Pen, str | None], list[_Run]] = {}
        for run in runs:
            link = run.style.link if run.style is not None else None
            looks.setdefault((pen_of(run.style, system), link), []).append(run)
        ordered: list[_Run] = []
        pen = self._pen
        while looks:
            nearest = next(iter(looks))
            if len(looks) <= FEW_LOOKS:
                nearest = min(looks, key=lambda look: len(look[0].after(pen)))
            ordered += looks.pop(nearest)
            pen = nearest[0]
        return ordered


def _is_sure(run: _Run) -> bool:
    """Whether every terminal has its cursor where this one ends."""
    return not run.is_last and _STEADY.fullmatch(run.text) is not None


def move(start: tuple[int, int] | None, to: tuple[int, int]) -> str:
    """The shortest way for the cursor from one place to another; `None` if it may be anywhere."""
    x, y = to
    if start is not None and start[1] == y and start[0] < x:
        return f"\x1b[{x - start[0]}C"
    return f"\x1b[{y + 1};{x + 1}H"


def _runs(update: ChopsUpdate) -> Iterator[_Run]:
    for y, x1, x2 in update.spans:
        ends = update.chop_ends[y]
        for end, (x, strip) in zip(ends, update.chops[y].items(), strict=False):
            start, stop = max(x, x1), min(end, x2)
            if strip is None or stop <= start:
                continue
            if start > x and not _cuts_between_characters(strip, start - x):
                start = x
            if stop < end and not _cuts_between_characters(strip, stop - x):
                stop = end
            part = strip if (start, stop) == (x, end) else strip.crop(start - x, stop - x)
            for segment in part:
                after = start + segment.cell_length
                yield _Run(_Place(start, y), segment.text, segment.style, _Place(after, y), after >= ends[-1])
                start = after


def _cuts_between_characters(strip: Strip, cells: int) -> bool:
    """False if the cut would go through a wide character, or between one and the marks on it, which would be lost."""
    text = strip.text
    if text.isascii():
        return True
    head = strip.crop(0, cells).text
    return text.startswith(head) and (len(head) == len(text) or cell_len(text[len(head)]) > 0)
