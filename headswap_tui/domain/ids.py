"""Task ids out of any text: typed, pasted, piped, or the JSON that create-task answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from headswap_tui.domain.task import TaskId
from headswap_tui.domain.text import safe

EXAMPLE: Final = "6a066dc58570ecbf64f761a5"

_HEX24: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{24}(?![0-9A-Za-z])")
_UNUSUAL: Final = re.compile(r"[A-Za-z0-9_-]{6,64}")
_HEX_LIKE: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{16,40}(?![0-9A-Za-z])")

_OTHER_KEYS: Final = frozenset({"team_id", "task_id", "uid", "teamid", "user_id", "userid"})
"""Keys whose values name a team, a user or an internal job. `taskId` is not the service's spelling: it counts."""
_AFTER_OTHER_KEY: Final = re.compile(
    r"(?<![A-Za-z0-9_])(?:team_?id|task_id|user_?id|uid)[\\\"']*\s*[:=]+\s*[\[\\\"']*\s*$", re.IGNORECASE
)
_KEY_REACH: Final = 40
"""Characters looked at in front of an id for the key that it belongs to."""

_TERMINAL_CODES: Final = re.compile("\x1b\\[[0-?]*[ -/]*[@-~]")
_ESCAPED_PUNCTUATION: Final = re.compile(r"%[2-7][0-9A-Fa-f]")
_ESCAPED_BLANK: Final = re.compile(r"\\+[nrt]")
_ESCAPED_UNICODE: Final = re.compile(r"\\u00([2-7][0-9A-Fa-f])")

_JSON_START: Final = re.compile(r"[{\[]\s*[\"{\[]")
_DECODER: Final = json.JSONDecoder(strict=False, parse_int=str, parse_float=str)
_TRIES: Final = 100
"""Starts that look like JSON and are none before the rest is read as words: each may cost a walk to the end."""
_NESTING: Final = 8


class Found(msgspec.Struct, frozen=True):
    """What a text held."""

    ids: tuple[TaskId, ...] = ()
    """24 lower-case hex digits each, in order, without doubles."""
    unusual: str | None = None
    """The text itself if it is a single word that may be an id of another kind; only when `ids` is empty."""
    doubt: str = ""
    """Why `unusual` is more likely a usual id with a digit lost or doubled, in a sentence; empty if it is not."""
    problem: str = ""
    """What was wrong, in a sentence for people; empty if `ids` or `unusual` is there."""


def find_ids(text: str) -> Found:
    """Every task id in `text`; never raises.

    A word of 24 hex digits counts wherever it stands, but not as the value of `team_id`, `task_id` or `uid`, in JSON
    (also inside a log line, and nested in a string of other JSON) and as `key=value`.
    """
    ids = tuple(dict.fromkeys(TaskId(word.lower()) for word in _in_text(text, _NESTING)))
    if ids:
        return Found(ids=ids)
    word = text.strip().strip("\"'`,;")
    if _UNUSUAL.fullmatch(word):
        near = _HEX_LIKE.fullmatch(word)
        return Found(unusual=word, doubt=_miscounted(word) if near else "")
    return Found(problem=_problem(text, word))


def _in_text(text: str, depth: int) -> Iterator[str]:
    """The ids in a text of any kind; JSON in it is read as JSON, the rest as words."""
    if len(text) < 24:
        return
    read = look = 0
    tries = _TRIES if depth else 0
    while tries and (found := _JSON_START.search(text, look)):
        start = found.start()
        try:
            value, look = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            tries -= 1
            look = start + 1
            continue
        yield from _in_words(text[read:start])
        if not _belongs_elsewhere(text, start):
            for word in _strings(value):
                yield from _in_text(word, depth - 1)
        read = look
    yield from _in_words(text[read:])


def _strings(value: Any) -> Iterator[str]:
    """Keys and strings of a JSON value in its order, without what stands under the keys that name other things."""
    stack = [value]  # no recursion: JSON may be nested deeper than calls can
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            for key, inner in reversed(item.items()):
                if key.lower() not in _OTHER_KEYS:
                    stack += (inner, key)


def _in_words(text: str) -> Iterator[str]:
    text = _plain(text)
    for found in _HEX24.finditer(text):
        if not _belongs_elsewhere(text, found.start()):
            yield found[0]


def _belongs_elsewhere(text: str, start: int) -> bool:
    """Whether what begins at `start` is the value of a key that names a team, a user or an internal job."""
    return _AFTER_OTHER_KEY.search(text[max(0, start - _KEY_REACH) : start]) is not None


def _plain(text: str) -> str:
    """`text` with what may stick to an id taken off: colour codes of a terminal, escapes of URLs and of JSON."""
    if "\x1b" in text:
        text = _TERMINAL_CODES.sub(" ", text)
    if "%" in text:
        text = _ESCAPED_PUNCTUATION.sub(_unescaped, text)
    if "\\" in text:
        text = _ESCAPED_UNICODE.sub(lambda found: chr(int(found[1], 16)), _ESCAPED_BLANK.sub(" ", text))
    return text


def _unescaped(found: re.Match[str]) -> str:
    char = chr(int(found[0][1:], 16))
    return found[0] if char.isalnum() else char


def _problem(text: str, word: str) -> str:
    if not text.strip():
        return "Nothing was given."
    if _HEX24.search(_plain(text)):
        return "It holds only a team_id, task_id or uid; the id of a task is its _id."
    near = _HEX_LIKE.search(_plain(text))
    if near:
        return _miscounted(near[0])
    shown = safe(text.strip(), 40)
    if len(word.split()) == 1 and len(word) < 6:
        return f"“{shown}” is too short; a task id is 24 hex digits, such as {EXAMPLE}."
    return f"No task id in “{shown}”; a task id is 24 hex digits, such as {EXAMPLE}."


def _miscounted(digits: str) -> str:
    return f"“{digits}” has {len(digits)} hex digits; a task id has 24."
