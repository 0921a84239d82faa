"""`import`: bring in an export, or ids with labels from other JSON."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from headswap_tui.cli import exit_codes
from headswap_tui.cli.context import Context
from headswap_tui.cli.csv_import import is_our_csv, tasks_of_csv
from headswap_tui.cli.export import FORMAT, SCHEMA
from headswap_tui.config.paths import shown
from headswap_tui.domain.changes import edited, merged, normal_tags, track
from headswap_tui.domain.errors import ConfigError
from headswap_tui.domain.ids import find_ids
from headswap_tui.domain.task import TaskId, TrackedTask

LARGEST: Final = 1 << 30
"""Bytes read at most."""
_DEEPEST: Final = 3
EXAMPLES: Final = """\
examples:
  headswap-tui import backup.json
  ssh elsewhere headswap-tui export | headswap-tui import -

Reads an export (of one as CSV: ids, labels, tags and when they were added);
also the lines of `list --json`, other JSON whose objects have an `id` or `_id`
(a TinyDB file, say) with perhaps a `label` and `tags`, and plain text with ids.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `import` takes."""
    parser.description = (
        "Bring in an export. What is tracked already keeps its label and tags; of two answers of the service the newer "
        "one wins; nothing is lost."
    )
    parser.epilog = EXAMPLES
    parser.add_argument("file", metavar="FILE|-", help="the file to read; - is standard input")


def run(args: argparse.Namespace, context: Context) -> int:
    """Take it in; returns the exit status."""
    data = _read(args.file, context)
    name = "standard input" if args.file == "-" else shown(Path(args.file))
    records = _records(data, name, context.now_ms())
    with context.store() as store:
        known = set(store.records())
        try:
            changed = store.merge(records, partial(joined, now_ms=context.now_ms()))
        except msgspec.DecodeError as error:
            raise ConfigError(f"{name}: a record cannot be read: {error}.") from None
    ids = dict.fromkeys(TaskId(msgspec.json.decode(raw)["id"]) for raw in records)
    new = sum(task_id not in known for task_id in ids)
    updated = sum(task_id in known for task_id in changed)
    parts = [f"{new} added", f"{updated} updated", f"{len(ids) - new - updated} unchanged"]
    context.output.result(", ".join(part for part in parts if not part.startswith("0 ")) + ".")
    return exit_codes.DONE


def joined(ours: TrackedTask, theirs: TrackedTask, now_ms: int) -> TrackedTask:
    """Both together: our label, or theirs if we have none; all tags; the newer answer; both histories."""
    return edited(
        msgspec.structs.replace(merged(ours, theirs, now_ms), added_ms=min(ours.added_ms, theirs.added_ms)),
        label=ours.label or theirs.label,
        tags=(*ours.tags, *theirs.tags),
    )


def _read(name: str, context: Context) -> bytes:
    if name == "-":
        buffer = getattr(context.stdin, "buffer", None)
        data: bytes = buffer.read(LARGEST) if buffer else context.stdin.read(LARGEST).encode("utf-8", "replace")
        return data
    try:
        with Path(name).open("rb") as file:
            return file.read(LARGEST)
    except OSError as error:
        raise ConfigError(f"{shown(Path(name))} cannot be read: {error.strerror}.") from None


def _records(data: bytes, name: str, now_ms: int) -> list[bytes]:
    """Records as the store keeps them. Raises `ConfigError` if there is nothing to import."""
    documents = list(_documents(data))
    first = documents[0] if documents else None
    if isinstance(first, dict) and first.get("format") == FORMAT:
        return _of_export(first, name)
    found = {task.id: task for document in documents for task in _tasks_in(document, now_ms, _DEEPEST)}
    text = "" if documents else data.decode("utf-8-sig", "replace")
    if is_our_csv(text):
        found = {task.id: task for task in tasks_of_csv(text, name, now_ms)}
    elif text:
        found = {task_id: track(task_id, now_ms) for task_id in find_ids(text).ids}
    if not found:
        raise ConfigError(f"{name} holds no tasks that could be imported.")
    return [msgspec.json.encode(task) for task in found.values()]


def _documents(data: bytes) -> Iterator[Any]:
    """The JSON in it: one value, or one per line; nothing if it is no JSON."""
    for read in (partial(msgspec.json.decode, data), partial(msgspec.json.Decoder().decode_lines, data)):
        try:
            value = read()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue  # the other form, or none
        yield from value if isinstance(value, list) else [value]
        return


def _of_export(export: dict[str, Any], name: str) -> list[bytes]:
    schema, tasks = export.get("schema"), export.get("tasks")
    if not isinstance(schema, int) or not isinstance(tasks, list):
        raise ConfigError(f"{name} is a damaged export.")
    if schema > SCHEMA:
        raise ConfigError(f"{name} was written by a newer version (schema {schema}, known here: {SCHEMA}).")
    if not all(isinstance(task, dict) and isinstance(task.get("id"), str) for task in tasks):
        raise ConfigError(f"{name} is a damaged export: a record has no id.")
    return [msgspec.json.encode(task) for task in tasks]


def _tasks_in(value: Any, now_ms: int, depth: int) -> Iterator[TrackedTask]:
    """Tasks named in foreign JSON, with label and tags where they have them."""
    if isinstance(value, list):
        for item in value:
            yield from _tasks_in(item, now_ms, depth)
    elif isinstance(value, dict):
        found = [
            found for key in ("id", "_id") if isinstance(name := value.get(key), str) for found in find_ids(name).ids
        ]
        if found:
            yield edited(track(found[0], now_ms), label=_text(value.get("label")), tags=_tags(value.get("tags")))
        elif depth:
            for item in value.values():
                yield from _tasks_in(item, now_ms, depth - 1)
    elif isinstance(value, str):
        for task_id in find_ids(value).ids:
            yield track(task_id, now_ms)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _tags(value: Any) -> tuple[str, ...]:
    return normal_tags([tag for tag in value if isinstance(tag, str)]) if isinstance(value, list) else ()
