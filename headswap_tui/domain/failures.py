"""Failed and missing tasks grouped by why, and the filter that shows a group's tasks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from headswap_tui.domain import filters
from headswap_tui.domain.advice import Advice, advice
from headswap_tui.domain.task import State, TaskId, TrackedTask
from headswap_tui.domain.text import unsigned

NAMED_IDS: Final = 12
"""Up to so many tasks a filter may name one by one."""
PHRASE_LENGTH: Final = 60
_VARYING: Final = re.compile(r"[0-9a-f]{12,}|\d+", re.IGNORECASE)
"""Ids and numbers: the same failure names other frames and files each time."""
_CODE_IN_WORDS: Final = re.compile(r"\bcode (\d{4})\b")


class FailureGroup(msgspec.Struct, frozen=True):
    """Tasks that ended badly for the same reason."""

    tasks: tuple[TrackedTask, ...]
    """Newest first; never empty."""
    reason: str
    """The newest one's reason in foreign words: not yet safe for a screen. Empty if none was given."""
    code: float | None
    """The failure's code; `None` if there is none."""
    is_missing: bool
    """Whether the service refuses the id, rather than that the task failed."""
    newest_ms: int
    """When the newest was seen to fail."""
    advice: Advice

    @property
    def key(self) -> tuple[bool, float | None, str]:
        """What all of its tasks have in common; a later group of the same key is the same failure."""
        return self.is_missing, self.code, _alike(self.reason)


def has_gone_wrong(task: TrackedTask) -> bool:
    """Whether it failed or is missing, and is not archived."""
    return task.state in (State.FAILED, State.MISSING) and not task.archived


def _alike(reason: str) -> str:
    """The same for reasons that differ in numbers and ids only."""
    return _VARYING.sub("#", reason).casefold()


def failed_at_ms(task: TrackedTask) -> int:
    """When it was first seen to have failed, or last refused."""
    if task.state is State.MISSING and task.last_error is not None:
        return task.last_error.at_ms
    return task.finished_ms or task.changed_ms or task.added_ms


def reason_of(task: TrackedTask) -> str:
    """Why it failed in foreign words, in one line; empty if nobody said."""
    if task.state is State.FAILED:
        text = (task.detail and task.detail.error_reason) or ""
    else:
        text = task.last_error.message if task.last_error else ""
    return " ".join(unsigned(text).split())


def code_of(task: TrackedTask) -> float | None:
    """The failure's code: the detail's `error_code`, or for a missing task the one in our words about it."""
    if task.state is State.FAILED:
        return task.detail.error_code if task.detail else None
    found = _CODE_IN_WORDS.search(task.last_error.message) if task.last_error else None
    return float(found[1]) if found else None


def grouped(tasks: Iterable[TrackedTask]) -> list[FailureGroup]:
    """Failed and missing tasks by reason, the biggest group first, then the newest; archived ones stay out.

    Reasons that differ in numbers and ids only are the same.
    """
    groups: dict[tuple[bool, float | None, str], list[TrackedTask]] = {}
    for task in tasks:
        if has_gone_wrong(task):
            key = (task.state is State.MISSING, code_of(task), _alike(reason_of(task)))
            groups.setdefault(key, []).append(task)
    made = [_group(members) for members in groups.values()]
    return sorted(made, key=lambda group: (-len(group.tasks), -group.newest_ms))


def _group(members: list[TrackedTask]) -> FailureGroup:
    members.sort(key=failed_at_ms, reverse=True)
    newest = members[0]
    is_missing, code = newest.state is State.MISSING, code_of(newest)
    kind = newest.last_error.kind if is_missing and newest.last_error else None
    return FailureGroup(
        tasks=tuple(members),
        reason=reason_of(newest),
        code=code,
        is_missing=is_missing,
        newest_ms=failed_at_ms(newest),
        advice=advice(code, kind),
    )


def filter_for(group: FailureGroup, tasks: Mapping[TaskId, TrackedTask]) -> str:
    """The words for the filter bar that show this group's tasks; words about the reason if they name no other task."""
    state = State.MISSING if group.is_missing else State.FAILED
    phrase = max(re.split(r'["\d\x00-\x1f\x7f]', group.reason), key=len, default="").strip()[:PHRASE_LENGTH].strip()
    words = f'state:{state} "{phrase}"' if phrase else f"state:{state}"
    wanted = {task.id for task in group.tasks}
    if len(wanted) <= NAMED_IDS and _shown_by(words, tasks) != wanted:
        return "id:" + ",".join(task.id for task in group.tasks)
    return words


def _shown_by(words: str, tasks: Mapping[TaskId, TrackedTask]) -> set[TaskId]:
    parsed = filters.parse(words)
    return {task.id for task in tasks.values() if not task.archived and parsed.matches(task, 0)}
