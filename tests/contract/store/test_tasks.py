"""The store as the rest of the program uses it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from headswap_tui.domain.changes import answered
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.store import lines
from headswap_tui.store.tasks import TaskStore
from tests.contract.store.samples import (
    START_MS,
    a_task,
    an_id,
    compact,
    filled,
    labelled,
    progressed,
    read,
    tail_start,
)


def test_what_was_added_is_there_after_a_restart(tmp_path: Path) -> None:
    store = TaskStore.open(tmp_path / "data" / "default")
    assert store.add([a_task(1), a_task(2)]) == [an_id(1), an_id(2)]
    assert store.path == tmp_path / "data" / "default" / "tasks.jsonl"
    assert read(store.path.parent) == {an_id(1): a_task(1), an_id(2): a_task(2)}
    store.close()
    assert read(store.path.parent) == {an_id(1): a_task(1), an_id(2): a_task(2)}


def test_adding_a_tracked_task_changes_nothing(tmp_path: Path) -> None:
    store = filled(tmp_path)
    size = store.path.stat().st_size
    assert store.add([a_task(1, "another label"), a_task(1)]) == []
    assert store.get(an_id(1)) == a_task(1)
    assert store.path.stat().st_size == size


def test_of_doubles_in_one_call_the_first_counts(tmp_path: Path) -> None:
    store = TaskStore.open(tmp_path)
    assert store.add([a_task(1, "first"), a_task(2), a_task(1, "second")]) == [an_id(1), an_id(2)]
    assert [task.label for task in store.load().values()] == ["first", "task 2"]


def test_many_are_one_transaction(tmp_path: Path) -> None:
    store = filled(tmp_path, 0)
    before = store.path.read_bytes().count(b"\n")
    store.add(a_task(number) for number in range(500))
    assert store.path.read_bytes().count(b"\n") == before + 1


def test_a_change_runs_on_the_newest_record_and_returns_what_is_on_disk(tmp_path: Path) -> None:
    one, other = filled(tmp_path), TaskStore.open(tmp_path)
    one.change({an_id(1): labelled("from one")})
    seen: list[str | None] = []

    def edit(task: TrackedTask) -> TrackedTask:
        seen.append(task.label)
        return msgspec.structs.replace(task, tags=("x",))

    result = other.change({an_id(1): edit, an_id(99): edit})
    assert seen == ["from one"]
    assert result == {an_id(1): msgspec.structs.replace(a_task(1), label="from one", tags=("x",))}
    assert read(tmp_path)[an_id(1)] == result[an_id(1)]


def test_an_unchanged_record_is_not_written(tmp_path: Path) -> None:
    store = filled(tmp_path)
    size = store.path.stat().st_size
    equal = msgspec.structs.replace(a_task(2), tags=())
    assert store.change({an_id(1): lambda task: task, an_id(2): lambda _: equal}) == {
        an_id(1): a_task(1),
        an_id(2): a_task(2),
    }
    assert store.path.stat().st_size == size


def test_a_progress_update_is_small(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.change({an_id(1): progressed(10.0)})
    size = store.path.stat().st_size
    store.change({an_id(1): progressed(47.25)})
    assert store.path.stat().st_size - size <= 230


def test_a_change_that_raises_changes_nothing(tmp_path: Path) -> None:
    store = filled(tmp_path)
    content = store.path.read_bytes()

    def edit(_: TrackedTask) -> TrackedTask:
        raise RuntimeError("by the caller")

    with pytest.raises(RuntimeError):
        store.change({an_id(1): labelled("new"), an_id(2): edit})
    assert store.get(an_id(1)) == a_task(1)
    assert store.path.read_bytes() == content
    assert store.change({an_id(1): labelled("new")})[an_id(1)].label == "new"


def test_a_record_keeps_its_id(tmp_path: Path) -> None:
    store = filled(tmp_path)
    with pytest.raises(ValueError, match="cannot become"):
        store.change({an_id(1): lambda task: msgspec.structs.replace(task, id=an_id(7))})
    assert read(tmp_path) == store.load()


def test_remove_gives_the_records_for_undo(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.change({an_id(1): progressed(40.0)})
    gone = store.remove([an_id(1), an_id(99)])
    assert [task.id for task in gone] == [an_id(1)]
    assert an_id(1) not in read(tmp_path)
    assert store.change({an_id(1): labelled("late")}) == {}, "an update of a removed task does not bring it back"
    store.add(gone)
    assert read(tmp_path)[an_id(1)] == gone[0]


def test_follow_tells_what_others_did_once(tmp_path: Path) -> None:
    one, other = filled(tmp_path), TaskStore.open(tmp_path)
    assert other.follow() == {}
    one.add([a_task(7)])
    one.remove([an_id(0)])
    one.change({an_id(1): labelled("new")})
    assert other.follow() == {
        an_id(0): None,
        an_id(1): msgspec.structs.replace(a_task(1), label="new"),
        an_id(7): a_task(7),
    }
    assert other.follow() == {}
    assert one.follow() == {}, "one's own changes are no news"


def test_follow_tells_of_new_ones_in_the_order_in_which_they_were_added(tmp_path: Path) -> None:
    """Added in one go they share their time: nothing else says which was first."""
    one, other = filled(tmp_path), TaskStore.open(tmp_path)
    one.add([a_task(number) for number in range(10, 60)])
    one.change({an_id(40): labelled("moved"), an_id(12): labelled("moved")})
    assert list(other.follow()) == [an_id(number) for number in range(10, 60)]
    one.remove([an_id(12)])
    one.add([a_task(60), a_task(12)])
    assert list(other.follow()) == [an_id(60), an_id(12)]
    again = TaskStore.open(tmp_path)
    assert list(again.load())[-2:] == [an_id(60), an_id(12)]


def test_follow_goes_on_across_a_compaction_without_reading_it_all(tmp_path: Path) -> None:
    one, other = filled(tmp_path, 50), TaskStore.open(tmp_path)
    known = other._storage.memory.records
    one.change({an_id(1): labelled("before")})
    compact(one)
    one.change({an_id(2): labelled("after")})
    assert {key: task.label for key, task in other.follow().items() if task} == {an_id(1): "before", an_id(2): "after"}
    assert other._storage.memory.records is known, "nothing was loaded again"
    assert other.change({an_id(3): labelled("x")})[an_id(3)].label == "x"
    assert one.load().keys() == read(tmp_path).keys() and one.follow().keys() == {an_id(3)}


def test_follow_survives_two_compactions_in_between(tmp_path: Path) -> None:
    one, other = filled(tmp_path), TaskStore.open(tmp_path)
    for number in range(3):
        one.change({an_id(number): labelled("new")})
        compact(one)
    assert other.follow().keys() == {an_id(0), an_id(1), an_id(2)}
    assert other.load() == one.load()


def test_fields_of_a_newer_version_survive_changes_removal_and_compaction(tmp_path: Path) -> None:
    store = filled(tmp_path)
    newer = {
        "id": an_id(9),
        "added_ms": 5,
        "detail": {"status": 2, "progress": 1.0, "hue": {"a": None}},
        "history": {"6": {"progress": 1.0, "why": "w"}},
        "mood": [None, {"x": None}],
    }
    store.merge([msgspec.json.encode(newer)], lambda ours, _: ours)
    store.change({an_id(9): progressed(50.0)})
    # a null can only be written with the whole record
    detail = Detail(status=2, other={"new": None})
    store.change({an_id(9): lambda task: answered(task, detail, START_MS * 2, START_MS * 2)})
    store.add(store.remove([an_id(9)]))
    compact(store)
    store.close()
    again = TaskStore.open(tmp_path)
    fields = msgspec.json.decode(again.records()[an_id(9)])
    assert fields["mood"] == newer["mood"]
    assert fields["detail"]["hue"] == {"a": None} and fields["detail"]["other"] == {"new": None}
    assert fields["history"]["6"]["why"] == "w"


def test_merge_takes_over_records_with_everything_in_them(tmp_path: Path) -> None:
    here, there = filled(tmp_path / "here", 3), filled(tmp_path / "there", 0)
    theirs = {"id": an_id(1), "added_ms": 1, "label": "theirs", "extra": 1}
    new = {"id": an_id(8), "added_ms": 8, "extra": 2}
    size = here.path.read_bytes().count(b"\n")
    changed = here.merge(
        [msgspec.json.encode(theirs), msgspec.json.encode(new)],
        lambda ours, other: msgspec.structs.replace(ours, label=other.label),
    )
    assert {key: task.label for key, task in changed.items()} == {an_id(1): "theirs", an_id(8): None}
    assert here.path.read_bytes().count(b"\n") == size + 1
    assert msgspec.json.decode(here.records()[an_id(1)])["extra"] == 1
    assert here.merge([msgspec.json.encode(new)], lambda ours, _: ours) == {}
    there.merge(here.records().values(), lambda ours, _: ours)
    assert there.records() == here.records()
    with pytest.raises(msgspec.DecodeError):
        here.merge([msgspec.json.encode(a_task(5)), b'{"no": "task"}'], lambda ours, _: ours)
    assert here.get(an_id(5)) is None


def test_a_record_that_this_version_cannot_read_is_kept_and_named(tmp_path: Path) -> None:
    filled(tmp_path).close()
    path = tmp_path / "tasks.jsonl"
    strange = lines.Transaction(seq=2, put={an_id(5): msgspec.Raw(b'{"id":5,"added_ms":"soon"}')})
    with path.open("ab") as file:
        file.write(lines.transaction_line(strange))
    store = TaskStore.open(tmp_path)
    assert store.load().keys() == {an_id(0), an_id(1), an_id(2)}
    assert len(store.notes) == 1 and an_id(5) in store.notes[0]
    assert store.change({an_id(5): labelled("x"), an_id(1): labelled("y")}).keys() == {an_id(1)}
    assert store.add([a_task(5)]) == []
    compact(store)
    assert b'"added_ms":"soon"' in path.read_bytes()


def test_without_create_nothing_is_made_until_the_first_add(tmp_path: Path) -> None:
    directory = tmp_path / "data" / "default"
    store = TaskStore.open(directory, create=False)
    assert store.load() == {} and store.follow() == {} and store.get(an_id(1)) is None
    assert list(tmp_path.iterdir()) == []
    other = filled(directory, 2)
    assert store.follow().keys() == {an_id(0), an_id(1)}
    assert store.add([a_task(5)]) == [an_id(5)]
    assert other.follow().keys() == {an_id(5)}


def test_the_first_add_makes_the_store_where_there_was_none(tmp_path: Path) -> None:
    directory = tmp_path / "data" / "default"
    store = TaskStore.open(directory, create=False)
    assert store.add([a_task(5)]) == [an_id(5)]
    assert read(directory) == {an_id(5): a_task(5)}


def test_threads_share_a_store(tmp_path: Path) -> None:
    store = filled(tmp_path, 5)

    def count(number: int) -> None:
        for step in range(50):
            store.change({an_id(0): lambda task: msgspec.structs.replace(task, refusals=task.refusals + 1)})
            store.change({an_id(number): progressed(step / 2)})
            assert store.load()[an_id(0)].refusals > step
            assert store.follow() == {}

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(count, number) for number in range(1, 5)]:
            done.result()
    assert read(tmp_path)[an_id(0)].refusals == 200
    assert read(tmp_path) == store.load()


def test_a_long_tail_becomes_a_new_generation(tmp_path: Path) -> None:
    store = filled(tmp_path, 10)
    start = tail_start(store.path)
    store._storage.smallest_limit = 40_000
    big = "x" * 4_000
    for number in range(12):
        store.change({an_id(number % 10): labelled(f"{number}{big}")})
    assert tail_start(store.path) > start, "compacted by the writer that noticed"
    assert (tmp_path / "tasks.jsonl.bak").exists()
    assert read(tmp_path) == store.load()


def test_an_import_larger_than_the_store_goes_straight_to_a_new_file(tmp_path: Path) -> None:
    store = filled(tmp_path, 3)
    follower = TaskStore.open(tmp_path)
    many = [a_task(number, "x" * 500) for number in range(10, 10_010)]
    assert len(store.add(many)) == 10_000
    assert store.path.stat().st_size < 8_000_000, "written once"
    assert len(follower.follow()) == 10_000
    assert read(tmp_path) == store.load() == follower.load()


def test_closing_tidies_up_a_small_store_so_that_there_is_a_copy(tmp_path: Path) -> None:
    store = filled(tmp_path, 5)
    for number in range(100):
        store.change({an_id(number % 5): progressed(number / 10)})
    expected = store.load()
    store.close()
    assert store.path.stat().st_size == tail_start(store.path)
    assert (tmp_path / "tasks.jsonl.bak").stat().st_mode & 0o777 == 0o600
    assert read(tmp_path) == expected


def test_text_that_json_cannot_hold_does_not_stop_a_write(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.add([a_task(5, "half \ud83d")])
    result = store.change({an_id(1): labelled("half \udfff"), an_id(2): labelled("fine")})
    assert [task.label for task in result.values()] == ["half \ufffd", "fine"]
    assert read(tmp_path)[an_id(5)].label == "half \ufffd"
    assert read(tmp_path) == store.load()


def test_ids_are_text_of_any_kind(tmp_path: Path) -> None:
    store = TaskStore.open(tmp_path)
    unusual = TaskId('a"\\\n\N{GRINNING FACE}')
    store.add([TrackedTask(id=unusual, added_ms=1)])
    compact(store)
    assert read(tmp_path).keys() == {unusual}


def test_the_order_is_the_same_for_who_changes_who_follows_and_who_reads(tmp_path: Path) -> None:
    store, follower = filled(tmp_path, 3), TaskStore.open(tmp_path)
    detail = Detail(status=2, other={"a null needs": None})
    store.change({an_id(0): lambda task: msgspec.structs.replace(task, detail=detail)})
    store.add(store.remove([an_id(1)]))
    store.change({an_id(0): labelled("x"), an_id(1): labelled("y")})
    follower.follow()
    assert list(store.load()) == [an_id(0), an_id(2), an_id(1)]
    assert list(follower.load()) == list(read(tmp_path)) == list(store.load())
