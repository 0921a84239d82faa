"""Notices that other processes wrote to the store, without waking anybody when they did not."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable
from typing import Final

from headswap_tui.domain.errors import StoreError

LOOK_S: Final = 0.5
"""So often other processes' changes are looked for; they are to be on screen within a second."""


class Lookout:
    """Looks from a thread of its own: a disk that hangs must not hold up the event loop, nor its shared threads."""

    def __init__(
        self, has_news: Callable[[], bool], follow: Callable[[], Awaitable[None]], on_trouble: Callable[[str], None]
    ) -> None:
        """`has_news` is called in the thread, often, and must not raise; `follow`, in the loop, when it held.

        `on_trouble` is told in words why the store cannot be followed.
        """
        self._has_news = has_news
        self._follow = follow
        self._on_trouble = on_trouble
        self._seen = asyncio.Event()
        self._ended = threading.Event()

    async def run(self) -> None:
        """Follow for ever."""
        # It is not waited for, however long the disk takes to tell.
        args = (asyncio.get_running_loop(),)
        threading.Thread(target=self._look, args=args, name="lookout", daemon=True).start()
        try:
            while True:
                await self._seen.wait()
                self._seen.clear()
                try:
                    await self._follow()
                except StoreError as error:
                    self._on_trouble(str(error))
        finally:
            self._ended.set()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            while not self._ended.wait(LOOK_S):
                if self._has_news():
                    loop.call_soon_threadsafe(self._seen.set)
