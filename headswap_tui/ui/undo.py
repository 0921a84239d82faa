"""What can be taken back in this session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from headswap_tui.domain.task import TaskId

LIMIT: Final = 100
"""Steps kept; the oldest go."""


class Step(msgspec.Struct, frozen=True):
    """One thing that was done."""

    words: str
    """What was done, such as `removed 3 tasks`."""
    taken_back: str
    """What is so again once it is taken back, such as `3 tasks are in the list again`."""
    take_back: Callable[[], Awaitable[None]]
    """Takes it back; may raise `StoreError`, then nothing has changed."""
    brings: frozenset[TaskId] = frozenset()
    """Tasks that it brings back into sight."""


class UndoStack:
    """The last things done, newest last."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    @property
    def words(self) -> str:
        """What would be taken back; empty if there is nothing."""
        return self._steps[-1].words if self._steps else ""

    def push(self, step: Step) -> None:
        """Remember that this was done."""
        self._steps.append(step)
        del self._steps[:-LIMIT]

    async def undo(self) -> Step | None:
        """Take back the newest step; `None` if there is none. Raises what the step raises and then keeps it."""
        if not self._steps:
            return None
        step = self._steps.pop()
        try:
            await step.take_back()
        except BaseException:  # whatever it was, even a cancellation: it was not taken back
            self._steps.append(step)
            raise
        return step
