"""Progress bars out of line characters."""

from __future__ import annotations

from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation.pieces import Line


def bar(percent: float, width: int, glyphs: Glyphs, role: str) -> Line:
    """A bar of `width` cells filled to `percent` (0..100), to the half of a cell where the signs allow it.

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
    return tuple(piece for piece in ((text, role), (glyphs.track * rest, "track")) if piece[0])
