"""The filter: one line under the views, live while it is typed in."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from headswap_tui.domain.text import safe
from headswap_tui.ui.widgets.suggesting import FilterSuggester


class FilterBar(Horizontal):
    """Hidden until opened; says in place what is wrong with the filter, else how many it leaves."""

    DEFAULT_CSS = """
    FilterBar {
        display: none;
        height: 1;
        background: $table-header;
        & > .filter-bar--sign { width: 3; color: $accent; text-style: bold; }
        & > Input { width: 1fr; height: 1; border: none; padding: 0; background: transparent; }
        & > Input > .input--suggestion { color: $faint; }
        & > .filter-bar--note { width: auto; max-width: 50%; color: $muted; padding: 0 1; }
        & > .filter-bar--note.-problem { color: $error; text-style: bold; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(False)", "Clear", show=False),
        Binding("enter", "leave(True)", "Keep", show=False),
        Binding("tab", "complete", "Complete", show=False),
    ]

    class Changed(Message):
        """The filter reads so now."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The user is done typing: `keep` the filter (enter) or drop it (escape)."""

        def __init__(self, keep: bool) -> None:
            super().__init__()
            self.keep = keep

    def __init__(self) -> None:
        super().__init__()
        self.suggester = FilterSuggester()
        """Knows how the last word could go on; its `values` say what the tasks hold."""

    def compose(self) -> ComposeResult:
        """A sign, the input, a note at the right."""
        yield Static(" / ", classes="filter-bar--sign", markup=False)
        field = Input(
            placeholder="words, state:failed, tag:x, res:720p, age<2h, !not; tab completes",
            compact=True,
            select_on_focus=False,
            suggester=self.suggester,
        )
        field.cursor_blink = False
        yield field
        yield Static("", classes="filter-bar--note", markup=False)

    @property
    def text(self) -> str:
        """What is typed in."""
        return self.query_one(Input).value

    def open(self, text: str = "") -> None:
        """Show it with that text and put the focus there."""
        field = self.query_one(Input)
        self.display = True
        self.suggester.renew()
        field.value = text
        field.cursor_position = len(text)
        self.screen.set_focus(field)  # `focus()` comes a moment late: what is typed at once would run commands

    def close(self) -> None:
        """Hide and empty it."""
        self.display = False
        self.query_one(Input).value = ""
        self._note("", problem=False)

    def show_problem(self, problem: str) -> None:
        """Name what is wrong with the filter; an empty text takes that back."""
        self._note(problem, problem=bool(problem))

    def show_count(self, shown: int, total: int) -> None:
        """Say how many of how many the filter leaves."""
        self._note(f"{shown} of {total}", problem=False)

    def action_complete(self) -> None:
        """Take what is suggested; without a suggestion tab does nothing, the focus stays."""
        field = self.query_one(Input)
        whole = self.suggester.whole(field.value) if field.cursor_position == len(field.value) else None
        if whole is not None:
            field.value = whole
            field.cursor_position = len(whole)

    def action_leave(self, keep: bool) -> None:
        """Tell that the user is done."""
        self.post_message(self.Left(keep))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.display:
            self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_leave(True)

    def _note(self, text: str, *, problem: bool) -> None:
        note = self.query_one(".filter-bar--note", Static)
        note.set_class(problem, "-problem")
        note.update(Content(safe(text)))
