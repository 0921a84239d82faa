"""How a task stands, in the words that the screen and the command line share. Pure; foreign words are not yet safe."""

from __future__ import annotations

from headswap_tui.domain.task import State, TrackedTask
from headswap_tui.domain.text import unsigned


def state_word(task: TrackedTask) -> str:
    """The state; `unknown (7)` for a status number that we do not know."""
    if task.state is State.UNKNOWN:
        return f"unknown ({'none' if task.status is None else task.status})"
    return str(task.state)


def standing(task: TrackedTask) -> str:
    """The state, and for a completed task whether its file has no address yet."""
    if is_waiting_for_file(task):
        return "completed, waiting for its file"
    return state_word(task)


def is_waiting_for_file(task: TrackedTask) -> bool:
    """Whether it is completed but the service names no file yet."""
    return task.state is State.COMPLETED and not task.is_finished


def remark(task: TrackedTask) -> str:
    """What is wrong, in short and foreign words: why it failed, or the kind of our last error; empty if nothing is."""
    if task.state is State.FAILED and task.detail and task.detail.error_reason:
        return unsigned(task.detail.error_reason)
    return task.last_error.kind if task.last_error else ""
