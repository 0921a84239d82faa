"""A merge patch leads exactly from one record to the next, or says that it cannot."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.domain.changes import answered, track
from headswap_tui.domain.task import Change, Detail, LastError, TaskId, TrackedTask
from headswap_tui.store import patch
from headswap_tui.store.stored import Patched, task_of
from tests.unit.store.strategies import json_objects, tasks

ID = TaskId("6593e1f2a1b2c3d4e5f60718")


def through_json(record: TrackedTask, change: dict[str, Any]) -> dict[str, Any]:
    """The record's JSON after the patch has been through a file."""
    fields: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    patch.apply(fields, msgspec.json.decode(msgspec.json.encode(change)))
    return fields


@given(tasks(st.just(ID)), tasks(st.just(ID)))
def test_a_patch_of_a_record_is_exact_or_refused(before: TrackedTask, after: TrackedTask) -> None:
    try:
        change = patch.between(before, after)
    except patch.Inexact:
        return
    fields = through_json(before, change)
    result = msgspec.convert(fields, TrackedTask)
    assert result == after
    assert list(result.history) == list(after.history)
    # equality in Python is not equality in JSON: True == 1 == 1.0
    if after.detail is not None and before.detail is not None:
        assert result.detail is not None
        assert msgspec.json.encode(result.detail.other, order="sorted") == msgspec.json.encode(
            after.detail.other, order="sorted"
        )


@given(json_objects, json_objects)
def test_a_patch_of_an_object_is_exact_or_refused(before: dict[str, Any], after: dict[str, Any]) -> None:
    try:
        change = patch.between_dicts(before, after)
    except patch.Inexact:
        return
    result = msgspec.json.decode(msgspec.json.encode(before))
    patch.apply(result, change)
    assert msgspec.json.encode(result) == msgspec.json.encode(after)


@given(json_objects)
def test_nothing_changed_is_an_empty_patch(value: dict[str, Any]) -> None:
    same = msgspec.json.decode(msgspec.json.encode(value))
    assert patch.between_dicts(value, same) == {}


@given(tasks(st.just(ID)), st.lists(tasks(st.just(ID)), max_size=20))
def test_a_chain_of_waiting_patches_reads_as_the_last_record(first: TrackedTask, later: list[TrackedTask]) -> None:
    stored: bytes | Patched = msgspec.json.encode(first)
    now = first
    for after in later:
        try:
            change = patch.between(now, after)
        except patch.Inexact:
            continue
        stored, now = Patched(stored, msgspec.json.encode(change)), after
        if len(later) % 3 == 0:
            assert task_of(stored) == now  # decoded on the way, or only at the end
    assert task_of(stored) == now
    text = stored if isinstance(stored, bytes) else stored.text()
    assert msgspec.json.decode(text, type=TrackedTask) == now
    assert task_of(stored) == now


def test_an_answer_writes_what_changed() -> None:
    first = answered(track(ID, 1_000), Detail(status=2, progress=10.0, model_name="m"), 2_000, 2_100)
    second = answered(first, Detail(status=2, progress=47.5, model_name="m"), 7_000, 7_100)
    assert patch.between(first, second) == {
        "detail": {"progress": 47.5},
        "asked_ms": 7_000,
        "answered_ms": 7_100,
        "changed_ms": 7_100,
        "history": {"7100": {"progress": 47.5}},
    }


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"label": "x"}, {}, {"label": None}),
        ({"archived": True}, {}, {"archived": None}),
        ({"last_error": LastError("server", "m", 5)}, {}, {"last_error": None}),
        ({}, {"tags": ("a",)}, {"tags": ("a",)}),
        ({"tags": ("a",)}, {}, {"tags": None}),
        ({"detail": Detail(progress=5.0)}, {"detail": Detail()}, {"detail": {"progress": None}}),
        ({"detail": Detail(other={"x": 1})}, {"detail": Detail(other={"x": True})}, {"detail": {"other": {"x": True}}}),
        ({"detail": Detail(other={"x": None})}, {"detail": Detail()}, {"detail": {"other": {"x": None}}}),
        ({"history": {"1": Change(), "2": Change()}}, {"history": {"2": Change()}}, {"history": {"1": None}}),
    ],
)
def test_what_a_patch_says(before: dict[str, Any], after: dict[str, Any], expected: dict[str, Any]) -> None:
    first, second = TrackedTask(id=ID, added_ms=1, **before), TrackedTask(id=ID, added_ms=1, **after)
    change = patch.between(first, second)
    assert change == expected
    assert msgspec.convert(through_json(first, change), TrackedTask) == second


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"detail": Detail(other={"x": None})}),
        ({"detail": Detail(other={"x": 1})}, {"detail": Detail(other={"x": None})}),
        ({"detail": Detail(other={"x": 1})}, {"detail": Detail(other={"x": {"y": [1], "z": None}})}),
        ({"history": {"1": Change(url=True), "2": Change()}}, {"history": {"2": Change(), "1": Change(url=True)}}),
        ({"history": {"2": Change()}}, {"history": {"1": Change(), "2": Change()}}),
        ({"detail": Detail(progress=1.0)}, {"detail": Detail(progress=float("nan"))}),
    ],
)
def test_what_a_patch_cannot_say(before: dict[str, Any], after: dict[str, Any]) -> None:
    with pytest.raises(patch.Inexact):
        patch.between(TrackedTask(id=ID, added_ms=1, **before), TrackedTask(id=ID, added_ms=1, **after))


def test_unknown_members_are_carried_over_at_every_level() -> None:
    old = {
        "id": ID,
        "added_ms": 1,
        "label": "gone",
        "future": {"a": None},
        "detail": {"progress": 1.0, "hue": 3},
        "history": {"5": {"progress": 1.0, "why": "x"}, "6": {}},
    }
    after = TrackedTask(id=ID, added_ms=1, detail=Detail(status=2), history={"5": Change(url=True)})
    assert patch.with_unknown(TrackedTask, old, msgspec.to_builtins(after)) == {
        "id": ID,
        "added_ms": 1,
        "future": {"a": None},
        "detail": {"status": 2, "hue": 3},
        "history": {"5": {"url": True, "why": "x"}},
    }
