"""Where the API client and the download queue come from. Neither loads HTTP before something is asked or fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from headswap_tui.config.credential import Credential
from headswap_tui.config.settings import Settings
from headswap_tui.domain.clock import Clock
from headswap_tui.domain.errors import HeadswapError
from headswap_tui.domain.urls import check_base_url
from headswap_tui.engine.late_client import LateClient

if TYPE_CHECKING:
    from headswap_tui.api.client import ApiClient
    from headswap_tui.downloads.queue import DownloadQueue
    from headswap_tui.engine.fetching import Fetching


_Mark = tuple[int, int, int] | None
"""Inode, time of change and length of a file; `None` if it is not there."""


class Connector:
    """Where client and queue come from; keeps one of each."""

    def __init__(
        self, settings: Settings, find_credential: Callable[[], Credential], *, timeout_s: float | None = None
    ) -> None:
        """`find_credential` is called in a thread and raises `CredentialError`; `timeout_s`: a request's."""
        self._timeout_s = timeout_s
        self._settings = settings
        self._find_credential = find_credential
        self._client: LateClient | None = None
        self._used: tuple[str, str] | None = None
        self._marks: list[_Mark] = []
        self._queue: DownloadQueue | None = None

    async def client(self, clock: Clock) -> LateClient:
        """The client with the credential as it is now; a changed one makes a new client. Raises `HeadswapError`."""
        client, used = await asyncio.get_running_loop().run_in_executor(None, self._new_client, clock)
        if client is not self._client:
            await self.aclose()
        self._client, self._used = client, used
        return client

    async def has_other_credential(self) -> bool:
        """Whether the files that may hold the credential were changed since, and now hold another one."""
        return await asyncio.get_running_loop().run_in_executor(None, self._look_again)

    async def downloads(self, fetching: Fetching, clock: Clock) -> DownloadQueue | None:
        """The download queue; `None` if there is one already."""
        if self._queue is not None:
            return None
        self._queue = await asyncio.get_running_loop().run_in_executor(None, self._make_queue, fetching, clock)
        return self._queue

    async def aclose(self) -> None:
        """Close the client's connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _new_client(self, clock: Clock) -> tuple[LateClient, tuple[str, str]]:
        self._marks = self._look()
        credential = self._find_credential()
        header = credential.header()
        if self._client is not None and header == self._used:
            return self._client, header
        check_base_url(self._settings.base_url)  # what the client raises for it is to be known now
        return LateClient(partial(self._make_client, credential, clock)), header

    def _make_client(self, credential: Credential, clock: Clock) -> ApiClient:
        from headswap_tui.api.client import TIMEOUT_S, ApiClient

        settings = self._settings
        return ApiClient(
            settings.base_url,
            settings.detail_path,
            credential,
            concurrency=settings.polling.concurrency,
            clock=clock,
            timeout_s=self._timeout_s or TIMEOUT_S,
        )

    def _look(self) -> list[_Mark]:
        source = self._settings.credential
        return [_mark(path) for path in (source.api_key_file, source.config_file) if path is not None]

    def _look_again(self) -> bool:
        marks = self._look()
        if marks == self._marks:
            return False
        self._marks = marks
        try:
            return self._find_credential().header() != self._used
        except HeadswapError:
            return False  # half written, perhaps; the next change is looked at again

    def _make_queue(self, fetching: Fetching, clock: Clock) -> DownloadQueue:
        from headswap_tui.downloads.queue import DownloadQueue

        return DownloadQueue(
            self._settings.download,
            api_host=urlsplit(self._settings.base_url).hostname or "",
            renew=fetching.renew,
            clock=clock,
            on_change=fetching.moved,
            on_done=fetching.done,
            turns=self._settings.profile_dir / "downloading",
        )


def _mark(path: Path) -> _Mark:
    try:
        figures = path.stat()
    except OSError:
        return None
    return figures.st_ino, figures.st_mtime_ns, figures.st_size
