"""What must hold whatever ends a process: each check raises `AssertionError` where it does not."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest
from msgspec import structs

from headswap_tui.domain.errors import StoreBusy
from headswap_tui.store import storage
from headswap_tui.store.lock import FileLock
from headswap_tui.store.system import System
from headswap_tui.store.tasks import TaskStore
from tests.contract.store.child import Acknowledge, Child
from tests.contract.store.faulty import CALLS
from tests.contract.store.power import Disk
from tests.contract.store.samples import Tasks, an_id, filled, labelled, read
from tests.contract.store.work import after, write


def work_from(directory: Path, first: int, count: int, system: System | None = None) -> Callable[[Acknowledge], None]:
    """A child's body: writes number `first` and on, acknowledging each when the store has."""

    def body(acknowledge: Acknowledge) -> None:
        store = TaskStore.open(directory, system=system)
        for number in range(first, first + count):
            write(store, number)
            acknowledge(number)

    return body


def goes_on(directory: Path, tasks: Tasks, first: int, acknowledged: list[int]) -> tuple[Tasks, int]:
    """The state after a kill, and the number of the next write: all that was acknowledged, and at most one more."""
    for number in acknowledged:
        tasks = after(tasks, number)
    following = first + len(acknowledged)
    found = read(directory)
    if found == tasks:
        return tasks, following
    tasks = after(tasks, following)
    assert found == tasks, f"neither the state before write {following} nor after it"
    return tasks, following + 1


def survives_kills(directory: Path, kills: int, seed: int) -> int:
    """SIGKILL at random instants while it writes, the same store crash after crash; how many writes were made."""
    TaskStore.open(directory).close()
    rnd = random.Random(seed)
    tasks: Tasks = {}
    number = 0
    for _ in range(kills):
        child = Child(work_from(directory, number, 1_000_000))
        child.listen(rnd.randrange(8))
        until = perf_counter() + rnd.random() * 0.002
        while perf_counter() < until:  # an instant between two system calls, or in one
            pass
        child.kill()
        assert child.end() == -signal.SIGKILL
        tasks, number = goes_on(directory, tasks, number, child.acknowledged)
    return number


class KillsItself(System):
    """Ends its process in the `at`-th call, before it or, for a write, in the middle of it."""

    def __init__(self, at: int) -> None:
        self.left = at

    def _count(self) -> None:
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def write(self, fd: int, data: bytes | memoryview) -> int:
        if self.left == 0:
            super().write(fd, memoryview(data)[: len(data) // 2])
        self._count()
        return super().write(fd, data)


def _counting(name: str) -> Callable[..., object]:
    def call(self: KillsItself, *arguments: object) -> object:
        self._count()
        result: object = getattr(System, name)(self, *arguments)
        return result

    return call


for _name in set(CALLS) - {"write"}:
    setattr(KillsItself, _name, _counting(_name))


def survives_a_kill_at_every_call(directory: Path, writes: int = 9) -> int:
    """Ended in each system call of a series of writes; how many calls there were."""
    for at in range(10_000):
        place = directory / str(at)
        child = Child(work_from(place, 0, writes, KillsItself(at)))
        status = child.end()
        if (place / "tasks.jsonl").exists() or child.acknowledged:
            tasks, number = goes_on(place, {}, 0, child.acknowledged)
            store = TaskStore.open(place)
            write(store, number)  # and it can be written
            store.close()
            assert read(place) == after(tasks, number)
        if status == 0:
            return at
    raise AssertionError("the series does not end")


def survives_power_loss(directory: Path, writes: int = 12) -> int:
    """The power fails at any call: what was acknowledged is in every image that the disk may have; how many images."""
    disk = Disk(directory / "disk")
    images = 0
    states: list[Tasks] = [{}]

    def fails_here() -> None:
        nonlocal images
        for image in disk.images(directory / "images"):
            images += 1
            found = read(image)
            assert found in (states[-1], after(states[-1], len(states) - 1)), "an acknowledged write is not there"

    store = TaskStore.open(directory / "disk", system=disk)
    disk.before_each = fails_here
    for number in range(writes):
        write(store, number)
        states.append(after(states[-1], number))
        fails_here()
    return images


def locks_out_others(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No other process changes the file while one is between reading and writing it."""
    monkeypatch.setattr(storage, "LOCK_TIMEOUT_S", 0.02)
    one, other = filled(directory), TaskStore.open(directory)

    def meanwhile(task: object) -> object:
        with pytest.raises(StoreBusy):
            other.change({an_id(1): labelled("from the other")})
        return task

    one.change({an_id(1): meanwhile, an_id(2): labelled("from the one")})  # type: ignore[dict-item]  # hands it through
    assert other.change({an_id(1): labelled("later")}).keys() == {an_id(1)}
    assert {key: task.label for key, task in read(directory).items()} == {
        an_id(0): "task 0",
        an_id(1): "later",
        an_id(2): "from the one",
    }


def cuts_torn_tails(directory: Path) -> None:
    """What a killed writer left half-written does not spoil what is written after it."""
    store = filled(directory)
    with store.path.open("ab") as file:
        file.write(b'{"seq":2,"put":{"x"')
    again = TaskStore.open(directory)
    again.change({an_id(1): labelled("next")})
    again.change({an_id(2): labelled("and next")})
    assert read(directory) == again.load()


def sees_what_came_before_the_lock(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change is computed from the state under the lock, not from what was read while waiting for it."""
    one, other = filled(directory), TaskStore.open(directory)
    acquire = FileLock.acquire

    def waits(self: FileLock, timeout_s: float, *, shared: bool = False) -> None:
        monkeypatch.setattr(FileLock, "acquire", acquire)
        other.change({an_id(1): lambda task: structs.replace(task, refusals=task.refusals + 1)})
        acquire(self, timeout_s, shared=shared)

    monkeypatch.setattr(FileLock, "acquire", waits)
    one.change({an_id(1): lambda task: structs.replace(task, refusals=task.refusals + 1)})
    assert read(directory)[an_id(1)].refusals == 2
