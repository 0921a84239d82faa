"""`export`: everything that is known, as a file to keep or to move."""

from __future__ import annotations

import argparse
import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from headswap_tui.cli import exit_codes
from headswap_tui.cli.context import Context
from headswap_tui.cli.task_json import iso, task_json
from headswap_tui.config.paths import shown
from headswap_tui.domain.errors import ConfigError
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.domain.text import visible_json

FORMAT: Final = "headswap-tui export"
SCHEMA: Final = 1
_JSON_START: Final = b'{"format":"' + FORMAT.encode() + b'"'
_HEAD: Final = 4096
_PROFILE: Final = re.compile(rb'"profile":"([^"]*)","tasks":\[')
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_VISIBLE: Final = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: 0x2421,
    **dict.fromkeys(
        [*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)], 0xFFFD
    ),
}
"""What a terminal would obey, or no file can hold, made visible. Tab and line feed stay: they are data."""
EXAMPLES: Final = """\
examples:
  headswap-tui export backup.json
  headswap-tui export --csv tasks.csv
  headswap-tui export | ssh elsewhere headswap-tui import -

The JSON is one object with `format`, `schema`, `exported_at`, `profile` and `tasks`; each task is the whole record
of it as it is stored, with times in milliseconds since the epoch. CSV has the fields of `list --json`.

FILE is written whole or not at all, unless it is a pipe or a device. It takes the place of an earlier export of the
same kind and profile, so that a backup can be renewed; any other file is left alone without --force.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `export` takes."""
    parser.description = "Everything that is known of all tracked tasks, as JSON (complete; `import` reads it) or CSV."
    parser.epilog = EXAMPLES
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON (the default)")
    form.add_argument("--csv", action="store_true", help="CSV for spreadsheets")
    parser.add_argument("--force", action="store_true", help="replace FILE whatever it is")
    parser.add_argument("file", nargs="?", metavar="FILE", help="where to write; absent or -: standard output")


def run(args: argparse.Namespace, context: Context) -> int:
    """Write it; returns the exit status."""
    with context.store() as store:
        if args.csv:
            text = as_csv(store.load().values())
        else:
            text = as_json(store.records(), context.settings.profile, context.now_ms())
    if args.file in {None, "-"}:
        context.output.document(text)
        return exit_codes.DONE
    path = Path(args.file)
    is_there = path.is_file()
    if not is_there and path.exists():
        _write_into(path, text)
    else:
        if is_there and not args.force:
            _check_replaceable(path, text)
        _write(path, text)
    context.output.say(f"Exported to {path}{', in place of what was there' if is_there else ''}.")
    return exit_codes.DONE


def as_json(records: Mapping[TaskId, bytes], profile: str, now_ms: int) -> str:
    """The export as one JSON object, a line for each task."""
    head = {"format": FORMAT, "schema": SCHEMA, "exported_at": iso(now_ms), "profile": profile}
    start = msgspec.json.encode(head)[:-1] + b',"tasks":['
    body = b",".join(b"\n" + raw for raw in records.values())
    return visible_json((start + body + b"\n]}\n").decode())


def as_csv(tasks: Iterable[TrackedTask]) -> str:
    """A header and a row for each task; nothing in it is taken for a formula by a spreadsheet."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)  # ends lines with CR LF; with LF alone a lone CR in a value would not be quoted
    writer.writerow(COLUMNS)
    for task in tasks:
        writer.writerow([_cell(value) for value in _flat(task).values()])
    return out.getvalue()


def _word(tag: str) -> str:
    """A tag so that it is read back as one.

    Not by `shlex.quote`: its apostrophe at the beginning of a cell would be taken for the guard against formulas.
    """
    if not re.search(r"[\s\"\\]", tag):
        return tag
    return '"' + tag.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _flat(task: TrackedTask) -> dict[str, Any]:
    fields = task_json(task)
    fields["tags"] = " ".join(map(_word, task.tags))
    for name, parts in (("download", ("state", "path", "bytes", "total")), ("last_error", ("kind", "message", "at"))):
        group = fields.pop(name) or {}
        fields |= {f"{name}_{part}": group.get(part) for part in parts}
    other = fields.pop("other")
    fields["other"] = msgspec.json.encode(other).decode() if other else ""
    return fields


COLUMNS: Final = tuple(_flat(TrackedTask(id=TaskId(""), added_ms=0)))
_CSV_START: Final = ",".join(COLUMNS).encode()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    value = value.translate(_VISIBLE)
    return "'" + value if _needs_guard(value) else value


def unguarded(cell: str) -> str:
    """A cell's text without the apostrophe that kept it from being a formula."""
    return cell[1:] if cell.startswith("'") and _needs_guard(cell) else cell


def _needs_guard(text: str) -> bool:
    # Text that begins as a guarded cell does gets one more, so that `unguarded` gives back exactly what there was.
    return text.lstrip("'").startswith(_FORMULA)


def _check_replaceable(path: Path, text: str) -> None:
    """An earlier export of the same kind and profile is replaced, as a nightly backup expects; nothing else is."""
    try:
        with path.open("rb") as file:
            start = file.read(_HEAD)
    except OSError as error:
        raise ConfigError(f"{shown(path)} cannot be written: {error.strerror}.") from None
    if start and not start.startswith((_JSON_START, _CSV_START)):
        what = "is no export of ours"
    elif start and start.startswith(_JSON_START) is not text.startswith(_JSON_START.decode()):
        what = "is an export of the other kind"
    elif _profile_of(start) not in {b"", _profile_of(text[:_HEAD].encode())}:
        what = "is an export of another profile"
    else:
        return
    raise ConfigError(f"{shown(path)} exists and {what}.", "Choose another name, or use --force.")


def _profile_of(start: bytes) -> bytes:
    """As the head of our JSON says it; empty for CSV, which does not."""
    found = _PROFILE.search(start)
    return found[1] if found else b""


def _write_into(path: Path, text: str) -> None:
    """Into a pipe or a device, which has nothing that could be replaced."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"{shown(path)} cannot be written: {error.strerror}.") from None


def _write(path: Path, text: str) -> None:
    """All or nothing, readable by the user alone: it holds signed addresses. A link goes on leading to it."""
    path = path.resolve()
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise ConfigError(f"{shown(path)} cannot be written: {error.strerror}.") from None
    written = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        written.replace(path)
    except OSError as error:
        written.unlink(missing_ok=True)
        raise ConfigError(f"{shown(path)} cannot be written: {error.strerror}.") from None
