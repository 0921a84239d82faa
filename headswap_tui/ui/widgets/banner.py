"""One line for what concerns the whole profile: offline, key refused, trouble with the store."""

from __future__ import annotations

from typing import Literal, TypeAlias

from headswap_tui.domain.text import safe
from headswap_tui.ui.presentation.pieces import Line
from headswap_tui.ui.widgets.painted_line import PaintedLine

Level: TypeAlias = Literal["info", "warning", "error"]


class Banner(PaintedLine):
    """Takes no room while it has nothing to say."""

    DEFAULT_CSS = """
    Banner {
        display: none;
        text-style: bold;
        &.-info { background: $primary-muted; color: $text-primary; }
        &.-warning { background: $warning-muted; color: $text-warning; }
        &.-error { background: $error-muted; color: $text-error; }
        &:ansi { text-style: bold reverse; }
    }
    """

    _text = ""
    _level: Level = "info"

    def show(self, text: str, level: Level = "warning") -> None:
        """Say it; outside text in it is made harmless here. An empty text hides the banner."""
        self.display = bool(text)
        if (text, level) == (self._text, self._level):
            return
        self._text, self._level = text, level
        for name in ("info", "warning", "error"):
            self.set_class(name == level, f"-{name}")
        self.renew()

    def clear(self) -> None:
        """Hide it."""
        self.show("", self._level)

    def line(self, width: int) -> Line:  # noqa: ARG002  # cut to the width by the base
        """The sign of the level and the words."""
        return ((f" {self.glyphs.trouble} ", ""), (safe(self._text), ""))
