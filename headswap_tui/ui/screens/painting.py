"""When the dashboard's screen is laid out and painted: once for what Textual would do in several goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from textual import events
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip

from headswap_tui.ui.widgets.paint import blank_lines

if TYPE_CHECKING:
    Base = Screen[None]
else:
    Base = object  # each class that Textual knows of costs the start half a millisecond


class PaintedOnce(Base):
    """Before the screen's class: what the app holds back (`batch_update`) is neither painted nor laid out again."""

    _was_resumed = False

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """A new layout, for which every mounting asks, paints what it moved; all is painted if only that is asked."""
        return super().refresh(*regions, repaint=repaint and not layout, layout=layout, recompose=recompose)

    def render_lines(self, crop: Region) -> list[Strip]:
        """All of it lies under the widgets."""
        return blank_lines(self, crop)

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        """At the first time the styles were applied a moment ago. (Textual calls its own too.)"""
        if not self._was_resumed:
            event.refresh_styles, self._was_resumed = False, True

    def _compositor_refresh(self) -> None:
        """Textual would paint what the app holds back, only to throw it away; all is painted when it lets go.

        The same where it lays out and is to paint all: it would first paint what changed, and then all.
        """
        if self._is_held_back or (self._layout_required and self._repaint_required):
            self._compositor._dirty_regions.clear()  # noqa: SLF001  # as Textual does once they are painted
        else:
            super()._compositor_refresh()

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        """While all is held back the first lets the widgets know their sizes; the next one comes before the paint."""
        if self._is_held_back and self.app._dom_ready:  # noqa: SLF001  # as Textual's own asks; nothing public tells
            self._layout_required = True
        else:
            super()._refresh_layout(size, scroll)

    async def _invoke_and_clear_callbacks(self) -> None:
        """What is to come after a refresh comes after the one that is seen."""
        if not self._is_held_back:
            await super()._invoke_and_clear_callbacks()

    @property
    def _is_held_back(self) -> bool:
        return bool(self.app._batch_count)  # noqa: SLF001  # `batch_update` begins and ends it; nothing public tells
