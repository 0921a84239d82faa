"""The table of tasks: what it repaints, where the cursor goes, marks and mouse."""

from __future__ import annotations

import msgspec
import pytest
from textual.geometry import Region

from headswap_tui.domain.events import Transfer
from headswap_tui.domain.task import Download, DownloadState, TrackedTask
from headswap_tui.ui.glyphs import ASCII
from headswap_tui.ui.presentation.extras import Extras
from tests.conftest import NOON_MS
from tests.ui.table_host import TableApp
from tests.unit.ui.records import completed, processing, task_id, tracked

SIZE = (100, 12)


def rows(count: int) -> list[TrackedTask]:
    return [processing(number, 40.0) for number in range(count)]


def labelled(number: int, label: str) -> TrackedTask:
    return msgspec.structs.replace(processing(number, 40.0), label=label)


def column(app: TableApp, column_id: str) -> Region:
    """Where a column stands, on line 0."""
    placed = next(one for one in app.table._painter.placed if one.column.id == column_id)
    return Region(placed.x, 0, placed.width, 1)


async def test_it_shows_header_and_rows() -> None:
    app = TableApp([processing(1, 50.0), completed(2)])
    async with app.run_test(size=SIZE):
        assert app.line(0).split()[:3] == ["State", "Progress", "Res"]
        assert app.line(1).startswith("▌ ◐ processing")
        assert "50%" in app.line(1)
        assert app.line(2).startswith("  ✔ completed")
        assert app.line(3).strip() == ""


async def test_one_changed_cell_repaints_that_cell_alone() -> None:
    app = TableApp(rows(5))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.table.repaints.clear()
        app.put(processing(3, 60.0))
        app.table.flush()
        cell, painted = column(app, "progress").translate((0, 4)), app.table.repaints
        assert painted and all(region is not None and cell.contains_region(region) for region in painted)
        assert "60%" in app.line(4)


async def test_nothing_changed_repaints_nothing() -> None:
    app = TableApp(rows(5))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.table.repaints.clear()
        app.put(processing(3, 40.0))  # another record that looks the same
        app.table.flush()
        app.table.flush()
        assert app.table.repaints == []


async def test_a_change_out_of_view_repaints_nothing_until_it_is_scrolled_to() -> None:
    app = TableApp(rows(50))
    async with app.run_test(size=SIZE) as pilot:
        app.table.end()
        app.table.home()
        await pilot.pause()
        app.table.repaints.clear()
        app.put(processing(49, 77.0))
        app.table.flush()
        assert app.table.repaints == []
        app.table.end()
        assert "77%" in app.line(11)


async def test_live_figures_show_without_a_new_record() -> None:
    app = TableApp([completed(1)])
    async with app.run_test(size=SIZE):
        app.extras[task_id(1)] = Extras(None, Transfer(DownloadState.RUNNING, 35, 100))
        app.table.mark_dirty([task_id(1)])
        app.table.flush()
        assert "↓ 35%" in app.line(1)


async def test_ages_are_renewed_once_a_second_and_only_where_they_differ() -> None:
    young = completed(1, finished_ms=NOON_MS - 19_000)
    old = completed(2, finished_ms=NOON_MS - 7_200_000)
    app = TableApp([young, old])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.table.flush()
        app.table.repaints.clear()
        app.now_ms += 1000
        app.table.flush()
        app.table.flush()
        (repaint,) = app.table.repaints
        assert repaint is not None and column(app, "eta").translate((0, 1)).contains_region(repaint)
        assert "20s ago" in app.line(1)


async def test_a_changed_cell_is_marked_for_a_second() -> None:
    app = TableApp(rows(3))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.table.flush()

        before = ground(app)
        app.put(processing(1, 60.0))
        app.table.flush()
        assert ground(app) != before
        app.now_ms += 1000
        app.table.flush()
        assert ground(app) == before


def ground(app: TableApp) -> object:
    """What the progress of the second row stands on."""
    number = column(app, "progress").right - 2
    style = app.table.render_line(2).crop(number, number + 1)._segments[0].style
    return style and style.bgcolor


async def test_the_moving_figures_of_a_download_are_not_marked_but_its_end_is() -> None:
    app = TableApp([completed(1), completed(2)])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        moving = completed(2, download=Download(DownloadState.RUNNING, bytes=4, total=8, at_ms=app.now_ms))
        app.extras[moving.id] = Extras(None, Transfer(DownloadState.RUNNING, 4, 8, 2.0, 2.0))
        before = ground(app)
        app.put(moving)
        app.table.flush()
        assert ("50%" in app.line(2), ground(app)) == (True, before)
        del app.extras[moving.id]
        app.put(completed(2, download=Download(DownloadState.DONE, "/a.mp4", 8, 8)))
        app.table.flush()
        assert ("saved" in app.line(2), ground(app) == before) == (True, False)


