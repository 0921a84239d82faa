"""The record of a task as JSON, to read and to select from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import TextArea

from headswap_tui.domain.text import safe_block
from headswap_tui.ui.screens.dialog import Dialog, hints


class RawDialog(Dialog[None]):
    """As much of the screen as there is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "wrap", "Wrap", show=False, id="wrap"),
        Binding("q,J", "leave", "Leave", show=False),
    ]

    def __init__(self, name: str, text: str) -> None:
        """`name` has been through `safe()`; `text` is JSON as it came."""
        super().__init__(name)
        self._text = safe_block(text, 200_000)

    def body(self) -> Iterable[Widget]:
        """The text."""
        yield TextArea(self._text, read_only=True, compact=True, soft_wrap=True, highlight_cursor_line=False)
        yield hints(("w", "wrap"), ("arrows", "move"), ("shift+arrows", "select"), ("ctrl+c", "copy"), ("esc", "leave"))

    def on_mount(self) -> None:
        """So that keys scroll it."""
        self.add_class("wide")
        area = self.query_one(TextArea)
        area.cursor_blink = False
        self.set_focus(area)

    def action_wrap(self) -> None:
        """Wrap long lines, or not."""
        area = self.query_one(TextArea)
        area.soft_wrap = not area.soft_wrap
