"""Text with roles: what the presentation hands to the widgets, and how it is cut, padded and wrapped to cells."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Final, Literal, TypeAlias

from rich.cells import cell_len, chop_cells, set_cell_size

Piece: TypeAlias = tuple[str, str]
"""Text and its role (`roles.ROLES`). The text went through `safe()` if it comes from outside.

A role `#rrggbb` or `#rrggbb#rrggbb` is a colour, or one and its ground: part of a picture.
"""

Line: TypeAlias = tuple[Piece, ...]
"""One line, left to right."""

_GAP: Final = 4
"""Cells; so many bytes does a move take."""

_DRAWN: Final = ("bar", "track")
"""How the roles begin that are no text."""

Align: TypeAlias = Literal["left", "right"]


def text_width(text: str) -> int:
    """Cells that the text takes."""
    return len(text) if text.isascii() else cell_len(text)


def line_width(line: Iterable[Piece]) -> int:
    """Cells that the line takes."""
    return sum(text_width(text) for text, _role in line)


def plain(line: Iterable[Piece]) -> str:
    """The line's text without roles."""
    return "".join(text for text, _role in line)


def differing(old: Line, new: Line) -> list[tuple[int, int]]:
    """Where the two lines look different: first cell and number of cells of each stretch.

    A gap too short to be worth another move of the terminal's cursor is part of the stretch.
    """
    found: list[tuple[int, int]] = []
    for x, (before, after) in enumerate(zip_longest(_cells(old), _cells(new), fillvalue=(" ", ""))):
        if before == after:
            continue
        if found and x - sum(found[-1]) < _GAP:
            found[-1] = (found[-1][0], x + 1 - found[-1][0])
        else:
            found.append((x, 1))
    return found


def _cells(line: Line) -> list[Piece]:
    """One entry per cell; a wide character takes both of its cells along."""
    cells: list[Piece] = []
    for text, role in line:
        if text.isascii():
            cells += [(char, role) for char in text]
            continue
        for char in text:
            taken = cell_len(char)
            if taken == 0 and cells:
                cells[-1] = (cells[-1][0] + char, cells[-1][1])
            else:
                cells += [(char, role), (f"right half of {char}", role)][:taken]
    return cells


def words(line: Line) -> tuple[Line, Line, Line]:
    """The line in three: what is before its words, the words from first to last, what is behind. Bars are none."""
    pieces = [part for piece in line for part in _unblanked(piece)]
    said = [at for at, (text, role) in enumerate(pieces) if text.strip(" ") and role.partition("-")[0] not in _DRAWN]
    first, after = (said[0], said[-1] + 1) if said else (0, 0)
    return tuple(pieces[:first]), tuple(pieces[first:after]), tuple(pieces[after:])


def _unblanked(piece: Piece) -> Iterable[Piece]:
    """The piece without the blanks at its ends, and these."""
    text, role = piece
    left, right = len(text) - len(text.lstrip(" ")), len(text.rstrip(" "))
    parts = (text,) if left >= right else (text[:left], text[left:right], text[right:])
    return [(part, role) for part in parts if part]


def cut_text(text: str, width: int, ellipsis: str) -> str:
    """The text in at most `width` cells, ending in the ellipsis (one cell) if something went."""
    if text_width(text) <= width:
        return text
    if width <= 0:
        return ""
    return _sized(text, width - 1).rstrip(" ") + ellipsis


def middle_cut(text: str, width: int, ellipsis: str) -> str:
    """As `cut_text`, but what goes is the middle: ids made together differ at their end."""
    if text_width(text) <= width or not text.isascii() or width < 5:
        return cut_text(text, width, ellipsis)
    tail = (width - 1) // 2
    return text[: width - 1 - tail] + ellipsis + text[-tail:]


def is_picture(line: Line) -> bool:
    """Whether the line is part of a picture, which is neither read nor wrapped."""
    return bool(line) and line[0][1].startswith("#")


def ascii_only(line: Line) -> Line:
    """The line with `?` for what is not ASCII, as wide as before."""
    if all(text.isascii() for text, _role in line):
        return line
    return tuple(
        (text if text.isascii() else "".join(c if c.isascii() else "?" * text_width(c) for c in text), role)
        for text, role in line
    )


def fit(line: Line, width: int, ellipsis: str, align: Align = "left") -> Line:
    """The line in exactly `width` cells: padded with blanks or cut with an ellipsis."""
    taken = line_width(line)
    if taken == width:
        return line
    if taken < width:
        blank: Piece = (" " * (width - taken), "")
        return (blank, *line) if align == "right" else (*line, blank)
    return _cut(line, width, ellipsis)


def clip(line: Line, width: int, ellipsis: str) -> Line:
    """The line in at most `width` cells."""
    return line if line_width(line) <= width else _cut(line, width, ellipsis)


def _cut(line: Line, width: int, ellipsis: str) -> Line:
    kept: list[Piece] = []
    room = width - 1  # the ellipsis takes a cell
    for text, role in line:
        taken = text_width(text)
        if taken > room:
            head = _sized(text, room).rstrip(" ")
            if room > 0 and head:
                kept.append((head, role))
                room -= text_width(head)
            kept.append((ellipsis, role))
            break
        kept.append((text, role))
        room -= taken
    if width <= 0:
        return ()
    if room > 0:
        kept.append((" " * room, ""))
    return tuple(kept)


def _sized(text: str, width: int) -> str:
    """Exactly `width` cells; a wide character that does not fit becomes a blank."""
    return text[:width] if text.isascii() else set_cell_size(text, width)


def wrap(line: Line, width: int, hanging: Line = ()) -> list[Line]:
    """The line broken at blanks, in lines of at most `width` cells; those after the first start with `hanging`.

    A word longer than a line (an address) is broken where the line ends.
    """
    indent = line_width(hanging)
    if width <= indent + 1 or line_width(line) <= width:
        return [line]
    lines: list[Line] = []
    current: list[Piece] = []
    room = width
    for word, role in _words(line):
        for part in _parts(word, room, width - indent):
            if text_width(part) > room:
                lines.append(tuple(current))
                current, room = list(hanging), width - indent
                part = part.lstrip(" ")  # noqa: PLW2901  # the blank that broke the line goes with it
            if part:
                current.append((part, role))
                room -= text_width(part)
    lines.append(tuple(current))
    return lines


def _words(line: Line) -> Iterable[Piece]:
    """Words, each with the blanks before it."""
    for text, role in line:
        start = 0
        for at in range(1, len(text)):
            if text[at] == " " and text[at - 1] != " ":
                yield text[start:at], role
                start = at
        if text[start:]:
            yield text[start:], role


def _parts(word: str, room: int, width: int) -> list[str]:
    """The word, or if no line can hold it, what fills the present line and then whole lines."""
    if text_width(word.lstrip(" ")) <= width:
        return [word]
    head = ""
    if room > len(word) - len(word.lstrip(" ")):
        head = chop_cells(word, room)[0]
    return ([head] if head else []) + chop_cells(word[len(head) :], width)
