"""Insight: how tasks fared and what they cost, by day, resolution, model or tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from headswap_tui.domain.insight import GROUPINGS, Fact, Insight, insight
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation.insight_table import HEAD, TITLES, Money, lines, measures, notes
from headswap_tui.ui.presentation.pieces import Line
from headswap_tui.ui.screens.dialog import Dialog, hints
from headswap_tui.ui.widgets.contents import block, content


class InsightScreen(Dialog[None]):
    """Keys change the grouping and the figure that the bars show; one saves what is shown as CSV."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,dollar_sign", "leave", "Leave", show=False),
        Binding("right,l,tab", "group(1)", "Next grouping", show=False),
        Binding("left,h,shift+tab", "group(-1)", "Previous grouping", show=False),
        *(Binding(str(number), f"group_by({number - 1})", show=False) for number in range(1, len(GROUPINGS) + 1)),
        Binding("m,b", "measure", "Next figure", show=False),
        Binding("c", "save", "Save as CSV", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, facts: Sequence[Fact], money: Money, *, glyphs: Glyphs, save: Callable[[Insight], None]) -> None:
        """`save` keeps what is shown as CSV and says where."""
        super().__init__("Insight")
        self._facts = facts
        self._money = money
        self._glyphs = glyphs
        self._save = save
        self._grouping = GROUPINGS[0]
        self._measure = 0
        self._shown = insight(facts, self._grouping)

    def body(self) -> Iterable[Widget]:
        """The groupings, the table, what to know about it."""
        yield Static("", id="groupings", markup=False)
        yield Static("", id="head", markup=False)
        with VerticalScroll(id="figures"):
            yield Static("", markup=False)
        yield Static("", id="notes", classes="muted", markup=False)
        yield hints(("tab", "group by"), ("m", "bars"), ("c", "save as CSV"), ("esc", "leave"))

    def on_mount(self) -> None:
        """So that keys scroll it."""
        self.add_class("wide")
        self.set_focus(self.query_one(VerticalScroll))

    def on_resize(self, event: events.Resize) -> None:
        """The table is as wide as the box."""
        super().on_resize(event)
        self.call_after_refresh(self._draw)

    def action_group(self, step: int) -> None:
        """Another grouping."""
        self.action_group_by((GROUPINGS.index(self._grouping) + step) % len(GROUPINGS))

    def action_group_by(self, number: int) -> None:
        """Group by the one of that number."""
        self._grouping = GROUPINGS[number]
        self._shown = insight(self._facts, self._grouping)
        self.query_one(VerticalScroll).scroll_home(animate=False)
        self._draw()

    def action_measure(self) -> None:
        """Let the bars show the next figure."""
        self._measure = (self._measure + 1) % len(measures(self._money))
        self._draw()

    def action_save(self) -> None:
        """Save what is shown."""
        self._save(self._shown)

    def action_scroll(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def _draw(self) -> None:
        scroll = self.query_one(VerticalScroll)
        width = scroll.size.width - 1  # a scrollbar may come
        if width < 1:
            return
        measure = measures(self._money)[self._measure]
        self.query_one("#groupings", Static).update(content(self._groupings(measure.title)))
        table = lines(self._shown, measure, self._money, width, self._glyphs)
        self.query_one("#head", Static).update(block(table[:HEAD]))
        self.query_one("#figures Static", Static).update(block(table[HEAD:]))
        self.query_one("#notes", Static).update(notes(self._shown, self._money))

    def _groupings(self, measured: str) -> Line:
        pieces: list[tuple[str, str]] = []
        for grouping in GROUPINGS:
            role = "tab-active" if grouping == self._grouping else "tab"
            pieces += [(f" {TITLES[grouping]} ", role), (" ", "")]
        return (*pieces, (f"  bars: {measured}", "muted"))
