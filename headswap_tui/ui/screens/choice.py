"""A list to choose one thing from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from headswap_tui.ui.screens.dialog import Dialog, hints


class ChoiceList(OptionList):
    """An option list that also takes the letters of the table."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
    ]


class ChoiceDialog(Dialog[str]):
    """Answers with the id of what was chosen."""

    def __init__(self, title: str, choices: Sequence[tuple[str, Content]], current: str) -> None:
        super().__init__(title)
        self._choices = choices
        self._current = current

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield ChoiceList(*(Option(prompt, id=name) for name, prompt in self._choices), markup=False)
        yield hints(("enter", "choose"), self.leaving)

    def on_mount(self) -> None:
        """Begin at what is in force."""
        choices = self.query_one(ChoiceList)
        ids = [name for name, _prompt in self._choices]
        choices.highlighted = ids.index(self._current) if self._current in ids else 0
        self.set_focus(choices)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)
