"""What the tests of downloads share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.downloads.file_server import FileServer, running
from tests.contract.downloads.support import Place, Watched


@pytest.fixture
def server() -> Iterator[FileServer]:
    """A file host of its own."""
    with running() as one:
        yield one


@pytest.fixture
def place(server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A directory that does not exist yet, and no proxies."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return Place(server, tmp_path / "videos")


@pytest.fixture
def watch(place: Place) -> Iterator[Callable[..., Watched]]:
    """Makes queues and closes them at the end."""
    made: list[Watched] = []

    def make(**options: object) -> Watched:
        made.append(Watched(place.directory, **options))
        return made[-1]

    yield make
    place.server.let_go.set()
    for one in made:
        one.queue.close(5.0)
