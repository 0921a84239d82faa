"""A fault at every system call of a write: old state or new, never a mixture; the caller is told; then it goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from headswap_tui.domain.errors import StoreError, StoreWriteFailed
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.store.tasks import TaskStore
from tests.contract.store.faulty import CALLS, Faulty
from tests.contract.store.samples import Tasks, a_task, an_id, compact, filled, labelled, progressed, read

WRITES: dict[str, Callable[[TaskStore], Any]] = {
    "add": lambda store: store.add([a_task(7), a_task(8)]),
    "change": lambda store: store.change({an_id(0): labelled("new"), an_id(1): progressed(50.0)}),
    "remove": lambda store: store.remove([an_id(0), an_id(2)]),
    "compact": compact,
    "import": lambda store: store.add([a_task(number, "x" * 900) for number in range(10, 310)]),
    "after a torn tail": lambda store: store.change({an_id(0): labelled("new")}),
    "after a removal of the file": lambda store: store.change({an_id(0): labelled("new")}),
}


def prepare(directory: Path, write: str) -> tuple[TaskStore, Faulty, Tasks]:
    disk = Faulty(at=None)
    store = filled(directory, 3, system=disk)
    store._storage.smallest_limit = 100_000  # the import is more than that, and goes straight to a new file
    compact(store)
    store.change({an_id(2): labelled("before")})
    if write == "after a torn tail":
        with store.path.open("ab") as file:
            file.write(b'{"seq":')
    if write == "after a removal of the file":
        store.path.unlink()
        (directory / "tasks.jsonl.bak").unlink()
    disk.counts = dict.fromkeys(CALLS, 0)
    return store, disk, store.load()


def cases() -> list[tuple[str, str, int]]:
    """Each write with each of the calls that it makes."""
    import tempfile

    found: list[tuple[str, str, int]] = []
    for write, run in WRITES.items():
        with tempfile.TemporaryDirectory() as directory:
            store, disk, _ = prepare(Path(directory), write)
            run(store)
            store.close()
            found += [
                (write, call, at)
                for call, count in disk.counts.items()
                for at in sorted({*range(min(count, 2)), count - 1} - {-1})
            ]
    return found


CASES = cases()
FAULTS = [("ENOSPC", False), ("EIO", False), ("EROFS", False), ("ENOSPC", True)]


def test_the_cases_cover_every_call() -> None:
    assert {call for _, call, _ in CASES} == set(CALLS)


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize(("error", "short"), FAULTS, ids=["ENOSPC", "EIO", "EROFS", "short write"])
def test_a_fault_at_every_call(tmp_path: Path, error: str, short: bool, for_good: bool) -> None:
    told = [
        one_fault(tmp_path / str(number), write, Faulty(call, at, error=error, short=short, every=for_good))
        for number, (write, call, at) in enumerate(CASES)
        if not short or call == "write"
    ]
    assert any(told)


def one_fault(directory: Path, write: str, plan: Faulty) -> bool:
    """Whether the caller was told of it. Told or not, memory and disk agree, and it goes on when the disk is back."""
    where = f"{write}: {plan.call} {plan.at} fails with {plan.errno}, short={plan.short}, for good={plan.every}"
    store, disk, before = prepare(directory, write)
    disk.__dict__.update(plan.__dict__)
    told = False
    try:
        WRITES[write](store)
    except StoreError as error:
        told = True
        assert isinstance(error, StoreWriteFailed), where
        assert str(store.path.parent) in error.message, where
    assert disk.failed, where
    now = store.load()
    if told:
        assert now == before, f"{where}: memory is as it was"
    elif write != "compact":
        assert now != before, f"{where}: acknowledged"
    on_disk = read(directory) if store.path.exists() else before
    after = finished(directory.with_name(f"{directory.name}-peer"), write)
    assert on_disk in ([before, after] if told else [now]), where
    disk.at = None  # the disk comes back
    WRITES[write](store)
    assert store.load() == after == read(directory), where
    assert store.change({an_id(1): labelled("goes on")})[an_id(1)].label == "goes on", where
    other = TaskStore.open(directory)
    assert other.load() == store.load(), where
    other.close()
    store.close()
    return told


def finished(directory: Path, write: str) -> Tasks:
    """What the write leads to on a disk that works."""
    if write not in FINISHED:
        store, _, _ = prepare(directory, write)
        WRITES[write](store)
        FINISHED[write] = store.load()
        store.close()
    return FINISHED[write]


FINISHED: dict[str, dict[TaskId, TrackedTask]] = {}


@pytest.mark.parametrize("call", ["open", "write", "fchmod", "fsync", "replace"])
def test_a_store_that_cannot_be_begun_says_so(tmp_path: Path, call: str) -> None:
    with pytest.raises(StoreWriteFailed, match="no space"):
        TaskStore.open(tmp_path, system=Faulty(call, 0))
    assert not (tmp_path / "tasks.jsonl").exists() and not (tmp_path / "tasks.jsonl.new").exists()
    assert TaskStore.open(tmp_path).add([a_task(1)]) == [an_id(1)]


def test_a_compaction_that_has_no_room_does_not_fail_the_change(tmp_path: Path) -> None:
    disk = Faulty("replace", 0, every=True)
    disk.at = None
    store = filled(tmp_path, 3, system=disk)
    disk.at = 0
    store._storage.smallest_limit = 10_000
    for number in range(14):
        store.change({an_id(number % 3): labelled(f"{number}{'x' * 1_000}")})
    assert 0 < disk.failed < 5, "tried again only after some more changes"
    assert read(tmp_path) == store.load()
    disk.at = None
    store.close()
    assert read(tmp_path) == store.load()
