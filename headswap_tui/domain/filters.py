"""The words of the filter bar: which tasks a person wants to see.

Words are ANDed and looked for in id, label, tags, file name, model and error. `field:value` narrows one field, a
comma means or, `!` in front of a term turns it round, double quotes keep blanks: `state:failed,missing !tag:old
res:720p age<2h "my clip"`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec

from headswap_tui.domain.expiry import is_expired, is_expiring
from headswap_tui.domain.task import State, TrackedTask

# Made into patterns (which `re` keeps) when a filter is read: the start of the dashboard reads none.
_TERM: Final = r'(?:[^\s"]|"[^"]*"?)+'
_FIELD: Final = r"(?s)([a-z]+):(.*)"
_AGE: Final = r"(?s)age\s*(<=|>=|<|>)\s*(.*)"
_SPAN: Final = r"(\d{1,9}(?:\.\d{1,9})?)\s*([smhdw])"
_UNIT_MS: Final = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}

_CLAIMS: Final[dict[str, Callable[[TrackedTask, int, float], bool]]] = {
    "active": lambda task, _now_ms, _days: task.is_active,
    "archived": lambda task, _now_ms, _days: task.archived,
    "downloaded": lambda task, _now_ms, _days: task.download is not None and task.download.state == "done",
    "expired": is_expired,
    "expiring": is_expiring,
    "finished": lambda task, _now_ms, _days: task.is_finished,
    "labelled": lambda task, _now_ms, _days: task.label is not None,
    "tagged": lambda task, _now_ms, _days: bool(task.tags),
}
"""Each takes the task, the time and for how many days the service is assumed to keep a video."""


def claims() -> tuple[str, ...]:
    """What may stand behind `is:`."""
    return tuple(_CLAIMS)


def field_names() -> tuple[str, ...]:
    """How a term about one field begins, the most useful first."""
    usual = ("state", "tag", "is", "res")
    return (*(f"{name}:" for name in usual), "age<", *(f"{name}:" for name in _FIELDS if name not in usual))


class Word(msgspec.Struct, frozen=True):
    """One term as it was typed."""

    typed: str
    problem: str = ""
    """What makes no sense about it and what was expected, for people; empty if nothing."""


class Term(msgspec.Struct, frozen=True):
    """One condition; `text` is how it was typed, without `!`."""

    text: str
    test: Callable[[TrackedTask, str, int], bool]
    """Takes the task, its haystack (`prepared`) and the time."""
    negated: bool = False

    @property
    def word(self) -> str | None:
        """What the haystack must hold, if that is all; one look at many tasks then needs no call for each."""
        return self.test.word if isinstance(self.test, _Word) else None


class Filter(msgspec.Struct, frozen=True):
    """What `parse` made of a line; without terms it matches every task."""

    terms: tuple[Term, ...] = ()
    words: tuple[Word, ...] = ()
    """What the terms were made of, in order; one that makes no sense narrows nothing and has no term."""

    @property
    def problem(self) -> str:
        """What is wrong with the first term that makes no sense; empty if all do."""
        return next((word.problem for word in self.words if word.problem), "")

    @property
    def shows_archived(self) -> bool:
        """Whether a term asks for archived tasks, which stay hidden otherwise."""
        return any(not term.negated and _names_archived(term.text) for term in self.terms)

    def matches(self, task: TrackedTask, now_ms: int, haystack: str | None = None) -> bool:
        """Whether all terms hold. `haystack` is `prepared(task)`, for callers that keep it."""
        if not self.terms:
            return True
        if haystack is None:
            haystack = prepared(task)
        return all(term.test(task, haystack, now_ms) is not term.negated for term in self.terms)


def _names_archived(text: str) -> bool:
    name, _, values = text.partition(":")
    # Two letters at least: while `is:active` is typed nothing else shall appear.
    return name == "is" and any(len(value) > 1 and "archived".startswith(value) for value in values.split(","))


def prepared(task: TrackedTask) -> str:
    """The text that plain words are looked for in, case-folded; worth keeping per record, as records never change."""
    detail = task.detail
    parts: list[str | None] = [task.id, task.label, *task.tags]
    if detail is not None:
        parts += (detail.file_name, detail.model_name, detail.error_reason)
    if task.last_error is not None:
        parts.append(task.last_error.message)
    return "\n".join(filter(None, parts)).casefold()


def parse(text: str, retention_days: float = 7.0) -> Filter:
    """The filter that a line means; never raises. A term still being typed (`state:`) narrows nothing.

    `retention_days` is what `is:expiring` and `is:expired` go by where an address does not say.
    """
    terms: list[Term] = []
    words: list[Word] = []
    for typed in re.findall(_TERM, text):
        negated = typed.startswith("!")
        meant = typed[negated:].casefold()
        test, problem = _test(meant, retention_days)
        words.append(Word(typed, problem))
        if test is not None:
            terms.append(Term(text=meant, test=test, negated=negated))
    return Filter(terms=tuple(terms), words=tuple(words))


def split(text: str) -> tuple[list[str], str]:
    """The finished terms of a line, and the one that is still being typed: no blank stands behind it."""
    terms = re.findall(_TERM, text)
    return (terms[:-1], terms[-1]) if terms and text.endswith(terms[-1]) else (terms, "")


def is_age(term: str) -> bool:
    """Whether that term, perhaps still being typed, is about the age."""
    return re.fullmatch(_AGE, term.removeprefix("!").casefold()) is not None


_Test = Callable[[TrackedTask, str, int], bool]


def _test(words: str, retention_days: float) -> tuple[_Test | None, str]:
    """The test that one term means, if any, and what is wrong with it, if anything."""
    age = re.fullmatch(_AGE, words)
    if age:
        return _age_test(words, age[1], age[2])
    field = re.fullmatch(_FIELD, words)
    if field is None or field[2].startswith("//"):  # the latter is a pasted address
        plain = words.replace('"', "")
        return (_Word(plain) if plain else None), ""
    name = field[1]
    values = [value for part in field[2].split(",") if (value := part.replace('"', "").strip())]
    if name != "is" and name not in _FIELDS:
        known = ", ".join(sorted((*_FIELDS, "is")))
        return None, f"“{name}:” is no field; there are {known} and age."
    if not values:
        return None, ""
    return _claim_test(values, retention_days) if name == "is" else _FIELDS[name](values)


class _Word(msgspec.Struct, frozen=True):
    """The test of a plain word."""

    word: str

    def __call__(self, _task: TrackedTask, haystack: str, _now_ms: int) -> bool:
        return self.word in haystack


def _age_test(words: str, sign: str, span: str) -> tuple[_Test | None, str]:
    found = re.fullmatch(_SPAN, span)
    if found is None:
        return None, (f"“{words}” is no age; expected such as age<2h (s, m, h, d or w)." if span else "")
    limit_ms = float(found[1]) * _UNIT_MS[found[2]]
    younger = sign[0] == "<"

    def test(task: TrackedTask, _haystack: str, now_ms: int) -> bool:
        """By when it was created, or added while that is not known."""
        created_ms = task.detail.created_ms if task.detail and task.detail.created_ms is not None else task.added_ms
        age_ms = max(0, now_ms - created_ms)
        if age_ms == limit_ms:
            return len(sign) == 2
        return (age_ms < limit_ms) is younger

    return test, ""


def _state_test(values: list[str]) -> tuple[_Test | None, str]:
    # A beginning is enough, so that the list does not jump while the word is typed.
    wanted = {state for state in State for value in values if state.startswith(value)}
    wrong = next((value for value in values if not any(state.startswith(value) for state in State)), None)
    if wrong is not None:
        return None, f"“{wrong}” is no state; there are {', '.join(State)}."
    return (lambda task, _haystack, _now_ms: task.state in wanted), ""


def _claim_test(values: list[str], retention_days: float) -> tuple[_Test | None, str]:
    claims = [claim for name, claim in _CLAIMS.items() if name.startswith(tuple(values))]
    wrong = next((value for value in values if not any(name.startswith(value) for name in _CLAIMS)), None)
    if wrong is not None:
        return None, f"“is:{wrong}” is unknown; there are {', '.join(_CLAIMS)}."
    return (lambda task, _haystack, now_ms: any(claim(task, now_ms, retention_days) for claim in claims)), ""


def _tag_test(values: list[str]) -> tuple[_Test | None, str]:
    wanted = frozenset(values)
    return (lambda task, _haystack, _now_ms: any(tag.casefold() in wanted for tag in task.tags)), ""


def _resolution_test(values: list[str]) -> tuple[_Test | None, str]:
    wanted = {value.removesuffix("p") for value in values}

    def test(task: TrackedTask, _haystack: str, _now_ms: int) -> bool:
        """By the resolution, with or without `p`."""
        resolution = task.detail.resolution if task.detail else None
        return resolution is not None and resolution.casefold().removesuffix("p") in wanted

    return test, ""


def _part_test(read: Callable[[TrackedTask], str | None]) -> Callable[[list[str]], tuple[_Test | None, str]]:
    """For fields where a part of the text is enough."""

    def make(values: list[str]) -> tuple[_Test | None, str]:
        """The test for one of these parts."""

        def test(task: TrackedTask, _haystack: str, _now_ms: int) -> bool:
            """By what `read` finds."""
            text = (read(task) or "").casefold()
            return any(value in text for value in values)

        return test, ""

    return make


def _error_text(task: TrackedTask) -> str:
    reason = task.detail.error_reason if task.detail else None
    last = task.last_error.message if task.last_error else None
    return "\n".join(filter(None, (reason, last)))


_FIELDS: Final[dict[str, Callable[[list[str]], tuple[_Test | None, str]]]] = {
    "error": _part_test(_error_text),
    "file": _part_test(lambda task: task.detail.file_name if task.detail else None),
    "id": _part_test(lambda task: task.id),
    "label": _part_test(lambda task: task.label),
    "model": _part_test(lambda task: task.detail.model_name if task.detail else None),
    "res": _resolution_test,
    "state": _state_test,
    "tag": _tag_test,
}
