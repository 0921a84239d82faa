"""The views with their counts and keys, on one line; at its end the order, the marks and the place in the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from textual import events
from textual.message import Message

from headswap_tui.ui.presentation.pieces import Line, Piece, line_width
from headswap_tui.ui.presentation.views import VIEWS, View
from headswap_tui.ui.widgets.painted_line import PaintedLine

_SHORT_TITLES = {"completed": "Done"}


class Place(msgspec.Struct, frozen=True):
    """Where the user is in the list."""

    row: int = 0
    """Of the cursor, from 1; 0 if nothing is shown."""
    rows: int = 0
    marked: int = 0
    """Marked tasks that are shown."""
    marked_hidden: int = 0
    """Marked tasks that are not: no action works on them now."""
    is_ranging: bool = False
    sort: str = ""
    """Header of the column sorted by."""
    descending: bool = False


class ViewTabs(PaintedLine):
    """Which view is shown; a click chooses another."""

    class Chosen(Message):
        """The user clicked a view."""

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    views: Sequence[View] = VIEWS
    """The tabs, left to right."""
    _counts: Mapping[str, int] = {}
    _active = VIEWS[0].id
    _place = Place()

    def show(self, counts: Mapping[str, int], active: str) -> None:
        """How many each view holds, and which is shown (view ids)."""
        self._counts, self._active = dict(counts), active
        self.renew()

    def show_place(self, place: Place) -> None:
        """Where in that view the user is."""
        if place != self._place:
            self._place = place
            self.renew()

    def line(self, width: int) -> Line:
        """The tabs, shorter where the width asks for it, and as much of the place as fits behind them."""
        tabs = tuple(piece for _view, tab in self._tabs(width) for piece in tab)
        room = width - line_width(tabs) - 1
        parts = self._place_parts()
        while parts and sum(line_width((part,)) + 2 for part in parts) > room:
            del parts[-1]
        pieces = [piece for part in reversed(parts) for piece in (("  ", ""), part)]
        return (*tabs, (" " * (room - line_width(pieces)), ""), *pieces, (" ", "")) if pieces else tabs

    def _place_parts(self) -> list[Piece]:
        """What matters most first; it stands rightmost."""
        place = self._place
        parts: list[Piece] = []
        if place.marked or place.marked_hidden or place.is_ranging:
            hidden = f" +{place.marked_hidden} hidden" if place.marked_hidden else ""
            words = f"{place.marked} marked{hidden}"
            parts.append((f"range: {words}" if place.is_ranging else words, "accent"))
        if place.rows:
            parts.append((f"{place.row}/{place.rows}", "muted"))
        if place.sort:
            parts.append((f"{self.glyphs.down if place.descending else self.glyphs.up} {place.sort}", "muted"))
        return parts

    def _tabs(self, width: int) -> list[tuple[View, Line]]:
        """Views and their tabs; where even the narrowest are too wide the first ones go until the active one shows."""
        for form in range(3):
            tabs = [(view, self._tab(view, form)) for view in self.views]
            if sum(line_width(tab) for _view, tab in tabs) <= width:
                return tabs
        active = next((view for view in self.views if view.id == self._active), self.views[0])
        end = self.views.index(active) + 1
        while end > 1 and sum(line_width(tab) for _view, tab in tabs[:end]) > width:
            del tabs[0]
            end -= 1
        return tabs

    def _tab(self, view: View, form: int) -> Line:
        """Form 0 is whole, 1 has short titles, 2 is narrowest and leaves the keys away."""
        is_active = view.id == self._active
        role = "tab-active" if is_active else "tab"
        title = _SHORT_TITLES.get(view.id, view.title) if form else view.title
        # A filter of the user's may hang on the time: counting it anew at each beat would cost too much.
        count = "" if view.filter_text else f"{self._counts.get(view.id, 0)} "
        blank = "" if form == 2 else " "
        key: Line = () if form == 2 or not view.key else ((f"{view.key} ", "tab-active" if is_active else "faint"),)
        return ((" ", role), *key, (f"{title} ", role), (count, role), (blank, ""))

    def on_click(self, event: events.Click) -> None:
        """Choose the view under the mouse."""
        event.stop()
        x = 0
        for view, tab in self._tabs(self.size.width):
            taken = line_width(tab)
            if x <= event.x < x + taken:
                self.post_message(self.Chosen(view.id))
            x += taken
