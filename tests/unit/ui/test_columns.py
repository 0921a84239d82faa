"""Which columns are shown where, and how they sort."""

from __future__ import annotations

import pytest

from headswap_tui.ui.presentation.columns import COLUMN_BY_ID, COLUMNS, GUTTER, lay_out


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


def test_every_column_has_its_own_id() -> None:
    assert len(COLUMN_BY_ID) == len(COLUMNS)
