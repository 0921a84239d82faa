"""Failures in groups, what is said about them, and the note for support that tells no secret."""

from __future__ import annotations

import re

import msgspec
import pytest

from headswap_tui.domain import filters
from headswap_tui.domain.advice import BY_CODE, BY_KIND, Side, advice
from headswap_tui.domain.errors import ApiError
from headswap_tui.domain.failures import filter_for, grouped
from headswap_tui.domain.support import REMOVED, redacted, support_note
from headswap_tui.domain.task import Change, Detail, Download, DownloadState, LastError, TaskId, TrackedTask

DOCUMENTED = {
    *(1000, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1013, 1014, 1015, 1016, 1017),
    *(1101, 1102, 1103, 1104, 1105, 1108, 1109, 1110, 1111, 1112, 1200, 1201, 1202, 1203, 1204, 1205, 1206),
}
"""Source: Akool, AI Tools Suite, Error Code."""
KEY = "sk_Pl4ntedS3cretKey0987654321zZ=="


def failed(
    number: int, reason: str | None, code: float | None = None, at_ms: int = 1_000, **more: object
) -> TrackedTask:
    detail = Detail(status=4, error_reason=reason, error_code=code)
    task = TrackedTask(TaskId(f"{number:024x}"), 0, detail=detail, finished_ms=at_ms)
    return msgspec.structs.replace(task, **more)


def missing(number: int, message: str) -> TrackedTask:
    return TrackedTask(TaskId(f"{number:024x}"), 0, refusals=5, last_error=LastError("refused", message, 5_000))


def book(*tasks: TrackedTask) -> dict[TaskId, TrackedTask]:
    return {task.id: task for task in tasks}


def test_every_documented_code_and_every_kind_has_an_entry() -> None:
    assert set(BY_CODE) == DOCUMENTED
    kinds = {kind.kind for kind in ApiError.__subclasses__()}
    assert set(BY_KIND) == kinds
    for entry in (*BY_CODE.values(), *BY_KIND.values()):
        assert entry.cause.endswith(".")
        assert entry.first.endswith(".")
        assert entry.documented


@pytest.mark.parametrize("code", [None, 0.0, 20012.0, 1015.5, float("inf"), float("nan"), -1.0])
def test_an_unknown_code_gets_honest_words(code: float | None) -> None:
    said = advice(code)
    assert (said.side, said.again, said.documented) == (Side.NOBODY_KNOWS, None, False)
    assert advice(code, "auth") is BY_KIND["auth"]


def test_a_code_says_more_than_a_kind() -> None:
    assert advice(1009, "refused") is BY_CODE[1009]


def test_reasons_that_differ_in_numbers_only_are_one_group_and_the_biggest_comes_first() -> None:
    groups = grouped(
        [
            failed(1, "[/x] not found", 404, at_ms=9_000),
            failed(2, "No face in frames 1-20", 7, at_ms=2_000),
            failed(3, "no face  in frames 300-301", 7, at_ms=3_000),
            missing(4, "The API refused it: code 1008."),
            failed(5, "No face in frames 1-20", 7, archived=True),
            TrackedTask(TaskId("6"), 0, detail=Detail(status=3, video_url="https://x/y")),
        ]
    )
    assert [(len(group.tasks), group.code, group.is_missing) for group in groups] == [
        (2, 7, False),
        (1, 404, False),
        (1, 1008, True),
    ]
    assert groups[0].reason == "no face in frames 300-301"
    assert groups[0].newest_ms == 3_000
    assert groups[2].advice is BY_CODE[1008]


@pytest.mark.parametrize(
    "reason", ["No face in frames 1-20 of it", 'said "a, b" and "c"', "a,b", "\x1b[31mred", "", None, "12345", "[/x]"]
)
def test_the_filter_shows_exactly_the_group(reason: str | None) -> None:
    tasks = book(failed(1, reason, 7), failed(2, reason, 7), failed(3, "something else"), failed(4, None, 9))
    for group in grouped(tasks.values()):
        parsed = filters.parse(filter_for(group, tasks))
        assert not parsed.problem
        assert {task.id for task in tasks.values() if parsed.matches(task, 0)} == {task.id for task in group.tasks}


def planted() -> TrackedTask:
    """The key wherever a text can stand."""
    url = f"https://user:{KEY}@files.example.com/a/b.mp4?X-Amz-Signature={KEY}&x=1#{KEY}"
    detail = Detail(
        status=4, resolution=KEY, video_url=url, source_video_url=url, file_name=KEY, model_name=KEY, team_id=KEY,
        error_reason=f"Could not read {url} with key {KEY}, token={KEY} (Authorization: Bearer {KEY})",
        error_code=1015, provider_task_id=KEY, other={"x": KEY, KEY: 1},
    )  # fmt: skip
    return TrackedTask(
        TaskId("6a066dc58570ecbf64f70001"), 0, KEY, (KEY,), detail,
        last_error=LastError("auth", KEY, 1), history={"1": Change(error=KEY)},
        download=Download(DownloadState.FAILED, path=f"/home/{KEY}", error=KEY), finished_ms=1_795_341_600_000,
    )  # fmt: skip


def test_the_note_names_what_support_needs_and_tells_no_secret() -> None:
    refused = msgspec.structs.replace(planted(), detail=None, refusals=5)
    note = support_note([planted(), refused], version="1.2.3", now_ms=1_795_341_600_000)
    assert KEY not in note
    assert KEY[:12] not in note
    assert "X-Amz" not in note
    assert REMOVED in note
    for needed in ("6a066dc58570ecbf64f70001", "1015", "headswap-tui 1.2.3", "2026-11-22 10:00:00 UTC", "a/b.mp4"):
        assert needed in note


def test_a_known_secret_goes_even_where_it_looks_like_an_id() -> None:
    note = support_note([failed(1, "with abc")], version="1", now_ms=0, hide=lambda text: text.replace("abc", "*"))
    assert "with *" in note


def test_the_usual_words_stay() -> None:
    said = "No face was found in frames 120-188 of source_video.mp4 (task 6a066dc58570ecbf64f70001, hs-00013)."
    assert redacted(said) == said
    assert redacted("internal_processing_error at /data/in/x.mp4") == "internal_processing_error at /data/in/x.mp4"


def test_a_long_note_is_bounded() -> None:
    note = support_note([failed(number, "x" * 9_000) for number in range(80)], version="1", now_ms=0)
    assert note.count("_id:") == 50 + note.count("task_id:")
    assert "and 30 more" in note
    assert max(map(len, note.splitlines())) < 2_100
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", note)
