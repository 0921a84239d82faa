"""Small apps around the widgets, with a clock that stands still until it is moved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.app import ComposeResult
from textual.geometry import Region

from headswap_tui.config.settings import UiSettings
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.ui.glyphs import UNICODE, Glyphs
from headswap_tui.ui.presentation.extras import NO_EXTRAS, Extras
from headswap_tui.ui.terminal_app import TerminalApp
from headswap_tui.ui.theme_variables import theme_variable_defaults
from headswap_tui.ui.widgets.task_table import TaskTable
from tests.conftest import NOON_MS


class WidgetApp(TerminalApp):
    """The terminal and the colours that our widgets need."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, **textual: Any) -> None:
        super().__init__(UiSettings, lambda: None, {}, **textual)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme_variable_defaults(self.current_theme)


class WatchedTable(TaskTable):
    """Remembers the regions it asked to repaint; `None` stands for the whole widget."""

    def __init__(self, app: TableApp, glyphs: Glyphs) -> None:
        self.repaints: list[Region | None] = []
        super().__init__(lambda: app.now_ms, lambda one: app.extras.get(one, NO_EXTRAS), glyphs=glyphs)

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> WatchedTable:
        self.repaints += regions or ([None] if repaint else [])
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class TableApp(WidgetApp):
    """One table, its messages in `said`."""

    def __init__(self, tasks: Iterable[TrackedTask] = (), glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self.now_ms = NOON_MS
        self.tasks: dict[TaskId, TrackedTask] = {task.id: task for task in tasks}
        self.extras: dict[TaskId, Extras] = {}
        self.said: list[object] = []
        self.table = WatchedTable(self, glyphs)

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.show(self.tasks, list(self.tasks))
        self.table.focus()

    def on_task_table_highlighted(self, message: TaskTable.Highlighted) -> None:
        self.said.append(("highlighted", message.id))

    def on_task_table_opened(self, message: TaskTable.Opened) -> None:
        self.said.append(("opened", message.id))

    def on_task_table_header_clicked(self, message: TaskTable.HeaderClicked) -> None:
        self.said.append(("header", message.column))

    def on_task_table_marks_changed(self, message: TaskTable.MarksChanged) -> None:
        self.said.append(("marks", message.count))

    def put(self, *tasks: TrackedTask) -> None:
        """New records for ids that are shown, as the engine does it."""
        for task in tasks:
            self.tasks[task.id] = task
        self.table.mark_dirty(task.id for task in tasks)

    def line(self, y: int) -> str:
        """The text of a line of the table as it is painted."""
        return self.table.render_line(y).text
