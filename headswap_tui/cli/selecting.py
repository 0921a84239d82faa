"""Which tasks the words of a command line mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, TextIO

import msgspec

from headswap_tui.domain.task import TaskId
from headswap_tui.domain.text import safe

STANDARD_INPUT: Final = "-"
LARGEST_INPUT: Final = 64 << 20
"""Characters read from standard input at most."""


class Selected(msgspec.Struct, frozen=True):
    """The ids that were meant, and what was wrong with the other words."""

    ids: tuple[TaskId, ...]
    problems: tuple[str, ...]
    unknown: tuple[str, ...]
    """The words that no tracked task answers to."""


def words_of(words: Sequence[str], stdin: TextIO) -> list[str]:
    """The words, with `-` replaced by those on standard input."""
    found: list[str] = []
    for word in words:
        if word == STANDARD_INPUT:
            found += stdin.read(LARGEST_INPUT).split()
        else:
            found.append(word)
    return found


def select(words: Sequence[str], tracked: Collection[TaskId]) -> Selected:
    """Each word as an id in full, as the unique beginning of one, or as text (a URL) that holds one."""
    ids: dict[TaskId, None] = {}
    problems, unknown = [], []
    for word in words:
        matches = _matches(word.strip(), tracked)
        if len(matches) == 1:
            ids[matches[0]] = None
        elif matches:
            some = ", ".join(safe(match) for match in matches[:3])
            problems.append(f"“{safe(word, 80)}” fits {len(matches)} tasks ({some}, …): give more of the id.")
        else:
            unknown.append(word)
            problems.append(f"“{safe(word, 80)}” is not tracked here; `add` tracks it.")
    return Selected(ids=tuple(ids), problems=tuple(problems), unknown=tuple(unknown))


def _matches(word: str, tracked: Collection[TaskId]) -> list[TaskId]:
    if not word:
        return []
    if word in tracked:
        return [TaskId(word)]
    folded = word.lower()
    if folded in tracked:
        return [TaskId(folded)]
    begins = [task_id for task_id in tracked if task_id.startswith((word, folded))]
    if begins:
        return begins
    from headswap_tui.domain.ids import find_ids  # its patterns take a while to compile

    return [task_id for task_id in find_ids(word).ids if task_id in tracked]


def clean(text: str) -> str:
    """A label or tag from the command line, without blanks around it, and without what no file can hold."""
    try:
        # Bytes that the locale could not decode are most often UTF-8 typed under a locale that is not.
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = text.encode("utf-8", "replace")
    return data.decode("utf-8", "replace").strip()
