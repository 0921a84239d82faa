"""The same against a file host that others wrote: nginx, with its own ideas of ranges, tags and cuts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from headswap_tui.downloads.part import PartState
from tests.benchmarks.downloads import nginx
from tests.benchmarks.tools import missing
from tests.contract.downloads.file_server import digest, mp4
from tests.contract.downloads.support import Place, eventually

SIZE = 20_000_000


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A file and the address of the nginx that has it, under `/slow/` at 12 MB/s."""
    if why := missing("nginx"):
        pytest.skip(why)
    (tmp_path / "files").mkdir()
    file = tmp_path / "files" / "v.mp4"
    file.write_bytes(mp4(SIZE, 1))
    with nginx(tmp_path) as address:
        yield file, address


def kill_in_the_middle(place: Place, url: str) -> int:
    """Let a process fetch some of it and die; the bytes that it left."""
    child = place.child(url)
    try:
        eventually(lambda: place.part.exists() and place.part.stat().st_size > 1_000_000)
    finally:
        child.kill()
        child.communicate()
    count = place.part.stat().st_size
    assert count < SIZE
    return count


def test_a_killed_download_is_continued_to_the_same_bytes(place: Place, hosted: tuple[Path, str]) -> None:
    file, address = hosted
    count = kill_in_the_middle(place, f"{address}/slow/v.mp4")
    seen: list[int] = []
    finished = place.fetch(f"{address}/v.mp4", on_bytes=lambda size, _total: seen.append(size))
    assert digest(finished.path.read_bytes()) == digest(file.read_bytes())
    assert min(seen) == count  # nothing was fetched twice
    assert place.names() == ["v.mp4"]


def test_a_file_that_was_replaced_meanwhile_is_fetched_anew(place: Place, hosted: tuple[Path, str]) -> None:
    file, address = hosted
    kill_in_the_middle(place, f"{address}/slow/v.mp4")
    file.write_bytes(mp4(SIZE, 2))
    os.utime(file, (1_700_000_000, 1_700_000_000))  # its tag is made of second and size
    finished = place.fetch(f"{address}/v.mp4")
    assert digest(finished.path.read_bytes()) == digest(file.read_bytes())


def test_a_complete_part_of_unknown_length_is_complete(place: Place, hosted: tuple[Path, str]) -> None:
    file, address = hosted
    kill_in_the_middle(place, f"{address}/slow/v.mp4")
    place.part.write_bytes(file.read_bytes())
    place.change_state(lambda state: PartState(state.task, etag=state.etag, boot=state.boot))
    finished = place.fetch(f"{address}/v.mp4")  # 416: there is nothing beyond
    assert digest(finished.path.read_bytes()) == digest(file.read_bytes())
