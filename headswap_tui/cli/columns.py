"""Aligned columns and the short forms of numbers, for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
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
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)


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
    widths = [max([len(title), *(width_of(row[at][0]) for row in rows)]) for at, title in enumerate(header)]
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
    for row in ([(title, ("bold",)) for title in header], *rows):
        output.result(_line(output, [row[at] for at in shown], [widths[at] for at in shown]))


def _line(output: Output, cells: Sequence[Cell], widths: Sequence[int]) -> str:
    parts = []
    for (text, colours), width in zip(cells, widths, strict=True):
        short = cut(text, width)
        parts.append(output.styled(short, *colours) + " " * (width - width_of(short)))
    return "  ".join(parts).rstrip()


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