async def test_the_cursor_follows_its_task() -> None:
    app = TableApp(rows(30))
    async with app.run_test(size=SIZE) as pilot:
        app.table.move_to(task_id(12))
        line = app.table.cursor_row - app.table.scroll_offset.y
        app.table.show(app.tasks, list(reversed(app.tasks)))
        await pilot.pause()
        assert app.table.cursor_id == task_id(12)
        assert app.table.cursor_row == 17
        assert app.table.cursor_row - app.table.scroll_offset.y == line, "the row jumped on the screen"
        assert app.said == [("highlighted", task_id(0)), ("highlighted", task_id(12))]


async def test_rows_that_come_above_do_not_move_the_row_under_the_cursor() -> None:
    app = TableApp(rows(30))
    async with app.run_test(size=SIZE):
        app.table.page(1)
        line, cursor = app.table.cursor_row - app.table.scroll_offset.y, app.table.cursor_id
        newer = processing(99, 1.0)
        app.tasks[newer.id] = newer
        app.table.show(app.tasks, [newer.id, *(one for one in app.tasks if one != newer.id)])
        assert (app.table.cursor_row - app.table.scroll_offset.y, app.table.cursor_id) == (line, cursor)


async def test_at_the_top_a_new_row_is_seen() -> None:
    app = TableApp(rows(30))
    async with app.run_test(size=SIZE):
        newer = labelled(99, "brand new")
        app.tasks[newer.id] = newer
        app.table.show(app.tasks, [newer.id, *(one for one in app.tasks if one != newer.id)])
        assert "brand new" in app.line(1)
        assert app.table.cursor_id == task_id(0)


@pytest.mark.parametrize(("gone", "wanted"), [([5], 6), ([5, 6, 7], 8), ([5, 6, 7, 8, 9], 4)])
async def test_when_its_task_goes_the_cursor_takes_the_next_one(gone: list[int], wanted: int) -> None:
    app = TableApp(rows(10))
    async with app.run_test(size=SIZE) as pilot:
        app.table.move_to(task_id(5))
        for number in gone:
            del app.tasks[task_id(number)]
        app.table.show(app.tasks, list(app.tasks))
        await pilot.pause()
        assert app.table.cursor_id == task_id(wanted)
        assert app.said[-1] == ("highlighted", task_id(wanted))


async def test_an_order_that_empties_and_fills_again() -> None:
    app = TableApp(rows(3))
    async with app.run_test(size=SIZE) as pilot:
        app.table.show_empty("Nothing here yet", "Press a to add tasks.")
        app.table.show(app.tasks, [])
        await pilot.pause()
        painted = [app.line(y).strip() for y in range(12)]
        assert "Nothing here yet" in painted
        assert "Press a to add tasks." in painted
        assert app.table.cursor_id is None
        assert app.table.selection() == []
        app.table.cursor_down()
        app.table.show(app.tasks, list(app.tasks))
        await pilot.pause()
        assert app.said[-2:] == [("highlighted", None), ("highlighted", task_id(0))]


async def test_motions() -> None:
    app = TableApp(rows(100))
    async with app.run_test(size=SIZE):
        table = app.table
        table.cursor_down(3)
        table.cursor_down(-1)
        assert table.cursor_row == 2
        table.page(1)
        assert (table.cursor_row, table.scroll_offset.y) == (13, 11)
        table.page(0.5)
        assert (table.cursor_row, table.scroll_offset.y) == (18, 16)
        table.page(-1)
        table.end()
        assert (table.cursor_row, table.scroll_offset.y) == (99, 89)
        table.home()
        assert (table.cursor_row, table.scroll_offset.y) == (0, 0)
        table.cursor_down(-5)
        assert table.cursor_row == 0
        assert table.move_to(task_id(70))
        assert not table.move_to(task_id(700))
        assert table.cursor_id in table.visible_ids()


async def test_the_next_one_wanted_is_found_round_the_end() -> None:
    tasks = rows(10)
    tasks[2], tasks[7] = completed(2), completed(7)
    app = TableApp(tasks)
    async with app.run_test(size=SIZE):
        seen = []
        for backwards in (False, False, False, True):
            assert app.table.next_where(lambda task: task.is_finished, backwards=backwards)
            seen.append(app.table.cursor_row)
        assert seen == [2, 7, 2, 7]
        assert not app.table.next_where(lambda task: task.archived)


async def test_marks_and_ranges() -> None:
    app = TableApp(rows(10))
    async with app.run_test(size=SIZE) as pilot:
        table = app.table
        assert table.selection() == [task_id(0)]
        table.toggle_mark()
        table.move_to(task_id(3))
        table.toggle_range()
        table.cursor_down(2)
        assert table.is_ranging
        assert table.selection() == [task_id(n) for n in (0, 3, 4, 5)]
        table.cursor_down(-1)
        assert table.selection() == [task_id(n) for n in (0, 3, 4)]
        table.toggle_range()
        table.cursor_down(3)
        assert table.selection() == [task_id(n) for n in (0, 3, 4)]
        assert app.line(5).startswith("● ◐")
        table.show(app.tasks, [task_id(3), task_id(9)])
        assert table.selection() == [task_id(3)], "marks that a filter hides are not acted on"
        table.mark_all()
        assert len(table.marked) == 4
        table.clear_marks()
        await pilot.pause()
        assert app.said[-1] == ("marks", 0)


