"""What the app makes once and the screen works with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from headswap_tui.config.settings import Settings
from headswap_tui.domain.task import TaskId
from headswap_tui.ui.announcing import Announcement
from headswap_tui.ui.commands import Keymap
from headswap_tui.ui.doors import EngineDoor, OpenedDoor, ProfilesDoor, WebhookDoor
from headswap_tui.ui.fence import Fence
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.memory import Memory
from headswap_tui.ui.terminal import Terminal

if TYPE_CHECKING:
    from headswap_tui.ui.pictures.kind import Choice


class Services(msgspec.Struct, frozen=True):
    """Handed to the screen by its constructor."""

    engine: EngineDoor
    now_ms: Callable[[], int]
    keymap: Keymap
    terminal: Terminal
    glyphs: Glyphs
    memory: Memory
    settings: Settings
    refresh_hz: float
    fence: Fence
    ring: Callable[[Announcement], None]
    """Calls for attention outside the screen, by the user's setting."""
    webhook: WebhookDoor | None
    """Where callbacks arrive; `None`: nobody wants any."""
    profiles: ProfilesDoor | None
    """The other accounts; `None`: there are none."""
    enter: Callable[[OpenedDoor], None]
    """Shows another account in place of this one, whose screen goes."""
    pictures: Callable[[], Choice]
    """How pictures are drawn in this terminal."""
    write: Callable[[str], None]
    """Sends escape sequences to the terminal, in turn with the frames."""
    examples: Sequence[TaskId]
    """Ids that a demo offers where one is asked for."""
