"""All keys, made from the table of commands and the user's own settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from headswap_tui.ui.commands import COMMANDS, GROUPS, Command, Keymap
from headswap_tui.ui.presentation.pieces import Line, wrap
from headswap_tui.ui.screens.dialog import Dialog, hints
from headswap_tui.ui.widgets.contents import block

KEY_WIDTH: Final = 8
LABEL_WIDTH: Final = max(len(command.label) for command in COMMANDS) + 2
HELP_MINIMUM: Final = 20
"""Cells below which the help stands under its command rather than beside it."""


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
            for _group in GROUPS:
                yield Static(classes="group", markup=False)
        yield hints(("j k", "scroll"), (self._keymap.shown("palette"), "run a command by name"), self.leaving)

    def on_mount(self) -> None:
        """So that keys scroll it."""
        self.add_class("wide")
        self.set_focus(self.query_one(VerticalScroll))

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def on_resize(self, event: events.Resize) -> None:
        """Lines are as wide as the box."""
        super().on_resize(event)
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        width = self.query_one(VerticalScroll).size.width - 1  # a scrollbar may come
        for group, static in zip(GROUPS, self.query(".group").results(Static), strict=True):
            lines: list[Line] = [((group, "accent"),)]
            for command in COMMANDS:
                if command.group == group:
                    lines += self._entry(command, width)
            static.update(block(lines, ansi=self.app.current_theme.ansi))

    def _entry(self, command: Command, width: int) -> list[Line]:
        """Key, name and help; what does not fit into the line goes on under the help."""
        helped = command.help.replace("`", "")  # the README's marks
        keys = self._keymap.all_shown(command.id) or self._keymap.shown("palette")
        first: Line = ((keys.rjust(KEY_WIDTH) + "  ", "key-name"), (command.label.ljust(LABEL_WIDTH), ""))
        indent = KEY_WIDTH + 2 + LABEL_WIDTH
        if width - indent < HELP_MINIMUM:
            indent = KEY_WIDTH + 2
            return [
                first,
                *([((" " * indent, ""), *line) for line in wrap(((helped, "muted"),), width - indent)]),
            ]
        beside = wrap(((helped, "muted"),), width - indent)
        return [(*first, *beside[0]), *[((" " * indent, ""), *line) for line in beside[1:]]]
