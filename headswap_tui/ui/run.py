"""Starting the dashboard in a terminal: what must be set before Textual is imported, and what speeds up the start."""

from __future__ import annotations

import gc
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

from headswap_tui.config.settings import Settings
from headswap_tui.ui.doors import EngineDoor

ESCAPE_DELAY_MS: Final = "250"
"""Over SSH the bytes of one key may come apart; Textual's 100 ms would take an arrow for the escape key."""

COLOR_SYSTEMS: Final = frozenset({"auto", "standard", "256", "truecolor", "windows"})


def run_dashboard(engine: EngineDoor, settings: Settings, *, themes_dir: Path | None = None) -> int:
    """Run until the user leaves; returns the exit status. Standard input and error must be a terminal."""
    prepare(os.environ)
    gc.disable()  # the app turns it on again after its first frame
    try:
        from headswap_tui.ui.app import HeadswapApp

        app = HeadswapApp(engine, settings, themes_dir=themes_dir)
        app.run(mouse=settings.ui.mouse)
        return app.return_code or 0
    finally:
        gc.enable()


def prepare(environ: MutableMapping[str, str]) -> None:
    """Take out of the environment what would harm a full-screen program."""
    for name in ("COLUMNS", "LINES"):  # they would freeze the size
        environ.pop(name, None)
    if environ.get("TEXTUAL_COLOR_SYSTEM", "auto") not in COLOR_SYSTEMS:
        del environ["TEXTUAL_COLOR_SYSTEM"]  # any other word stops Textual at its import
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        environ.setdefault("ESCDELAY", ESCAPE_DELAY_MS)
