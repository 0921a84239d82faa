"""Several processes at once, a disk without room, and the lock between them."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

import msgspec
import pytest

from headswap_tui.domain.errors import StoreBusy, StoreWriteFailed
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.store.lock import FileLock, Holder
from headswap_tui.store.tasks import TaskStore
from tests.contract.store.child import Acknowledge, Child
from tests.contract.store.samples import a_task, an_id, compact, filled, read


def test_four_processes_with_500_changes_each(tmp_path: Path) -> None:
    store = filled(tmp_path, 1)

    def work(first: int) -> None:
        mine = TaskStore.open(tmp_path)
        for number in range(first, first + 250):
            mine.add([a_task(number)])
            mine.change({an_id(0): lambda task: msgspec.structs.replace(task, refusals=task.refusals + 1)})
            if number % 60 == 0:
                compact(mine)
            if number % 9 == 0:
                mine.follow()

    children = [Child(lambda _, first=first: work(first)) for first in (1_000, 2_000, 3_000, 4_000)]  # type: ignore[misc]  # no type for a default
    news: dict[TaskId, TrackedTask | None] = {}
    running = set(children)
    while running:
        news |= store.follow()
        running = {
            child for child in running if os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        }
    assert [child.end() for child in children] == [0, 0, 0, 0]
    news |= store.follow()
    tasks = read(tmp_path)
    assert len(tasks) == 1_001 and tasks[an_id(0)].refusals == 1_000
    assert store.load() == tasks == {an_id(0): tasks[an_id(0)]} | news


def test_a_disk_without_room(tmp_path: Path) -> None:
    """A limit on the size of a file acts like a full disk, without needing one."""
    filled(tmp_path).close()

    def body(acknowledge: Acknowledge) -> None:
        store = TaskStore.open(tmp_path)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
        number = 10
        try:
            while True:
                store.add([a_task(number, "x" * 1_000)])
                acknowledge(number)
                number += 1
        except StoreWriteFailed as error:
            assert "limit" in error.message
        assert read(tmp_path) == store.load(), "memory is what the disk has"
        with pytest.raises(StoreWriteFailed):
            store.add([a_task(number, "x" * 1_000)])
        with pytest.raises(StoreWriteFailed):
            store.add(a_task(key, "x" * 100_000) for key in range(100, 150))
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        store.add([a_task(number, "room again")])
        acknowledge(number)

    child = Child(body)
    assert child.end() == 0
    assert len(child.acknowledged) > 10
    assert read(tmp_path).keys() == {*map(an_id, range(3)), *map(an_id, child.acknowledged)}


def test_the_holder_of_a_lock_is_known_until_it_ends(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "poller.lock")
    assert lock.holder() is None and not lock.path.exists()

    def body(acknowledge: Acknowledge) -> None:
        assert FileLock(lock.path).try_acquire()
        acknowledge(1)
        signal.pause()

    child = Child(body)
    child.listen(1)
    assert lock.holder() == Holder(pid=child.pid, host=os.uname().nodename)
    assert not lock.try_acquire()
    with pytest.raises(StoreBusy, match=str(child.pid)):
        lock.acquire(0.02)
    child.kill()
    child.end()
    assert lock.holder() is None, "the note of a killed holder is no holder"
    assert lock.try_acquire() and lock.held
    assert lock.holder() == Holder(pid=os.getpid(), host=os.uname().nodename)
    lock.release()
    assert [lock.held, lock.holder()] == [False, None]


def test_locks_of_one_process_exclude_each_other_too(tmp_path: Path) -> None:
    one, other = FileLock(tmp_path / "l"), FileLock(tmp_path / "l")
    assert one.try_acquire(shared=True) and other.try_acquire(shared=True)
    other.release()
    assert not other.try_acquire()
    one.close()
    assert other.try_acquire() and other.excludes_others()
    with pytest.raises(RuntimeError):
        other.try_acquire()
    assert (tmp_path / "l").stat().st_mode & 0o777 == 0o600


def test_a_lock_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreWriteFailed, match="does not exist"):
        FileLock(tmp_path / "missing" / "l").try_acquire()
    assert FileLock(tmp_path / "missing" / "l").holder() is None


def test_an_unreadable_note_names_nobody(tmp_path: Path) -> None:
    one, other = FileLock(tmp_path / "l"), FileLock(tmp_path / "l")
    assert one.try_acquire()
    for scribble in (b"scribble", b"\xff\xfe", b'{"pid": "me"}', b"[" * 5000, b'{"pid": 1, "word": ' + b"[" * 4000):
        one.path.write_bytes(scribble)
        assert other.holder() == Holder(pid=0, host="")


def test_the_holder_s_word_is_read_until_it_ends_or_takes_it_back(tmp_path: Path) -> None:
    lock, other = FileLock(tmp_path / "l"), FileLock(tmp_path / "l")
    lock.leave_word(b"1")
    assert not lock.path.exists(), "who holds nothing says nothing"
    assert lock.try_acquire()
    for word in (b'{"mode": "offline", "message": "so long a word"}', b'{"mode": "x"}', b""):
        lock.leave_word(word)
        holder = other.holder()
        assert holder is not None
        assert (holder.pid, bytes(holder.word)) == (os.getpid(), word)
    with pytest.raises(ValueError):
        lock.leave_word(b'"' + b"x" * 5000 + b'"')
    lock.leave_word(b"[1]")
    lock.close()
    assert other.holder() is None
    assert lock.try_acquire()
    holder = other.holder()
    assert holder is not None and not bytes(holder.word), "the one before said that"
