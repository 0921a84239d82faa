"""Views and their counts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from headswap_tui.domain.task import State, TrackedTask
from headswap_tui.ui.presentation.views import VIEWS, count_states, count_views
from tests.unit.ui import records
from tests.unit.ui.records import completed, failed, processing, tracked


def test_counts_by_view_and_state() -> None:
    tasks = [processing(1), completed(2), completed(3, url=None), failed(4), tracked(5, more={"refusals": 5})]
    assert count_views(tasks) == {"all": 5, "active": 2, "completed": 1, "failed": 2}
    assert count_states(tasks)[State.COMPLETED] == 2


@settings(max_examples=50, deadline=None)
@given(st.lists(records.tasks, max_size=6))
def test_counts_are_what_the_views_hold_and_all_is_the_sum_of_the_others(tasks: list[TrackedTask]) -> None:
    counts = count_views(tasks)
    assert counts == {view.id: sum(map(view.includes, tasks)) for view in VIEWS}
    assert counts["all"] == counts["active"] + counts["completed"] + counts["failed"]
