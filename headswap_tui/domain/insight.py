"""What became of all tasks, by day, resolution, model or tag: counts, times, and what was billed. Pure.

Archived tasks count: they were paid for. Times come from the flight records: a moment is known to half of the gap
between two answers, and a task whose times are mostly gap (nobody looked) says nothing about times.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Literal, get_args

import msgspec

from headswap_tui.domain.task import State, TrackedTask

Grouping = Literal["day", "resolution", "model", "tag"]
GROUPINGS: Final[tuple[Grouping, ...]] = get_args(Grouping)

BLURRED: Final = 0.4
"""A span of which this share is uncertain is not counted."""
SAME_LENGTH_S: Final = 1.0
"""Billed and video length count as equal up to this difference."""


class Fact(msgspec.Struct, frozen=True, gc=False):
    """What one task adds to the figures."""

    day: str
    resolution: str
    model: str
    tags: tuple[str, ...]
    is_completed: bool
    is_failed: bool
    """Failed, or missing."""
    queued_s: float | None
    """From its creation to the beginning of its processing; `None`: not seen."""
    processed_s: float | None
    """From there to its completion; `None`: not seen, or not completed."""
    billed: float | None
    """`deduction_duration` of a task that ended; `None` if it has none."""
    is_oddly_billed: bool
    """Completed, and billed for another length than the video's."""


class Figures(msgspec.Struct, frozen=True):
    """One group of tasks."""

    name: str
    """Of the group, in foreign words; empty if the tasks have none."""
    tasks: int
    completed: int
    failed: int
    success: float | None
    """Share of the completed among those that ended, 0..1; `None` if none has."""
    queue_median_s: float | None
    queue_p95_s: float | None
    processing_median_s: float | None
    processing_p95_s: float | None
    billed: float
    """Sum of what completed tasks were billed, in the service's unit."""
    billed_failed: float
    """The same of failed tasks: whether they are charged is a matter of the contract."""
    oddly_billed: int
    """Completed tasks billed for another length than the video's."""

    def cost(self, price: float | None) -> float | None:
        """What the completed ones cost at that price per unit; `None` without one."""
        return None if price is None else self.billed * price


class Insight(msgspec.Struct, frozen=True):
    """All groups of one grouping, and all tasks together."""

    grouping: Grouping
    rows: tuple[Figures, ...]
    total: Figures
    """Each task once, also where one has several tags."""


def facts(tasks: Iterable[TrackedTask], day_of: Callable[[int], str]) -> list[Fact]:
    """One for each task; `day_of` names the day of a moment in milliseconds, in a form that sorts by time."""
    return [_fact(task, day_of) for task in tasks]


def insight(known: Sequence[Fact], grouping: Grouping) -> Insight:
    """The figures by group: days newest first, the others biggest first."""
    groups: dict[str, list[Fact]] = {}
    for fact in known:
        for name in _names(fact, grouping):
            groups.setdefault(name, []).append(fact)
    rows = [_figures(name, members) for name, members in groups.items()]
    rows.sort(key=lambda row: row.name)
    if grouping == "day":
        rows.reverse()
    else:
        rows.sort(key=lambda row: -row.tasks)
    return Insight(grouping, tuple(rows), _figures("", known))


def _names(fact: Fact, grouping: Grouping) -> tuple[str, ...]:
    match grouping:
        case "day":
            return (fact.day,)
        case "resolution":
            return (fact.resolution,)
        case "model":
            return (fact.model,)
        case "tag":
            return fact.tags or ("",)


def _fact(task: TrackedTask, day_of: Callable[[int], str]) -> Fact:
    detail, state = task.detail, task.state
    is_completed = state is State.COMPLETED and task.is_finished
    is_failed = state in (State.FAILED, State.MISSING)
    billed = detail.deduction_duration if detail else None
    if billed is not None and (not math.isfinite(billed) or not (is_completed or is_failed)):
        billed = None
    length = detail.video_duration if detail else None
    odd = billed is not None and length is not None and abs(billed - length) > SAME_LENGTH_S
    queued_s, processed_s = spans(task)
    return Fact(
        day=day_of((detail and detail.created_ms) or task.added_ms),
        resolution=(detail and detail.resolution) or "",
        model=(detail and detail.model_name) or "",
        tags=task.tags,
        is_completed=is_completed,
        is_failed=is_failed,
        queued_s=queued_s,
        processed_s=processed_s,
        billed=billed,
        is_oddly_billed=odd and is_completed,
    )


