"""Rules of style for what the first frame does not show, read when the first of it is about to come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from textual.app import App

LATER_CSS: Final = str(Path(__file__).parent / "screens" / "later.tcss")


def read(app: App[Any]) -> None:
    """Add them, if they are not there yet."""
    if app.stylesheet.has_source(LATER_CSS):
        return
    app.stylesheet.add_source(Path(LATER_CSS).read_text(encoding="utf-8"), read_from=(LATER_CSS, ""))
    app.stylesheet.update_nodes(app.screen.query("ToastRack"))  # the only one that is there from the start
