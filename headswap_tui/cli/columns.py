"""Aligned columns and the short forms of numbers, for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import repeat
from typing import Final

import msgspec

from headswap_tui.cli.output import Output

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


class Column(msgspec.Struct, frozen=True):
    """What stands below one title, all of it safe and on one line."""

    title: str
    texts: Sequence[str]
    colours: Sequence[str] = ()
    """Those of all its texts."""
    each: Sequence[Sequence[str]] = ()
    """Those of each text, where they differ."""


def table(
    output: Output,
    columns: Sequence[Column],
    flexible: int,
    expendable: Sequence[int] = (),
    *,
    least: int = LEAST_FLEXIBLE,
) -> None:
    """Print columns below their titles. On a terminal they are made to fit; elsewhere all are always there.

    Empty columns go, then the `expendable` ones in their order for as long as column number `flexible` would have less
    than `least` columns, then that one is cut.
    """
    widest = [_widest(column.texts) for column in columns]
    widths = [max(len(column.title), most) for column, most in zip(columns, widest, strict=True)]
    shown = list(range(len(columns)))
    if output.is_terminal:
        shown = [at for at in shown if any(columns[at].texts)]
        smallest = {flexible: min(least, widths[flexible])}
        for at in expendable:
            if sum(smallest.get(one, widths[one]) + 2 for one in shown) - 2 > output.width and at in shown:
                shown.remove(at)
    room = output.width - sum(widths[at] + 2 for at in shown) + 2
    if room < 0:
        widths[flexible] = max(LEAST_FLEXIBLE, widths[flexible] + room)
    titles = [Column(columns[at].title, [cut(columns[at].title, widths[at])], ("bold",)) for at in shown]
    output.results(_lines(output, titles, [widths[at] for at in shown]))
    fitting = [columns[at] if widest[at] <= widths[at] else _cut_to(columns[at], widths[at]) for at in shown]
    output.results(_lines(output, fitting, [widths[at] for at in shown]))


def _cut_to(column: Column, width: int) -> Column:
    return msgspec.structs.replace(column, texts=[cut(text, width) for text in column.texts])


def _lines(output: Output, columns: Sequence[Column], widths: Sequence[int]) -> list[str]:
    forms, filled = zip(*map(partial(_filled, output), columns, widths), strict=True)
    form = "  ".join(forms)
    return [(form % texts).rstrip() for texts in zip(*filled, strict=True)]


def _filled(output: Output, column: Column, width: int) -> tuple[str, Sequence[str]]:
    """Texts and the form that makes each of them exactly `width` columns wide; none is wider."""
    texts = column.texts
    if not (output.is_coloured and (column.colours or column.each)) and "".join(texts).isascii():
        return f"%-{width}s", texts
    each = column.each or repeat(column.colours)
    padded = [
        output.styled(text, *colours) + " " * (width - width_of(text))
        for text, colours in zip(texts, each, strict=False)
    ]
    return "%s", padded


def _widest(texts: Sequence[str]) -> int:
    if "".join(texts).isascii():
        return max(map(len, texts), default=0)
    return max(map(width_of, texts))


def share(progress: float | None) -> str:
    """`47%`; empty if not known."""
    return "" if progress is None else f"{progress:.0f}%"


def length(seconds: float | None) -> str:
    """A video's length as `m:ss` or `h:mm:ss`; empty if not known."""
    if seconds is None:
        return ""
    whole = round(seconds)
    minutes = whole // 60
    if minutes < 60:
        return f"{minutes}:{whole % 60:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{whole % 60:02}"


def span(seconds: float) -> str:
    """A time span in its two largest units: `45s`, `12m`, `3h05m`, `2d4h`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s" if whole > 0 else "0s"
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
