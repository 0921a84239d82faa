"""Pieces of text as Textual's `Content`, for widgets that do not paint themselves."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from headswap_tui.ui.presentation.pieces import Line
from headswap_tui.ui.widgets.paint import ANSI_DIM, ANSI_REVERSE, INKS


def content(line: Line, *, ansi: bool = False) -> Content:
    """One line; its roles become the theme's colours, nothing in its text is markup.

    `ansi`: the theme has the terminal's own colours, so that a ground can only be told by reversing.
    """
    return Content.assemble(*((text, style_of(role, ansi=ansi)) for text, role in line if text))


def block(lines: Iterable[Line], *, ansi: bool = False) -> Content:
    """Several lines."""
    return Content("\n").join([content(line, ansi=ansi) for line in lines])


def style_of(role: str, *, ansi: bool = False) -> str:
    """A role in the words of Textual's styles; the empty role has none."""
    if not role:
        return ""
    if ansi and role in ANSI_REVERSE:
        return "reverse"
    ink = INKS[role]
    parts = ["bold"] if ink.is_bold else []
    if ansi and role in ANSI_DIM:
        parts.append("dim")
    if ink.color:
        parts.append(f"${ink.color}")
    if ink.ground:
        parts.append(f"on ${ink.ground}")
    return " ".join(parts)
