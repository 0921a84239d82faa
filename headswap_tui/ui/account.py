"""The profile on the screen: begun after the first frame, ended with the program or when another takes its place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from headswap_tui.config.settings import Settings
from headswap_tui.ui.doors import EngineDoor, WebhookDoor


@dataclass(frozen=True)
class Account:
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
