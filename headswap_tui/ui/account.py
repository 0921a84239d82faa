"""The profile on the screen: begun after the first frame, ended with the program or when another takes its place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from headswap_tui.config.settings import Settings
from headswap_tui.ui.doors import EngineDoor, WebhookDoor


class Account(msgspec.Struct, frozen=True):
    """An engine with what belongs to it."""

    engine: EngineDoor
    settings: Settings
    webhook: WebhookDoor | None = None

    async def begin(self, tell: Callable[[str], None]) -> None:
        """Start the engine, then listen for callbacks; `tell` is called if they cannot be. Raises `StoreError`."""
        await self.engine.start()
        if self.webhook is not None:
            self.webhook.start(tell)

    async def end(self) -> None:
        """Stop both and bring everything to disk; bounded in time."""
        if self.webhook is not None:
            await asyncio.gather(self.webhook.stop(), self.engine.stop())
        else:
            await self.engine.stop()


class Tenure:
    """Which account has the screen; those before it are waited for at the end."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._ending: set[asyncio.Task[None]] = set()

    def save_now(self) -> None:
        """Write what waits, at once. Raises `StoreError`."""
        self.account.engine.save_now()

    def replace(self, account: Account) -> asyncio.Task[None]:
        """Let another one have it; returns the end of the one before, which has begun.

        It is no worker of Textual's: when the program ends meanwhile, it is waited for and not cut short.
        """
        ending = asyncio.create_task(self.account.end(), name="end of the old account")
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        self.account = account
        return ending

    async def end(self) -> None:
        """Bring everything of everybody to disk."""
        await asyncio.gather(self.account.end(), *self._ending)
