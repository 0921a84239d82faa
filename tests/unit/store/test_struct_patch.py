"""Patching a decoded record is the same as decoding the patched record."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.domain.task import Change, Detail, TaskId, TrackedTask, plain
from headswap_tui.store import patch
from headswap_tui.store.struct_patch import patched
from tests.unit.store.strategies import changes, json_objects, json_values, tasks

ID = TaskId("6593e1f2a1b2c3d4e5f60718")

detail_patches = st.fixed_dictionaries(
    {},
    optional={
        "status": json_values,
        "progress": st.none() | st.floats(0, 100) | st.integers(0, 100),
        "file_name": st.none() | st.text(max_size=5),
        "other": json_objects,
        "unheard": json_values,
    },
)
any_patches: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "label": st.none() | st.text(max_size=5),
        "tags": st.none() | st.lists(st.text(max_size=3), max_size=2),
        "asked_ms": st.none() | st.integers(0, 2**60),
        "archived": st.none() | st.booleans(),
        "history": st.dictionaries(
            st.sampled_from(["1", "2", "3"]), st.none() | changes.map(msgspec.to_builtins) | st.just({}), max_size=3
        ),
        "detail": st.none() | detail_patches,
        "last_error": json_values,
        "download": json_values,
        "unheard": json_values,
    },
)


@given(tasks(st.just(ID)), any_patches)
def test_it_is_the_same_as_through_json(record: TrackedTask, change: dict[str, Any]) -> None:
    fields = msgspec.json.decode(msgspec.json.encode(record))
    change = msgspec.json.decode(msgspec.json.encode(change))
    patch.apply(fields, change)
    try:
        expected = msgspec.json.decode(msgspec.json.encode(fields), type=TrackedTask)
    except msgspec.ValidationError:
        with pytest.raises(msgspec.ValidationError):
            patched(record, change)
        return
    found = patched(record, change)
    assert found == expected
    assert msgspec.json.encode(plain(found), order="sorted") == msgspec.json.encode(plain(expected), order="sorted")
    assert list(found.history) == list(expected.history)


def test_what_did_not_change_is_shared() -> None:
    record = TrackedTask(id=ID, added_ms=1, detail=Detail(status=2), history={"5": Change(status=2)})
    after = patched(record, {"history": {"6": {"progress": 3.0}}})
    assert after.detail is record.detail and after.history["5"] is record.history["5"]
    assert list(record.history) == ["5"]


def test_a_required_field_cannot_go() -> None:
    with pytest.raises(msgspec.ValidationError, match="added_ms"):
        patched(TrackedTask(id=ID, added_ms=1), {"added_ms": None})