async def test_marks_go_with_their_tasks() -> None:
    app = TableApp(rows(3))
    async with app.run_test(size=SIZE) as pilot:
        app.table.mark_all()
        del app.tasks[task_id(1)]
        app.table.show(app.tasks, list(app.tasks))
        await pilot.pause()
        assert ("marks", 2) in app.said
        assert set(app.table.marked) == {task_id(0), task_id(2)}


async def test_the_mouse() -> None:
    app = TableApp(rows(40))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click(offset=(20, 4))
        assert app.table.cursor_id == task_id(3)
        await pilot.click(offset=(0, 5))
        assert app.table.selection() == [task_id(4)]
        await pilot.double_click(offset=(20, 6))
        assert ("opened", task_id(5)) in app.said
        await pilot.click(offset=(column(app, "duration").x + 1, 0))
        assert app.said[-1] == ("header", "duration")
        await pilot.click(offset=(20, 0))
        assert app.table.cursor_id == task_id(5)


async def test_the_header_carries_the_arrow() -> None:
    app = TableApp(rows(1))
    async with app.run_test(size=SIZE):
        app.table.sort = ("duration", True)
        assert "Length▼" in app.line(0)
        app.table.sort = ("state", False)
        assert "State ▲" in app.line(0)
        assert "▼" not in app.line(0)


async def test_narrow_and_wide() -> None:
    app = TableApp([labelled(99, "東京タワー夜景 and more words than fit"), *rows(30)])
    async with app.run_test(size=(40, 10)) as pilot:
        assert app.line(1).startswith("▌ ◐ processing")
        assert "720p" in app.line(1)
        assert "0:10" in app.line(1)
        for width in (60, 80, 140):
            await pilot.resize_terminal(width, 10)
            await pilot.pause()
            assert "東京" in app.line(1)
            assert {app.table.render_line(y).cell_length for y in range(10)} == {width - 1}


async def test_ascii() -> None:
    app = TableApp([labelled(1, "Grandma’s 東京"), completed(2)], glyphs=ASCII)
    async with app.run_test(size=SIZE):
        app.table.toggle_mark()
        assert all(app.line(y).isascii() for y in range(12))
        assert app.line(1).startswith(">*@ processing")


async def test_a_new_theme_repaints_with_its_colours() -> None:
    app = TableApp(rows(2))
    async with app.run_test(size=SIZE) as pilot:
        before = app.table.render_line(2)._segments
        app.theme = "textual-light"
        await pilot.pause()
        after = app.table.render_line(2)._segments
        assert [one.text for one in before] == [one.text for one in after]
        assert [one.style for one in before] != [one.style for one in after]


async def test_a_record_that_vanishes_before_the_order_does_is_blank() -> None:
    app = TableApp(rows(3))
    async with app.run_test(size=SIZE):
        del app.tasks[task_id(1)]
        app.table.mark_dirty([task_id(1)])
        app.table.flush()
        assert app.line(2).strip() == ""
        assert "processing" in app.line(3)


async def test_hostile_names_are_plain_text() -> None:
    app = TableApp([tracked(1, more={"label": "[/b] [@click=app.bell]x[/] \x1b[2J"})])
    async with app.run_test(size=(200, 12)):
        assert "[/b] [@click=app.bell]x[/] ␛[2J" in app.line(1)


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (10, 3), (20, 4)])
async def test_no_terminal_is_too_small(size: tuple[int, int]) -> None:
    app = TableApp([labelled(99, "東京"), *rows(5)])
    async with app.run_test(size=size) as pilot:
        app.table.end()
        app.table.toggle_mark()
        app.put(processing(2, 60.0))
        app.table.flush()
        app.table.show(app.tasks, [])
        app.table.show_empty("Nothing", "to see here")
        await pilot.pause()
        await pilot.resize_terminal(60, 10)
        app.table.show(app.tasks, list(app.tasks))
        await pilot.pause()
        assert "processing" in app.line(1)


async def test_the_cursor_stays_in_view_when_the_table_shrinks() -> None:
    app = TableApp(rows(60))
    async with app.run_test(size=(80, 21)) as pilot:
        app.table.cursor_down(19)
        await pilot.pause()
        await pilot.resize_terminal(80, 9)
        await pilot.pause()
        assert app.table.cursor_id in app.table.visible_ids()
        assert app.table.cursor_row == 19
        app.table.end()
        await pilot.resize_terminal(80, 5)
        await pilot.pause()
        assert app.table.visible_ids()[-1] == app.table.cursor_id


async def test_who_scrolled_away_from_the_cursor_is_not_brought_back() -> None:
    app = TableApp(rows(60))
    async with app.run_test(size=(80, 21)) as pilot:
        app.table.scroll_to(y=30, animate=False, force=True)
        await pilot.pause()
        await pilot.resize_terminal(80, 12)
        await pilot.pause()
        assert app.table.scroll_offset.y == 30
        assert app.table.cursor_row == 0
