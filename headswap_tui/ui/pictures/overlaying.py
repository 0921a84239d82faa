"""Pictures that the terminal draws over cells: sent again whenever a frame has painted those cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from rich.control import Control
from textual._compositor import ChopsUpdate  # there is no public way to what is written to the terminal
from textual.geometry import Region

SAVE: Final = "\x1b7"
RESTORE: Final = "\x1b8"
"""The cursor's place."""


class Placed(NamedTuple):
    """A picture and where on the screen it belongs."""

    region: Region
    data: str
    """What draws it at the cursor."""
    erase: str
    """What takes it away; empty if painting the cells does."""


class Overlaying:
    """Knows what the terminal shows, and says what to write after a frame."""

    def __init__(self) -> None:
        self._shown: list[Placed] = []

    def after(self, update: object, wanted: Iterable[Placed], covers: Sequence[Region]) -> str:
        """What to write after this frame of Textual's; nothing is drawn over the covers.

        Where a picture is missing, its cells show the same one, coarser.
        """
        free = [one for one in wanted if not any(cover.overlaps(one.region) for cover in covers)]
        gone = [one.erase for one in self._shown if one not in free]
        sent = [
            f"{Control.move_to(one.region.x, one.region.y).segment.text}{one.data}"
            for one in free
            if one not in self._shown or _paints(update, one.region)
        ]
        self._shown = free
        return "".join(gone) + (f"{SAVE}{''.join(sent)}{RESTORE}" if sent else "")


def _paints(update: object, region: Region) -> bool:
    if not isinstance(update, ChopsUpdate):
        return True
    return any(region.y <= y < region.bottom and x1 < region.right and region.x < x2 for y, x1, x2 in update.spans)
