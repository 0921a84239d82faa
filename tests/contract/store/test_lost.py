"""The file removed, replaced or overwritten while programs have it open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from headswap_tui.domain.errors import StoreError, StoreForeign, StoreTooNew, StoreUnsafe
from headswap_tui.store.tasks import TaskStore
from tests.contract.store.samples import a_task, an_id, compact, files, filled, labelled, read
from tests.contract.store.test_refusals import newer


def test_a_removed_file_is_told_and_written_again_from_memory(tmp_path: Path) -> None:
    store, other = filled(tmp_path), TaskStore.open(tmp_path)
    other.change({an_id(1): labelled("seen by nobody yet")})
    store.path.unlink()
    for _ in range(2):
        with pytest.raises(StoreError, match="removed while in use"):
            store.follow()
    assert len(store.load()) == 3 and not store.path.exists(), "looking does not write"
    assert store.add([a_task(9)]) == [an_id(9)]
    assert "written again from memory" in store.notes[-1]
    assert store.follow().keys() == {an_id(1)}
    expected = store.load()
    assert expected[an_id(1)].label == "seen by nobody yet", "what others wrote until then counts"
    assert other.follow() == {an_id(9): a_task(9)}
    assert read(tmp_path) == other.load() == expected
    assert other.add([a_task(10)]) == [an_id(10)] and store.follow() == {an_id(10): a_task(10)}


def test_a_removed_directory_is_made_again(tmp_path: Path) -> None:
    directory = tmp_path / "data" / "default"
    store, other = filled(directory), TaskStore.open(directory)
    shutil.rmtree(tmp_path / "data")
    with pytest.raises(StoreError, match="removed"):
        other.follow()
    store.change({an_id(1): labelled("x")})
    other.change({an_id(2): labelled("y")})
    store.follow()
    assert read(directory) == store.load() == other.load()
    assert directory.stat().st_mode & 0o777 == 0o700


def test_a_removed_lock_file_keeps_nobody_apart_for_long(tmp_path: Path) -> None:
    store, other = filled(tmp_path), TaskStore.open(tmp_path)
    (tmp_path / "tasks.jsonl.lock").unlink()
    with store._storage.exclusive():
        assert (tmp_path / "tasks.jsonl.lock").exists()
        assert not other._storage._lock.try_acquire()
    other.change({an_id(1): labelled("x")})
    assert store.follow().keys() == {an_id(1)}


@pytest.mark.parametrize("in_place", [False, True], ids=["renamed over", "overwritten"])
@pytest.mark.parametrize("content", [b"dear diary\n" * 5_000, b"", b'{"a": {}}'], ids=["long", "empty", "json"])
def test_a_foreign_file_in_its_place_is_left_alone(tmp_path: Path, in_place: bool, content: bytes) -> None:
    store = filled(tmp_path)
    tasks = store.load()
    if in_place:
        store.path.write_bytes(content)
    else:
        (tmp_path / "x").write_bytes(content)
        (tmp_path / "x").rename(store.path)
    for _ in range(2):
        with pytest.raises(StoreError):
            store.follow()
        with pytest.raises(StoreError) as caught:
            store.change({an_id(1): labelled("x")})
        assert isinstance(caught.value, StoreForeign) or content == b""
    store.close()
    assert store.load() == tasks
    assert files(tmp_path) == {"tasks.jsonl": content}


def test_a_file_of_the_same_length_in_its_place_is_noticed(tmp_path: Path) -> None:
    store = filled(tmp_path)
    length = store.path.stat().st_size
    store.path.write_bytes(b"x" * length)
    with pytest.raises(StoreForeign):
        store.follow()


def test_a_newer_file_in_its_place_stops_an_older_program(tmp_path: Path) -> None:
    store = filled(tmp_path)
    content = newer(store.path.read_bytes())
    (tmp_path / "x").write_bytes(content)
    (tmp_path / "x").rename(store.path)
    with pytest.raises(StoreTooNew):
        store.follow()
    with pytest.raises(StoreTooNew):
        store.add([a_task(9)])
    store.close()
    assert files(tmp_path) == {"tasks.jsonl": content}


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    store = filled(tmp_path / "store")
    store.path.rename(tmp_path / "moved")
    store.path.symlink_to(tmp_path / "moved")
    content = (tmp_path / "moved").read_bytes()
    with pytest.raises(StoreUnsafe):
        store.add([a_task(9)])
    assert (tmp_path / "moved").read_bytes() == content


@pytest.mark.parametrize("in_place", [False, True], ids=["renamed over", "overwritten"])
def test_another_store_in_its_place_is_taken_over(tmp_path: Path, in_place: bool) -> None:
    here, there = filled(tmp_path / "here", 3), filled(tmp_path / "there", 2)
    there.change({an_id(1): labelled("theirs")})
    there.close()
    if in_place:
        shutil.copyfile(there.path, here.path)
    else:
        there.path.rename(here.path)
    changed = here.follow()
    assert changed.keys() == {an_id(1), an_id(2)} and changed[an_id(2)] is None
    here.add([a_task(5)])
    assert read(tmp_path / "here") == here.load()


def test_an_older_generation_put_back_is_not_taken_for_a_continuation(tmp_path: Path) -> None:
    store = filled(tmp_path)
    compact(store)
    before = store.load()
    store.path.with_name("saved").write_bytes(store.path.read_bytes())
    store.change({an_id(1): labelled("x")})
    compact(store)
    store.path.with_name("saved").rename(store.path)
    assert store.follow().keys() == {an_id(1)}
    assert store.load() == before
