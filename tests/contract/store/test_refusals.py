"""Files and directories that are refused: in words, and without touching them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from headswap_tui.domain.errors import (
    StoreDamaged,
    StoreError,
    StoreForeign,
    StoreTooNew,
    StoreUnsafe,
    StoreWriteFailed,
)
from headswap_tui.store import lines
from headswap_tui.store.tasks import TaskStore, inspect
from tests.contract.store.samples import a_task, an_id, compact, files, filled, labelled, read

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a file away")
not_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")


def newer(content: bytes) -> bytes:
    first, rest = content.split(b"\n", 1)
    header = lines.read_header(first + b"\n", "f")
    return lines.header_line(msgspec.structs.replace(header, schema_version=2)) + rest


CONTENTS: dict[str, tuple[Callable[[bytes], bytes], type[StoreError]]] = {
    "empty": (lambda _: b"", StoreDamaged),
    "text": (lambda _: b"dear diary\n", StoreForeign),
    "json": (lambda _: b'{"a": 1}', StoreForeign),
    "tinydb": (lambda _: b'{"_default": {"1": {"id": "x"}}}', StoreForeign),
    "binary": (lambda _: os.urandom(5000).replace(b"{", b"x"), StoreForeign),
    "newer": (newer, StoreTooNew),
    "half": (lambda content: content[: len(content) // 2], StoreDamaged),
    "half a header": (lambda content: content[:100], StoreDamaged),
    "doubled": (lambda content: content + content, StoreDamaged),
    "garbage of several lines": (lambda content: content + b"a\nb\nc\n", StoreDamaged),
    "zeros": (lambda content: b"\0" * len(content), StoreForeign),
    "crlf": (lambda content: content.replace(b"\n", b"\r\n"), StoreDamaged),
    "a line lost": (lambda content: b"\n".join(content.split(b"\n")[:1] + content.split(b"\n")[2:]), StoreDamaged),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_a_file_that_is_not_sound_is_refused_and_left_alone(tmp_path: Path, name: str) -> None:
    store = filled(tmp_path, 300)
    compact(store)
    store.change({an_id(1): labelled("x")})
    store.change({an_id(2): labelled("y")})
    spoil, kind = CONTENTS[name]
    content = spoil(store.path.read_bytes())
    os.truncate(store.path, 0)
    path = tmp_path / "other" / "tasks.jsonl"
    path.parent.mkdir(mode=0o700)
    path.write_bytes(content)
    for create in (True, False):
        with pytest.raises(kind) as caught:
            TaskStore.open(path.parent, create=create)
        assert type(caught.value) is kind
        assert str(path) in caught.value.message
    assert type(inspect(path.parent).file.problem) is kind
    assert files(path.parent) == {"tasks.jsonl": content}


def test_a_tinydb_file_is_told_about_import(tmp_path: Path) -> None:
    (tmp_path / "tasks.jsonl").write_bytes(b'{"_default": {"1": {"id": "x"}}}')
    with pytest.raises(StoreForeign, match="import"):
        TaskStore.open(tmp_path)


def test_a_directory_behind_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(StoreUnsafe, match="symbolic link"):
        TaskStore.open(tmp_path / "link")
    assert list((tmp_path / "real").iterdir()) == []


@pytest.mark.parametrize("name", ["tasks.jsonl", "tasks.jsonl.lock"])
def test_a_file_behind_a_link_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / name).symlink_to(tmp_path / "precious")
    with pytest.raises(StoreUnsafe, match="symbolic link"):
        TaskStore.open(tmp_path / "store")
    assert (tmp_path / "precious").read_text() == "mine"


def test_leftovers_behind_links_are_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    store_dir = tmp_path / "store"
    store_dir.mkdir()
    for name in ("tasks.jsonl.new", "tasks.jsonl.kept"):
        (store_dir / name).symlink_to(tmp_path / "precious")
    store = filled(store_dir)
    compact(store)
    assert (tmp_path / "precious").read_text() == "mine"
    assert read(store_dir) == store.load()


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["directory", "fifo"])
def test_what_is_no_file_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "tasks.jsonl")
    with pytest.raises(StoreError):
        TaskStore.open(tmp_path)


@as_root
@pytest.mark.parametrize("name", [".", "tasks.jsonl", "tasks.jsonl.lock"])
def test_what_belongs_to_others_is_refused(tmp_path: Path, name: str) -> None:
    store_dir = tmp_path / "store"
    filled(store_dir).close()
    os.chown(store_dir / name, 12345, -1)
    with pytest.raises(StoreUnsafe, match="another user"):
        TaskStore.open(store_dir)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_modes_are_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        store = filled(tmp_path / "a" / "b")
        compact(store)
    finally:
        os.umask(before)
    assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "a" / "b").iterdir()} == {
        "tasks.jsonl": 0o600,
        "tasks.jsonl.bak": 0o600,
        "tasks.jsonl.lock": 0o600,
    }
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "a", tmp_path / "a" / "b")] == [0o700, 0o700]


def test_a_directory_that_others_can_read_is_made_private(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o755)
    filled(tmp_path / "store")
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="not a directory"):
        TaskStore.open(tmp_path / "file" / "default")
    with pytest.raises(StoreError, match="not a directory"):
        TaskStore.open(tmp_path / "file")
    with pytest.raises(StoreWriteFailed, match="cannot be made"):
        TaskStore.open(Path("/proc/headswap/default"))


def test_a_missing_file_with_a_copy_is_not_begun_anew(tmp_path: Path) -> None:
    store = filled(tmp_path)
    compact(store)
    store.close()
    store.path.unlink()
    for create in (True, False):
        with pytest.raises(StoreDamaged, match="missing"):
            TaskStore.open(tmp_path, create=create)
    assert sorted(files(tmp_path)) == ["tasks.jsonl.bak"]


@not_root
def test_a_read_only_store_is_listed_and_says_why_it_cannot_write(tmp_path: Path) -> None:
    filled(tmp_path).close()
    (tmp_path / "tasks.jsonl").chmod(0o400)
    store = TaskStore.open(tmp_path)
    assert len(store.load()) == 3
    with pytest.raises(StoreWriteFailed, match="permission denied"):
        store.add([a_task(9)])
    (tmp_path / "tasks.jsonl").chmod(0o600)
    assert store.add([a_task(9)]) == [an_id(9)], "no restart is needed"
