"""The groups of fields of the detail pane: what, when, billing, identifiers, other fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from headswap_tui.domain.task import Detail, TrackedTask
from headswap_tui.domain.text import safe, unsigned, without_query
from headswap_tui.ui.presentation import times
from headswap_tui.ui.presentation.cells import Look
from headswap_tui.ui.presentation.pieces import Line

Entries: TypeAlias = list[tuple[str, Line]]

OTHER_LIMIT = 600
"""Characters shown of a field that we do not know."""


def fields(task: TrackedTask, look: Look) -> Iterator[tuple[str, Entries]]:
    """Title and entries of each group that has any."""
    detail = task.detail or Detail()
    for title, entries in (
        ("What", _what(task, detail)),
        ("When", _when(task, detail, look)),
        ("Billing", _billing(detail)),
        ("Identifiers", _identifiers(task, detail)),
        ("Other fields", _other(detail)),
    ):
        if entries:
            yield title, entries


def _text(value: str | None, role: str = "") -> Line | None:
    return ((safe(value), role),) if value else None


def _number(value: float | None, unit: str = "") -> Line | None:
    return None if value is None else ((times.number(value) + unit, ""),)


def _present(*pairs: tuple[str, Line | None]) -> Entries:
    return [(name, value) for name, value in pairs if value]


def _what(task: TrackedTask, detail: Detail) -> Entries:
    length = detail.video_duration
    source = detail.source_video_url
    return _present(
        ("File", _text(detail.file_name)),
        ("Resolution", _text(detail.resolution)),
        ("Length", None if length is None else ((times.length(length), ""), (f"  {times.number(length)} s", "muted"))),
        ("Model", _text(detail.model_name)),
        ("Source", ((safe(without_query(source)), "link"),) if source else None),
        ("Label", _text(task.label)),
    )


def _moment(at_ms: int | None, look: Look) -> Line | None:
    if not at_ms:
        return None
    return ((times.moment(at_ms, look.now_ms), ""), (f"  {times.age(at_ms, look.now_ms)}", "muted"))


def _when(task: TrackedTask, detail: Detail, look: Look) -> Entries:
    return _present(
        ("Created", _moment(detail.created_ms, look)),
        ("Added", _moment(task.added_ms, look)),
        ("Changed", _moment(task.changed_ms, look)),
        ("Ended", _moment(task.finished_ms, look)),
        ("Last answer", _moment(task.answered_ms, look)),
    )


def _billing(detail: Detail) -> Entries:
    return _present(("Deduction", _number(detail.deduction_duration)), ("Priority", _number(detail.priority)))


def _identifiers(task: TrackedTask, detail: Detail) -> Entries:
    return _present(
        ("Id", _text(task.id)),
        ("task_id", _text(detail.provider_task_id)),
        ("Team", _text(detail.team_id)),
        ("User", _number(detail.uid)),
    )


def _other(detail: Detail) -> Entries:
    return [
        (safe(name, 40), ((safe(unsigned(_shown(value)), OTHER_LIMIT), ""),)) for name, value in detail.other.items()
    ]


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value
    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, ValueError, UnicodeError, RecursionError):  # the service's value is not ours to vouch for
        return repr(type(value))
