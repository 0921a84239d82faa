"""The words of the filter bar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.domain.filters import parse, prepared
from headswap_tui.domain.task import Detail, Download, DownloadState, LastError, TaskId, TrackedTask

HOUR_MS = 3_600_000
NOW_MS = 1_778_806_213_962
DONE = TrackedTask(
    id=TaskId("6a066dc58570ecbf64f761a5"),
    added_ms=NOW_MS - 100 * HOUR_MS,
    label="Birthday Clip",
    tags=("Client-A", "urgent"),
    detail=Detail(
        status=3,
        video_url="https://files.example/x.mp4",
        resolution="720p",
        file_name="Straße_final.mp4",
        model_name="akool-premium",
        created_ms=NOW_MS - 3 * HOUR_MS,
    ),
    download=Download(state=DownloadState.DONE),
)
FAILED = TrackedTask(
    id=TaskId("6a066dc58570ecbf64f761a6"),
    added_ms=NOW_MS - HOUR_MS,
    detail=Detail(status=4, error_reason="No face found", resolution="480p"),
    archived=True,
)
PENDING = TrackedTask(
    id=TaskId("6a066dc58570ecbf64f761a7"),
    added_ms=NOW_MS - 60_000,
    last_error=LastError(kind="unreachable", message="The name host cannot be found (DNS).", at_ms=NOW_MS),
)
TASKS = {"done": DONE, "failed": FAILED, "pending": PENDING}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "done failed pending"),
        ("   ", "done failed pending"),
        ("birthday", "done"),
        ("BIRTHDAY clip", "done"),
        ("birthday face", ""),
        ("61a6", "failed"),
        ("strasse", "done"),
        ("akool-premium", "done"),
        ("dns", "pending"),
        ("!birthday", "failed pending"),
        ('"face found"', "failed"),
        ('"found face"', ""),
        ('label:"birthday clip"', "done"),
        ("label:birth,wedding", "done"),
        ("state:failed", "failed"),
        ("state:failed,pending", "failed pending"),
        ("state:comp", "done"),
        ("!state:failed", "done pending"),
        ("State:FAILED", "failed"),
        ("tag:client-a", "done"),
        ("tag:client", ""),
        ("tag:x,urgent", "done"),
        ("!tag:urgent", "failed pending"),
        ("res:720p", "done"),
        ("res:720,480", "done failed"),
        ("model:premium", "done"),
        ("file:.mp4", "done"),
        ("error:face", "failed"),
        ("error:dns", "pending"),
        ("id:a5", "done"),
        ("is:archived", "failed"),
        ("is:active", "pending"),
        ("is:finished !is:archived", "done"),
        ("is:downloaded", "done"),
        ("is:tagged,archived", "done failed"),
        ("age<2h", "failed pending"),
        ("age>2h", "done"),
        ("age<=1h", "failed pending"),
        ("age<1h", "pending"),
        ("age>=3h", "done"),
        ("age>1.5h age<1d", "done"),
        ("!age>2h", "failed pending"),
        ("age>90s res:480p", "failed"),
        ("https://files.example", ""),
        # still being typed
        ("state:", "done failed pending"),
        ("age<", "done failed pending"),
        ("!", "done failed pending"),
        ('"', "done failed pending"),
        ('"birth', "done"),
    ],
)
def test_what_matches(text: str, names: str) -> None:
    wanted = parse(text)
    assert wanted.problem == ""
    assert " ".join(name for name, task in TASKS.items() if wanted.matches(task, NOW_MS)) == names


@pytest.mark.parametrize(
    ("text", "said", "names"),
    [
        ("state:faild", "“faild” is no state", "done failed pending"),
        ("state:failed,nope clip", "“nope” is no state", "done"),
        ("age<2", "“age<2” is no age", "done failed pending"),
        ("age>soon", "expected such as age<2h", "done failed pending"),
        ("is:blue", "“is:blue” is unknown", "done failed pending"),
        ("stat:failed", "“stat:” is no field", "done failed pending"),
        ("stat:failed clip", "“stat:” is no field", "done"),
    ],
)
def test_a_wrong_term_is_named_and_narrows_nothing(text: str, said: str, names: str) -> None:
    wanted = parse(text)
    assert said in wanted.problem
    assert " ".join(name for name, task in TASKS.items() if wanted.matches(task, NOW_MS)) == names


def test_a_clock_set_back_gives_age_zero() -> None:
    assert parse("age<1s").matches(DONE, NOW_MS - 10 * HOUR_MS)


def test_a_kept_haystack_gives_the_same() -> None:
    wanted = parse("birthday")
    assert wanted.matches(DONE, NOW_MS, prepared(DONE))
    assert not wanted.matches(DONE, NOW_MS, prepared(FAILED))


@given(st.text(alphabet=st.characters()) | st.text(alphabet='!"age<>=:2h,is:state res tg'))
def test_any_text_can_be_typed(text: str) -> None:
    wanted = parse(text)
    assert {wanted.matches(task, NOW_MS) for task in TASKS.values()} <= {True, False}


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("is:archived", True),
        ("is:arch x", True),
        ("is:active,archived", True),
        ("is:a", False),
        ("!is:archived", False),
        ("archived", False),
        ("", False),
    ],
)
def test_archived_tasks_are_shown_if_asked_for(text: str, shows: bool) -> None:
    assert parse(text).shows_archived is shows


def test_what_may_be_lost_is_found_by_the_profiles_retention() -> None:
    task = TrackedTask(PENDING.id, 1, detail=Detail(status=3, video_url="https://f.example/a.mp4"), finished_ms=NOW_MS)
    day_ms = 86_400_000
    found = [
        (word, days)
        for word in ("is:expiring", "is:expired", "is:exp")
        for days in (0, 6.5, 8)
        if parse(word).matches(task, NOW_MS + int(days * day_ms))
    ]
    assert found == [("is:expiring", 6.5), ("is:expired", 8), ("is:exp", 6.5), ("is:exp", 8)]
    assert not parse("is:expired", retention_days=30).matches(task, NOW_MS + 8 * day_ms)
