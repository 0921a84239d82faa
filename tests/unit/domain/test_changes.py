"""What answers, faults and the user do to a record."""

from __future__ import annotations

import pytest

from headswap_tui.domain.changes import (
    HISTORY_LIMIT,
    answered,
    asked_again,
    edited,
    merged,
    not_answered,
    track,
    with_download,
)
from headswap_tui.domain.errors import OutOfCredit, TaskRefused, Unreachable
from headswap_tui.domain.task import (
    REFUSALS_UNTIL_MISSING,
    Detail,
    Download,
    DownloadState,
    State,
    TaskId,
    TrackedTask,
)

ID = TaskId("6a066dc58570ecbf64f761a5")
NOW = 10_000
VIDEO = "https://files.example/v.mp4"


def task() -> TrackedTask:
    return track(ID, 1_000)


@pytest.mark.parametrize(
    ("detail", "state", "is_active"),
    [
        (Detail(status=1), State.QUEUED, True),
        (Detail(status=2), State.PROCESSING, True),
        (Detail(status=3, video_url=VIDEO), State.COMPLETED, False),
        (Detail(status=3), State.COMPLETED, True),
        (Detail(status=4), State.FAILED, False),
        (Detail(status=7), State.UNKNOWN, True),
        (Detail(), State.UNKNOWN, True),
    ],
)
def test_state_follows_the_status_number(detail: Detail, state: State, is_active: bool) -> None:
    after = answered(task(), detail, 2_000, 2_100)
    assert (after.state, after.is_active, after.is_finished) == (state, is_active, not is_active)


def test_a_new_task_is_pending_and_active() -> None:
    assert task().state is State.PENDING
    assert task().is_active


def test_a_clock_set_back_a_day_does_not_silence_the_service_for_a_day() -> None:
    day_ms = 86_400_000
    before = answered(task(), Detail(status=1), asked_ms=3 * day_ms, now_ms=3 * day_ms)
    after = answered(before, Detail(status=2), asked_ms=2 * day_ms, now_ms=2 * day_ms + 100)
    assert after.state is State.PROCESSING
    assert not_answered(after, Unreachable("reset"), asked_ms=day_ms, now_ms=day_ms + 100).last_error is not None


def test_an_older_answer_changes_nothing() -> None:
    done = answered(task(), Detail(status=3, video_url=VIDEO), asked_ms=5_000, now_ms=5_200)
    assert answered(done, Detail(status=2, progress=40), asked_ms=4_000, now_ms=5_300) is done
    assert not_answered(done, Unreachable("reset"), asked_ms=4_000, now_ms=5_300) is done


def test_five_refusals_in_a_row_make_it_missing_until_the_user_asks_again() -> None:
    record = task()
    for n in range(REFUSALS_UNTIL_MISSING):
        assert record.state is State.PENDING
        record = not_answered(record, TaskRefused("no such task", code=1008), 2_000 + n, 2_000 + n)
    assert record.state is State.MISSING
    assert not record.is_active
    assert record.last_error is not None
    assert record.last_error.kind == "refused"
    assert asked_again(record).state is State.PENDING


def test_credit_and_network_trouble_never_make_it_missing() -> None:
    record = task()
    for n in range(20):
        error = OutOfCredit("no credit", code=1104) if n % 2 else Unreachable("no route")
        record = not_answered(record, error, 2_000 + n, 2_000 + n)
    assert record.state is State.PENDING


def test_a_finished_task_stays_finished_when_it_is_refused_later() -> None:
    record = answered(task(), Detail(status=4, error_reason="bad frame"), 2_000, 2_000)
    for n in range(REFUSALS_UNTIL_MISSING + 1):
        record = not_answered(record, TaskRefused("gone"), 3_000 + n, 3_000 + n)
    assert record.state is State.FAILED


def test_a_good_answer_ends_the_error_but_a_fault_keeps_the_detail() -> None:
    record = answered(task(), Detail(status=2, progress=40), 2_000, 2_000)
    stale = not_answered(record, Unreachable("no route"), 3_000, 3_000)
    assert stale.detail == record.detail
    assert stale.last_error is not None
    assert answered(stale, Detail(status=2, progress=41), 4_000, 4_000).last_error is None


def test_one_completed_answer_without_url_does_not_take_the_file_away() -> None:
    done = answered(task(), Detail(status=3, video_url=VIDEO), 2_000, 2_000)
    again = answered(done, Detail(status=3), 3_000, 3_000)
    assert again.detail is not None
    assert again.detail.video_url == VIDEO
    assert again.finished_ms == 2_000


