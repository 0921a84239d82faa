"""The table's columns, one record each: header, width, when it gives way, cell and sort key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec

from headswap_tui.domain.task import State, TrackedTask
from headswap_tui.ui.presentation import cells
from headswap_tui.ui.presentation.extras import Extras
from headswap_tui.ui.presentation.pieces import Align, Line

CellOf = Callable[[TrackedTask, Extras, cells.Look, int], Line]
SortKey = Callable[[TrackedTask, Extras], Any]


class Column(msgspec.Struct, frozen=True):
    """One column; those that change most stand left, where a change costs the fewest bytes."""

    id: str
    header: str
    minimum: int
    """Cells below which it is dropped rather than shown."""
    ideal: int
    """Cells it is given if there is room."""
    priority: int
    """The highest number is dropped first; 0 never is."""
    cell: CellOf
    key: SortKey
    """What it sorts by; `None` sorts last, both ways."""
    live: bool = False
    """The sort key looks at the live figures."""
    align: Align = "left"
    grows: bool = False
    """Takes what is left of the width."""
    quiet: bool = False
    """Changes with the clock: never marked as changed."""
    roomy: int = 0
    """Cells that it must have before a column of priority 3 and above is shown; given before any has its ideal."""
    newest_first: bool = False
    """Sorts downwards when first chosen."""


STATE_ORDER: Final = {
    state: rank
    for rank, state in enumerate(
        (State.PROCESSING, State.QUEUED, State.PENDING, State.UNKNOWN, State.COMPLETED, State.FAILED, State.MISSING)
    )
}
"""What moves first, what has ended last."""


def _progress_key(task: TrackedTask, extras: Extras) -> float | None:
    if task.state is State.COMPLETED:
        return 100.0
    known = task.detail.progress if task.detail else None
    estimate = extras.forecast.progress if extras.forecast else None
    return known if estimate is None else max(estimate, known or 0.0)


def _resolution_key(task: TrackedTask, _extras: Extras) -> tuple[int, str] | None:
    text = task.detail.resolution if task.detail else None
    if not text:
        return None
    digits = "".join(char for char in text if char in "0123456789")
    return int(digits[:9] or 0), text


def _eta_key(task: TrackedTask, extras: Extras) -> tuple[int, int]:
    """What ends next comes first; then what waits without a forecast; then what ended last."""
    if not task.is_active:
        return 2, -(task.finished_ms or task.changed_ms or task.added_ms)
    if extras.forecast is not None:
        return 0, extras.forecast.finish_ms
    return 1, task.added_ms


COLUMNS: Final[tuple[Column, ...]] = (
    Column("state", "State", 13, 14, 0, cells.state, lambda task, _: STATE_ORDER[task.state], roomy=14),
    Column("progress", "Progress", 10, 16, 0, cells.progress, _progress_key, live=True, roomy=12, newest_first=True),
    Column("resolution", "Res", 5, 6, 0, cells.resolution, _resolution_key, newest_first=True),
    Column(
        "duration",
        "Length",
        6,
        7,
        0,
        cells.duration,
        lambda task, _: task.detail.video_duration if task.detail else None,
        align="right",
        newest_first=True,
        roomy=7,
    ),
    Column("eta", "ETA/age", 9, 9, 2, cells.eta, _eta_key, live=True, quiet=True),
    Column("name", "Name", 14, 30, 1, cells.name, lambda task, _: task.name.casefold(), grows=True, roomy=28),
    Column("id", "Id", 13, 24, 3, cells.task_id, lambda task, _: task.id),
    Column("model", "Model", 13, 15, 4, cells.model, lambda task, _: (task.detail and task.detail.model_name) or None),
    Column("added", "Added", 7, 7, 5, cells.added, lambda task, _: task.added_ms, newest_first=True),
    Column("updated", "Updated", 8, 9, 6, cells.updated, lambda task, _: task.changed_ms or None, newest_first=True),
)

COLUMN_BY_ID: Final = {column.id: column for column in COLUMNS}


def chosen_columns(ids: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these ids in their order, unknown ones left out; all in the usual order if none is left."""
    return tuple(COLUMN_BY_ID[name] for name in dict.fromkeys(ids) if name in COLUMN_BY_ID) or COLUMNS


GUTTER: Final = 2
"""Cells before the first column: the signs of cursor and mark."""


class Placed(msgspec.Struct, frozen=True):
    """A column where it stands on the screen."""

    column: Column
    x: int
    """First cell, counted from the widget's left."""
    width: int


def lay_out(width: int, columns: Iterable[Column] = COLUMNS) -> tuple[Placed, ...]:
    """The columns that fit into `width` cells, those of low priority dropped, and where they stand."""
    gap = 1 if width < 70 else 2
    kept = list(columns)
    while _needed(kept, gap) > width and any(column.priority for column in kept):
        kept.remove(max(kept, key=lambda column: column.priority))
    widths = {column.id: column.minimum for column in kept}
    spare = max(0, width - GUTTER - sum(widths.values()) - gap * (len(kept) - 1))
    wishes = [(column, max(column.minimum, column.roomy)) for column in kept if column.roomy]
    wishes += [(column, column.ideal) for column in sorted(kept, key=lambda column: column.priority)]
    for column, wish in wishes:
        extra = max(0, min(spare, wish - widths[column.id]))
        widths[column.id] += extra
        spare -= extra
    for column in kept:
        if column.grows:
            widths[column.id] += spare
            spare = 0
    placed = []
    x = GUTTER
    for column in kept:
        placed.append(Placed(column, x, widths[column.id]))
        x += widths[column.id] + gap
    return tuple(placed)


def _needed(columns: list[Column], gap: int) -> int:
    is_wide = any(column.priority >= 3 for column in columns)
    cells_needed = sum(max(column.minimum, column.roomy) if is_wide else column.minimum for column in columns)
    return GUTTER + cells_needed + gap * (len(columns) - 1)
