"""Columns of block characters, several lines high: how a figure went. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation.pieces import Line, Piece

Stack: TypeAlias = Sequence[tuple[float, str]]
"""One column from the bottom up: shares of the whole height (all together at most 1) and their roles."""


def plotted(stacks: Sequence[Stack], rows: int, glyphs: Glyphs, signs: Mapping[str, str] | None = None) -> list[Line]:
    """So many lines from top to bottom, a cell for each column, to the fraction of a cell that the signs allow.

    What is more than nothing is drawn with one step at least. Where two roles share a cell the lower one is drawn on
    the ground of the upper one, by the role `<lower>-on-<upper>`. With `signs`, one for each role, every cell is of one
    part alone.
    """
    steps = 1 if signs else len(glyphs.spark)
    levels = [_levels(stack, rows * steps) for stack in stacks]
    lines: list[Line] = []
    for row in reversed(range(rows)):
        pieces: list[Piece] = []
        for column in levels:
            text, role = _cell(column, row * steps, steps, glyphs)
            text = signs.get(role, text) if signs else text
            if pieces and pieces[-1][1] == role:
                pieces[-1] = (pieces[-1][0] + text, role)
            else:
                pieces.append((text, role))
        lines.append(tuple(pieces))
    return lines


def _levels(stack: Stack, most: int) -> list[tuple[int, str]]:
    """Where each part ends, in steps from the bottom."""
    ends: list[tuple[int, str]] = []
    parts = [(share, role) for share, role in stack if share > 0]
    reached, before = 0.0, 0
    for above, (share, role) in zip(reversed(range(len(parts))), parts, strict=True):
        reached += share
        before = min(most, max(before + 1, min(most - above, round(reached * most))))
        ends.append((before, role))
    return ends


def _cell(column: list[tuple[int, str]], bottom: int, steps: int, glyphs: Glyphs) -> Piece:
    inside = [(end - bottom, role) for end, role in column if end > bottom]
    if not inside:
        return " ", ""
    height, role = inside[0]
    if height >= steps:
        return glyphs.spark[-1], role
    return glyphs.spark[height - 1], f"{role}-on-{inside[1][1]}" if len(inside) > 1 else role


def labelled(lines: Sequence[Line], top: str, bottom: str, width: int) -> list[Line]:
    """The lines behind a margin of `width` cells that names their upper and their lower end."""
    names = [top, *[""] * (len(lines) - 2), bottom] if len(lines) > 1 else [top]
    return [((f"{name:>{width - 1}} ", "muted"), *line) for name, line in zip(names, lines, strict=True)]
