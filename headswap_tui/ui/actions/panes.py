"""Moving about on the screen: rows, the detail pane, the filter line, and the way out of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from headswap_tui.ui.actions.desk import Desk, Handlers

if TYPE_CHECKING:
    from headswap_tui.ui.screens.body import Body
    from headswap_tui.ui.widgets.detail_pane import DetailPane
    from headswap_tui.ui.widgets.filter_bar import FilterBar
    from headswap_tui.ui.widgets.task_table import TaskTable


class Stage(Desk, Protocol):
    """The screen with its movable parts."""

    @property
    def body(self) -> Body: ...

    @property
    def filter_bar(self) -> FilterBar: ...


IN_TABLE: Final[Mapping[str, Callable[[TaskTable], None]]] = {
    "down": lambda table: table.cursor_down(),
    "up": lambda table: table.cursor_down(-1),
    "half_down": lambda table: table.page(0.5),
    "half_up": lambda table: table.page(-0.5),
    "page_down": lambda table: table.page(1),
    "page_up": lambda table: table.page(-1),
    "first": lambda table: table.home(),
    "last": lambda table: table.end(),
}

IN_DETAIL: Final[Mapping[str, Callable[[DetailPane], None]]] = {
    "down": lambda pane: pane.scroll_relative(y=1, animate=False),
    "up": lambda pane: pane.scroll_relative(y=-1, animate=False),
    "half_down": lambda pane: pane.scroll_relative(y=pane.size.height // 2, animate=False),
    "half_up": lambda pane: pane.scroll_relative(y=-(pane.size.height // 2), animate=False),
    "page_down": lambda pane: pane.scroll_relative(y=pane.size.height - 1, animate=False),
    "page_up": lambda pane: pane.scroll_relative(y=1 - pane.size.height, animate=False),
    "first": lambda pane: pane.scroll_home(animate=False),
    "last": lambda pane: pane.scroll_end(animate=False),
}


class Panes:
    """Commands about what has the keys and how much is seen."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def handlers(self) -> Handlers:
        """By command id."""
        return {
            "detail": self.detail,
            "wrap": self.wrap,
            "preview": self.preview,
            "preview_source": self.preview_source,
            "filter": self.filter,
            "leave": self.leave,
            **{name: partial(self._move, name) for name in IN_TABLE},
        }

    def detail(self) -> None:
        """Open the pane; if it is open go into it, and from there close it. Filter and marks stay."""
        body = self._stage.body
        if body.is_open and not body.detail.has_focus:
            body.detail.focus()
            return
        if body.is_open:
            body.close()
        else:
            body.open()
        self._remember_detail()

    def wrap(self) -> None:
        """Wrap long text in the pane, or cut it."""
        pane = self._stage.body.detail
        pane.wrap = not pane.wrap
        self._stage.remember(wrap=pane.wrap)

    def preview(self) -> None:
        """Frames in the pane, which opens for them, or no more."""
        body, is_on = self._stage.body, not self._stage.memory.frames
        if is_on and not body.is_open:
            body.open()
            self._remember_detail()
        self._stage.remember(frames=is_on)
        body.show_frames(is_on)

    def preview_source(self) -> None:
        """Frames of the source in the pane, which opens for them; again: no more."""
        body, task = self._stage.body, self._stage.cursor()
        if task is None:
            return
        if not body.is_open:
            body.open()
            self._remember_detail()
        body.filmstrip.show_source(task, partial(self._stage.engine.fetch_source, task.id))

    def filter(self) -> None:
        """Open the filter line with what is in force."""
        if self._stage.body.is_full and self._stage.body.is_open:
            self._stage.body.close()
        if not self._stage.lineup.is_narrowed:
            self._stage.table.remember_cursor()
        self._stage.filter_bar.open(self._stage.lineup.filter_text)
        self._stage.show_order()

    def leave(self) -> None:
        """One step out: a detail over the whole screen, the filter, the marks, the detail."""
        stage = self._stage
        body, table = stage.body, stage.table
        if body.is_full and body.is_open:
            body.close()
        elif stage.lineup.is_narrowed or stage.filter_bar.display:
            self.clear_filter()
        elif table.marked or table.is_ranging:
            table.clear_marks()
        elif body.detail.has_focus:
            table.focus()
        elif body.is_open:
            body.close()
            self._remember_detail()

    def keep_filter(self) -> None:
        """Leave the field; the filter stays in force, its chips in sight."""
        stage = self._stage
        stage.table.remember_cursor()
        stage.filter_bar.keep(stage.lineup.filter_text)
        stage.table.focus()
        stage.show_order()

    def clear_filter(self) -> None:
        """Show everything of the view again."""
        stage = self._stage
        stage.filter_bar.close()
        stage.lineup.narrow_by("")
        stage.table.focus()
        stage.show_order()
        stage.table.return_cursor()

    def _move(self, name: str) -> None:
        pane = self._stage.body.detail
        if pane.has_focus:
            IN_DETAIL[name](pane)
        else:
            IN_TABLE[name](self._stage.table)

    def _remember_detail(self) -> None:
        if not self._stage.body.is_full:
            self._stage.remember(detail=self._stage.body.is_open)
