"""How each column sorts, and that a kept order is the one that sorting anew would give."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from headswap_tui.domain.events import Forecast
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.ui.presentation.columns import COLUMN_BY_ID
from headswap_tui.ui.presentation.extras import NO_EXTRAS, Extras, no_extras
from headswap_tui.ui.sorting import Sorting
from tests.conftest import NOON_MS
from tests.unit.ui.records import completed, failed, processing, task_id, tracked


def in_order(tasks: list[TrackedTask], column: str, descending: bool = False) -> list[TaskId]:
    """The last of these was added first."""
    sorting = Sorting({task.id: task for task in reversed(tasks)}, no_extras)
    sorting.choose(column)
    return sorting.ids(descending=descending)


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


def test_one_that_goes_and_comes_back_stands_where_it_was_among_its_equals() -> None:
    tasks = {task.id: task for task in (tracked(1), tracked(2), tracked(3))}
    sorting = Sorting(tasks, no_extras)
    sorting.choose("added")
    before = sorting.ids(descending=True)
    gone = tasks.pop(task_id(2))
    sorting.look_at(gone.id)
    assert sorting.ids(descending=True) == [task_id(3), task_id(1)]
    tasks |= {gone.id: gone, task_id(4): tracked(4)}
    for one in (gone.id, task_id(4)):
        sorting.look_at(one)
    assert sorting.ids(descending=True) == [task_id(4), *before]


def test_resolutions_sort_by_their_number() -> None:
    tasks = [tracked(n, resolution=text) for n, text in ((1, "1080p"), (2, "480p"), (3, "720p"))]
    assert in_order(tasks, "resolution") == [task_id(n) for n in (2, 3, 1)]


def test_what_ends_next_sorts_before_what_waits_and_what_has_ended() -> None:
    tasks = {task.id: task for task in (completed(1), processing(2), processing(3), tracked(4, status=1))}
    soon = {
        task_id(2): Extras(Forecast(NOON_MS + 9000, 1, None)),
        task_id(3): Extras(Forecast(NOON_MS + 5000, 1, None)),
    }
    sorting = Sorting(tasks, lambda one: soon.get(one, NO_EXTRAS))
    sorting.choose("eta")
    assert sorting.ids(descending=False) == [task_id(n) for n in (3, 2, 4, 1)]


def test_a_forecast_that_moved_by_itself_counts_at_the_next_sorting() -> None:
    tasks = {task.id: task for task in (processing(1), processing(2))}
    ends = {task_id(1): NOON_MS + 5000, task_id(2): NOON_MS + 9000}
    sorting = Sorting(tasks, lambda one: Extras(Forecast(ends[one], 1, None)))
    sorting.choose("eta")
    assert sorting.ids(descending=False) == [task_id(1), task_id(2)]
    ends[task_id(1)] = NOON_MS + 20_000
    assert sorting.ids(descending=False) == [task_id(2), task_id(1)]


KINDS: tuple[Callable[[int], TrackedTask], ...] = (
    tracked,
    completed,
    failed,
    partial(processing, progress=12.0),
    partial(processing, progress=80.0, more={"label": "b"}),
    partial(tracked, status=1, resolution="480p"),
    partial(tracked, status=2, file_name="a.mp4", video_duration=3.0),
)
Step = tuple[int, Callable[[int], TrackedTask] | None]
STEPS = st.lists(st.tuples(st.integers(1, 8), st.none() | st.sampled_from(KINDS)), max_size=25)


@given(st.sampled_from(sorted(COLUMN_BY_ID)), st.booleans(), STEPS, STEPS)
@example("duration", False, [(1, tracked), (2, tracked)], [(1, None), (1, tracked)])  # removed and back at once
def test_what_changed_leads_to_the_order_that_sorting_anew_gives(
    column: str, descending: bool, first: list[Step], then: list[Step]
) -> None:
    tasks: dict[TaskId, TrackedTask] = {}

    def step(number: int, make: Callable[[int], TrackedTask] | None) -> TaskId:
        if make is None:
            tasks.pop(task_id(number), None)
        else:
            tasks[task_id(number)] = msgspec.structs.replace(make(number), added_ms=number)
        return task_id(number)

    for one in first:
        step(*one)
    kept = Sorting(tasks, no_extras)
    kept.choose(column)
    kept.ids(descending=descending)
    known = list(tasks)
    for one in then:
        kept.look_at(step(*one))
    places = {task_id: tasks[task_id] for task_id in known if task_id in tasks}  # what came back stands where it was
    anew = Sorting(places | tasks, no_extras)
    anew.choose(column)
    assert kept.ids(descending=descending) == anew.ids(descending=descending)
