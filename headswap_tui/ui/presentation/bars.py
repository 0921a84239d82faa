"""Progress bars and history lines out of block characters."""

from __future__ import annotations

from collections.abc import Sequence

from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation.pieces import Line


def bar(percent: float, width: int, glyphs: Glyphs, role: str) -> Line:
    """A bar of `width` cells filled to `percent` (0..100), to the eighth of a cell where the signs allow it.

    Full only at 100 and empty only at 0: a bar does not promise more than the number beside it.
    """
    steps = len(glyphs.bar) - 1
    total = width * steps
    filled = int(min(max(percent, 0.0), 100.0) / 100 * total)
    if percent > 0 and filled == 0 and total:
        filled = 1
    whole, part = divmod(filled, steps)
    text = glyphs.bar[-1] * whole + (glyphs.bar[part] if part else "")
    rest = width - len(text)
    # The part-filled cell stands on the track's background, so both share the role's style.
    return tuple(piece for piece in ((text, role), (glyphs.track * rest, "track")) if piece[0])


def sparkline(values: Sequence[float], width: int, glyphs: Glyphs) -> str:
    """At most `width` cells, one per equal share of the values, by their mean on a scale of 0..100."""
    if not values or width <= 0:
        return ""
    count = min(width, len(values))
    top = len(glyphs.spark) - 1
    cells = []
    for index in range(count):
        share = values[index * len(values) // count : max((index + 1) * len(values) // count, 1)]
        mean = sum(share) / len(share)
        cells.append(glyphs.spark[round(min(max(mean, 0.0), 100.0) / 100 * top)])
    return "".join(cells)
