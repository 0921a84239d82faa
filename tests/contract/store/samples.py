"""Records and small helpers that the store's tests share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from headswap_tui.domain.changes import answered, track
from headswap_tui.domain.errors import StoreError
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.store import lines
from headswap_tui.store.reading import read_tasks
from headswap_tui.store.storage import JournalStorage
from headswap_tui.store.system import System
from headswap_tui.store.tasks import TaskStore

Tasks = dict[TaskId, TrackedTask]
Edit = Callable[[TrackedTask], TrackedTask]
START_MS = 1_778_000_000_000


def an_id(number: int) -> TaskId:
    """The id of that number."""
    return TaskId(f"{number:024x}")


def a_task(number: int, label: str | None = None) -> TrackedTask:
    """A new record."""
    return track(an_id(number), START_MS + number, label or f"task {number}")


def labelled(label: str) -> Edit:
    """An edit of the label."""
    return lambda task: msgspec.structs.replace(task, label=label)


def progressed(progress: float, status: int = 2) -> Edit:
    """An answer of the service."""

    def edit(task: TrackedTask) -> TrackedTask:
        detail = Detail(status=status, progress=progress, resolution="720p", video_duration=12.0)
        at = max(task.asked_ms, START_MS) + 5_000
        return answered(task, detail, at, at + 100)

    return edit


def read(directory: Path) -> Tasks:
    """What a program that starts now finds, in whatever way it opens or only reads the store. Raises `StoreError`."""
    opened, only_read = _outcome(_opened, directory), _outcome(read_tasks, directory)
    assert _told(opened) == _told(only_read) == _told(_outcome(partial(_opened, decoded=True), directory))
    if isinstance(opened, StoreError):
        raise opened
    return opened[0]


def _opened(directory: Path, *, decoded: bool = False) -> tuple[Tasks, list[str]]:
    store = TaskStore.open(directory, create=False, decoded=decoded)
    try:
        tasks = store.load()
        return tasks, store.notes
    finally:
        store.close()


def _outcome(way: Callable[[Path], tuple[Tasks, list[str]]], directory: Path) -> tuple[Tasks, list[str]] | StoreError:
    try:
        return way(directory)
    except StoreError as error:
        return error


def _told(outcome: tuple[Tasks, list[str]] | StoreError) -> object:
    if isinstance(outcome, StoreError):
        return type(outcome), str(outcome)
    tasks, notes = outcome
    return list(tasks.items()), notes


def compact(store: TaskStore) -> None:
    """Make the next generation of the file now."""
    storage = store._storage
    assert isinstance(storage, JournalStorage)
    storage.compact()


def filled(directory: Path, count: int = 3, system: System | None = None) -> TaskStore:
    """An open store with tasks 0..count-1."""
    store = TaskStore.open(directory, system=system)
    store.add(a_task(number) for number in range(count))
    return store


def tail_start(path: Path) -> int:
    """Byte at which the transactions of a file begin."""
    first = path.read_bytes().split(b"\n", 1)[0] + b"\n"
    return len(first) + lines.read_header(first, path).bytes


def files(directory: Path) -> dict[str, bytes]:
    """Every file but the lock, with its content."""
    return {
        path.name: path.read_bytes()
        for path in sorted(directory.iterdir())
        if path.is_file() and not path.name.endswith(".lock")
    }
