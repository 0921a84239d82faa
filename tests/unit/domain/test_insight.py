"""Figures of many tasks: who counts where, what is known of times, what was billed, and the CSV of it."""

from __future__ import annotations

import csv
import io
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.domain.insight import GROUPINGS, as_csv, facts, insight, percent, spans
from headswap_tui.domain.task import Change, Detail, TaskId, TrackedTask

S = 1_000


def task(
    number: int,
    status: int = 3,
    *,
    billed: float | None = 10.0,
    length: float | None = 10.0,
    queued: int = 60,
    took: int = 100,
    tags: tuple[str, ...] = (),
    **detail: object,
) -> TrackedTask:
    """Created at 1000 s, watched to the end with gaps of 2 s."""
    begun = 1_000 * S
    base = Detail(
        status=status, created_ms=begun, deduction_duration=billed, video_duration=length, resolution="720p",
        model_name="m", video_url="https://x/y" if status == 3 else None,
    )  # fmt: skip
    history = {
        str(begun + queued * S): Change(status=2, gap_s=2.0),
        str(begun + (queued + took) * S): Change(status=status, gap_s=2.0),
    }
    made = TrackedTask(TaskId(str(number)), begun, tags=tags, detail=msgspec.structs.replace(base, **detail))
    return msgspec.structs.replace(made, history=history if status > 2 else {})


def day(at_ms: int) -> str:
    return f"day {at_ms // (1_000 * S):03}"


def test_counts_rates_times_and_bills() -> None:
    tasks = [
        task(1, queued=10, took=100),
        task(2, queued=30, took=300, billed=12.5),
        task(3, queued=20, took=200, billed=-2.0, length=None),
        task(4, 4, billed=7.0),
        task(5, 2, billed=99.0),
        TrackedTask(TaskId("6"), 1_000 * S, refusals=5),
    ]
    total = insight(facts(tasks, day), "day").total
    assert (total.tasks, total.completed, total.failed, total.success) == (6, 3, 2, 0.6)
    assert (total.billed, total.billed_failed, total.oddly_billed) == (20.5, 7.0, 1)
    assert (total.processing_median_s, total.processing_p95_s) == (200, 300)
    assert total.queue_p95_s == 59  # the failed one waited too; half of the gap is taken off
    assert total.cost(0.5) == 10.25
    assert total.cost(None) is None


def test_groups_and_their_order() -> None:
    tasks = [
        task(1, tags=("a", "b"), resolution=None, model_name="x"),
        task(2, tags=("b",), created_ms=5_000 * S),
        task(3),
    ]
    known = facts(tasks, day)
    assert [(row.name, row.tasks) for row in insight(known, "tag").rows] == [("b", 2), ("", 1), ("a", 1)]
    assert insight(known, "tag").total.tasks == 3
    assert [row.name for row in insight(known, "day").rows] == ["day 005", "day 001"]
    assert [row.name for row in insight(known, "resolution").rows] == ["720p", ""]
    assert [row.name for row in insight(known, "model").rows] == ["m", "x"]


def test_what_was_not_seen_says_nothing_about_times() -> None:
    assert spans(TrackedTask(TaskId("1"), 0)) == (None, None)
    unseen = {"5000": Change(status=2), "90000": Change(status=3, gap_s=1.0)}
    assert spans(msgspec.structs.replace(task(1), history=unseen)) == (None, None)
    blurred = {"1060000": Change(status=2, gap_s=2.0), "1100000": Change(status=3, gap_s=39.0)}
    assert spans(msgspec.structs.replace(task(1), history=blurred)) == (59.0, None)
    asleep = {"1060000": Change(status=2, gap_s=59.0), "2000000": Change(status=3, gap_s=1.0)}
    assert spans(msgspec.structs.replace(task(1), history=asleep))[0] is None


@pytest.mark.parametrize(("share", "shown"), [(0.0, 0), (0.001, 1), (0.994, 99), (0.9999, 99), (1.0, 100), (0.5, 50)])
def test_only_all_is_a_hundred_percent(share: float, shown: int) -> None:
    assert percent(share) == shown


def test_the_csv_has_the_rows_of_the_screen() -> None:
    tasks = [task(1, tags=("=cmd()", 'a "b", c')), task(2, 4, billed=None), task(3, 1)]
    shown = insight(facts(tasks, day), "tag")
    rows = list(csv.reader(io.StringIO(as_csv(shown, 0.25, "EUR"))))
    assert rows[0][0] == "tag"
    assert rows[0][-1] == "cost_EUR"
    assert [row[0] for row in rows[1:]] == ["", "'=cmd()", 'a "b", c', "total"]
    assert rows[2][1:] == ["1", "1", "0", "100", "59", "59", "100", "100", "10", "0", "0", "2.50"]
    assert all(len(row) == len(rows[0]) for row in rows)
    assert "cost" not in as_csv(shown)


@given(
    st.lists(
        st.builds(
            task,
            st.integers(0, 9),
            st.sampled_from([1, 2, 3, 4, 7]),
            billed=st.none() | st.floats(-1e6, 1e6) | st.just(math.nan),
            tags=st.lists(st.sampled_from("abc"), unique=True).map(tuple),
        ),
        max_size=8,
    )
)
def test_the_groups_add_up(tasks: list[TrackedTask]) -> None:
    known = facts(tasks, day)
    for grouping in GROUPINGS:
        shown = insight(known, grouping)
        assert shown.total.tasks == len(tasks)
        assert math.isfinite(shown.total.billed)
        if grouping != "tag":
            assert sum(row.tasks for row in shown.rows) == len(tasks)
            assert math.isclose(sum(row.billed for row in shown.rows), shown.total.billed, abs_tol=1e-6)
