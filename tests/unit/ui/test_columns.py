"""Which columns are shown where, and how they sort."""

from __future__ import annotations

import pytest

from headswap_tui.domain.events import Forecast
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.ui.presentation.columns import COLUMN_BY_ID, COLUMNS, GUTTER, lay_out, sorted_ids
from headswap_tui.ui.presentation.extras import NO_EXTRAS, Extras, no_extras
from tests.conftest import NOON_MS
from tests.unit.ui.records import completed, failed, processing, task_id, tracked


def shown(width: int) -> list[str]:
    return [placed.column.id for placed in lay_out(width)]


@pytest.mark.parametrize(
    ("width", "wanted"),
    [
        (39, ["state", "progress", "resolution", "duration"]),
        (59, ["state", "progress", "resolution", "duration", "name"]),
        (79, ["state", "progress", "resolution", "duration", "eta", "name"]),
        (200, [column.id for column in COLUMNS]),
    ],
)
def test_columns_give_way_by_priority(width: int, wanted: list[str]) -> None:
    assert shown(width) == wanted


@pytest.mark.parametrize("width", range(1, 220, 3))
def test_columns_never_overlap_and_fit_from_39_cells_on(width: int) -> None:
    x = GUTTER
    for placed in lay_out(width):
        assert placed.x >= x
        assert placed.width >= placed.column.minimum
        x = placed.x + placed.width + 1
    assert x - 1 <= max(width, 39)
    assert shown(width)[:4] == ["state", "progress", "resolution", "duration"]


def test_a_name_gets_what_is_left() -> None:
    widths = {placed.column.id: placed.width for placed in lay_out(260)}
    assert widths["name"] > 100
    assert all(widths[column.id] == column.ideal for column in COLUMNS if not column.grows)


def in_order(tasks: list[TrackedTask], column: str, descending: bool = False) -> list[TaskId]:
    return sorted_ids({task.id: task for task in tasks}, [task.id for task in tasks], column, descending, no_extras)


def test_states_sort_by_how_far_they_are() -> None:
    tasks = [failed(1), completed(2), tracked(3), tracked(4, status=1), processing(5)]
    assert in_order(tasks, "state") == [task_id(n) for n in (5, 4, 3, 2, 1)]


def test_what_has_no_value_comes_last_both_ways() -> None:
    tasks = [tracked(1), tracked(2, video_duration=9.0), tracked(3, video_duration=3.0)]
    assert in_order(tasks, "duration") == [task_id(n) for n in (3, 2, 1)]
    assert in_order(tasks, "duration", descending=True) == [task_id(n) for n in (2, 3, 1)]


def test_equal_ones_keep_their_order_both_ways() -> None:
    tasks = [processing(n) for n in (3, 1, 2)]
    assert in_order(tasks, "progress") == in_order(tasks, "progress", descending=True) == [t.id for t in tasks]


def test_resolutions_sort_by_their_number() -> None:
    tasks = [tracked(n, resolution=text) for n, text in ((1, "1080p"), (2, "480p"), (3, "720p"))]
    assert in_order(tasks, "resolution") == [task_id(n) for n in (2, 3, 1)]


def test_what_ends_next_sorts_before_what_waits_and_what_has_ended() -> None:
    tasks = {task.id: task for task in (completed(1), processing(2), processing(3), tracked(4, status=1))}
    soon = {
        task_id(2): Extras(Forecast(NOON_MS + 9000, 1, None)),
        task_id(3): Extras(Forecast(NOON_MS + 5000, 1, None)),
    }
    order = sorted_ids(tasks, tasks, "eta", False, lambda one: soon.get(one, NO_EXTRAS))
    assert order == [task_id(n) for n in (3, 2, 4, 1)]


def test_every_column_has_its_own_id() -> None:
    assert len(COLUMN_BY_ID) == len(COLUMNS)
