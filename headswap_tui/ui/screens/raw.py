"""The record of a task as JSON, to read and to select from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar, Final

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import TextArea

from headswap_tui.domain.text import safe_block
from headswap_tui.ui.screens.dialog import Dialog, hints

LONGEST: Final = 2_000
"""Characters of a line that is worth colours."""
_TOKEN: Final = re.compile(r'("(?:[^"\\]|\\.)*"?)(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b')


class JsonArea(TextArea):
    """Names, texts and numbers in colours of their own."""

    def __init__(self, text: str) -> None:
        super().__init__(text, read_only=True, compact=True, soft_wrap=True, highlight_cursor_line=False)
        self.cursor_blink = False

    def get_line(self, line_index: int) -> Text:
        """The line in colours."""
        line = super().get_line(line_index)
        if self.app.current_theme.ansi or len(line) > LONGEST:
            return line
        colors = self.app.theme_variables
        for found in _TOKEN.finditer(line.plain):
            name = "text-accent" if found[2] else "text-success" if found[1] else "text-warning"
            line.stylize(colors[name], found.start(), found.end(1) if found[1] else found.end())
        return line


class RawDialog(Dialog[None]):
    """As much of the screen as there is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "wrap", "Wrap", show=False, id="wrap"),
        Binding("q,J", "leave", "Leave", show=False),
    ]

    def __init__(self, name: str, text: str) -> None:
        """`name` has been through `safe()`; `text` is JSON as it came."""
        super().__init__(f"Raw JSON of {name}")
        self._text = safe_block(text, 200_000)

    def body(self) -> Iterable[Widget]:
        """The text."""
        yield JsonArea(self._text)
        yield hints(
            (self.key_of("wrap"), "wrap"),
            ("arrows", "move"),
            ("shift+arrows", "select"),
            ("ctrl+c", "copy"),
            self.leaving,
        )

    def on_mount(self) -> None:
        """So that keys scroll it."""
        self.add_class("wide")
        self.set_focus(self.query_one(TextArea))

    def action_wrap(self) -> None:
        """Wrap long lines, or not."""
        area = self.query_one(TextArea)
        area.soft_wrap = not area.soft_wrap
