"""Callbacks of the service while the dashboard is open: listened for behind its back, and again if it goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from headswap_tui.config.client_keys import find_client_keys
from headswap_tui.config.listening import listen_address
from headswap_tui.domain.errors import HeadswapError

if TYPE_CHECKING:
    from headswap_tui.cli.context import Doors, Listening
    from headswap_tui.config.settings import Settings
    from headswap_tui.engine.engine import Engine

log = logging.getLogger(__name__)

AGAIN_S: Final = 10.0
"""An address that is taken is tried again so often: a `watch` that has it may end."""


class Callbacks:
    """The listener of one profile, from `start` to `stop`; both in the engine's event loop."""

    def __init__(self, doors: Doors, engine: Engine, settings: Settings, *, again_s: float = AGAIN_S) -> None:
        self.url = ""
        """Where the service calls, with its secret part; empty while nothing listens."""
        self.trouble = ""
        """Why nothing listens, in words; empty if it does or will in a moment."""
        self._doors = doors
        self._engine = engine
        self._settings = settings
        self._again_s = again_s
        self._listening: Listening | None = None
        self._work: asyncio.Task[None] | None = None

    def start(self, tell: Callable[[str], None]) -> None:
        """Begin to listen and return at once; `tell` is called with what the user should know, such as a taken port."""
        self._work = asyncio.create_task(self._listen(tell), name="callbacks")

    async def stop(self) -> None:
        """Stop listening, within half a second. Harmless if nothing listens."""
        if self._work is not None:
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._work
        if self._listening is not None:
            await self._listening.stop()
        self.url = ""

    async def _listen(self, tell: Callable[[str], None]) -> None:
        while True:
            try:
                listening = await self._begun()
            except HeadswapError as error:
                trouble = f"Callbacks are not listened for: {error}"
            except Exception as error:  # a hint less is no reason to end the dashboard
                log.error("listening for callbacks", exc_info=error)
                trouble = f"Callbacks are not listened for: {type(error).__name__}."
            else:
                self.trouble = ""
                if listening.note:
                    tell(listening.note)
                return
            if trouble != self.trouble:
                self.trouble = trouble
                tell(f"{trouble} It is tried again every {self._again_s:.0f} s.")
            await asyncio.sleep(self._again_s)

    async def _begun(self) -> Listening:
        settings = self._settings
        address = listen_address(settings.webhook.listen or "")
        keys = await asyncio.to_thread(find_client_keys, settings)  # may run the user's command
        listening = await self._doors.webhook(self._engine, settings, address, keys)
        self.url = await listening.start()
        self._listening = listening
        return listening
