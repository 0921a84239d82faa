"""Table and detail pane, side by side, one above the other, or one at a time, as the terminal's size asks."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Final, Literal, Self

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.worker import Worker

from headswap_tui.ui import later_styles
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation.extras import ExtrasOf
from headswap_tui.ui.widgets.detail_pane import DetailPane
from headswap_tui.ui.widgets.paint import blank_lines
from headswap_tui.ui.widgets.task_table import TaskTable

if TYPE_CHECKING:
    from headswap_tui.ui.pictures.filmstrip import Filmstrip
    from headswap_tui.ui.pictures.kind import Choice
    from headswap_tui.ui.pictures.overlaying import Placed

Shape = Literal["beside", "below", "full"]

BESIDE_COLUMNS: Final = 110
FULL_BELOW_ROWS: Final = 24
FULL_BELOW_COLUMNS: Final = 60


def shape_for(columns: int, rows: int) -> Shape:
    """Where the detail pane goes in a terminal of that size."""
    if rows < FULL_BELOW_ROWS or columns < FULL_BELOW_COLUMNS:
        return "full"
    return "beside" if columns >= BESIDE_COLUMNS else "below"


class Body(Container):
    """Knows whether the pane is open; an open one over the whole screen is left by `close`, not remembered."""

    class Changed(Message):
        """The pane was opened, closed, or stands elsewhere."""

    def __init__(
        self,
        now: Callable[[], int],
        extras: ExtrasOf,
        glyphs: Glyphs,
        *,
        flash: bool,
        opened: bool,
        shape: Shape,
        pictures: Callable[[], Choice],
        write: Callable[[str], None],
    ) -> None:
        """`opened` says whether the pane is shown where there is room for both.

        `pictures` says how they are drawn here; `write` sends to the terminal as it is.
        """
        super().__init__(classes=f"-{shape}")
        self.table = TaskTable(now, extras, glyphs=glyphs, flash=flash)
        self.detail = DetailPane(glyphs=glyphs)
        self._pictures = pictures
        self._write = write
        self._filmstrip: Filmstrip | None = None
        self._shape = shape
        self._wanted = opened
        self._over = False
        self._is_empty = False
        self._show_open()

    def compose(self) -> ComposeResult:
        """The two of them."""
        yield self.table
        yield self.detail

    @property
    def is_full(self) -> bool:
        """Whether only one of the two fits."""
        return self._shape == "full"

    @property
    def is_open(self) -> bool:
        """Whether the pane is on the screen."""
        return not self._is_empty and (self._over if self.is_full else self._wanted)

    def open(self) -> None:
        """Show the pane; where only one fits it takes the keys too."""
        self._set(True)
        if self.is_full:
            self.screen.set_focus(self.detail)

    def close(self) -> None:
        """Hide the pane."""
        self._set(False)
        self.screen.set_focus(self.table)  # `focus()` comes a moment late, and would take it from who gets it next

    def set_empty(self, is_empty: bool) -> None:
        """Whether nothing is tracked at all: then the table's word about it has all the room."""
        if is_empty != self._is_empty:
            self._is_empty = is_empty
            self._arrange()

    def fit(self, columns: int, rows: int) -> None:
        """Arrange for a terminal of that size."""
        shape = shape_for(columns, rows)
        if shape != self._shape:
            self._shape = shape
            later_styles.read(self.screen)
            self.set_classes(f"-{shape}")
            self._arrange()

    # -- frames of the video

    @property
    def filmstrip(self) -> Filmstrip:
        """What shows them; nothing about pictures is loaded before this is asked for."""
        if self._filmstrip is None:
            from headswap_tui.ui.pictures.filmstrip import Filmstrip

            self._filmstrip = Filmstrip(self.detail, self._pictures, self._work, self._write)
        return self._filmstrip

    def show_frames(self, is_on: bool) -> None:
        """Show frames of downloaded videos in the pane, or no more."""
        if is_on or self._filmstrip is not None:
            self.filmstrip.switch(is_on)
            self.follow()

    @on(DetailPane.RoomChanged)
    def follow(self) -> None:
        """The pane shows another task, stands elsewhere or is gone."""
        if self._filmstrip is not None:
            self._filmstrip.follow(self.detail.shown if self.is_open else None)

    def renew_frames(self) -> None:
        """The terminal was used by others meanwhile."""
        if self._filmstrip is not None:
            self._filmstrip.renew(self.detail.shown if self.is_open else None)

    def overlays(self) -> tuple[list[Placed], list[Region]]:
        """Pictures that the terminal itself has to draw, and what lies over them."""
        placed = self.detail.overlays()
        covers = self.screen.query("Toast, Tooltip") if placed else ()
        return placed, [cover.region for cover in covers if cover.display]

    def on_unmount(self) -> None:
        """Leave no picture behind."""
        if self._filmstrip is not None:
            self._filmstrip.follow(None)

    def _work(self, doing: Callable[[], Coroutine[None, None, None]]) -> Callable[[], None]:
        worker: Worker[None] = self.run_worker(doing, group="frames", name="frames")
        return worker.cancel

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Nothing of it is ever seen: to paint it when it has another size would paint the two once more."""
        del repaint
        return super().refresh(*regions, repaint=False, layout=layout, recompose=recompose)

    def render_lines(self, crop: Region) -> list[Strip]:
        """All of it lies under the two."""
        return blank_lines(self, crop)

    # -- arranging

    def _set(self, is_open: bool) -> None:
        if self.is_full:
            self._over = is_open
        else:
            self._wanted = is_open
        self._arrange()

    def _arrange(self) -> None:
        self._show_open()
        if self.table.has_focus and not self.table.display:
            self.screen.set_focus(self.detail)
        elif self.detail.has_focus and not self.detail.display:
            self.screen.set_focus(self.table)
        self.follow()
        self.post_message(self.Changed())

    def _show_open(self) -> None:
        self.detail.display = self.is_open
        self.table.display = not (self.is_full and self.is_open)
