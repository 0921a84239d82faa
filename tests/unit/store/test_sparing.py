"""Records kept without their text: the text comes out as it was, whatever it was."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.domain.task import Change, Detail, TaskId, TrackedTask
from headswap_tui.store.sparing import sparingly
from headswap_tui.store.stored import Patched, task_of, text_of
from tests.unit.store.strategies import tasks

ID = TaskId("6593e1f2a1b2c3d4e5f60718")


@given(tasks(st.just(ID)))
def test_a_task_says_what_its_text_said(task: TrackedTask) -> None:
    raw = msgspec.json.encode(task)
    kept = sparingly({ID: msgspec.Raw(raw)})[ID]
    assert isinstance(kept, TrackedTask)
    assert (text_of(kept), task_of(kept)) == (raw, task)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"id":"6593e1f2a1b2c3d4e5f60718","added_ms":1,"mood":2}',  # a field of a newer version
        b'{"added_ms":1,"id":"6593e1f2a1b2c3d4e5f60718"}',
        b'{"id":"6593e1f2a1b2c3d4e5f60718","added_ms":1,"label":null}',
        b'{"id":"6593e1f2a1b2c3d4e5f60718","added_ms":1,"detail":{"progress":7}}',
        b'{"id":"another","added_ms":1}',
        b'{"id":"6593e1f2a1b2c3d4e5f60718"}',
        b"[]",
    ],
)
def test_another_text_is_kept(raw: bytes) -> None:
    kept = sparingly({ID: msgspec.Raw(raw)})[ID]
    assert kept == raw


def test_a_patch_applies_to_either_alike() -> None:
    task = TrackedTask(id=ID, added_ms=5, detail=Detail(status=2, progress=1.0))
    change = b'{"detail":{"progress":50.0},"label":"x","mood":{"new":1}}'
    one, other = (Patched(before, change) for before in (task, msgspec.json.encode(task)))
    assert one.task() == other.task() == task_of(one.text())
    assert one.text() == other.text()


@pytest.mark.parametrize(
    "entry", [b'{"progress":-0.0}', b'{"progress":0.0}', b'{"gap_s":0.0}', b'{"gap_s":1.5}', b"{}"]
)
def test_entries_of_a_flight_record_that_are_equal_keep_the_text_that_each_has(entry: bytes) -> None:
    raw = (
        b'{"id":"6593e1f2a1b2c3d4e5f60718","added_ms":1,"history":{"1":{"progress":0.0},"2":{"gap_s":1.5},"3":%b}}'
        % entry
    )
    assert text_of(sparingly({ID: msgspec.Raw(raw)})[ID]) == raw


def test_what_many_say_is_there_once() -> None:
    task = TrackedTask(
        id=ID,
        added_ms=1_778_000_000_000,
        tags=("morning",),
        detail=Detail(status=3, progress=100.0, resolution="720p", model_name="premium", error_reason="no face"),
        asked_ms=1_778_000_000_000,
        answered_ms=1_778_000_001_000,
        finished_ms=1_778_000_001_000,
    )
    others = {name: msgspec.structs.replace(task, id=TaskId(name)) for name in ("a", "b")}
    one, other = sparingly({name: msgspec.Raw(msgspec.json.encode(each)) for name, each in others.items()}).values()
    assert isinstance(one, TrackedTask) and isinstance(other, TrackedTask)
    assert one.detail is not None and other.detail is not None
    assert one.detail.resolution is other.detail.resolution and one.detail.model_name is other.detail.model_name
    assert one.detail.error_reason is other.detail.error_reason and one.detail.other is other.detail.other
    assert one.tags[0] is other.tags[0]
    assert one.finished_ms is one.answered_ms and one.asked_ms is one.added_ms


def test_steps_of_progress_that_are_equal_are_there_once() -> None:
    history = {"1778000000900": Change(progress=50.0), "1778000001000": Change(status=2, gap_s=1.5)}
    raw = msgspec.json.encode(TrackedTask(id=ID, added_ms=1, detail=Detail(status=2), history=history))
    one, other = (sparingly({ID: msgspec.Raw(raw)})[ID] for _ in range(2))
    assert isinstance(one, TrackedTask) and isinstance(other, TrackedTask)
    assert one.history["1778000000900"] is other.history["1778000000900"]


def test_the_flight_record_of_an_ended_task_is_kept_as_text() -> None:
    history = {str(1_778_000_000_000 + step): Change(progress=step / 3) for step in range(60)}
    moving = TrackedTask(id=ID, added_ms=1, detail=Detail(status=2), history=history)
    ended = msgspec.structs.replace(moving, detail=Detail(status=4), finished_ms=1_778_000_000_060)
    kept = []
    for task in (moving, ended):
        found = sparingly({ID: msgspec.Raw(msgspec.json.encode(task))})[ID]
        assert isinstance(found, TrackedTask)
        assert (found, found.history) == (task, history)
        kept.append(found)
    assert kept[0].history is kept[0].history, "read at every look of the scheduler"
    assert kept[1].history is not kept[1].history
