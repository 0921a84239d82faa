"""No text from outside can stop all writing."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given

from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.store.storable import DEEPEST, storable
from tests.unit.store.strategies import details


def with_detail(detail: Detail) -> TrackedTask:
    return TrackedTask(id=TaskId("6593e1f2a1b2c3d4e5f60718"), added_ms=1, detail=detail)


@given(details)
def test_an_ordinary_record_is_left_alone(detail: Detail) -> None:
    task = with_detail(detail)
    assert storable(task) is task


def test_half_characters_become_visible() -> None:
    task = storable(with_detail(Detail(error_reason="bad \ud83d end", other={"k\udc00": ["\udfff"]})))
    assert task.detail is not None
    assert task.detail.error_reason == "bad \ufffd end"
    assert task.detail.other == {"k\ufffd": ["\ufffd"]}
    assert msgspec.json.decode(msgspec.json.encode(task), type=TrackedTask) == task
    tagged = storable(msgspec.structs.replace(task, tags=("a", "b\udfff")))
    assert tagged.tags == ("a", "b\ufffd")


def test_whole_pairs_of_half_characters_become_the_character() -> None:
    task = storable(with_detail(Detail(error_reason="\ud83d\ude00")))
    assert task.detail is not None and task.detail.error_reason == "\N{GRINNING FACE}"


def test_what_nests_too_deep_becomes_text() -> None:
    deep: Any = "core"
    for _ in range(900):
        deep = [deep]
    task = storable(with_detail(Detail(other={"deep": deep, "kept": {"a": [1]}})))
    assert task.detail is not None
    assert task.detail.other["kept"] == {"a": [1]}
    inner, levels = task.detail.other["deep"], 1
    while isinstance(inner, list):
        inner, levels = inner[0], levels + 1
    assert levels == DEEPEST and isinstance(inner, str)
    assert msgspec.json.decode(msgspec.json.encode(task), type=TrackedTask) == task
