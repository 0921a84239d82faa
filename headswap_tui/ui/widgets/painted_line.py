"""A widget of one line that repaints only the cells that changed."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from headswap_tui.ui.glyphs import UNICODE, Glyphs
from headswap_tui.ui.presentation.pieces import Line, ascii_only, fit, text_width
from headswap_tui.ui.widgets.paint import Palette


class PaintedLine(Widget):
    """Shows what `line()` says for its width; `renew()` repaints from the first to the last cell that differs."""

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
        before, after = _cells(self._painted), _cells(self._fitted(width))
        if len(before) != len(after):
            self.refresh()
            return
        differing = [x for x, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        if differing:
            self.refresh(Region(differing[0], 0, differing[-1] - differing[0] + 1, 1))

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


def _cells(line: Line) -> list[tuple[str, str]]:
    """One entry per cell; a wide character is an entry and a filler."""
    cells: list[tuple[str, str]] = []
    for text, role in line:
        for char in text:
            taken = text_width(char)
            if taken == 0 and cells:
                cells[-1] = (cells[-1][0] + char, cells[-1][1])
            else:
                cells += [(char, role), ("", role)][:taken]
    return cells
