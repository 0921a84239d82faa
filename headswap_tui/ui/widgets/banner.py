"""What concerns the whole profile, above the views: offline, key refused, trouble with the store."""

from __future__ import annotations

from typing import Literal, TypeAlias

from textual.content import Content
from textual.widgets import Static

from headswap_tui.domain.text import safe
from headswap_tui.ui.glyphs import UNICODE, Glyphs

Level: TypeAlias = Literal["info", "warning", "error"]


class Banner(Static):
    """Takes no room while it has nothing to say; else as many lines as the words need, three at most.

    A screen without room for them may set a smaller `max-height`.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Banner {
        display: none;
        height: auto;
        max-height: 3;
        padding: 0 1;
        text-style: bold;
        &.-said { display: block; }
        &.-info { background: $primary-muted; color: $text-primary; }
        &.-warning { background: $warning-muted; color: $text-warning; }
        &.-error { background: $error-muted; color: $text-error; }
        /* Not bold: many a terminal makes bold black a grey that cannot be read on a colour. */
        &:ansi { text-style: none; }
        &.-info:ansi { background: ansi_cyan; color: ansi_black; }
        &.-warning:ansi { background: ansi_yellow; color: ansi_black; }
        &.-error:ansi { background: ansi_red; color: ansi_white; }
    }
    """

    def __init__(self, *, glyphs: Glyphs = UNICODE) -> None:
        super().__init__(markup=False)
        self._glyphs = glyphs
        self._said: tuple[str, Level] = ("", "info")

    def show(self, text: str, level: Level = "warning") -> None:
        """Say it; outside text in it is made harmless here. An empty text hides the banner."""
        if (text, level) == self._said:
            return
        self._said = (text, level)
        self.set_class(bool(text), "-said")
        for name in ("info", "warning", "error"):
            self.set_class(name == level, f"-{name}")
        sign = "" if level == "info" else f"{self._glyphs.trouble} "
        self.update(Content(sign + safe(text)))

    def clear(self) -> None:
        """Hide it."""
        self.show("", self._said[1])
