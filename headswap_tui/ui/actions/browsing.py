"""Looking around: views, order, marks, moving, failures."""

from __future__ import annotations

from functools import partial

from headswap_tui.config.settings import MOST_VIEWS
from headswap_tui.domain.task import State
from headswap_tui.ui.actions.desk import Desk, Handlers
from headswap_tui.ui.presentation.columns import COLUMN_BY_ID, chosen_columns
from headswap_tui.ui.presentation.views import VIEWS


class Browsing:
    """Commands that change what is looked at, never a task."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> Handlers:
        """By command id."""
        return {
            **{f"view_{view.id}": partial(self.look_at, view.id) for view in VIEWS},
            **{f"view_{len(VIEWS) + n}": partial(self.look_at, str(len(VIEWS) + n)) for n in range(1, MOST_VIEWS + 1)},
            "previous_view": partial(self._turn, -1),
            "next_view": partial(self._turn, 1),
            "sort": self.sort,
            "reverse": self.reverse,
            "columns": self.columns,
            "next_failure": partial(self._failure, backwards=False),
            "previous_failure": partial(self._failure, backwards=True),
            "mark": self.mark,
            "mark_range": self.mark_range,
            "mark_all": self.mark_all,
        }

    def look_at(self, view: str) -> None:
        """Show one of the views."""
        self._desk.lineup.look_at(view)
        self._desk.show_order()

    def _turn(self, step: int) -> None:
        ids = [view.id for view in self._desk.lineup.views]
        self.look_at(ids[(ids.index(self._desk.lineup.view) + step) % len(ids)])

    async def sort(self) -> None:
        """Ask for the column to sort by."""
        from headswap_tui.ui.screens.sort import SortDialog

        lineup = self._desk.lineup
        column = await self._desk.ask(SortDialog(lineup.sort, lineup.descending, self._desk.glyphs))
        if column is not None:
            self.sort_by(column)

    def sort_by(self, column: str) -> None:
        """Sort by a column; by the one that already is, the other way round."""
        lineup = self._desk.lineup
        same = column == lineup.sort
        self._sorted(column, not lineup.descending if same else COLUMN_BY_ID[column].newest_first)

    def reverse(self) -> None:
        """The other way round."""
        self._sorted(self._desk.lineup.sort, not self._desk.lineup.descending)

    def _sorted(self, column: str, descending: bool) -> None:
        self._desk.lineup.sort_by(column, descending)
        self._desk.show_order()
        self._desk.remember(sort=column, reverse=descending)

    async def columns(self) -> None:
        """Choose the columns and their order."""
        from headswap_tui.ui.screens.columns import ColumnsDialog

        desk = self._desk
        chosen = await desk.ask(ColumnsDialog(desk.memory.columns, self._show_columns))
        if chosen is None:
            self._show_columns(desk.memory.columns)
            return
        self._show_columns(chosen)
        desk.remember(columns=chosen)

    def _show_columns(self, ids: tuple[str, ...]) -> None:
        self._desk.table.columns = chosen_columns(ids)

    def _failure(self, *, backwards: bool) -> None:
        self._desk.table.next_where(lambda task: task.state is State.FAILED, backwards=backwards)

    def mark(self) -> None:
        """Mark the row, and go on to the next one."""
        self._desk.table.toggle_mark()
        self._desk.table.cursor_down()

    def mark_range(self) -> None:
        """Begin or end a range."""
        self._desk.table.toggle_range()

    def mark_all(self) -> None:
        """Mark all that are shown, or none."""
        self._desk.table.mark_all()
