"""What is said in place when something holds everything up, or when there is nothing to show. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from headswap_tui.domain.events import Connection, Mode
from headswap_tui.ui.doors import WebhookDoor
from headswap_tui.ui.presentation import times
from headswap_tui.ui.presentation.views import VIEW_BY_ID

Level = Literal["info", "warning", "error"]


def banner(connection: Connection, now_ms: int, by_key: Callable[[str], str]) -> tuple[str, Level]:
    """The banner's words, worst first; empty if all is well. They may quote foreign text.

    `by_key` says how a command is reached.
    """
    message, mode = connection.message, connection.mode
    if connection.store_trouble:
        return connection.store_trouble, "error"
    if connection.leader_mode is not None:
        theirs = msgspec.structs.replace(connection, mode=connection.leader_mode, leader_mode=None)
        text, level = banner(theirs, now_ms, by_key)
        who = f"process {connection.leader_pid}" if connection.leader_pid else "another process"
        return f"{text} So says {who}.", level
    if mode is Mode.OFFLINE:
        since = f"Offline since {times.clock(connection.since_ms, now_ms)}" if connection.since_ms else "Offline"
        # Most messages of the network end in that very hint.
        again = "" if "tried again" in message else " It is tried again by itself."
        return f"{since}{f': {message}' if message else '.'}{again}", "warning"
    said: dict[Mode, tuple[str, Level]] = {
        Mode.NO_KEY: (
            message or "No key is set: nothing is asked. Set HEADSWAP_API_KEY; `headswap-tui doctor` helps.",
            "error",
        ),
        Mode.KEY_REFUSED: (f"{message or 'The key was refused.'} {by_key('refresh_all')} tries again.", "error"),
        Mode.PAUSED: (f"Paused: this window asks nothing by itself; {by_key('pause')} goes on.", "info"),
        Mode.SLOWED: (
            message or "The service wants to be asked less: all goes on more slowly for a while.",
            "info",
        ),
        Mode.NO_CREDIT: (message, "warning"),
    }
    return said.get(mode, (message, "info"))


def no_callbacks(webhook: WebhookDoor | None) -> str:
    """Why there is no callback URL; empty if there is one."""
    if webhook is None:
        return "callbacks are not wanted: `listen` in [webhook] of the configuration switches them on"
    return "" if webhook.url else webhook.trouble or "listening for callbacks is only beginning"


def nothing_shown(
    *, tracked: int, filter_text: str, view: str, mode: Mode, press: Callable[[str], str]
) -> tuple[str, str]:
    """A title and what to do about it, for an empty table; `press` begins a sentence on how a command is reached."""
    if not tracked:
        help_text = f"{press('add')} to add tasks, or paste ids right here."
        if mode is Mode.NO_KEY:
            help_text += " To be asked about they need a key: set HEADSWAP_API_KEY, or let `headswap-tui doctor` help."
        return "Nothing is tracked yet", help_text
    if filter_text.strip():
        return "No task matches the filter", f"{press('leave')} to clear it. {tracked} are tracked."
    if view == "all":
        return "Everything is archived", "The filter is:archived shows it."
    if view not in VIEW_BY_ID:
        return "No task is in this view", f"{press('view_all')} to see all {tracked}."
    title = VIEW_BY_ID[view].title.lower()
    return f"No {title} tasks", f"{press('view_all')} to see all {tracked}."
