"""Going to another profile, and showing where the service may call this one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from headswap_tui.ui.actions.desk import Desk, Handlers

if TYPE_CHECKING:
    from headswap_tui.ui.services import Services


class Accounts:
    """Commands about the account on the screen."""

    def __init__(self, desk: Desk, services: Services) -> None:
        self._desk = desk
        self._services = services

    def handlers(self) -> Handlers:
        """By command id."""
        return {"profile": self.profile, "webhook": self.webhook}

    async def profile(self) -> None:
        """Choose one, and show it in place of this one if it can be opened; asks first if a download runs."""
        from headswap_tui.ui.screens.confirm import ConfirmDialog
        from headswap_tui.ui.screens.profile import ProfileDialog

        profiles, current = self._services.profiles, self._desk.engine.profile
        assert profiles is not None  # else the command is disabled
        chosen = await self._desk.ask(ProfileDialog(profiles, current, self._desk.settings, self._desk.glyphs))
        if chosen is None or chosen == current:
            return
        running = self._desk.engine.downloading
        if running:
            what = "a download runs" if running == 1 else f"{running} downloads run"
            detail = f"What is there is kept; it goes on when you come back to {current}."
            if not await self._desk.ask(ConfirmDialog(f"Leave {current} while {what}?", detail, yes="Leave")):
                return
        self._services.enter(await asyncio.to_thread(profiles.open, chosen))

    async def webhook(self) -> None:
        """The callback URL, to be copied."""
        from headswap_tui.ui.screens.link import LinkDialog

        webhook = self._services.webhook
        assert webhook is not None  # else the command is disabled
        await self._desk.ask(
            LinkDialog(
                webhook.url,
                title="Callback URL",
                where="Name it as `webhookUrl` when you create tasks. Its last part is a secret. "
                "The service must be able to reach it: by `ssh -R`, or a proxy that adds TLS.",
                hint=self._services.terminal.copy_hint,
            )
        )
