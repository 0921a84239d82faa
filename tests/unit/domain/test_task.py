"""A record whose flight record is packed says and is the same as before."""

from __future__ import annotations

import msgspec
import pytest

from headswap_tui.domain.task import Change, Detail, TaskId, TrackedTask, pack, plain

HISTORY = {"1000": Change(status=2, gap_s=2.5), "2000": Change(progress=40.0), "3000": Change(status=3, url=True)}


def made() -> tuple[TrackedTask, TrackedTask]:
    """Two that say the same, the second one packed."""
    loose, packed = (
        TrackedTask(TaskId("a" * 24), 1, "teaser", detail=Detail(status=3, video_url="u"), history=dict(HISTORY))
        for _ in range(2)
    )
    pack((packed,))
    return loose, packed


def test_it_says_the_same() -> None:
    loose, packed = made()
    assert packed.history == loose.history == HISTORY
    assert list(packed.history) == list(HISTORY)
    assert msgspec.json.encode(packed) == msgspec.json.encode(loose)
    assert plain(packed) == plain(loose) == msgspec.json.decode(msgspec.json.encode(loose))


def test_it_is_the_same() -> None:
    loose, packed = made()
    assert loose == packed and packed == loose
    assert not loose != packed  # noqa: SIM202  # another method
    other = msgspec.structs.replace(packed, history=HISTORY | {"4000": Change(error="server")})
    assert other != packed and packed != other
    assert msgspec.structs.replace(packed, label="x") != packed
    assert packed != "packed"


def test_a_copy_with_another_label_has_the_same_flight_record() -> None:
    loose, packed = made()
    copy = msgspec.structs.replace(packed, label="x")
    assert copy.history == HISTORY
    assert copy == msgspec.structs.replace(loose, label="x")


def test_many_are_packed_together_and_each_keeps_its_own() -> None:
    tasks = [TrackedTask(TaskId(f"{number:024x}"), 1, history={str(number): Change(status=1)}) for number in range(9)]
    pack(tasks)
    assert [list(task.history) for task in tasks] == [[str(number)] for number in range(9)]
    assert msgspec.json.encode(tasks[3]) == msgspec.json.encode(
        TrackedTask(TaskId(f"{3:024x}"), 1, history={"3": Change(status=1)})
    )


def test_packing_twice_or_nothing_is_harmless() -> None:
    _, packed = made()
    pack((packed,))
    assert packed.history == HISTORY
    empty = TrackedTask(TaskId("a" * 24), 1)
    pack((empty,))
    assert empty.history == {}
    assert msgspec.json.encode(empty) == b'{"id":"aaaaaaaaaaaaaaaaaaaaaaaa","added_ms":1}'


def test_a_record_has_no_hash() -> None:
    with pytest.raises(TypeError):
        hash(made()[1])
