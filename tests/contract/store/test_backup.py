"""Looking at a store, restoring its copy, migrating an old one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from headswap_tui.domain.errors import StoreDamaged, StoreError, StoreTooNew, StoreWriteFailed
from headswap_tui.store import lines, migrations, reading, storage
from headswap_tui.store.tasks import TaskStore, inspect, restore_backup
from tests.contract.store.faulty import Faulty
from tests.contract.store.samples import a_task, an_id, compact, files, filled, labelled, read


def test_inspect_reads_and_changes_nothing(tmp_path: Path) -> None:
    assert not inspect(tmp_path / "none").file.exists
    store = filled(tmp_path / "s", 5)
    compact(store)
    store.remove([an_id(1)])
    before = files(tmp_path / "s")
    found = inspect(tmp_path / "s")
    assert (found.file.tasks, found.backup.tasks, found.can_restore) == (4, 5, False)
    assert found.file.problem is None and found.file.schema_version == lines.SCHEMA_VERSION
    assert found.file.tail_bytes > 0 and found.file.torn_bytes == 0 and found.file.modified_ms > 0
    assert files(tmp_path / "s") == before


def test_inspect_tells_of_an_unfinished_change(tmp_path: Path) -> None:
    store = filled(tmp_path)
    with store.path.open("ab") as file:
        file.write(b'{"seq":2,"pu')
    found = inspect(tmp_path)
    assert found.file.torn_bytes == 12 and found.file.tasks == 3 and found.file.problem is None


def damaged(directory: Path) -> TaskStore:
    store = filled(directory, 3)
    compact(store)
    store.change({an_id(1): labelled("later")})
    content = store.path.read_bytes()
    store.path.write_bytes(content[:300] + b"?" + content[301:])
    return store


def test_restoring_keeps_the_damaged_file_and_the_copy(tmp_path: Path) -> None:
    running = damaged(tmp_path)
    spoilt, copy = files(tmp_path)["tasks.jsonl"], files(tmp_path)["tasks.jsonl.bak"]
    with pytest.raises(StoreDamaged):
        TaskStore.open(tmp_path)
    assert inspect(tmp_path).can_restore
    restored = restore_backup(tmp_path)
    assert restored.tasks == 3 and restored.kept is not None
    assert restored.kept.name.startswith("tasks.jsonl.damaged-") and restored.kept.read_bytes() == spoilt
    assert files(tmp_path)["tasks.jsonl.bak"] == copy
    assert read(tmp_path) == {an_id(number): a_task(number) for number in range(3)}
    assert running.follow() == {an_id(1): a_task(1)}, "a running program shows what is there now"
    running.change({an_id(2): labelled("goes on")})
    assert read(tmp_path)[an_id(2)].label == "goes on"


def test_restoring_where_the_file_is_missing(tmp_path: Path) -> None:
    store = damaged(tmp_path)
    store.path.unlink()
    assert inspect(tmp_path).can_restore
    assert restore_backup(tmp_path).kept is None
    assert len(read(tmp_path)) == 3


def test_without_a_good_copy_nothing_is_restored(tmp_path: Path) -> None:
    store = filled(tmp_path)
    with pytest.raises(StoreError, match="no copy"):
        restore_backup(tmp_path)
    (tmp_path / "tasks.jsonl.bak").write_bytes(b"")
    before = files(tmp_path)
    with pytest.raises(StoreDamaged):
        restore_backup(tmp_path)
    assert files(tmp_path) == before and not inspect(tmp_path).can_restore
    assert store.follow() == {}


def test_restoring_onto_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    damaged(tmp_path)
    before = files(tmp_path)
    with pytest.raises(StoreWriteFailed, match="no space"):
        restore_backup(tmp_path, system=Faulty("write", 0))
    assert files(tmp_path) == before


def test_the_copy_is_made_where_there_are_no_hard_links(tmp_path: Path) -> None:
    store = filled(tmp_path, 3, system=Faulty("link", every=True, error="EPERM"))
    compact(store)
    store.add([a_task(7)])
    compact(store)
    assert inspect(tmp_path).backup.tasks == 4
    assert (tmp_path / "tasks.jsonl.bak").stat().st_mode & 0o777 == 0o600


def test_an_older_format_is_migrated_after_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path).close()
    content = files(tmp_path)["tasks.jsonl"]
    old = TaskStore.open(tmp_path)

    def step(fields: dict[str, Any]) -> dict[str, Any]:
        return fields | {"label": f"{fields['label']} migrated"}

    for module in (lines, reading, storage):
        monkeypatch.setattr(module, "SCHEMA_VERSION", 2)
    monkeypatch.setattr(migrations, "STEPS", {1: step})
    assert read(tmp_path)[an_id(1)].label == "task 1 migrated", "reading alone needs no write"
    assert files(tmp_path) == {"tasks.jsonl": content}
    store = TaskStore.open(tmp_path)
    assert store.load()[an_id(1)].label == "task 1 migrated"
    assert files(tmp_path)["tasks.jsonl.v1.bak"] == content
    store.change({an_id(1): labelled("new")})
    assert TaskStore.open(tmp_path).load()[an_id(1)].label == "new"
    monkeypatch.undo()
    with pytest.raises(StoreTooNew):
        old.follow()


def test_a_format_without_a_migration_is_refused(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.close()
    first, rest = store.path.read_bytes().split(b"\n", 1)
    header = msgspec.structs.replace(lines.read_header(first + b"\n", "f"), schema_version=0)
    store.path.write_bytes(lines.header_line(header) + rest)
    before = files(tmp_path)
    with pytest.raises(StoreDamaged, match="Format 0"):
        TaskStore.open(tmp_path)
    assert files(tmp_path) == before
