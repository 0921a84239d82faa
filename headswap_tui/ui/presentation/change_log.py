"""The flight record of a task in words: when we saw what change, newest first."""

from __future__ import annotations

from typing import Final

from headswap_tui.domain.task import STATE_OF_STATUS, Change, State, TrackedTask
from headswap_tui.domain.text import safe
from headswap_tui.domain.wording import trouble
from headswap_tui.ui.presentation import times
from headswap_tui.ui.presentation.cells import Look
from headswap_tui.ui.presentation.pieces import Line, Piece

SHOWN: Final = 24
"""Entries shown; the rest is counted."""
TIME_WIDTH: Final = 13
VAGUE_S: Final = 20.0
"""A change that was seen so much later than it may have happened is said to be vague."""


def change_log(task: TrackedTask, look: Look) -> list[Line]:
    """One line for each change; empty if there was none."""
    entries = list(task.history.items())
    lines = [_entry(at, change, look) for at, change in reversed(entries[-SHOWN:])]
    if len(entries) > SHOWN:
        lines.append(((f"and {len(entries) - SHOWN} before these", "muted"),))
    return lines


def _entry(at: str, change: Change, look: Look) -> Line:
    pieces: list[Piece] = []
    if change.status is not None:
        state = STATE_OF_STATUS.get(change.status, State.UNKNOWN)
        word = f"{state} ({change.status})" if state is State.UNKNOWN else str(state)
        pieces.append((f"{look.glyphs.states[state]} {word}", f"state-{state}"))
    if change.progress is not None:
        pieces.append((f"{times.number(round(change.progress, 1))}%", ""))
    if change.url:
        pieces.append(("the file's address", ""))
    if change.error:
        pieces.append((f"{look.glyphs.trouble} {safe(trouble(change.error), 30)}", "stale"))
    if change.gap_s >= VAGUE_S:
        pieces.append((f"or up to {times.exact_span(change.gap_s)} before", "muted"))
    stamp = times.stamp(int(at), look.now_ms)
    joined = [piece for one in pieces for piece in (one, ("  ", ""))][:-1]
    return ((f"{stamp:<{TIME_WIDTH}}", "muted"), *joined)
