"""How a task stands, in the words that the screen and the command line share. Pure; foreign words are not yet safe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from headswap_tui.domain.task import State, TrackedTask
from headswap_tui.domain.text import unsigned

_UNKNOWN, _COMPLETED, _FAILED = State.UNKNOWN, State.COMPLETED, State.FAILED
# Asked of thousands of records at once: Python 3.11 takes long to find a member by its name.

_TROUBLES: Final[Mapping[str, str]] = {
    "auth": "key refused",
    "refused": "refused by the service",
    "throttled": "asked too often",
    "server": "trouble at the service",
    "unreachable": "no answer",
    "garbled": "unreadable answer",
}
"""What the kinds of our errors mean; JSON keeps the kinds."""


def state_word(task: TrackedTask) -> str:
    """The state; `unknown (7)` for a status number that we do not know."""
    state = task.state
    if state is _UNKNOWN:
        return f"unknown ({'none' if task.status is None else task.status})"
    return str(state)


def standing(task: TrackedTask) -> str:
    """The state, and for a completed task whether its file has no address yet."""
    if is_waiting_for_file(task):
        return "completed, waiting for its file"
    return state_word(task)


def is_waiting_for_file(task: TrackedTask) -> bool:
    """Whether it is completed but the service names no file yet."""
    detail = task.detail
    return detail is not None and not detail.video_url and task.state is _COMPLETED


def trouble(kind: str) -> str:
    """An error of ours in a few words; a kind that we do not know, from a newer version, as it is."""
    return _TROUBLES.get(kind, kind)


def remark(task: TrackedTask) -> str:
    """What is wrong, in short and perhaps foreign words: why it failed, or our last error; empty if nothing is."""
    detail = task.detail
    if detail is not None and detail.error_reason and task.state is _FAILED:
        return unsigned(detail.error_reason)
    return trouble(task.last_error.kind) if task.last_error else ""
