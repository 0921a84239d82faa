"""All keys, made from the table of commands and the user's own settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from headswap_tui.ui.commands import COMMANDS, GROUPS, Keymap
from headswap_tui.ui.screens.dialog import Dialog, hints

KEY_WIDTH: Final = 8
LABEL_WIDTH: Final = max(len(command.label) for command in COMMANDS) + 2


class HelpDialog(Dialog[None]):
    """Scrolls; any of its keys or esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1,q", "leave", "Leave", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, keymap: Keymap) -> None:
        super().__init__("Keys")
        self._keymap = keymap

    def body(self) -> Iterable[Widget]:
        """One block for each group."""
        with VerticalScroll(classes="columns"):
            for group in GROUPS:
                yield Static(self._block(group), classes="group")
        yield hints(("j k", "scroll"), (":", "run a command by name"), ("esc", "leave"))

    def on_mount(self) -> None:
        """So that keys scroll it."""
        self.add_class("wide")
        self.set_focus(self.query_one(VerticalScroll))

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def _block(self, group: str) -> Content:
        lines = [Content.styled(group, "bold $accent")]
        for command in COMMANDS:
            if command.group != group:
                continue
            keys = self._keymap.all_shown(command.id) or ":"
            lines.append(
                Content.assemble(
                    (keys.rjust(KEY_WIDTH) + "  ", "bold $footer-key-foreground"),
                    (command.label.ljust(LABEL_WIDTH), "$foreground"),
                    (command.help, "$muted"),
                )
            )
        return Content("\n").join(lines)
