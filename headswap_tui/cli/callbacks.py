"""Callbacks of the service, for the dashboard and for `watch`: listened for once, or until it can be done."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from headswap_tui.config.client_keys import find_client_keys
from headswap_tui.domain.errors import HeadswapError
from headswap_tui.domain.events import Mode

if TYPE_CHECKING:
    from headswap_tui.cli.doors import Doors, Listening
    from headswap_tui.config.settings import Settings
    from headswap_tui.engine.engine import Engine

log = logging.getLogger(__name__)

AGAIN_S: Final = 10.0
"""An address that is taken is tried again so often: a `watch` that has it may end."""
SETTLED_S: Final = 1.0
"""By then it is known whether another process polls."""
OPEN: Final = "Other machines can connect; callbacks are not encrypted without a proxy that adds TLS."


class Callbacks:
    """The listener of one profile, from `start` to `stop`; both in the engine's event loop."""

    def __init__(
        self, doors: Doors, engine: Engine, settings: Settings, listen: str, *, again_s: float = AGAIN_S
    ) -> None:
        """`listen` is the address as somebody wrote it."""
        self.url = ""
        """Where the service calls, with its secret part; empty while nothing listens."""
        self.trouble = ""
        """Why nothing listens, in words; empty if it does or will in a moment."""
        self._doors = doors
        self._engine = engine
        self._settings = settings
        self._listen = listen
        self._again_s = again_s
        self._listening: Listening | None = None
        self._work: asyncio.Task[None] | None = None

    async def begin(self) -> list[str]:
        """Listen; returns what the user should know of it. Raises `ConfigError` or `CredentialError`."""
        from headswap_tui.config.listening import listen_address

        address = listen_address(self._listen)
        keys = await asyncio.to_thread(find_client_keys, self._settings)  # may run the user's command
        listening = await self._doors.webhook(self._engine, self._settings, address, keys)
        self.url = await listening.start()
        self._listening = listening
        notes = [listening.note] if listening.note else []
        return notes if address.is_loopback else [*notes, OPEN]

    def start(self, tell: Callable[[str], None], begun: Callable[[list[str]], None] | None = None) -> None:
        """Begin to listen behind the caller's back, and again and again while it cannot be done.

        `tell` is called with what went wrong, once, and `begun` with what `begin` returns; by default that is told too.
        Nothing is told while another process polls the profile: the address is that one's, most likely, and it hears
        the callbacks.
        """
        self._work = asyncio.create_task(self._until_begun(tell, begun), name="callbacks")

    async def stop(self) -> None:
        """Stop listening, within half a second. Harmless if nothing listens."""
        if self._work is not None:
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._work
        if self._listening is not None:
            await self._listening.stop()
        self.url = ""

    async def _until_begun(self, tell: Callable[[str], None], begun: Callable[[list[str]], None] | None) -> None:
        while True:
            try:
                notes = await self.begin()
            except HeadswapError as error:
                trouble = f"Callbacks are not listened for: {error}"
            except Exception as error:  # a hint less is no reason to end the dashboard
                log.error("listening for callbacks", exc_info=error)
                trouble = f"Callbacks are not listened for: {type(error).__name__}."
            else:
                self.trouble = ""
                if begun is not None:
                    begun(notes)
                elif notes:
                    tell("\n".join(notes))
                return
            if trouble != self.trouble:
                self.trouble = trouble
                await asyncio.sleep(min(SETTLED_S, self._again_s))
                if self._engine.connection.mode is not Mode.FOLLOWING:
                    tell(f"{trouble} It is tried again every {self._again_s:.0f} s.")
            await asyncio.sleep(self._again_s)
