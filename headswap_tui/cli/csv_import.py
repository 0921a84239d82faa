"""An export as CSV, perhaps saved again by a spreadsheet, read back: what the user gave; the service knows the rest."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from headswap_tui.cli.export import unguarded
from headswap_tui.domain.changes import edited, track
from headswap_tui.domain.errors import ConfigError
from headswap_tui.domain.ids import find_ids
from headswap_tui.domain.task import TaskId, TrackedTask

_SIGNATURE: Final = frozenset({"id", "added_at", "label", "tags"})
_DELIMITERS: Final = ",;\t"
"""Ours, and those that spreadsheets of other countries save with."""


def is_our_csv(text: str) -> bool:
    """Whether the first line has the columns of our export that can be read back."""
    header = text.lstrip().split("\n", 1)[0]
    return {name.strip().strip('"') for name in header.split(_delimiter(header))} >= _SIGNATURE


def tasks_of_csv(text: str, name: str, now_ms: int) -> Iterator[TrackedTask]:
    """Tasks with id, label, tags and the time they were added; no other column is looked at.

    Raises `ConfigError` naming `name` and the line for a row without an id, and for what is no CSV after all.
    """
    text = text.lstrip()
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text.split("\n", 1)[0]), strict=True)
    try:
        for row in rows:
            cells = {key: unguarded(row.get(key) or "") for key in _SIGNATURE}
            if not any(cells.values()):
                continue  # a blank row at the end of a sheet
            found = find_ids(cells["id"])
            task_id = found.ids[0] if found.ids else found.unusual
            if task_id is None:
                raise ConfigError(f"{name}, line {rows.line_num}: no id of a task in the column `id`.")
            task = track(TaskId(task_id), now_ms)
            task = msgspec.structs.replace(task, added_ms=_time(cells["added_at"], now_ms))
            yield edited(task, label=cells["label"] or None, tags=_tags(cells["tags"]))
    except csv.Error as error:
        raise ConfigError(f"{name}, line {rows.line_num}: not valid CSV: {error}.") from None


def _tags(text: str) -> tuple[str, ...]:
    """Words; what stands in double quotes is one of them, an apostrophe is only a letter."""
    if '"' not in text:
        return tuple(text.split())
    words = shlex.shlex(text, posix=True, punctuation_chars=False)
    words.whitespace_split, words.quotes, words.commenters = True, '"', ""
    try:
        return tuple(words)
    except ValueError:  # a quote that nothing closes
        return tuple(text.split())


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def _time(text: str, otherwise_ms: int) -> int:
    """Milliseconds since the epoch; spreadsheets like to write times in ways of their own."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return otherwise_ms
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return round(when.timestamp() * 1000)
