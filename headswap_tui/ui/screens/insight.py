"""Insight: how tasks fared and what they cost, by day, resolution, model or tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from textual import events, work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from headswap_tui.domain.insight import GROUPINGS, Insight
from headswap_tui.ui.following import FactsNow
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation.insight_plot import plot_lines
from headswap_tui.ui.presentation.insight_table import HEAD, TITLES, Money, lines, measures, notes
from headswap_tui.ui.presentation.pieces import Line
from headswap_tui.ui.screens.dialog import Dialog, hints
from headswap_tui.ui.widgets.contents import block, content

ROOMY_ROWS: Final = 30
"""Lines of the terminal from which on plot and table stand below each other."""
FOLLOWED_S: Final = 2.0
"""So often the figures follow the records."""
LINES_BESIDE_BOTH: Final = 24
LINES_BESIDE_PLOT: Final = 15
"""Lines of the terminal that the plot cannot have."""


class InsightScreen(Dialog[None]):
    """Keys change the grouping and the figure that the bars show; one saves what is shown as CSV."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,dollar_sign", "leave", "Leave", show=False),
        Binding("right,l,tab", "group(1)", "Next grouping", show=False),
        Binding("left,h,shift+tab", "group(-1)", "Previous grouping", show=False),
        *(Binding(str(number), f"group_by({number - 1})", show=False) for number in range(1, len(GROUPINGS) + 1)),
        Binding("m,b", "measure", "Next figure", show=False),
        Binding("p", "plot", "Plot", show=False),
        Binding("c", "save", "Save as CSV", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(
        self, known: FactsNow, shown: Insight, money: Money, *, glyphs: Glyphs, save: Callable[[Insight], None]
    ) -> None:
        """`shown` comes first; `save` keeps what is shown as CSV and says where."""
        super().__init__("Insight")
        self._known = known
        self._shown = shown
        self._money = money
        self._glyphs = glyphs
        self._save = save
        self._grouping = shown.grouping
        self._measure = 0
        self._plot: bool | None = None
        """Whether the user wants the plot; `None`: where there is room for it beside the table."""

    def body(self) -> Iterable[Widget]:
        """The groupings, the table, what to know about it."""
        yield Static("", id="groupings", markup=False)
        yield Static("", id="plot", markup=False)
        yield Static("", id="head", markup=False)
        with VerticalScroll(id="figures"):
            yield Static("", markup=False)
        yield Static("", id="notes", classes="muted", markup=False)
        yield hints(("tab", "group by"), ("m", "next figure"), ("p", "plot"), ("c", "save as CSV"), self.leaving)

    def on_mount(self) -> None:
        """So that keys scroll it."""
        self.add_class("wide")
        self.set_focus(self.query_one(VerticalScroll))
        self.set_interval(FOLLOWED_S, self._follow)

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
        self.query_one(VerticalScroll).scroll_home(animate=False)
        self._count()

    def _follow(self) -> None:
        """Bring in what changed meanwhile; the table keeps its place."""
        if self._known.renew():
            self._count()

    @work(group="count", exclusive=True)
    async def _count(self) -> None:
        self._shown = await self._known.by(self._grouping)
        self._draw()

    def action_measure(self) -> None:
        """Let the bars show the next figure."""
        self._measure = (self._measure + 1) % len(measures(self._money))
        self._draw()

    def action_plot(self) -> None:
        """Show the plot or hide it."""
        self._plot = not self._is_plotted
        self._draw()

    def action_save(self) -> None:
        """Save what is shown."""
        self._save(self._shown)

    def action_scroll(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    @property
    def _is_roomy(self) -> bool:
        """Whether plot and table have room beside each other."""
        return self.app.size.height >= ROOMY_ROWS

    @property
    def _is_plotted(self) -> bool:
        return self._is_roomy if self._plot is None else self._plot

    def _draw_plot(self, width: int) -> None:
        """The plot, in place of the table where only one of the two fits."""
        rows = max(3, min(10, self.app.size.height - (LINES_BESIDE_BOTH if self._is_roomy else LINES_BESIDE_PLOT)))
        measure = measures(self._money)[self._measure]
        drawn = (
            plot_lines(
                self._shown,
                measure,
                self._money,
                width,
                rows=rows,
                glyphs=self._glyphs,
                has_colors=not self.app.no_color,
            )
            if self._is_plotted
            else []
        )
        plot = self.query_one("#plot", Static)
        plot.display = bool(drawn)
        plot.styles.height = "auto" if self._is_roomy else "1fr"
        plot.update(block(drawn, ansi=self.app.current_theme.ansi))
        for part in ("#head", "#figures"):
            self.query_one(part).display = self._is_roomy or not drawn

    def _draw(self) -> None:
        width = self.query_one("#groupings").size.width - 1  # a scrollbar may come
        if width < 1:
            return
        measure = measures(self._money)[self._measure]
        ansi = self.app.current_theme.ansi
        self.query_one("#groupings", Static).update(content(self._groupings(measure.title), ansi=ansi))
        table = lines(self._shown, measure, self._money, width, self._glyphs)
        self._draw_plot(width)
        self.query_one("#head", Static).update(block(table[:HEAD], ansi=ansi))
        self.query_one("#figures Static", Static).update(block(table[HEAD:], ansi=ansi))
        self.query_one("#notes", Static).update(Content(notes(self._shown, self._money)))

    def _groupings(self, measured: str) -> Line:
        pieces: list[tuple[str, str]] = []
        for grouping in GROUPINGS:
            role = "tab-active" if grouping == self._grouping else "tab"
            pieces += [(f" {TITLES[grouping]} ", role), (" ", "")]
        return (*pieces, (f"  shows: {measured}", "muted"))
