"""Names for finished videos: made from a template and from text that others wrote, safe on any file system."""

from __future__ import annotations

import itertools
import re
import string
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from headswap_tui.domain.errors import ConfigError
from headswap_tui.domain.task import Detail, TrackedTask

LONGEST_NAME: Final = 200
"""Bytes of UTF-8; what is put behind it while the file is incomplete fits into the usual 255 as well."""
FIELDS: Final = ("id", "label", "file_name", "resolution", "model_name", "created")
"""What may stand in braces in a template."""
EXTENSIONS: Final = (".mp4", ".mov", ".webm", ".mkv", ".m4v")
_DEFAULT_DATE: Final = "%Y-%m-%d"
_UNWELCOME: Final = r'[<>:"|?*/\\]'
_RESERVED: Final = r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)"
"""Devices on Windows, whatever follows the first dot."""


def check_template(template: str) -> None:
    """Raises `ConfigError` if `template` has unknown fields, a path separator or a date format that cannot be used.

    `created` takes a date format, as in `{created:%Y-%m-%d}`; dates are in UTC.
    """
    if not template.strip():
        raise ConfigError("expected a file name such as {file_name}, found nothing")
    try:
        parts = list(_parts(template))
    except ValueError as error:
        raise ConfigError(f"expected a file name, found one that cannot be read ({error}): {template!r}") from None
    for literal, field, form in parts:
        if "/" in literal or "\\" in literal or "/" in form or "\\" in form:
            raise ConfigError(f"expected a file name, found a path: {template!r}", "See download.directory.")
        if field is not None and field not in FIELDS:
            known = " ".join("{" + name + "}" for name in FIELDS)
            raise ConfigError(f"expected a file name with any of {known}, found {{{field}}}")
        if form and field != "created":
            raise ConfigError(f"expected a format only for {{created:...}}, found one for {{{field}}}")
        if form:
            _check_date_format(template, form)


def safe_file_name(template: str, task: TrackedTask) -> str:
    """The name for a task's video: at most 200 bytes, a plain base name with a video's extension, never empty.

    A template that `check_template` refuses gives the name `{id}.mp4`.
    """
    stem, extension = _filled(template, task)
    stem = _cut(_tidy(stem), LONGEST_NAME - len(extension.encode()))
    if not stem.strip("._- "):
        stem = _cut(_tidy(task.id), LONGEST_NAME - len(extension.encode())) or "video"
    if re.match(_RESERVED, stem):
        stem = _cut("_" + stem, LONGEST_NAME - len(extension.encode()))
    return stem + extension


def numbered(name: str) -> Iterator[str]:
    """`v.mp4`, `v (1).mp4`, `v (2).mp4`, ...: all within the same length."""
    yield name
    stem, extension = split_extension(name)
    for number in itertools.count(1):
        ending = f" ({number}){extension}"
        yield _cut(stem, LONGEST_NAME - len(ending.encode())) + ending


def split_extension(name: str) -> tuple[str, str]:
    """Stem and video extension with its dot, in its own spelling; the extension is empty if it is no video's."""
    for extension in EXTENSIONS:
        if name.lower().endswith(extension):
            return name[: -len(extension)], name[-len(extension) :]
    return name, ""


def _parts(template: str) -> Iterator[tuple[str, str | None, str]]:
    """Literal text, field name and format, one after the other. Raises `ValueError`."""
    for literal, field, form, conversion in string.Formatter().parse(template):
        if conversion:
            raise ValueError("no conversions like !r")
        if form and "{" in form:
            raise ValueError("no field within a field")
        yield literal, field, form or ""


def _check_date_format(template: str, form: str) -> None:
    try:
        datetime(2026, 1, 31, tzinfo=UTC).strftime(form)
    except ValueError:
        raise ConfigError(f"expected a date format such as %Y-%m-%d, found {form!r} in {template!r}") from None


def _filled(template: str, task: TrackedTask) -> tuple[str, str]:
    """Stem and extension before any tidying. Fields are looked up by name only: nothing of a template is evaluated."""
    try:
        check_template(template)
    except ConfigError:
        return task.id, EXTENSIONS[0]
    detail = task.detail or Detail()
    base_name = re.split(r"[/\\]", (detail.file_name or "").rstrip("/\\"))[-1].strip()
    file_stem, extension = split_extension(base_name)
    values = {
        "id": task.id,
        "label": task.label or "",
        "file_name": file_stem,
        "resolution": detail.resolution or "",
        "model_name": detail.model_name or "",
    }
    stem = ""
    for literal, field, form in _parts(template):
        stem += literal
        if field == "created":
            stem += _date(detail.created_ms or task.added_ms, form or _DEFAULT_DATE)
        elif field is not None:
            stem += values[field]
    stem, own_extension = split_extension(stem)
    return stem, own_extension or extension or EXTENSIONS[0]


def _date(at_ms: int, form: str) -> str:
    try:
        return datetime.fromtimestamp(at_ms / 1000, tz=UTC).strftime(form)
    except (ValueError, OverflowError, OSError):
        return ""


def _tidy(text: str) -> str:
    """Text without what a file name should not hold, at any length."""
    text = unicodedata.normalize("NFC", text[:4096])
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category[0] == "Z" or character in "\t\r\n":
            kept.append(" ")
        elif category[0] != "C":  # control, format (bidi, zero-width), surrogates, private use, unassigned
            kept.append(character)
    spaced = re.sub(r" {2,}", " ", "".join(kept))
    return re.sub(_UNWELCOME, "_", spaced).lstrip(".-~ ").rstrip(". ")


def _cut(text: str, limit: int) -> str:
    """`text` cut at a character to at most `limit` bytes of UTF-8, again without trailing dots and spaces."""
    return text.encode("utf-8", "ignore")[:limit].decode("utf-8", "ignore").rstrip(". ")
