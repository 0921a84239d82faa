"""The views with their counts and keys, on one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events
from textual.message import Message

from headswap_tui.ui.presentation.pieces import Line, line_width
from headswap_tui.ui.presentation.views import VIEWS, View
from headswap_tui.ui.widgets.painted_line import PaintedLine

_SHORT_TITLES = {"completed": "Done"}


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

    def show(self, counts: Mapping[str, int], active: str) -> None:
        """How many each view holds, and which is shown (view ids)."""
        self._counts, self._active = dict(counts), active
        self.renew()

    def line(self, width: int) -> Line:
        """The tabs, shorter where the width asks for it."""
        return tuple(piece for _view, tab in self._tabs(width) for piece in tab)

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
        key: Line = () if form == 2 else ((f"{view.key} ", "tab-active" if is_active else "faint"),)
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
