"""A strip of frames as lines of the detail pane, and what goes to the terminal beside them. Takes some 50 ms."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rich.console import Console

from headswap_tui.preview.frames import Frame, Strip
from headswap_tui.ui.pictures import kitty, library
from headswap_tui.ui.pictures.kind import Kind
from headswap_tui.ui.pictures.library import Cell
from headswap_tui.ui.presentation import times
from headswap_tui.ui.presentation.pieces import Line, Piece

if TYPE_CHECKING:
    from types import ModuleType

LEAST_WIDTH: Final = 18
"""Cells of a frame that is wider than high, where there is room; less would show nothing."""
MOST_ROWS: Final = 9
LEAST_ROWS: Final = 4
AROUND: Final = 4
"""Rows of a low pane that the name above and the moments below need."""
TALL_PANE: Final = 20
"""Rows of a pane in which frames stand in two rows, of three at most."""
_GAP: Final[Piece] = (" ", "")
_ONE_AT_A_TIME: Final = threading.Lock()
"""textual-image is told through its module what it should know."""


class Overlay(NamedTuple):
    """A picture that the terminal draws over cells; they hold the same picture, coarser, for when it cannot."""

    row: int
    column: int
    """Of its first cell, counted from the strip's."""
    width: int
    height: int
    """Cells."""
    data: str
    """What draws it at the cursor."""
    erase: str = ""
    """What takes it away; empty if painting the cells does."""


class Drawing(NamedTuple):
    """A strip, ready to be shown."""

    lines: Sequence[Line]
    before: str = ""
    """What the terminal has to get before the overlays."""
    after: str = ""
    """What frees the terminal of it."""
    overlays: Sequence[Overlay] = ()


NOTHING: Final = Drawing(())


class _Grid(NamedTuple):
    """How frames of one size stand in the pane."""

    width: int
    height: int
    """Cells of a frame."""
    across: int
    """Frames side by side."""
    shown: int
    """Frames in all."""


def draw(strip: Strip, kind: Kind, width: int, rows: int, cell: Cell) -> Drawing:
    """The frames in a pane of so many cells; as many as there is room for, with their moments.

    May wait for another thread that draws. Raises `ImportError`.
    """
    with _ONE_AT_A_TIME:
        return _drawn(strip, kind, width, rows, cell)


def _drawn(strip: Strip, kind: Kind, width: int, rows: int, cell: Cell) -> Drawing:
    renderable = library.renderables(cell)
    grid = _grid(strip, width, rows, cell)
    chosen = [strip[number * (len(strip) - 1) // max(1, grid.shown - 1)] for number in range(grid.shown)]
    images = [_image(frame) for frame in chosen]
    drawing = Drawing(list(_rows(chosen, [_cells(image, renderable, grid) for image in images], grid)))
    places = [
        (number // grid.across * (grid.height + 1), number % grid.across * (grid.width + 1))
        for number in range(grid.shown)
    ]
    if kind == "kitty":
        sent = [kitty.sent(image, grid.width, grid.height) for image in images]
        overlays = [
            Overlay(*at, grid.width, grid.height, one.place, one.remove) for at, one in zip(places, sent, strict=True)
        ]
        return drawing._replace(
            before="".join(one.transmit for one in sent), after="".join(one.free for one in sent), overlays=overlays
        )
    if kind == "sixel" and cell.is_known:  # else nobody knows how many cells it would cover
        overlays = [
            Overlay(*at, grid.width, grid.height, _sixel(image, renderable, grid))
            for at, image in zip(places, images, strict=True)
        ]
        return drawing._replace(overlays=overlays)
    return drawing


def _grid(strip: Strip, width: int, rows: int, cell: Cell) -> _Grid:
    shape = strip[0].width / strip[0].height * cell.height / cell.width  # columns for one row
    highest = min(MOST_ROWS, max(LEAST_ROWS, rows - AROUND))
    widest = max(1, round(highest * shape))
    deep = 2 if rows >= TALL_PANE and len(strip) > 1 else 1
    across = min(len(strip) // deep, max(1, (width + 1) // (min(LEAST_WIDTH, widest) + 1)))
    each = max(1, min(widest, (width + 1) // across - 1))
    height = max(1, min(highest, round(each / shape)))
    return _Grid(each, height, across, across * deep)


def _image(frame: Frame) -> Any:
    from PIL import Image

    return Image.frombytes("RGB", (frame.width, frame.height), frame.rgb)


def _cells(image: Any, renderable: ModuleType, grid: _Grid) -> list[Line]:
    """The picture in half blocks; its colours are roles by themselves."""
    console = Console(file=io.StringIO(), width=grid.width, color_system="truecolor")
    drawn = renderable.HalfcellImage(image, width=grid.width, height=grid.height)
    return [
        tuple(
            (text, "".join(color.triplet.hex for color in (style.color, style.bgcolor) if color and color.triplet))
            for text, style, _control in line
            if style
        )
        for line in console.render_lines(drawn, pad=False)
    ]


def _sixel(image: Any, renderable: ModuleType, grid: _Grid) -> str:
    drawn = renderable.SixelImage(image, width=grid.width, height=grid.height)
    segments = Console(file=io.StringIO(), width=grid.width).render(drawn)
    return next(segment.text for segment in segments if segment.text.startswith("\x1bP"))


def _rows(frames: Sequence[Frame], blocks: Sequence[list[Line]], grid: _Grid) -> Iterator[Line]:
    for first in range(0, len(frames), grid.across):
        beside = slice(first, first + grid.across)
        for parts in zip(*blocks[beside], strict=True):
            yield tuple(piece for part in parts for piece in (*part, _GAP))[:-1]
        moments = [f"{times.length(frame.at_s)[: grid.width]:<{grid.width}}" for frame in frames[beside]]
        yield ((" ".join(moments), "muted"),)