def spans(task: TrackedTask) -> tuple[float | None, float | None]:
    """Seconds in the queue and in processing as the flight record tells; `None` for what was not seen."""
    if task.detail is None:
        return None, None
    queued: float | None = None
    started: float | None = None
    blur = 0.0
    for key, change in task.history.items():
        if change.status is None:
            continue
        at, gap = int(key) / 1000, change.gap_s
        if change.status == 2 and gap > 0:
            started, blur = at - gap / 2, gap
            waited = started - (task.detail.created_ms or task.added_ms) / 1000
            queued = waited if waited > 0 and gap / 2 <= BLURRED * waited else None
        elif change.status == 3 and started is not None and gap > 0:
            took = at - gap / 2 - started
            return queued, took if took > 0 and (blur + gap) / 2 <= BLURRED * took else None
    return queued, None


def _figures(name: str, members: Sequence[Fact]) -> Figures:
    completed = sum(fact.is_completed for fact in members)
    failed = sum(fact.is_failed for fact in members)
    queued = sorted(fact.queued_s for fact in members if fact.queued_s is not None)
    processed = sorted(fact.processed_s for fact in members if fact.processed_s is not None)
    return Figures(
        name=name,
        tasks=len(members),
        completed=completed,
        failed=failed,
        success=completed / (completed + failed) if completed + failed else None,
        queue_median_s=_median(queued),
        queue_p95_s=_p95(queued),
        processing_median_s=_median(processed),
        processing_p95_s=_p95(processed),
        billed=math.fsum(fact.billed for fact in members if fact.billed is not None and fact.is_completed),
        billed_failed=math.fsum(fact.billed for fact in members if fact.billed is not None and fact.is_failed),
        oddly_billed=sum(fact.is_oddly_billed for fact in members),
    )


def _median(values: list[float]) -> float | None:
    from statistics import median  # here, as it takes as much memory as all of this room, and few look at figures

    return median(values) if values else None


def _p95(values: list[float]) -> float | None:
    """The smallest value that 95 of 100 do not exceed."""
    return values[math.ceil(0.95 * len(values)) - 1] if values else None


HEADER: Final = (
    *("tasks", "completed", "failed", "success_percent"),
    *("queue_median_s", "queue_p95_s", "processing_median_s", "processing_p95_s"),
    *("billed", "billed_failed", "oddly_billed"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(shown: Insight, price: float | None = None, currency: str = "") -> str:
    """The rows in their order and the total, with the numbers that the screen shows; whole seconds, no unit signs.

    A last column holds the cost if there is a price. Nothing in it is taken for a formula by a spreadsheet.
    """
    import csv

    out = io.StringIO(newline="")
    writer = csv.writer(out)
    cost = (f"cost_{currency}" if currency else "cost",) if price is not None else ()
    writer.writerow([shown.grouping, *HEADER, *map(_cell, cost)])
    for row in shown.rows:
        writer.writerow([_cell(row.name), *_values(row, price)])
    writer.writerow(["total", *_values(shown.total, price)])
    return out.getvalue()


def _values(row: Figures, price: float | None) -> list[Any]:
    times = (row.queue_median_s, row.queue_p95_s, row.processing_median_s, row.processing_p95_s)
    success = "" if row.success is None else percent(row.success)
    values = [row.tasks, row.completed, row.failed, success, *("" if span is None else int(span) for span in times)]
    cost = row.cost(price)
    values += [amount(row.billed), amount(row.billed_failed), row.oddly_billed]
    return values if cost is None else [*values, f"{cost:.2f}"]


def percent(share: float) -> int:
    """A share 0..1 in whole percent: 100 only if it is all, 0 only if it is nothing."""
    if 0 < share < 1:
        return min(99, max(1, round(share * 100)))
    return round(share * 100)


def amount(value: float) -> str:
    """A sum of the service's units with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _cell(text: str) -> str:
    text = text.replace("\0", "\ufffd")
    return "'" + text if text.startswith(_FORMULA) else text
