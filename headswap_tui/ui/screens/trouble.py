"""Full screen instead of a traceback: the store cannot be used."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from headswap_tui.domain.errors import StoreError
from headswap_tui.domain.text import safe
from headswap_tui.ui.screens.dialog import hints


class TroubleScreen(Screen[None]):
    """Says which file, what is wrong with it and what to do. Nothing was changed."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,enter,ctrl+c", "app.exit_store_trouble", "Quit", show=False)
    ]

    def __init__(self, error: StoreError) -> None:
        super().__init__()
        self._error = error

    def compose(self) -> ComposeResult:
        """What happened, then what to do."""
        with Vertical(classes="box trouble") as box:
            box.border_title = Content("The list of tracked tasks cannot be opened")
            yield Static(Content(safe(self._error.message, 1000)), classes="text")
            if self._error.hint:
                yield Static(Content(safe(self._error.hint, 1000)), classes="text")
            yield Static(
                Content.assemble(
                    "Nothing was changed. ",
                    ("headswap-tui doctor", "bold $accent"),
                    " looks at the file and offers what can be done.",
                ),
                classes="text",
            )
            yield hints(("q", "quit"))
