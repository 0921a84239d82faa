"""Aligned columns and the short forms of numbers, for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from headswap_tui.cli.output import Output
from headswap_tui.domain.text import safe

Cell = tuple[str, tuple[str, ...]]
"""Text, safe and on one line, and its colours."""

STATE_COLOURS: Final = {
    "pending": ("dim",),
    "queued": ("blue",),
    "processing": ("cyan",),
    "completed": ("green",),
    "failed": ("red", "bold"),
    "unknown": ("yellow",),
    "missing": ("magenta",),
}


def width_of(text: str) -> int:
    """Columns that a safe text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_columns_of, text))


@lru_cache(maxsize=4096)
def _columns_of(char: str) -> int:
    """Columns of one character: 0, 1 or 2."""
    return 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """`text` in at most that many columns, with `…` where something is missing."""
    if width_of(text) <= columns:
        return text
    while text and width_of(text) > columns - 1:
        text = text[:-1]
    return text + "…"


LEAST_FLEXIBLE: Final = 8
"""Columns that the flexible one keeps in any case, if it needs them."""


def table(
    output: Output,
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    flexible: int,
    expendable: Sequence[int] = (),
    *,
    least: int = LEAST_FLEXIBLE,
) -> None:
    """Print rows below their header. On a terminal it is made to fit; elsewhere all columns are always there.

    Empty columns go, then the `expendable` ones in their order for as long as column number `flexible` would have less
    than `least` columns, then that one is cut.
    """
    sizes = [
        [len(text) if (text := row[at][0]).isascii() else width_of(text) for row in rows] for at in range(len(header))
    ]
    widths = [max([len(title), *column]) for title, column in zip(header, sizes, strict=True)]
    shown = list(range(len(header)))
    if output.is_terminal:
        shown = [at for at in shown if any(row[at][0] for row in rows)]
        smallest = {flexible: min(least, widths[flexible])}
        for at in expendable:
            if sum(smallest.get(one, widths[one]) + 2 for one in shown) - 2 > output.width and at in shown:
                shown.remove(at)
    room = output.width - sum(widths[at] + 2 for at in shown) + 2
    if room < 0:
        widths[flexible] = max(LEAST_FLEXIBLE, widths[flexible] + room)
    columns = [_column(output, header[at], [row[at] for row in rows], sizes[at], widths[at]) for at in shown]
    for parts in zip(*columns, strict=True):
        output.result("  ".join(parts).rstrip())


def _column(output: Output, title: str, cells: Sequence[Cell], sizes: Sequence[int], width: int) -> list[str]:
    """The title and the cells, each in exactly `width` columns; `sizes` are those that the cells would take."""
    parts = [output.styled(cut(title, width), "bold") + " " * (width - len(title))]
    for (text, colours), size in zip(cells, sizes, strict=True):
        if size > width:
            text = cut(text, width)  # noqa: PLW2901  # what is left of it
            size = width_of(text)  # noqa: PLW2901  # same
        parts.append((output.styled(text, *colours) if colours else text) + " " * (width - size))
    return parts


def plain(text: object, *colours: str) -> Cell:
    """A cell of any text, made safe."""
    return safe("" if text is None else str(text)), colours


def share(progress: float | None) -> str:
    """`47%`; empty if not known."""
    return "" if progress is None else f"{progress:.0f}%"


def length(seconds: float | None) -> str:
    """A video's length as `m:ss` or `h:mm:ss`; empty if not known."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def span(seconds: float) -> str:
    """A time span in its two largest units: `45s`, `12m`, `3h05m`, `2d4h`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole}s"
    minutes = whole // 60
    if minutes < 60:
        return f"{minutes}m{whole % 60:02}s" if minutes < 10 else f"{minutes}m"
    hours = minutes // 60
    if hours < 24:
        return f"{hours}h{minutes % 60:02}m"
    return f"{hours // 24}d{hours % 24}h"


def size(count: float) -> str:
    """Bytes for people: `831 B`, `4.2 MB`."""
    if count < 1000:
        return f"{count:.0f} B"
    for unit in ("kB", "MB", "GB"):
        count /= 1000
        if count < 1000:
            return f"{count:.1f} {unit}"
    return f"{count / 1000:.1f} TB"
