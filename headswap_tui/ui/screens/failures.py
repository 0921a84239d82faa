"""The failure desk: what failed, for which reasons, and what to do first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from headswap_tui.domain.failures import FailureGroup
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation import failing
from headswap_tui.ui.screens.choice import ChoiceList
from headswap_tui.ui.screens.dialog import Dialog, hints
from headswap_tui.ui.widgets.contents import block, content


class FailureDesk(Dialog[FailureGroup]):
    """Answers with the group whose tasks are to be shown; a key copies the note for support and stays."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,exclamation_mark", "leave", "Leave", show=False),
        Binding("y,c", "copy", "Copy the note", show=False),
    ]

    def __init__(
        self,
        groups: list[FailureGroup],
        *,
        tracked: int,
        now_ms: int,
        glyphs: Glyphs,
        copy: Callable[[FailureGroup], None],
    ) -> None:
        """`groups` is not empty; `copy` puts the note about a group into the clipboard."""
        super().__init__("Failure desk")
        self._groups = groups
        self._tracked = tracked
        self._now_ms = now_ms
        self._glyphs = glyphs
        self._copy = copy
        self._width = 0

    def body(self) -> Iterable[Widget]:
        """How much, the reasons, what is known of the chosen one."""
        yield Static(content(failing.summary(self._groups, self._tracked, self._glyphs)), id="sum", markup=False)
        yield Static("", id="header", markup=False)
        yield ChoiceList(markup=False)
        with VerticalScroll(id="story", can_focus=False):
            yield Static("", markup=False)
        yield hints(("enter", "show these tasks"), ("y", "copy a note for support"), ("esc", "leave"))

    def on_mount(self) -> None:
        """The biggest group first."""
        self.add_class("wide")
        self.set_focus(self.query_one(ChoiceList))

    def on_resize(self, event: events.Resize) -> None:
        """Rows are as wide as the box."""
        super().on_resize(event)
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        reasons = self.query_one(ChoiceList)
        width = reasons.scrollable_content_region.width - 1  # a scrollbar may come
        if width == self._width or width < 1:
            return
        self._width = width
        total = sum(len(group.tasks) for group in self._groups)
        at = reasons.highlighted or 0
        rows = [failing.row(group, total, width, self._glyphs, self._now_ms) for group in self._groups]
        reasons.set_options(Option(content(row), id=str(number)) for number, row in enumerate(rows))
        reasons.highlighted = at
        self.query_one("#header", Static).update(content(failing.header(width)))
        self._tell_of(at)

    @on(OptionList.OptionHighlighted)
    def _chosen(self, event: OptionList.OptionHighlighted) -> None:
        self._tell_of(event.option_index)

    def _tell_of(self, number: int) -> None:
        story = failing.story(self._groups[number], max(20, self._width - 2), self._glyphs, self._now_ms)
        self.query_one("#story Static", Static).update(block(story))

    @on(OptionList.OptionSelected)
    def _entered(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._groups[event.option_index])

    def action_copy(self) -> None:
        """Copy the note about the chosen group."""
        number = self.query_one(ChoiceList).highlighted
        if number is not None:
            self._copy(self._groups[number])