def test_the_flight_record_tells_what_changed_when_and_only_that() -> None:
    record = answered(task(), Detail(status=1), 2_000, 2_000)
    record = answered(record, Detail(status=1), 3_000, 3_000)
    record = answered(record, Detail(status=2, progress=5), 4_000, 4_000)
    record = not_answered(record, Unreachable("x"), 5_000, 5_000)
    record = not_answered(record, Unreachable("x"), 6_000, 6_000)
    assert [(at, change.status, change.progress, change.error) for at, change in record.history.items()] == [
        ("2000", 1, None, None),
        ("4000", 2, 5, None),
        ("5000", None, None, "unreachable"),
    ]


def test_the_flight_record_is_bounded_and_keeps_states_and_the_newest_progress() -> None:
    record = answered(task(), Detail(status=1), 1_500, 1_500)
    for n in range(5 * HISTORY_LIMIT):
        at = 2_000 + n
        record = answered(record, Detail(status=2, progress=n / 10), at, at)
    assert len(record.history) <= HISTORY_LIMIT
    assert [change.status for change in record.history.values() if change.status] == [1, 2]
    assert list(record.history.values())[-1].progress == pytest.approx((5 * HISTORY_LIMIT - 1) / 10)


def test_two_changes_in_one_millisecond_are_both_recorded() -> None:
    record = answered(task(), Detail(status=1), 2_000, 2_000)
    record = answered(record, Detail(status=2), 2_001, 2_000)
    assert [change.status for change in record.history.values()] == [1, 2]


def test_edit_leaves_what_is_not_named_and_clears_what_is_empty() -> None:
    record = edited(task(), label=" reel ", tags=("a", " ", "a", "b "))
    assert (record.label, record.tags) == ("reel", ("a", "b"))
    assert edited(record, label="").label is None
    assert edited(record, label="").tags == ("a", "b")


def test_merging_keeps_the_users_edit_and_the_newest_answer_of_either_side() -> None:
    base = answered(task(), Detail(status=2, progress=10), 2_000, 2_000)
    stored = edited(base, label="ours to keep")
    waiting = answered(base, Detail(status=2, progress=55), 3_000, 3_000)
    both = merged(stored, waiting, NOW)
    assert (both.label, both.detail and both.detail.progress) == ("ours to keep", 55)
    assert merged(answered(stored, Detail(status=4), 9_000, 9_000), waiting, NOW).state is State.FAILED


def test_merging_an_error_keeps_the_newer_detail_of_the_other_side() -> None:
    base = answered(task(), Detail(status=2, progress=10), 2_000, 2_000)
    other = answered(base, Detail(status=2, progress=90), 3_000, 3_000)
    ours = not_answered(base, Unreachable("x"), 4_000, 4_000)
    both = merged(other, ours, NOW)
    assert both.detail is not None
    assert both.detail.progress == 90
    assert both.last_error is not None


def test_merging_takes_the_later_download_record_and_unites_histories() -> None:
    base = answered(task(), Detail(status=3, video_url=VIDEO), 2_000, 2_000)
    done = with_download(base, Download(state=DownloadState.DONE, path="/v.mp4", at_ms=9_000))
    older = with_download(base, Download(state=DownloadState.RUNNING, at_ms=5_000))
    assert merged(older, done, NOW).download == done.download
    assert merged(done, older, NOW).download == done.download
    left = answered(base, Detail(status=3, video_url=VIDEO + "2"), 3_000, 3_000)
    right = not_answered(base, Unreachable("x"), 3_500, 3_500)
    assert list(merged(left, right, NOW).history) == ["2000", "3000", "3500"]


def test_merging_is_idempotent() -> None:
    base = answered(task(), Detail(status=2, progress=10), 2_000, 2_000)
    ours = answered(base, Detail(status=2, progress=20), 3_000, 3_000)
    once = merged(base, ours, NOW)
    assert merged(once, ours, NOW) == once


def test_after_a_clock_was_set_back_the_new_answer_wins_over_the_one_from_the_future() -> None:
    base = answered(task(), Detail(status=2, progress=10), 90_000, 90_000)
    ours = answered(base, Detail(status=2, progress=20), 5_000, 5_000)
    both = merged(base, ours, now_ms=5_500)
    assert both.detail is not None
    assert both.detail.progress == 20


def test_an_answer_from_before_the_clock_was_set_back_still_beats_none_at_all() -> None:
    ours = answered(task(), Detail(status=2, progress=10), 90_000, 90_000)
    assert merged(task(), ours, now_ms=5_000).detail == ours.detail
