"""When a signed address expires, as far as it says."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.domain.expiry import Expiry, deadline, expires_ms, expiry, is_expired, is_expiring
from headswap_tui.domain.task import Detail, Download, DownloadState, TaskId, TrackedTask

NOON_S = int(datetime(2026, 5, 15, 12, tzinfo=UTC).timestamp())
NOON_MS = NOON_S * 1000
HOUR_MS = 3_600_000
POLICY = base64.b64encode(
    b'{"Statement":[{"Resource":"https://c/*","Condition":{"DateLessThan":{"AWS:EpochTime":%d}}}]}' % NOON_S
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"Expires={NOON_S}&Signature=x&Key-Pair-Id=y", NOON_MS),
        (f"expires={NOON_MS}", NOON_MS),
        ("X-Amz-Date=20260515T120000Z&X-Amz-Expires=3600&X-Amz-Signature=x", NOON_MS + HOUR_MS),
        ("x-amz-expires=3600&x-amz-date=20260515T120000Z", NOON_MS + HOUR_MS),
        ("X-Goog-Date=20260515T120000Z&X-Goog-Expires=60", NOON_MS + 60_000),
        ("x-oss-date=20260515T120000Z&x-oss-expires=60", NOON_MS + 60_000),
        ("sv=2024-01-01&se=2026-05-15T12%3A00%3A00Z&sig=x", NOON_MS),
        ("se=2026-05-15T14:00:00%2B02:00", NOON_MS),
        ("se=2026-05-15", NOON_MS - 12 * HOUR_MS),
        (f"exp={NOON_S}", NOON_MS),
        (f"x-expires={NOON_S}", NOON_MS),
        (f"hdnts=st=1~exp={NOON_S}~acl=/*~hmac=abc", NOON_MS),
        (f"__token__=exp={NOON_S}~hmac=abc", NOON_MS),
        ("Policy=" + POLICY.decode().replace("+", "-").replace("=", "_").replace("/", "~"), NOON_MS),
        (f"exp={NOON_S}&Expires={NOON_S - 5}", NOON_MS - 5000),
        ("", None),
        ("v=1", None),
        ("Expires=", None),
        ("Expires=soon", None),
        ("Expires=3600", None),
        ("Expires=99999999999999", None),
        ("Expires=١٧٧٨٨٤٦٤٠٠", None),
        ("X-Amz-Expires=3600", None),
        ("X-Amz-Date=yesterday&X-Amz-Expires=3600", None),
        ("X-Amz-Date=20260515T120000Z&X-Amz-Expires=-1", None),
        ("se=2026-99-99", None),
        ("Policy=%%%", None),
        ("Policy=aGVsbG8_", None),
        ("&".join(f"p{number}=1" for number in range(500)), None),
    ],
)
def test_the_moment_is_read_from_the_query(query: str, expected: int | None) -> None:
    assert expires_ms(f"https://cdn.example/v.mp4?{query}") == expected


@given(st.text())
def test_no_text_upsets_it(text: str) -> None:
    assert expires_ms(text) is None or isinstance(expires_ms(text), int)


def finished(url: str | None, finished_ms: int = NOON_MS) -> TrackedTask:
    return TrackedTask(id=TaskId("a" * 24), added_ms=1, finished_ms=finished_ms, detail=Detail(status=3, video_url=url))


def test_what_the_address_says_beats_the_assumption() -> None:
    assert expiry(finished(f"https://c/v?Expires={NOON_S + 60}"), 7) == Expiry(NOON_MS + 60_000, assumed=False)


def test_without_it_the_retention_since_we_saw_it_finish_is_assumed() -> None:
    assert expiry(finished("https://c/v.mp4"), 0.5) == Expiry(NOON_MS + 12 * HOUR_MS, assumed=True)


@pytest.mark.parametrize(
    "task", [finished(None), finished(""), finished("https://c/v", 0), TrackedTask(id=TaskId("b" * 24), added_ms=1)]
)
def test_there_is_none_without_a_video_or_a_beginning(task: TrackedTask) -> None:
    assert expiry(task, 7) is None


DAY_MS = 24 * HOUR_MS
SEEN_MS = NOON_MS - 6 * DAY_MS - HOUR_MS


def done(url: str = "https://f.example/a.mp4", finished_ms: int = SEEN_MS, **more: Any) -> TrackedTask:
    return TrackedTask(TaskId("a" * 24), 1, detail=Detail(status=3, video_url=url), finished_ms=finished_ms, **more)


def near(task: TrackedTask, now_ms: int, days: float = 7.0) -> tuple[bool, bool]:
    """Whether it is called expiring, and expired."""
    return is_expiring(task, now_ms, days), is_expired(task, now_ms, days)


def test_an_assumed_end_is_near_a_day_before_it() -> None:
    end = SEEN_MS + 7 * DAY_MS
    assert near(done(), end - DAY_MS - 1) == (False, False)
    assert near(done(), end - DAY_MS) == (True, False)
    assert near(done(), end) == (False, True)
    assert near(done(), SEEN_MS + 8 * HOUR_MS, days=0.5) == (False, False), "a quarter of a short time"
    assert near(done(), SEEN_MS + 9 * HOUR_MS, days=0.5) == (True, False)


def test_a_signed_end_is_near_an_hour_before_it_and_then_the_retention_counts() -> None:
    task = done(f"https://f.example/a.mp4?Expires={NOON_S}&Signature=x")
    assert near(task, NOON_MS - HOUR_MS - 1) == (False, False)
    assert near(task, NOON_MS - HOUR_MS) == (True, False)
    assert near(task, NOON_MS, days=30) == (False, False), "the service gives a fresh address"
    assert near(task, SEEN_MS + 30 * DAY_MS, days=30) == (False, True)
    assert deadline(task, NOON_MS, 1.0) == Expiry(NOON_MS, assumed=False), "all have passed: the last one"


@pytest.mark.parametrize(
    "task",
    [
        done(download=Download(DownloadState.DONE, path="/v.mp4")),
        TrackedTask(TaskId("a" * 24), 1, detail=Detail(status=4), finished_ms=1),
        TrackedTask(TaskId("a" * 24), 1, detail=Detail(status=3), finished_ms=0),
    ],
    ids=["saved", "failed", "no file yet"],
)
def test_nothing_to_lose(task: TrackedTask) -> None:
    assert near(task, NOON_MS) == (False, False)
    assert near(task, NOON_MS + 400 * DAY_MS) == (False, False)
