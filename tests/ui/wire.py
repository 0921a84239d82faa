"""A terminal line inside the process: what the app writes is kept as it would be sent."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.drivers.headless_driver import HeadlessDriver

from tests.ui.table_host import TableApp


class Wire(HeadlessDriver):
    """Counts as a terminal, so that frames are encoded and written; nothing is read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sent = ""

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.sent += data


class WiredTable(TableApp):
    """The table on a wire; tells when a frame is out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.driver_class = Wire
        self.frame = asyncio.Event()

    def post_display_hook(self) -> None:
        self.frame.set()

    def take(self) -> str:
        """What was sent since the last look."""
        assert isinstance(self._driver, Wire)
        sent, self._driver.sent = self._driver.sent, ""
        return sent

    async def settle(self) -> None:
        """Until no frame has come for a quarter of a second."""
        while True:
            self.frame.clear()
            try:
                await asyncio.wait_for(self.frame.wait(), 0.25)
            except TimeoutError:
                return
