"""Starting the dashboard in a terminal: what must be set before Textual is imported, and what speeds up the start."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Final

from headswap_tui.domain.text import safe
from headswap_tui.ui.doors import OpenedDoor, ProfilesDoor

ESCAPE_DELAY_MS: Final = "250"
"""Over SSH the bytes of one key may come apart; Textual's 100 ms would take an arrow for the escape key."""

COLOR_SYSTEMS: Final = frozenset({"auto", "standard", "256", "truecolor", "windows"})
TRUECOLOR_TERMS: Final = ("xterm-kitty", "kitty", "foot", "alacritty", "wezterm", "xterm-ghostty", "ghostty")
"""Values of TERM whose terminals know 16 million colours; COLORTERM, which would say so, does not cross SSH."""


def run_dashboard(
    account: OpenedDoor,
    profiles: ProfilesDoor | None,
    *,
    notices: Sequence[str] = (),
    themes_dir: Path | None = None,
    examples: Sequence[str] = (),
) -> int:
    """Run until the user leaves; returns the exit status. Standard input and error must be a terminal.

    `notices` are told at the start: what `prepare` said. Without `profiles` there is only this one account. With
    `examples` it is a demo: ids to try adding. Raises what ended the dashboard unforeseen. Threads that hang are not
    waited for: the process should end without.
    """
    gc.disable()  # the app turns it on again after its first frame
    try:
        from headswap_tui.ui.app import HeadswapApp

        settings = account.settings
        app = HeadswapApp(
            account.engine,
            settings,
            webhook=account.webhook,
            profiles=profiles,
            themes_dir=themes_dir,
            notices=notices,
            examples=examples,
        )
        # `asyncio.run` would at its end wait for every thread of the loop's executor.
        asyncio.new_event_loop().run_until_complete(app.run_async(mouse=settings.ui.mouse))
    finally:
        gc.enable()
    if app._exception is not None:  # noqa: SLF001  # Textual keeps it for its test pilot alone
        raise app._exception  # noqa: SLF001  # same
    return app.return_code or 0


def prepare(environ: MutableMapping[str, str]) -> list[str]:
    """Take out of the environment what would harm a full-screen program; returns what to tell the user."""
    told = []
    for name in ("COLUMNS", "LINES"):  # they would freeze the size
        environ.pop(name, None)
    wanted = environ.get("TEXTUAL_COLOR_SYSTEM", "auto")
    if wanted not in COLOR_SYSTEMS:
        del environ["TEXTUAL_COLOR_SYSTEM"]  # any other word stops Textual at its import
        told.append(f"TEXTUAL_COLOR_SYSTEM={safe(wanted, 30)} is not known and was ignored.")
    term = environ.get("TERM", "").lower()
    if term.startswith(TRUECOLOR_TERMS) and not environ.get("COLORTERM"):
        environ["COLORTERM"] = "truecolor"
    elif term == "unknown":
        environ["TERM"] = "vt100"  # for Rich the word means a terminal without colours and always of 80x25
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        environ.setdefault("ESCDELAY", ESCAPE_DELAY_MS)
    return told
