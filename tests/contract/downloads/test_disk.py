"""Room, names and directories: nothing is overwritten, nothing is left half-named, a full disk is told in figures."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from headswap_tui.domain.errors import DiskFull, TransferFailed
from headswap_tui.downloads import part, transfer
from headswap_tui.downloads.disk import MARGIN_BYTES
from tests.contract.downloads.file_server import FileServer, cut_after, in_turn, mp4, serve
from tests.contract.downloads.support import Place

VIDEO, OTHER = mp4(3_000_000, 1), mp4(3_000_000, 2)


def test_a_finished_download_leaves_one_file(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO)
    finished = place.fetch(server.url("/v.mp4"), file_name="../../etc/passwd")
    assert finished.path == place.directory / "passwd.mp4"
    assert place.names() == ["passwd.mp4"]


def test_a_different_file_is_never_overwritten(place: Place, server: FileServer) -> None:
    place.directory.mkdir()
    (place.directory / "v.mp4").write_text("mine")
    (place.directory / "v (1).mp4").symlink_to(place.directory / "nowhere")
    (place.directory / "v (2).mp4").mkdir()
    server.host("/v.mp4", VIDEO)
    finished = place.fetch(server.url("/v.mp4"))
    assert (finished.path.name, finished.path.read_bytes()) == ("v (3).mp4", VIDEO)
    assert (place.directory / "v.mp4").read_text() == "mine"
    assert not (place.directory / "nowhere").exists()


def test_a_file_that_appears_during_the_transfer_is_not_overwritten(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO, in_turn(cut_after(1000), serve))
    with pytest.raises(TransferFailed):
        place.fetch(server.url("/v.mp4"), retries=0)
    (place.directory / "v.mp4").write_text("mine")
    assert place.fetch(server.url("/v.mp4")).path.name == "v (1).mp4"
    assert (place.directory / "v.mp4").read_text() == "mine"


def test_a_part_of_somebody_else_is_left_alone(place: Place, server: FileServer) -> None:
    place.directory.mkdir()
    place.part.write_text("a browser's")
    server.host("/v.mp4", VIDEO)
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == VIDEO
    assert place.part.read_text() == "a browser's"


def test_tasks_with_one_name_get_files_of_their_own(place: Place, server: FileServer) -> None:
    server.host("/1.mp4", VIDEO)
    server.host("/2.mp4", OTHER)
    first = place.fetch(server.url("/1.mp4"), task_id="a" * 24)
    second = place.fetch(server.url("/2.mp4"), task_id="b" * 24)
    assert (first.path.name, second.path.name) == ("v.mp4", "v (1).mp4")
    assert (first.path.read_bytes(), second.path.read_bytes()) == (VIDEO, OTHER)


def test_the_same_bytes_under_the_same_name_are_no_second_copy(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO, cut_after(1000))
    with pytest.raises(TransferFailed):
        place.fetch(server.url("/v.mp4"), retries=0)
    (place.directory / "v.mp4").write_bytes(VIDEO)
    server.files["/v.mp4"].behaviour = None
    assert place.fetch(server.url("/v.mp4")).path.name == "v.mp4"
    assert place.names() == ["v.mp4"]


@pytest.mark.parametrize("moment", ["linked", "unlinked", "reserved"])
def test_killed_while_it_takes_its_name_it_is_not_fetched_again(
    moment: str, place: Place, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted = server.host("/v.mp4", VIDEO)
    state = place.directory / "v.mp4.part.state"
    real = os.link

    class Killed(BaseException):
        pass

    def die(source: Path, target: Path, **options: bool) -> None:
        if moment == "reserved":
            Path(target).touch(exist_ok=False)
        else:
            real(source, target, **options)
        if moment == "unlinked":
            Path(source).unlink()
        raise Killed

    monkeypatch.setattr(os, "link", die)
    with pytest.raises(Killed):
        place.fetch(server.url("/v.mp4"))
    monkeypatch.undo()
    assert state.exists()
    finished = place.fetch(server.url("/v.mp4"))
    assert (finished.path.name, finished.path.read_bytes()) == ("v.mp4", VIDEO)
    assert place.names() == ["v.mp4"]
    assert len(hosted.requests) == 1


def test_where_hard_links_are_not_to_be_had_a_reservation_holds_the_name(
    place: Place, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    place.directory.mkdir()
    (place.directory / "v.mp4").write_text("mine")
    server.host("/v.mp4", VIDEO)
    finished = place.fetch(server.url("/v.mp4"))
    assert (finished.path.name, finished.path.read_bytes()) == ("v (1).mp4", VIDEO)
    assert place.names() == ["v (1).mp4", "v.mp4"]


def test_room_is_checked_before_the_first_byte(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO)
    with pytest.raises(DiskFull, match=r"2\.0 MB more are needed"):
        place.fetch(server.url("/v.mp4"), free=lambda _path: MARGIN_BYTES + 1_000_000)
    assert place.names() == []


def test_a_length_beyond_all_disks_is_refused_before_it_fills_one(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO, lambda handler, hosted: handler.head(hosted, 200, Content_Length=str(10**15)))
    with pytest.raises(DiskFull, match="TB more are needed"):
        place.fetch(server.url("/v.mp4"))


def test_room_is_checked_again_on_the_way(place: Place, server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "ROOM_CHECK_BYTES", 100_000)
    left = [10**9, 10**9, 10**9, 1_000]
    server.host("/v.mp4", VIDEO)
    with pytest.raises(DiskFull, match="The disk is full") as full:
        place.fetch(server.url("/v.mp4"), free=lambda _path: left.pop(0) if len(left) > 1 else left[0])
    assert "what has come is kept" in full.value.hint
    assert place.part.stat().st_size >= 200_000
    monkeypatch.undo()
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == VIDEO
    assert "range" in server.files["/v.mp4"].requests[-1]


def test_a_disk_that_does_not_tell_its_room_is_tried(place: Place, server: FileServer) -> None:
    def unknown(_path: Path) -> int:
        raise OSError(errno.ENOSYS, "Function not implemented")

    server.host("/v.mp4", VIDEO)
    assert place.fetch(server.url("/v.mp4"), free=unknown).path.read_bytes() == VIDEO


def test_a_full_disk_on_the_way_keeps_the_part(
    place: Place, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, written = os.write, 0

    def full(descriptor: int, piece: memoryview) -> int:
        nonlocal written
        if written >= 500_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        count = real(descriptor, piece[: 500_000 - written])  # as the kernel does: what fits is written
        written += count
        return count

    server.host("/v.mp4", VIDEO)
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(DiskFull, match=r"The disk is full: \d+\.\d .B more are needed"):
        place.fetch(server.url("/v.mp4"), free=lambda _path: 10**9 if written < 500_000 else 0)
    monkeypatch.undo()
    assert place.part.stat().st_size == 500_000
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == VIDEO


def test_a_limit_on_file_sizes_is_told_and_the_part_can_be_continued(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO)
    child = place.child(server.url("/v.mp4"), "1000000")
    printed = child.communicate(timeout=30)[0]
    assert printed.startswith("DiskFull: The file is too big")
    assert "2.0 MB are missing" in printed
    assert place.part.stat().st_size == 1_000_000
    assert place.fetch(server.url("/v.mp4")).path.read_bytes() == VIDEO


def test_a_directory_that_cannot_be_made_is_an_error_in_words(place: Place, server: FileServer) -> None:
    place.directory.write_text("a file")
    server.host("/v.mp4", VIDEO)
    with pytest.raises(TransferFailed, match=r"Cannot write .*: File exists"):
        place.fetch(server.url("/v.mp4"))
    assert server.seen == []


def test_a_part_that_is_a_link_is_not_followed(place: Place, server: FileServer, tmp_path: Path) -> None:
    server.host("/v.mp4", VIDEO, cut_after(1000))
    with pytest.raises(TransferFailed):
        place.fetch(server.url("/v.mp4"), retries=0)
    (tmp_path / "precious").write_text("mine")
    place.part.unlink()
    place.part.symlink_to(tmp_path / "precious")
    with pytest.raises(TransferFailed, match="Cannot write"):
        place.fetch(server.url("/v.mp4"))
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_directory_that_somebody_else_holds_locked_is_used_all_the_same(
    place: Place, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part, "_DIRECTORY_WAIT_S", 0.0001)
    place.directory.mkdir()
    server.host("/v.mp4", VIDEO)
    descriptor = os.open(place.directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        assert place.fetch(server.url("/v.mp4")).path.read_bytes() == VIDEO
    finally:
        os.close(descriptor)
