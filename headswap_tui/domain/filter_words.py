"""How the filter being typed could go on: names of fields, and the values that the tasks have. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from headswap_tui.domain.filters import claims, field_names
from headswap_tui.domain.task import State, TrackedTask
from headswap_tui.domain.text import safe

MOST_VALUES: Final = 500
"""So many values of a field are offered, the most frequent ones."""

LONGEST: Final = 300
"""Nobody types more; a pasted text is not completed."""

_LAST_TERM: Final = re.compile(r'(?:[^\s"]|"[^"]*(?:"|$))*$')
_PARTS: Final = re.compile(r'(!?)([a-z]+):((?:[^,"]|"[^"]*")*,)*("?)([^,"]*)$', re.IGNORECASE)

ValuesOf = Callable[[str], Sequence[str]]
"""The values of a field, the likeliest first."""


def values_of(field: str, tasks: Iterable[TrackedTask]) -> tuple[str, ...]:
    """What can stand behind that field's colon; empty where everything can.

    Values that hold a comma, a quote or anything invisible are left out.
    """
    if field == "state":
        return tuple(State)
    if field == "is":
        return claims()
    counts: Counter[str] = Counter()
    for task in tasks:
        detail = task.detail
        match field:
            case "tag":
                counts.update(task.tags)
            case "res":
                counts.update([detail.resolution] if detail and detail.resolution else ())
            case "model":
                counts.update([detail.model_name] if detail and detail.model_name else ())
            case "label":
                counts.update([task.label] if task.label else ())
    usual = (value for value, _count in counts.most_common(MOST_VALUES))
    return tuple(value for value in usual if safe(value, 100) == value and not set(value) & {",", '"'})


def continued(text: str, values: ValuesOf) -> str | None:
    """`text` with its last word completed; `None` if there is nothing to add. Always begins with `text`."""
    if len(text) > LONGEST:
        return None
    last = _LAST_TERM.search(text)
    term = last[0] if last else ""
    field = _PARTS.fullmatch(term)
    if field is None:
        typed = term.removeprefix("!")
        if not typed.isalpha():
            return None
        names = (*(f"{name}:" for name in field_names()), "age<")
        return _first(text, typed, names, "")
    quote, typed = field[4], field[5]
    if not typed and not quote:
        return None  # a colon alone: nothing is known of what is wanted
    offered = [value for value in values(field[2].casefold()) if quote or not re.search(r"\s", value)]
    return _first(text, typed, offered, quote)


def _first(text: str, typed: str, offered: Iterable[str], end: str) -> str | None:
    for one in offered:
        if one.casefold().startswith(typed.casefold()) and len(one) > len(typed):
            return text + one[len(typed) :] + end
    return None
