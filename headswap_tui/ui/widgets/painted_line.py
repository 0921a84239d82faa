"""A widget of one line that repaints only the cells that changed."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip

from headswap_tui.ui.glyphs import UNICODE, Glyphs
from headswap_tui.ui.presentation.pieces import Line, ascii_only, differing, fit
from headswap_tui.ui.widgets.paint import Palette, Unboxed


class PaintedLine(Unboxed):
    """Shows what `line()` says for its width; `renew()` repaints the cells that differ."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    PaintedLine {
        height: 1;
        background: $background;
        color: $foreground;
    }
    """

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.glyphs = glyphs
        self._palette = Palette(self)
        self._painted: Line = ()

    def line(self, width: int) -> Line:  # noqa: ARG002  # for subclasses
        """What to show in `width` cells; nothing, unless a subclass says what."""
        return ()

    def renew(self) -> None:
        """Repaint what differs from what is on the screen; nothing if nothing does."""
        width = self.size.width
        if not width:
            return
        regions = [Region(x, 0, cells, 1) for x, cells in differing(self._painted, self._fitted(width))]
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """The line; blank below it."""
        width = self.size.width
        if y:
            return Strip.blank(width, self.rich_style)
        self._painted = self._fitted(width)
        return self._palette.strip(self._painted, width)

    def notify_style_update(self) -> None:
        """Theme or CSS changed."""
        super().notify_style_update()
        self._palette.clear()

    def _fitted(self, width: int) -> Line:
        line = self.line(width)
        return fit(ascii_only(line) if self.glyphs.is_ascii else line, width, self.glyphs.ellipsis)
