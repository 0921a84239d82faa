"""What is known of a task only while the program runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec

from headswap_tui.domain.events import Forecast, Stall, Transfer
from headswap_tui.domain.task import TaskId


class Extras(msgspec.Struct, frozen=True):
    """Live figures beside a record."""

    forecast: Forecast | None = None
    transfer: Transfer | None = None
    stall: Stall | None = None
    due_s: float | None = None
    """Seconds until it is asked again; `None`: nobody can say."""


NO_EXTRAS: Final = Extras()

ExtrasOf: TypeAlias = Callable[[TaskId], Extras]


def no_extras(_task_id: TaskId) -> Extras:
    """For tables of records only."""
    return NO_EXTRAS
