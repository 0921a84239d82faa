"""Rules of style for what the first frame seldom shows, read when the first of it is about to come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from textual.screen import Screen

LATER_CSS: Final = str(Path(__file__).parent / "screens" / "later.tcss")


def read(screen: Screen[Any]) -> None:
    """Add them, if they are not there yet."""
    sheet = screen.app.stylesheet
    if not sheet.has_source(LATER_CSS):
        sheet.add_source(Path(LATER_CSS).read_text(encoding="utf-8"), read_from=(LATER_CSS, ""))
        sheet.update_nodes(screen.query("ToastRack"))  # of these the only one that is there from the start
