"""What `watch` tells: one line each, for people or for programs."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from headswap_tui.cli.columns import STATE_COLOURS
from headswap_tui.cli.output import Output
from headswap_tui.cli.task_json import iso, task_json
from headswap_tui.domain.task import State, TrackedTask
from headswap_tui.domain.text import safe


class Kind(StrEnum):
    """What happened; the names are a promise to whoever reads the JSON."""

    STARTED = "started"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    """The task is in another state that is not its last."""
    COMPLETED = "completed"
    FAILED = "failed"
    MISSING = "missing"
    EXPIRING = "expiring"
    """Its video is not saved and may soon be gone."""
    DOWNLOADED = "downloaded"
    NOT_DOWNLOADED = "not downloaded"
    HOOK_FAILED = "hook failed"
    CONNECTION = "connection"
    STORE = "store"
    WEBHOOK = "webhook"
    STOPPED = "stopped"


_COLOURS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.COMPLETED: STATE_COLOURS[State.COMPLETED],
    Kind.DOWNLOADED: STATE_COLOURS[State.COMPLETED],
    Kind.CONNECTION: ("yellow",),
    Kind.EXPIRING: ("yellow",),
    Kind.STORE: ("yellow",),
} | dict.fromkeys((Kind.FAILED, Kind.MISSING, Kind.NOT_DOWNLOADED, Kind.HOOK_FAILED), ("red",))
_WORD_WIDTH: Final = max(len(kind) for kind in Kind)


class Happening(msgspec.Struct, frozen=True):
    """Something happened, to a task or to the watch itself."""

    kind: Kind
    at_ms: int
    task: TrackedTask | None = None
    """The record as it was then."""
    message: str | None = None
    """More in words; may quote foreign text."""


def tell(output: Output, happening: Happening, *, as_json: bool) -> None:
    """Write its line."""
    task = happening.task
    if as_json:
        output.record(
            {
                "event": happening.kind,
                "time": iso(happening.at_ms),
                "task": None if task is None else task_json(task),
                "message": happening.message,
            }
        )
        return
    word = output.styled(happening.kind.ljust(_WORD_WIDTH), *_COLOURS.get(happening.kind, ()))
    parts = [(iso(happening.at_ms) or "")[:19] + "Z", word]
    if task is not None:
        name = task.label or (task.detail.file_name if task.detail else None)
        parts += [safe(task.id), safe(name or "", 80)]
    parts.append(safe(happening.message or "", 1000))
    output.result(" ".join(part for part in parts if part).rstrip())
