"""View, filter and order: rows come and go, but never jump away under the cursor."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.ui.lineup import CALM_MS, Lineup
from headswap_tui.ui.presentation.extras import no_extras


def a_task(name: str, added_ms: int, status: int = 2, progress: float = 10.0) -> TrackedTask:
    url = "https://x/y" if status == 3 else None
    return TrackedTask(TaskId(name), added_ms, detail=Detail(status=status, progress=progress, video_url=url))


@dataclass
class World:
    tasks: dict[TaskId, TrackedTask]
    now_ms: int = 10_000

    def set(self, name: str, **detail: object) -> TaskId:
        task = self.tasks[TaskId(name)]
        assert task.detail is not None
        changed = msgspec.structs.replace(task.detail, **detail)
        self.tasks[task.id] = msgspec.structs.replace(task, detail=changed)
        return task.id


def world() -> tuple[World, Lineup]:
    made = World({task.id: task for task in (a_task("a", 1, progress=30.0), a_task("b", 2), a_task("c", 3, status=4))})
    lineup = Lineup(made.tasks, no_extras, lambda: made.now_ms)
    lineup.rebuild()
    return made, lineup


def names(lineup: Lineup) -> str:
    return "".join(lineup.order)


def test_newest_first_by_default() -> None:
    assert names(world()[1]) == "cba"


def test_views_and_filter_narrow_together() -> None:
    _, lineup = world()
    lineup.look_at("active")
    assert names(lineup) == "ba"
    lineup.narrow_by("state:failed")
    assert (names(lineup), lineup.is_narrowed) == ("", True)
    lineup.look_at("all")
    assert names(lineup) == "c"
    lineup.narrow_by("")
    assert names(lineup) == "cba"


def test_a_filter_that_makes_no_sense_is_named() -> None:
    _, lineup = world()
    lineup.narrow_by("state:dancing")
    assert "dancing" in lineup.filter.problem


def test_sort_both_ways_and_unknown_columns() -> None:
    _, lineup = world()
    lineup.sort_by("progress", True)
    assert names(lineup)[0] == "a"
    lineup.sort_by("progress", False)
    assert names(lineup)[-1] == "a"
    lineup.sort_by("gone", True)
    assert lineup.sort == "added"


def test_added_and_removed_tasks_appear_at_once() -> None:
    made, lineup = world()
    made.tasks[TaskId("d")] = a_task("d", 4)
    assert lineup.take([TaskId("d")], None)
    assert names(lineup) == "dcba"
    del made.tasks[TaskId("b")]
    assert lineup.take([TaskId("b")], None)
    assert names(lineup) == "dca"
    assert not lineup.take([], None)


def test_a_change_that_moves_nothing_is_no_change() -> None:
    made, lineup = world()
    order = lineup.order
    assert not lineup.take([made.set("a", progress=31.0)], None)
    assert lineup.order is order


def test_values_sorted_by_wait_until_the_order_has_stood_for_a_while() -> None:
    made, lineup = world()
    lineup.sort_by("progress", True)
    assert names(lineup) == "cab" or names(lineup) == "acb"
    before = names(lineup)
    changed = made.set("b", progress=90.0)
    assert not lineup.take([changed], None)
    assert names(lineup) == before
    made.now_ms += CALM_MS
    assert not lineup.take([], None, calm=True)
    assert lineup.take([], None)
    assert names(lineup)[0] == "b"


def test_the_row_under_the_cursor_stays_until_the_cursor_leaves() -> None:
    made, lineup = world()
    lineup.look_at("active")
    gone = made.set("b", status=3, video_url="https://x/y")
    assert not lineup.take([gone], gone)
    assert names(lineup) == "ba"
    assert lineup.take([], TaskId("a"))
    assert names(lineup) == "a"


def test_a_row_elsewhere_goes_at_once() -> None:
    made, lineup = world()
    lineup.look_at("active")
    assert lineup.take([made.set("b", status=4)], TaskId("a"))
    assert names(lineup) == "a"
