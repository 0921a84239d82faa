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


def offered(text: str, values: ValuesOf) -> list[str]:
    """What the last word could become, the likeliest first: names of fields, or values behind the colon of one.

    Everything that begins with what is typed of it, and all there is if that is nothing.
    """
    _typed, _end, offers = _offers(text, values)
    return offers


def continued(text: str, values: ValuesOf) -> str | None:
    """`text` with its last word completed; `None` if there is nothing to add. Always begins with `text`."""
    typed, end, offers = _offers(text, values)
    if not typed and not end:
        return None  # nothing is known of what is wanted
    whole = next((one for one in offers if len(one) > len(typed)), None)
    return None if whole is None else text + whole[len(typed) :] + end


def _offers(text: str, values: ValuesOf) -> tuple[str, str, list[str]]:
    """What is typed of a name or a value, what has to stand behind it, and what begins like it."""
    last = _LAST_TERM.search(text) if len(text) <= LONGEST else None
    if last is None:
        return "", "", []
    field = _PARTS.fullmatch(last[0])
    if field is None:
        typed = last[0].removeprefix("!")
        names = field_names() if not typed or typed.isalpha() else ()
        return typed, "", _beginning(typed, names)
    quote, typed = field[4], field[5]
    known = [value for value in values(field[2].casefold()) if quote or not re.search(r"\s", value)]
    return typed, quote, _beginning(typed, known)


def _beginning(typed: str, offers: Iterable[str]) -> list[str]:
    return [one for one in offers if one.casefold().startswith(typed.casefold())]
