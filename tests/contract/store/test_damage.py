"""A cut at every byte, flipped bits, unfinished tails: an error or exactly the complete changes, nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from headswap_tui.domain.errors import StoreDamaged, StoreError, StoreTooNew
from headswap_tui.domain.task import TaskId
from headswap_tui.store.tasks import TaskStore
from tests.contract.store.samples import (
    Tasks,
    a_task,
    an_id,
    compact,
    files,
    filled,
    labelled,
    progressed,
    read,
    tail_start,
)


def written(directory: Path) -> tuple[Path, int, dict[int, Tasks]]:
    """A file, where its tail begins, and what it holds when cut at the end of each change."""
    store = filled(directory, 3)
    compact(store)
    start = tail_start(store.path)
    states = {start: store.load()}
    for number in range(4):
        store.change({an_id(number % 3): progressed(10.0 * number)})
        states[store.path.stat().st_size] = store.load()
    store.add([a_task(7)])
    states[store.path.stat().st_size] = store.load()
    store.remove([an_id(1)])
    states[store.path.stat().st_size] = store.load()
    return store.path, start, states


def test_a_cut_at_every_byte(tmp_path: Path) -> None:
    path, start, states = written(tmp_path / "made")
    content = path.read_bytes()
    target = tmp_path / "cut" / "tasks.jsonl"
    target.parent.mkdir(mode=0o700)
    for length in range(len(content)):
        target.write_bytes(content[:length])
        if length < start:
            with pytest.raises(StoreError):
                read(target.parent)
        else:
            expected = states[max(end for end in states if end <= length)]
            assert read(target.parent) == expected, f"cut at {length}"
        assert target.read_bytes() == content[:length], "a reader changes nothing"


def test_flipped_bits(tmp_path: Path) -> None:
    path, _, states = written(tmp_path / "made")
    content = path.read_bytes()
    whole, all_but_the_last = list(states.values())[-1], list(states.values())[-2]
    last_line = content.rindex(b"\n", 0, -1) + 1
    target = tmp_path / "flipped" / "tasks.jsonl"
    target.parent.mkdir(mode=0o700)
    rnd = random.Random(4)
    refused = 0
    for _ in range(600):
        at, bit = rnd.randrange(len(content)), rnd.randrange(8)
        target.write_bytes(content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :])
        try:
            found = read(target.parent)
        except StoreError:
            refused += 1
        else:
            # without the end of its line, or with a NUL in it, the last one looks like a change never finished
            assert at >= last_line, f"bit {bit} of byte {at} was not noticed"
            assert at == len(content) - 1 or content[at] == 1 << bit
            assert found == all_but_the_last != whole
    assert refused > 590


def test_damage_to_the_last_change_is_damage_not_an_unfinished_change(tmp_path: Path) -> None:
    path, _, _ = written(tmp_path)
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreDamaged, match=r"tasks\.jsonl"):
        TaskStore.open(tmp_path)
    assert path.read_bytes() == content


def test_holes_that_a_power_cut_left_in_the_last_change_are_an_unfinished_change(tmp_path: Path) -> None:
    path, _, states = written(tmp_path)
    content = bytearray(path.read_bytes())
    content[-60:-20] = bytes(40)
    path.write_bytes(content)
    assert read(tmp_path) == list(states.values())[-2]


def test_a_newer_file_is_called_newer_whatever_its_seal(tmp_path: Path) -> None:
    path, _, _ = written(tmp_path)
    content = path.read_bytes().replace(b'"schema_version":1,', b'"schema_version":99,', 1)
    path.write_bytes(content)
    with pytest.raises(StoreTooNew, match="newer"):
        TaskStore.open(tmp_path)
    assert path.read_bytes() == content


def test_an_unfinished_change_is_moved_aside_by_the_next_writer(tmp_path: Path) -> None:
    path, _, states = written(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[:-5])
    store = TaskStore.open(tmp_path)
    before = list(states.values())[-2]
    assert store.load() == before
    assert [note for note in store.notes if "never completed" in note] == store.notes != []
    store.change({an_id(2): labelled("next")})
    last_line = content[content.rindex(b"\n", 0, -1) + 1 :]
    (kept,) = tmp_path.glob("tasks.jsonl.torn-*")
    assert kept.read_bytes() == last_line[:-5] and kept.stat().st_mode & 0o777 == 0o600
    assert kept.name in store.notes[-1]
    assert read(tmp_path) == before | {an_id(2): store.load()[an_id(2)]}


def test_a_running_reader_waits_for_the_rest_of_a_line(tmp_path: Path) -> None:
    path, _, states = written(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[:-5])
    store = TaskStore.open(tmp_path)
    assert store.follow() == {}
    path.write_bytes(content)
    assert store.follow() == {an_id(1): None}
    assert store.load() == list(states.values())[-1]


def test_damage_while_running_is_told_and_the_memory_stays(tmp_path: Path) -> None:
    store = filled(tmp_path, 5)
    tasks, content = store.load(), store.path.read_bytes()
    store.path.write_bytes(content + b"rubbish\nmore rubbish\n")
    spoilt = files(tmp_path)
    for _ in range(2):
        with pytest.raises(StoreDamaged):
            store.follow()
        with pytest.raises(StoreDamaged):
            store.add([a_task(9)])
    assert store.load() == tasks and files(tmp_path) == spoilt
    store.path.write_bytes(content)
    assert store.follow() == {}
    assert store.add([a_task(9)]) == [TaskId(an_id(9))], "it goes on as soon as the file is sound"
