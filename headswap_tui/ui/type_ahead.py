"""Keys in the order in which they were typed.

What follows a key that opens a dialog belongs to the dialog, what follows a key that leaves the filter to the table.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from textual import events
from textual.screen import Screen
from textual.widgets import Input

from headswap_tui.ui.screens.main import MainScreen

Typed: TypeAlias = events.Key | events.Paste

LEAVING: Final = frozenset({"escape", "enter"})
"""Keys that end the typing of a filter: `FilterBar.Settled` tells when they have."""


class TypeAhead:
    """Textual hands each key to whatever has the focus now and looks later what it means; a burst outruns it."""

    def __init__(
        self,
        screen: Callable[[], Screen[object]],
        bound: Callable[[str], Awaitable[bool]],
        forward: Callable[[Typed], Awaitable[None]],
    ) -> None:
        """`screen` is the one on top; `bound` runs what a key is bound to, `forward` gives it to the focus."""
        self._screen = screen
        self._bound = bound
        self._forward = forward
        self._waiting: deque[Typed] = deque()
        self._is_leaving = False

    async def take(self, event: Typed) -> None:
        """Deal with it, or keep it until the dialog that is being opened, or the table again, takes keys."""
        self._waiting.append(event)
        await self.go_on()

    async def settled(self) -> None:
        """The filter was left, or is there now."""
        self._is_leaving = False
        await self.go_on()

    async def go_on(self) -> None:
        """Deal with what waits, as far as that is possible now."""
        while self._waiting:
            screen = self._screen()
            if self._is_leaving and isinstance(screen, MainScreen) and not _is_command(screen):
                return  # once the focus is elsewhere, by a click for one, nobody has to tell
            if not getattr(screen, "takes_keys", True):  # it is not ready yet, and says when it is
                return
            event = self._waiting.popleft()
            self._is_leaving = False
            if isinstance(event, events.Key) and isinstance(screen, MainScreen) and _is_command(screen):
                await self._bound(event.key)
                await asyncio.sleep(0)  # the command's worker begins, and has opened its dialog then
            else:
                # What was typed before may wait in the field's queue: only after it the filter is what was meant.
                is_key = isinstance(event, events.Key) and event.key in LEAVING
                self._is_leaving = is_key and isinstance(screen, MainScreen)
                await self._forward(event)


def _is_command(screen: MainScreen) -> bool:
    return not isinstance(screen.focused, Input)
