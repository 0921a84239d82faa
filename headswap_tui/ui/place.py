"""Where the user is in the list."""

from __future__ import annotations

from headswap_tui.ui.lineup import Lineup
from headswap_tui.ui.presentation.columns import COLUMN_BY_ID
from headswap_tui.ui.widgets.task_table import TaskTable
from headswap_tui.ui.widgets.view_tabs import Place


def place_in(table: TaskTable, lineup: Lineup) -> Place:
    """Order, marks and the cursor's row, for the line of the views."""
    shown = sum(task_id in table.marked for task_id in lineup.order) if table.marked else 0
    return Place(
        row=table.cursor_row + 1 if lineup.order else 0,
        rows=len(lineup.order),
        marked=shown,
        marked_hidden=len(table.marked) - shown,
        is_ranging=table.is_ranging,
        sort=COLUMN_BY_ID[lineup.sort].header,
        descending=lineup.descending,
    )
