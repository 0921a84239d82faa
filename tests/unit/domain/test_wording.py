"""How a task stands, in words."""

from __future__ import annotations

import msgspec
import pytest

from headswap_tui.domain.changes import track
from headswap_tui.domain.errors import ApiError
from headswap_tui.domain.task import Detail, LastError, TaskId
from headswap_tui.domain.wording import remark, standing, state_word, trouble


@pytest.mark.parametrize(
    ("detail", "short", "long"),
    [
        (None, "pending", "pending"),
        (Detail(status=7), "unknown (7)", "unknown (7)"),
        (Detail(), "unknown (none)", "unknown (none)"),
        (Detail(status=3), "completed", "completed, waiting for its file"),
        (Detail(status=3, video_url="https://x.test/v.mp4"), "completed", "completed"),
    ],
)
def test_states(detail: Detail | None, short: str, long: str) -> None:
    task = msgspec.structs.replace(track(TaskId("a" * 24), 0), detail=detail)
    assert (state_word(task), standing(task)) == (short, long)


@pytest.mark.parametrize("error", ApiError.__subclasses__())
def test_every_kind_of_error_has_words(error: type[ApiError]) -> None:
    assert trouble(error.kind) != error.kind


def test_a_kind_of_a_newer_version_is_told_as_it_is() -> None:
    assert trouble("overheated") == "overheated"


def test_what_is_wrong() -> None:
    task = track(TaskId("a" * 24), 0)
    assert remark(task) == ""
    troubled = msgspec.structs.replace(task, last_error=LastError("throttled", "Too many requests.", 1))
    assert remark(troubled) == "asked too often"
    failed = msgspec.structs.replace(troubled, detail=Detail(status=4, error_reason="No face."))
    assert remark(failed) == "No face."
