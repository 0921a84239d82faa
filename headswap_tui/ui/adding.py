"""What the add dialog understood of a text, before anything is tracked. Pure."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

import msgspec

from headswap_tui.domain.ids import find_ids
from headswap_tui.domain.task import TaskId
from headswap_tui.domain.text import safe

_BETWEEN: Final = re.compile(r"[\s,;]+")
_JSON: Final = ("{", "[")


class AddRequest(msgspec.Struct, frozen=True):
    """What is to be tracked."""

    ids: tuple[TaskId, ...]
    label: str | None = None
    tags: tuple[str, ...] = ()


class Preview(msgspec.Struct, frozen=True):
    """What would happen."""

    ids: tuple[TaskId, ...] = ()
    """All that were found, in their order."""
    new: tuple[TaskId, ...] = ()
    known: tuple[TaskId, ...] = ()
    """Already tracked."""
    others: int = 0
    """Words that are no ids; not counted inside JSON."""
    unusual: TaskId | None = None
    """A single word that is no usual id but might be one: to be confirmed."""
    problem: str = ""
    """What was wrong if there is nothing to track; empty for an empty text."""

    @property
    def words(self) -> str:
        """The preview in one line."""
        if self.unusual:
            return f"{safe(self.unusual, 70)} does not look like a task id."
        if not (self.new or self.known):
            return self.problem
        parts = [
            f"{len(self.new)} new" if self.new else "",
            f"{len(self.known)} already tracked" if self.known else "",
            f"{self.others} not {'an id' if self.others == 1 else 'ids'}" if self.others else "",
        ]
        return ", ".join(part for part in parts if part)


def preview(text: str, tracked: Container[TaskId]) -> Preview:
    """What adding this text would do."""
    if not text.strip():
        return Preview()
    found = find_ids(text)
    if not found.ids:
        unusual = TaskId(found.unusual) if found.unusual else None
        if unusual is not None and unusual in tracked:
            return Preview(ids=(unusual,), known=(unusual,))
        return Preview(unusual=unusual, problem=found.problem)
    return Preview(
        ids=found.ids,
        new=tuple(task_id for task_id in found.ids if task_id not in tracked),
        known=tuple(task_id for task_id in found.ids if task_id in tracked),
        others=_others(text, found.ids),
    )


def _others(text: str, ids: tuple[TaskId, ...]) -> int:
    if text.lstrip().startswith(_JSON):
        return 0
    known = {task_id.lower() for task_id in ids}
    words = [word.lower() for word in _BETWEEN.split(text) if word]
    return sum(1 for word in words if word not in known and not any(task_id in word for task_id in known & _hex(word)))


def _hex(word: str) -> set[str]:
    return set(re.findall(r"[0-9a-f]{24}", word))


def words_for(new: int, known: int) -> str:
    """The one message after adding."""
    if not known:
        return "Tracking it." if new == 1 else f"Tracking {new} tasks."
    if not new:
        return "It is already tracked." if known == 1 else f"All {known} are already tracked."
    return f"Tracking {new} new {'task' if new == 1 else 'tasks'}; {known} already tracked."
