"""A yes-or-no question whose answer is no unless yes is meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from headswap_tui.domain.text import safe
from headswap_tui.ui.screens.dialog import Dialog


class ConfirmDialog(Dialog[bool]):
    """Answers true only for yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n", "answer(False)", "No", show=False),
        Binding("left,right,h,l", "other", "Other", show=False),
    ]

    def __init__(self, question: str, detail: str = "", *, yes: str = "Yes") -> None:
        super().__init__(safe(question, 100))
        self._detail = detail
        self._yes = yes

    def body(self) -> Iterable[Widget]:
        """The explanation and the two buttons."""
        yield Static(Content(self._detail), classes="text")
        with Horizontal(classes="buttons"):
            yield Button(Content("No (n)"), id="no", compact=True)
            yield Button(Content(f"{self._yes} (y)"), id="yes", variant="error", compact=True)

    def on_mount(self) -> None:
        """Enter means no."""
        self.set_focus(self.query_one("#no"))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Answer by key."""
        self.dismiss(yes)

    def action_other(self) -> None:
        """Go to the other button."""
        self.focus_next()
