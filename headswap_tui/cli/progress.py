"""Lines that move while a command waits: bars on a terminal, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from headswap_tui.cli.columns import cut, size, span, width_of
from headswap_tui.cli.output import Output
from headswap_tui.domain.events import Forecast, Transfer
from headswap_tui.domain.task import TrackedTask
from headswap_tui.domain.text import safe
from headswap_tui.domain.wording import standing

BAR_WIDTH: Final = 20
NAME_WIDTH: Final = 28


def bar(share: float | None, width: int = BAR_WIDTH) -> str:
    """A bar for a share of 0..1; dots where it is not known."""
    if share is None:
        return "[" + "." * width + "]"
    full = round(min(1.0, max(0.0, share)) * width)
    return "[" + "#" * full + "-" * (width - full) + "]"


def task_line(task: TrackedTask, forecast: Forecast | None, now_ms: int) -> str:
    """How a task stands that is still waited for."""
    progress = task.detail.progress if task.detail else None
    if forecast is not None and forecast.progress is not None:
        progress = max(forecast.progress, progress or 0.0)
    ahead = (forecast.finish_ms - now_ms) / 1000 if forecast else 0.0
    eta = f"  ~{span(ahead)}" if ahead > 0 else ""
    share = None if progress is None else progress / 100
    number = "" if progress is None else f"{progress:3.0f}%"
    return f"{_name(task)} {bar(share)} {number:>4} {standing(task)}{eta}"


def transfer_line(task: TrackedTask, transfer: Transfer | None) -> str:
    """How a download stands."""
    if transfer is None:
        return f"{_name(task)} {bar(None)}      starting"
    share = transfer.bytes / transfer.total if transfer.total else None
    number = "" if share is None else f"{share * 100:3.0f}%"
    speed = f"  {size(transfer.speed_bps)}/s" if transfer.speed_bps else ""
    eta = f"  ~{span(transfer.eta_s)}" if transfer.eta_s is not None else ""
    note = f"  {safe(transfer.note, 60)}" if transfer.note else ""
    return f"{_name(task)} {bar(share)} {number:>4} {size(transfer.bytes)}{speed}{eta}{note}"


def draw(output: Output, lines: Sequence[str]) -> None:
    """Show as many of the lines as fit."""
    if not output.is_live:
        return
    columns, rows = output.live_size()
    room = max(1, rows - 2)
    shown = [cut(line, columns - 1) for line in lines[:room]]
    if len(lines) > room:
        shown[-1] = f"... and {len(lines) - room + 1} more"
    output.live(shown)


def _name(task: TrackedTask) -> str:
    name = cut(safe(task.name), NAME_WIDTH)
    return name + " " * (NAME_WIDTH - width_of(name))
