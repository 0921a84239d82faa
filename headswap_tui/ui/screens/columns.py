"""Choosing which columns the table shows and in which order, seen in the table while choosing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from headswap_tui.ui.presentation.columns import COLUMN_BY_ID, COLUMNS, chosen_columns
from headswap_tui.ui.screens.choice import ChoiceList
from headswap_tui.ui.screens.dialog import Dialog, hints

Columns = tuple[str, ...]


class ColumnsDialog(Dialog[Columns]):
    """Answers with the ids of the columns to show, in order; empty stands for the usual ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "show_or_hide", "Show or hide", show=False),
        Binding("J,shift+down", "move(1)", "Move down", show=False),
        Binding("K,shift+up", "move(-1)", "Move up", show=False),
        Binding("d", "usual", "The usual ones", show=False),
        Binding("q", "leave", "Leave", show=False),
    ]

    def __init__(self, chosen: Sequence[str], preview: Callable[[Columns], None]) -> None:
        """`chosen` as remembered; `preview` shows a choice in the table."""
        super().__init__("Columns")
        self._preview = preview
        self._shown: list[str] = []
        self._order: list[str] = []
        self._take(chosen)

    def _take(self, chosen: Sequence[str]) -> None:
        self._shown = [column.id for column in chosen_columns(chosen)]
        self._order = [*self._shown, *(column.id for column in COLUMNS if column.id not in self._shown)]

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield ChoiceList(*(Option(self._prompt(name), id=name) for name in self._order), markup=False)
        yield hints(("space", "show or hide"), ("J K", "move"))
        yield hints(("d", "usual ones"), ("enter", "keep"), self.leaving)

    def on_mount(self) -> None:
        """Begin at the first one."""
        choices = self.query_one(ChoiceList)
        choices.highlighted = 0
        self.set_focus(choices)

    @property
    def _choice(self) -> Columns:
        chosen = tuple(name for name in self._order if name in self._shown)
        return () if chosen == tuple(column.id for column in COLUMNS) else chosen

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter keeps the choice."""
        event.stop()
        self.dismiss(self._choice)

    def action_show_or_hide(self) -> None:
        """Show or hide the column; one always stays."""
        at = self._at()
        name = self._order[at]
        if name not in self._shown:
            self._shown.append(name)
        elif len(self._shown) > 1:
            self._shown.remove(name)
        self._redraw(at)

    def action_move(self, step: int) -> None:
        """Move the column by one place."""
        at = self._at()
        if 0 <= at + step < len(self._order):
            self._order[at], self._order[at + step] = self._order[at + step], self._order[at]
            self._redraw(at + step)

    def action_usual(self) -> None:
        """The columns that a new user sees."""
        self._take(())
        self._redraw(0)

    def _at(self) -> int:
        return self.query_one(ChoiceList).highlighted or 0

    def _redraw(self, at: int) -> None:
        choices = self.query_one(ChoiceList)
        choices.set_options(Option(self._prompt(name), id=name) for name in self._order)
        choices.highlighted = at
        self._preview(self._choice)

    def _prompt(self, name: str) -> Content:
        return Content(f"[{'x' if name in self._shown else ' '}] {COLUMN_BY_ID[name].header}")
