"""An address or path that nothing here can open: to be read, selected and copied."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static, TextArea

from headswap_tui.domain.text import safe
from headswap_tui.ui.screens.dialog import Dialog, hints
from headswap_tui.ui.terminal import COPY_LIMIT


class LinkDialog(Dialog[None]):
    """Shows it whole; `y` sends it to the terminal's clipboard."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", show=False),
        Binding("enter,q", "leave", "Leave", show=False),
    ]

    def __init__(self, target: str, *, title: str, where: str, hint: str = "") -> None:
        """`where` says what to do with it, `hint` what copying may need."""
        super().__init__(title)
        self._target = safe(target, COPY_LIMIT)
        self._where = where
        self._hint = hint

    def body(self) -> Iterable[Widget]:
        """The text to take away and where to take it."""
        yield Static(Content(self._where), classes="text")
        yield TextArea(
            self._target,
            read_only=True,
            compact=True,
            soft_wrap=True,
            highlight_cursor_line=False,
            id="link",
        )
        yield Static(Content(self._hint), id="copied", classes="text muted")
        yield hints(("y", "copy"), self.leaving)

    def on_mount(self) -> None:
        """All of it is selected."""
        area = self.query_one(TextArea)
        area.cursor_blink = False
        area.select_all()
        self.set_focus(area)

    def action_copy(self) -> None:
        """Send it to the terminal's clipboard."""
        self.app.copy_to_clipboard(self._target)
        words = f"Sent to the terminal's clipboard. {self._hint}".strip()
        self.query_one("#copied", Static).update(Content(words))
