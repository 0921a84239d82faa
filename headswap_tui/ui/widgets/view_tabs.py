"""The views with their counts and keys, on one line; at its end the order, the marks and the place in the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
from textual import events
from textual.message import Message

from headswap_tui.ui.presentation.pieces import Line, Piece, cut_text, line_width
from headswap_tui.ui.presentation.views import VIEWS, View
from headswap_tui.ui.widgets.painted_line import PaintedLine

_LONG: Final = "completed"
"""The view of ours whose title is cut; the others are short."""
ACTIVE_NAME: Final = 8
"""Cells that the name of the user's view that is shown keeps."""


class Form(msgspec.Struct, frozen=True):
    """How long the tabs are."""

    name: int
    """Cells of the name of a view of the user's."""
    long: int = 6
    """Cells of our one long title."""
    is_short: bool = True
    """Whether counts are."""
    has_gaps: bool = False
    """Whether there is room between the tabs."""
    has_keys: bool = True
    """Whether they say their keys, as the help does too."""


KEYED: Final = (
    Form(16, long=9, is_short=False, has_gaps=True),
    Form(16, has_gaps=True),
    *(Form(cells) for cells in (16, 8, 6, 4)),
    *(Form(cells, long=4) for cells in (4, 3)),
)
KEYLESS: Final = (*(Form(cells, has_keys=False) for cells in (8, 6, 4)), Form(3, long=4, has_keys=False))
"""Both longest first."""


def short_count(count: int) -> str:
    """Three or four characters: `9850`, `10k`, `250k`, `1.2M`."""
    if count < 9_950:
        return str(count)
    return f"{count / 1000:.0f}k" if count < 999_500 else f"{count / 1_000_000:.1f}M"


def _behind(parts: Sequence[Piece]) -> int:
    """Cells that these take behind the tabs."""
    return sum(line_width((part,)) + 2 for part in parts)


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
        while parts and _behind(parts) > room:
            del parts[-1]
        pieces = [piece for part in reversed(parts) for piece in (("  ", ""), part)]
        return (*tabs, (" " * (room - line_width(pieces)), ""), *pieces, (" ", "")) if pieces else tabs

    def _place_parts(self) -> list[Piece]:
        """What matters most first; it stands rightmost."""
        return [*self._marks(), *self._row(), *self._order()]

    def _marks(self) -> list[Piece]:
        place = self._place
        if not (place.marked or place.marked_hidden or place.is_ranging):
            return []
        hidden = f" +{place.marked_hidden} hidden" if place.marked_hidden else ""
        words = f"{place.marked} marked{hidden}"
        return [(f"range: {words}" if place.is_ranging else words, "accent")]

    def _row(self, *, widest: bool = False) -> list[Piece]:
        """The cursor's row; the `widest` of them, so that the tabs do not change as the cursor moves."""
        place = self._place
        return [(f"{place.rows if widest else place.row}/{place.rows}", "muted")] if place.rows else []

    def _order(self) -> list[Piece]:
        place = self._place
        if not place.sort:
            return []
        return [(f"{self.glyphs.down if place.descending else self.glyphs.up} {place.sort}", "muted")]

    def _tabs(self, width: int) -> list[tuple[View, Line]]:
        """Views and their tabs: the longest form that there is room for.

        Where even the shortest are too wide the first ones go until the active one shows.
        """
        for form, kept in self._tries():
            tabs = [(view, self._tab(view, form)) for view in self.views]
            if sum(line_width(tab) for _view, tab in tabs) + kept <= width:
                return tabs
        active = next((view for view in self.views if view.id == self._active), self.views[0])
        end = self.views.index(active) + 1
        while end > 1 and sum(line_width(tab) for _view, tab in tabs[:end]) > width:
            del tabs[0]
            end -= 1
        return tabs

    def _tries(self) -> Iterator[tuple[Form, int]]:
        """Forms and the cells to keep free behind them, best first.

        The order goes first, then the row, and the keys last: nothing else says them. But what is marked is worth more
        than they are: it is what the next action works on.
        """
        marks, row = self._marks(), self._row(widest=True)
        both = max(_behind([*row, *self._order()]), _behind(marks))
        one = _behind(marks or row)
        for forms, kept in (
            *((KEYED, kept) for kept in (both, one, *(() if marks else (0,)))),
            *((KEYLESS, kept) for kept in (both, one)),
            *((forms, 0) for forms in (KEYED, KEYLESS)),
        ):
            yield from ((form, kept + 1 if kept else 0) for form in forms)

    def _tab(self, view: View, form: Form) -> Line:
        is_active = view.id == self._active
        role = "tab-active" if is_active else "tab"
        title = cut_text(view.title, form.long, self.glyphs.ellipsis) if view.id == _LONG else view.title
        count = self._counts.get(view.id, 0)
        counted = f"{short_count(count) if form.is_short else count} "
        if view.filter_text:
            title = cut_text(title, max(form.name, is_active * ACTIVE_NAME), self.glyphs.ellipsis)
            counted = ""  # it may hang on the time: counting it anew at each beat would cost too much
        key: Line = ()
        if view.key and form.has_keys:
            key = ((f"{view.key} ", "tab-active" if is_active else "faint"),)
        return ((" ", role), *key, (f"{title} ", role), (counted, role), (" " if form.has_gaps else "", ""))

    def on_click(self, event: events.Click) -> None:
        """Choose the view under the mouse."""
        event.stop()
        x = 0
        for view, tab in self._tabs(self.size.width):
            taken = line_width(tab)
            if x <= event.x < x + taken:
                self.post_message(self.Chosen(view.id))
            x += taken
