"""Stores that are broken on purpose: each is caught by one of the checks, so the checks can see."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from headswap_tui.domain.errors import StoreError
from headswap_tui.store import generation, lines, storage
from headswap_tui.store.journal import Journal
from headswap_tui.store.lock import FileLock
from headswap_tui.store.storage import JournalStorage
from headswap_tui.store.system import System
from tests.contract.store import checks
from tests.contract.store.power import Disk

Patch = pytest.MonkeyPatch
SYNC_CALLS = ("fdatasync", "fsync")


def no_lock(patch: Patch) -> None:
    def try_acquire(self: FileLock, *, shared: bool = False) -> bool:
        self._opened()
        self._held = True
        return True

    patch.setattr(FileLock, "try_acquire", try_acquire)


def read_before_the_lock(patch: Patch) -> None:
    begin, catch_up = JournalStorage._begin, JournalStorage._catch_up

    up_to_date: set[int] = set()

    def early(self: JournalStorage) -> None:
        catch_up(self)
        up_to_date.add(id(self))
        begin(self)
        up_to_date.discard(id(self))

    patch.setattr(JournalStorage, "_begin", early)
    patch.setattr(JournalStorage, "_catch_up", lambda self: None if id(self) in up_to_date else catch_up(self))


def never_synced(patch: Patch) -> None:
    for call in SYNC_CALLS:
        patch.setattr(Disk, call, lambda *_: None)


def content_not_synced(patch: Patch) -> None:
    patch.setattr(Disk, "fdatasync", lambda *_: None)


def new_file_not_synced(patch: Patch) -> None:
    fsync = Disk.fsync
    patch.setattr(Disk, "fsync", lambda self, fd: fsync(self, fd) if os.path.isdir(f"/proc/self/fd/{fd}") else None)


def names_not_synced(patch: Patch) -> None:
    patch.setattr(Disk, "sync_directory", lambda *_: None)


def acknowledged_before_sync(patch: Patch) -> None:
    fdatasync = Disk.fdatasync
    waiting: list[int] = []

    def later(self: Disk, fd: int) -> None:
        if waiting:
            fdatasync(self, waiting.pop())
        waiting.append(fd)

    patch.setattr(Disk, "fdatasync", later)


def torn_tail_kept(patch: Patch) -> None:
    def cut_torn(self: Journal, now_ms: int) -> str:
        self.end = self.seen.size
        return ""

    patch.setattr(Journal, "cut_torn", cut_torn)


def written_in_place(patch: Patch) -> None:
    def write_generation(
        path: Path, records: Mapping[str, Any], store: str, seq: int, *, system: System, keep_as: Path | None
    ) -> None:
        fd = system.open(path, os.O_RDWR | os.O_CREAT)
        system.ftruncate(fd, 0)
        generation._fill(fd, records, store, seq, system)
        system.fsync(fd)
        os.close(fd)

    patch.setattr(storage, "write_generation", write_generation)


def changes_not_sealed(patch: Patch) -> None:
    patch.setattr(lines, "is_sound", lambda line: line.startswith(b"{"))


def kills(place: Path, _: Patch) -> None:
    checks.survives_a_kill_at_every_call(place)


def power(place: Path, _: Patch) -> None:
    checks.survives_power_loss(place)


def torn(place: Path, _: Patch) -> None:
    checks.cuts_torn_tails(place)


MUTANTS: list[tuple[Callable[[Patch], None], Callable[[Path, Patch], None]]] = [
    (no_lock, checks.locks_out_others),
    (read_before_the_lock, checks.sees_what_came_before_the_lock),
    (never_synced, power),
    (content_not_synced, power),
    (new_file_not_synced, power),
    (names_not_synced, power),
    (acknowledged_before_sync, power),
    (torn_tail_kept, torn),
    (written_in_place, kills),
    (changes_not_sealed, kills),
]


@pytest.mark.parametrize(("break_it", "check"), MUTANTS, ids=[mutant.__name__ for mutant, _ in MUTANTS])
def test_a_broken_store_is_caught(
    tmp_path: Path, monkeypatch: Patch, break_it: Callable[[Patch], None], check: Callable[[Path, Patch], None]
) -> None:
    with monkeypatch.context() as patch:
        check(tmp_path / "sound", patch)
    with monkeypatch.context() as patch:
        break_it(patch)
        with pytest.raises((AssertionError, StoreError, pytest.fail.Exception)):
            check(tmp_path / "broken", patch)
