"""Runs commands: one handler for each, a reason instead where it cannot be run, a toast where it fails."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Protocol

from headswap_tui.domain.errors import HeadswapError
from headswap_tui.ui.actions.accounts import Accounts
from headswap_tui.ui.actions.asking import Asking
from headswap_tui.ui.actions.browsing import Browsing
from headswap_tui.ui.actions.desk import Handlers
from headswap_tui.ui.actions.files import Files
from headswap_tui.ui.actions.panes import Panes, Stage
from headswap_tui.ui.actions.reports import Reports
from headswap_tui.ui.actions.session import Session
from headswap_tui.ui.actions.tracking import Tracking
from headswap_tui.ui.commands import BY_ID

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from headswap_tui.ui.services import Services


class Working(Stage, Protocol):
    """The screen that lends its workers."""

    def work(self, doing: Coroutine[None, None, None], name: str) -> None:
        """Let it run beside the keys."""


class Runner:
    """Knows the handler of each command."""

    def __init__(self, stage: Working, services: Services) -> None:
        self._stage = stage
        self._tracking = Tracking(stage)
        self._browsing = Browsing(stage)
        self._panes = Panes(stage)
        files = Files(stage, services.terminal)
        self.handlers: Handlers = {
            **self._tracking.handlers(),
            **Asking(stage).handlers(),
            **files.handlers(),
            **Reports(stage, files.copy).handlers(),
            **self._browsing.handlers(),
            **self._panes.handlers(),
            **Session(stage, services.keymap).handlers(),
            **Accounts(stage, services).handlers(),
        }

    def run(self, command_id: str) -> None:
        """Run it, or say why it cannot be run now."""
        why = BY_ID[command_id].why_disabled(self._stage.situation())
        if why is not None:
            self._stage.tell(f"{why[0].upper()}{why[1:]}.", severity="warning")
            return
        try:
            doing = self.handlers[command_id]()
        except HeadswapError as error:
            self._report(error)
            return
        if doing is not None:
            self._stage.work(self._reported(doing), command_id)

    def add(self, text: str) -> None:
        """Something was pasted where nothing takes text."""
        self._stage.work(self._reported(self._tracking.add(text)), "add")

    def sort_by(self, column: str) -> None:
        """A header was clicked."""
        self._browsing.sort_by(column)

    def keep_filter(self) -> None:
        """The filter's field was left without dropping the filter."""
        self._panes.keep_filter()

    async def _reported(self, doing: Awaitable[None]) -> None:
        try:
            await doing
        except HeadswapError as error:
            self._report(error)

    def _report(self, error: HeadswapError) -> None:
        self._stage.tell(error.hint, title=error.message, severity="error")
