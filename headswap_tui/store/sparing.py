"""Records in half the memory, for whoever reads all of them and stays: decoded once, without the text they came from.

Only where the decoded record encodes to exactly that text. With a field that a newer version wrote, or a number in
another form, it does not, and the text is kept as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from sys import intern
from typing import Any, Final

import msgspec
from msgspec.structs import force_setattr

from headswap_tui.domain.task import Change, Detail, TrackedTask, pack
from headswap_tui.store.lines import UNREADABLE
from headswap_tui.store.stored import Stored

_decode = msgspec.json.Decoder(TrackedTask).decode
_encode_into = msgspec.json.Encoder().encode_into
_NO_OTHER: Final[dict[str, Any]] = {}
_DONE: Final = 100.0
_NO_GAP: Final = Change().gap_s
_MOST_CHANGES: Final = 4096
_changes: Final[dict[Change, Change]] = {}
"""Entries of flight records that stand for all that are equal: progress mostly, of which there are some hundreds."""


def sparingly(records: Mapping[str, msgspec.Raw]) -> dict[str, Stored]:
    """The same records in the same order, each as its task if that says all that its text says, else as the text."""
    kept: dict[str, Stored] = {}
    ended: list[TrackedTask] = []
    text = bytearray()
    for task_id, raw in records.items():
        try:
            task = _decode(raw)
            _encode_into(task, text)
        except (*UNREADABLE, UnicodeEncodeError):
            kept[task_id] = bytes(raw)
            continue
        if text == bytes(raw) and task.id == task_id:
            _share(task)
            if task.finished_ms:
                ended.append(task)
            else:
                _share_changes(task)
            kept[task.id] = task  # its own string, so that the key's goes
        else:
            kept[task_id] = bytes(raw)
    pack(ended)
    return kept


def _share(task: TrackedTask) -> None:
    """Let equal values be one object, within the record and with others. It is new: nobody else has seen it yet."""
    detail, answered_ms, added_ms = task.detail, task.answered_ms, task.added_ms
    if task.changed_ms == answered_ms:
        force_setattr(task, "changed_ms", answered_ms)
    if task.finished_ms == answered_ms:
        force_setattr(task, "finished_ms", answered_ms)
    if task.asked_ms == added_ms:
        force_setattr(task, "asked_ms", added_ms)
    if task.tags:
        force_setattr(task, "tags", tuple(map(intern, task.tags)))
    if detail is not None:
        _share_detail(detail, added_ms)


def _share_detail(detail: Detail, added_ms: int) -> None:
    if detail.created_ms == added_ms:
        force_setattr(detail, "created_ms", added_ms)
    if detail.progress == _DONE:
        force_setattr(detail, "progress", _DONE)
    if not detail.other:
        force_setattr(detail, "other", _NO_OTHER)
    if detail.resolution is not None:
        force_setattr(detail, "resolution", intern(detail.resolution))
    if detail.model_name is not None:
        force_setattr(detail, "model_name", intern(detail.model_name))
    if detail.team_id is not None:
        force_setattr(detail, "team_id", intern(detail.team_id))
    if detail.error_reason is not None:
        force_setattr(detail, "error_reason", intern(detail.error_reason))


def _share_changes(task: TrackedTask) -> None:
    for at, change in task.history.items():
        # What encodes to other text must not be taken for the same: -0.0, or a gap of 0.0 that was written out.
        if change.gap_s is _NO_GAP and change.progress != 0:
            task.history[at] = _changes.setdefault(change, change)
    if len(_changes) > _MOST_CHANGES:
        _changes.clear()
