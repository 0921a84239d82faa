"""The views with their counts and keys, on one line."""

from __future__ import annotations

from collections.abc import Mapping

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

    _counts: Mapping[str, int] = {}
    _active = VIEWS[0].id

    def show(self, counts: Mapping[str, int], active: str) -> None:
        """How many each view holds, and which is shown (view ids)."""
        self._counts, self._active = dict(counts), active
        self.renew()

    def line(self, width: int) -> Line:
        """The tabs, shorter where the width asks for it."""
        for form in range(3):
            line: Line = tuple(piece for view in VIEWS for piece in self._tab(view, form))
            if line_width(line) <= width:
                break
        return line

    def _tab(self, view: View, form: int) -> Line:
        """Form 0 is whole, 1 has short titles, 2 is narrowest and leaves the keys away."""
        is_active = view.id == self._active
        role = "tab-active" if is_active else "tab"
        title = _SHORT_TITLES.get(view.id, view.title) if form else view.title
        count = str(self._counts.get(view.id, 0))
        blank = "" if form == 2 else " "
        key: Line = () if form == 2 else ((f"{view.key} ", "tab-active" if is_active else "faint"),)
        return ((" ", role), *key, (f"{title} ", role), (count + " ", role), (blank, ""))

    def on_click(self, event: events.Click) -> None:
        """Choose the view under the mouse."""
        event.stop()
        width = self.size.width
        wanted = line_width(self.line(width))
        for form in range(3):
            tabs = [line_width(self._tab(view, form)) for view in VIEWS]
            if sum(tabs) == wanted:
                break
        x = 0
        for view, taken in zip(VIEWS, tabs, strict=True):
            if x <= event.x < x + taken:
                self.post_message(self.Chosen(view.id))
            x += taken
