"""All handlers by command id."""

from __future__ import annotations

from headswap_tui.ui.actions.asking import Asking
from headswap_tui.ui.actions.browsing import Browsing
from headswap_tui.ui.actions.desk import Handlers
from headswap_tui.ui.actions.files import Files
from headswap_tui.ui.actions.panes import Panes, Stage
from headswap_tui.ui.actions.session import Session
from headswap_tui.ui.actions.tracking import Tracking
from headswap_tui.ui.commands import Keymap
from headswap_tui.ui.terminal import Terminal


def all_handlers(stage: Stage, keymap: Keymap, terminal: Terminal) -> Handlers:
    """One handler for each command of the table."""
    return {
        **Tracking(stage).handlers(),
        **Asking(stage).handlers(),
        **Files(stage, terminal).handlers(),
        **Browsing(stage).handlers(),
        **Panes(stage).handlers(),
        **Session(stage, keymap).handlers(),
    }
