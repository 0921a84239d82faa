"""The line at the top: profile, connection, counts by state, request rate, next answer."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style
from textual.color import Color

from headswap_tui.domain.events import Connection, Mode
from headswap_tui.domain.task import State
from headswap_tui.ui.glyphs import UNICODE, Glyphs
from headswap_tui.ui.presentation.pieces import Line
from headswap_tui.ui.presentation.status import Standing, status_line
from headswap_tui.ui.widgets.painted_line import PaintedLine


class StatusLine(PaintedLine):
    """One line; a tick costs the cells that changed."""

    DEFAULT_CSS = """
    StatusLine { background: $panel; }
    """

    _standing = Standing(Connection(Mode.PAUSED), {}, "", 0)

    def __init__(self, *, glyphs: Glyphs = UNICODE, accent: str | None = None) -> None:
        """`accent`: the colour that the profile's name stands on; `None`: the line's own."""
        super().__init__(glyphs=glyphs)
        self._is_accented = accent is not None
        if accent is not None:
            ground = Color.parse(accent)
            letters = ground.get_contrast_text(1.0)
            self._palette.own["profile"] = Style(color=letters.rich_color, bgcolor=ground.rich_color, bold=True)

    def show(
        self, connection: Connection, counts: Mapping[State, int], profile: str, now_ms: int, downloads: int = 0
    ) -> None:
        """Say how things stand; `now_ms` is the wall clock, `downloads` how many wait or run."""
        self._standing = Standing(connection, dict(counts), profile, now_ms, self._is_accented, downloads)
        self.renew()

    def line(self, width: int) -> Line:
        """The words for that width."""
        return status_line(self._standing, self.glyphs, width)
