"""An API client that is made by the first question: HTTP and TLS take 4 MB, and a list of ended tasks asks nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from headswap_tui.domain.errors import Unreachable
from headswap_tui.domain.task import Detail, TaskId
from headswap_tui.engine.poller import AsksDetail


class Client(AsksDetail, Protocol):
    """The part of the API client that is used here."""

    async def aclose(self) -> None:
        """Close the connections; whoever asks afterwards is refused."""
        ...


class LateClient:
    """As the client that `make` makes, in a thread, when it is needed. Belongs to one event loop."""

    def __init__(self, make: Callable[[], Client]) -> None:
        self._make = make
        self._making: asyncio.Future[Client] | None = None
        self._is_closed = False

    async def detail(self, task_id: TaskId) -> Detail:
        """What the service says about the task now; raises `ApiError`."""
        making = self._making
        if making is None:
            making = self._making = asyncio.get_running_loop().run_in_executor(None, self._make)
        try:
            client = await asyncio.shield(making)  # one that gives up must not take it from those who wait, too
        except (ImportError, OSError) as error:  # no file can be opened any more, say
            if self._making is making:
                self._making = None
            raise Unreachable(f"HTTP cannot be loaded: {error}.", "It is tried again.") from error
        if self._is_closed:
            await client.aclose()  # it was not there yet when the others closed; asked now, it refuses
        return await client.detail(task_id)

    async def reset(self) -> None:
        """Start over with new connections; there are none before the first question."""
        if (client := self._made) is not None:
            await client.reset()

    async def aclose(self) -> None:
        """Close the connections."""
        self._is_closed = True
        if (client := self._made) is not None:
            await client.aclose()

    @property
    def _made(self) -> Client | None:
        making = self._making
        is_there = making is not None and making.done() and not making.cancelled() and making.exception() is None
        return making.result() if making is not None and is_there else None
