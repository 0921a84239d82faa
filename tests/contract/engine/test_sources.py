"""The beginning of a source video: by the rules of downloads, bounded, and with nothing of ours in the request."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from headswap_tui.config.settings import DownloadSettings, Settings
from headswap_tui.domain.errors import TransferFailed, UrlRefused
from headswap_tui.domain.task import Detail, TrackedTask
from headswap_tui.downloads.beginning import fetch_beginning
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.hosts import HostRules
from headswap_tui.engine.sources import fetch_source
from tests.contract.downloads.file_server import FileServer, answer, cut_after, held, running
from tests.unit.ui.records import task_id

CONTENT = bytes(range(256)) * 400


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it goes; no proxy is in between."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "source"


def settings(tmp_path: Path, api: str = "http://127.0.0.1:1") -> Settings:
    """An account with that API."""
    return Settings(base_url=api, data_dir=tmp_path, state_dir=tmp_path, download=DownloadSettings(directory=tmp_path))


def with_source(url: str | None) -> TrackedTask:
    return TrackedTask(id=task_id(1), added_ms=1, detail=Detail(status=2, source_video_url=url))


def get(server: FileServer, path: Path, most: int = 1 << 20) -> bytes:
    """The beginning of `/s.mp4`."""
    fetch_beginning(server.url("/s.mp4"), path, HostRules("127.0.0.1"), Control(), most=most)
    return path.read_bytes()


async def test_a_source_comes_without_a_word_of_ours(place: Path) -> None:
    with running() as server:
        hosted = server.host("/s.mp4", CONTENT)
        await fetch_source(with_source(server.url("/s.mp4?sig=1")), settings(place.parent), place)
    assert place.read_bytes() == CONTENT
    assert hosted.requests[0].keys() <= {"host", "user-agent", "accept", "accept-encoding", "connection", "range"}


def test_no_more_than_its_beginning_is_taken(place: Path) -> None:
    with running() as server:
        hosted = server.host("/s.mp4", CONTENT)
        assert get(server, place, most=1000) == CONTENT[:1000]  # this server does not care for the range
        assert hosted.requests[0]["range"] == "bytes=0-999"
        server.host("/s.mp4", CONTENT, cut_after(300))
        assert get(server, place) == CONTENT[:300]  # what came can be looked at


@pytest.mark.parametrize("code", [403, 404, 500])
def test_what_the_host_refuses_is_said(place: Path, code: int) -> None:
    with running() as server:
        server.host("/s.mp4", b"", answer(code))
        with pytest.raises(TransferFailed, match=f"HTTP {code}"):
            get(server, place)
    with pytest.raises(TransferFailed, match=r"^[A-Z].*\.$"):  # nobody is there any more
        get(server, place)


async def test_where_downloads_may_not_go_it_does_not_go(place: Path) -> None:
    public = settings(place.parent, "https://openapi.akool.com")
    with running() as server:
        server.host("/s.mp4", CONTENT)
        for url in (server.url("/s.mp4"), "file:///etc/passwd", "https://me:word@127.0.0.1/s.mp4", None):
            with pytest.raises(UrlRefused):
                await fetch_source(with_source(url), public, place)
        assert server.seen == []
        allowing = msgspec.structs.replace(public.download, allow_hosts=("127.0.0.1",))
        await fetch_source(with_source(server.url("/s.mp4")), msgspec.structs.replace(public, download=allowing), place)
    assert place.read_bytes() == CONTENT


async def test_nobody_waits_for_it_any_more_and_it_breaks_off(place: Path) -> None:
    with running() as server:
        server.host("/s.mp4", CONTENT, held)
        fetching = asyncio.create_task(fetch_source(with_source(server.url("/s.mp4")), settings(place.parent), place))
        async with asyncio.timeout(10):
            while not place.exists():
                await asyncio.sleep(0.01)
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
        async with asyncio.timeout(5):  # its thread ends, though the server holds the rest back
            await asyncio.get_running_loop().shutdown_default_executor()
