"""The failure desk: what failed, for which reasons, and what to do first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from headswap_tui.domain.failures import FailureGroup
from headswap_tui.ui.following import FailuresNow
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation import failing
from headswap_tui.ui.presentation.pieces import Line, plain
from headswap_tui.ui.screens.choice import ChoiceList
from headswap_tui.ui.screens.dialog import Dialog, hints
from headswap_tui.ui.widgets.contents import block, content

FOLLOWED_S: Final = 1.0
"""So often the desk looks for what changed."""


class FailureDesk(Dialog[FailureGroup]):
    """Answers with the group whose tasks are to be shown; a key copies the note for support and stays."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,exclamation_mark", "leave", "Leave", show=False),
        Binding("y,c", "copy", "Copy the note", show=False),
    ]

    def __init__(
        self,
        failing: FailuresNow,
        *,
        now_ms: Callable[[], int],
        glyphs: Glyphs,
        copy: Callable[[FailureGroup], None],
    ) -> None:
        """`now_ms` gives the wall clock; `copy` puts the note about a group into the clipboard."""
        super().__init__("Failure desk")
        self._failing = failing
        self._groups = failing.groups
        self._now_ms = now_ms
        self._glyphs = glyphs
        self._copy = copy
        self._width = 0
        self._rows: list[Line] = []
        self._summary: Line = ()

    def body(self) -> Iterable[Widget]:
        """How much, the reasons, what is known of the chosen one."""
        yield Static("", id="sum", markup=False)
        yield Static("", id="header", markup=False)
        yield ChoiceList(markup=False)
        with VerticalScroll(id="story", can_focus=False):
            yield Static("", markup=False)
        yield hints(("enter", "show these tasks"), ("y", "copy a note for support"), self.leaving)

    def on_mount(self) -> None:
        """The biggest group first."""
        self.add_class("wide")
        self.set_focus(self.query_one(ChoiceList))
        self.set_interval(FOLLOWED_S, self._follow)

    def on_resize(self, event: events.Resize) -> None:
        """Rows are as wide as the box."""
        super().on_resize(event)
        self.call_after_refresh(self._draw)

    def _follow(self) -> None:
        """Bring in what failed meanwhile, and how long ago it all was; the chosen reason stays the chosen one."""
        at = self.query_one(ChoiceList).highlighted
        chosen = self._groups[at].key if at is not None and at < len(self._groups) else None
        if self._failing.renew():
            self._groups = self._failing.groups
        self._draw(chosen)

    def _draw(self, chosen: object = None) -> None:
        reasons = self.query_one(ChoiceList)
        width = reasons.scrollable_content_region.width - 1  # a scrollbar may come
        if width < 1:
            return
        total, now_ms = sum(len(group.tasks) for group in self._groups), self._now_ms()
        rows = [failing.row(group, total, width, self._glyphs, now_ms) for group in self._groups]
        summary = failing.summary(self._groups, self._failing.tracked, self._glyphs)
        if summary != self._summary:  # even an equal one would be sent to the terminal again
            self._summary = summary
            self.query_one("#sum", Static).update(content(summary), layout=False)
        if width != self._width:
            self._width, self._rows = width, []
            self.query_one("#header", Static).update(content(failing.header(width)))
        if rows != self._rows:
            self._show_rows(rows)
            keys = [group.key for group in self._groups]
            reasons.highlighted = keys.index(chosen) if chosen in keys else min(reasons.highlighted or 0, len(rows) - 1)
            self._tell_of(reasons.highlighted or 0)

    def _show_rows(self, rows: list[Line]) -> None:
        """One by one where their number stays: the list keeps its place then."""
        reasons, before = self.query_one(ChoiceList), self._rows
        self._rows = rows
        if len(rows) == len(before):
            for number, (old, new) in enumerate(zip(before, rows, strict=True)):
                if old != new:
                    reasons.replace_option_prompt_at_index(number, self._prompt(new))
            return
        top, at = reasons.scroll_offset.y, reasons.highlighted
        reasons.set_options(Option(self._prompt(row), id=str(number)) for number, row in enumerate(rows))
        reasons.highlighted = None if at is None or not rows else min(at, len(rows) - 1)
        reasons.scroll_to(y=top, animate=False)

    def _prompt(self, row: Line) -> Content:
        """With the terminal's own colours a chosen row has a ground that no other colour can be read on."""
        return Content(plain(row)) if self.app.current_theme.ansi else content(row)

    @on(OptionList.OptionHighlighted)
    def _chosen(self, event: OptionList.OptionHighlighted) -> None:
        self._tell_of(event.option_index)

    def _tell_of(self, number: int) -> None:
        told = self.query_one("#story Static", Static)
        if number >= len(self._groups):
            told.update(block([(("Nothing is failed or missing any more.", ""),)]))
            return
        story = failing.story(self._groups[number], max(20, self._width - 2), self._glyphs, self._now_ms())
        told.update(block(story, ansi=self.app.current_theme.ansi))

    @on(OptionList.OptionSelected)
    def _entered(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._groups[event.option_index])

    def action_copy(self) -> None:
        """Copy the note about the chosen group."""
        number = self.query_one(ChoiceList).highlighted or 0  # the list may come a moment after the first key
        if number < len(self._groups):
            self._copy(self._groups[number])
