"""The failure desk's words: a row for each reason, and what to do about the one chosen."""

from __future__ import annotations

from headswap_tui.domain.advice import Side
from headswap_tui.domain.failures import FailureGroup, failed_at_ms
from headswap_tui.domain.task import State
from headswap_tui.domain.text import safe
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation import times
from headswap_tui.ui.presentation.bars import bar
from headswap_tui.ui.presentation.pieces import Line, ascii_only, clip, fit, wrap

COUNT, BAR, PERCENT, NEWEST, CODE = 6, 8, 5, 10, 8
WIDE = 64
"""From so many cells on the share is drawn as a bar and the code has a column."""
NAMES = 20
"""So many tasks of a group are named."""


def header(width: int) -> Line:
    """Over the rows."""
    parts = [f"{'Tasks':>{COUNT}}  "]
    parts.append(f"{'Share':<{BAR + PERCENT}}  " if width >= WIDE else f"{'Share':>{PERCENT}}  ")
    parts.append(f"{'Newest':<{NEWEST}}")
    if width >= WIDE:
        parts.append(f"{'Code':<{CODE}}")
    return ((clip((("".join(parts) + "Reason", ""),), width, "")[0][0], "section"),)


def row(group: FailureGroup, total: int, width: int, glyphs: Glyphs, now_ms: int) -> Line:
    """One reason in exactly `width` cells."""
    count = len(group.tasks)
    percent = 100 * count / total
    share = f"{percent:.0f}%" if percent >= 1 else "<1%"
    line: list[tuple[str, str]] = [(f"{count:>{COUNT}}  ", "strong")]
    if width >= WIDE:
        line += bar(percent, BAR, glyphs, "bar-failed")
    line += [(f"{share:>{PERCENT}}  ", ""), (f"{times.age(group.newest_ms, now_ms):<{NEWEST}}"[:NEWEST], "muted")]
    if width >= WIDE:
        line.append((f"{code_words(group, glyphs):<{CODE - 1}}"[: CODE - 1] + " ", "bad"))
    line.append((_reason(group, glyphs), ""))
    return fit(ascii_only(tuple(line)) if glyphs.is_ascii else tuple(line), width, glyphs.ellipsis)


def code_words(group: FailureGroup, glyphs: Glyphs) -> str:
    """The code as people write it."""
    return times.number(group.code, nothing=glyphs.nothing)


def summary(groups: list[FailureGroup], tracked: int, glyphs: Glyphs) -> Line:
    """How much failed, of how much."""
    failed = sum(len(group.tasks) for group in groups if not group.is_missing)
    missing = sum(len(group.tasks) for group in groups if group.is_missing)
    pieces: list[tuple[str, str]] = [
        (f"{glyphs.states[State.FAILED]} {failed} failed", f"headline-{State.FAILED}"),
    ]
    if missing:
        pieces.append((f"   {glyphs.states[State.MISSING]} {missing} missing", f"headline-{State.MISSING}"))
    reasons = "one reason" if len(groups) == 1 else f"{len(groups)} reasons"
    return (*pieces, (f"   of {tracked} tracked, for {reasons}", "muted"))


def story(group: FailureGroup, width: int, glyphs: Glyphs, now_ms: int) -> list[Line]:
    """What the chosen reason means: the whole words, the cause, what to do, which tasks."""
    advice = group.advice
    edge = (f"{glyphs.cursor} ", "edge-bad")
    again = {True: "Trying again can help.", False: "The same again would fail.", None: ""}[advice.again]
    side = "" if advice.side is Side.NOBODY_KNOWS else f"{_upper(advice.side)}."
    careful = not group.is_missing and advice.documented and group.code is not None
    sure = "If this is its published code: " if careful else ""
    lines: list[Line] = [
        (edge, (_reason(group, glyphs), "headline-bad")),
        *([(edge, (f"code {code_words(group, glyphs)}", "bad"))] if group.code is not None else []),
        (),
        (("Cause   ", "muted"), (sure + (_lower(advice.cause) if sure else advice.cause), "")),
        (("About   ", "muted"), (" ".join(filter(None, (side, again))), "")),
        (("First   ", "muted"), (advice.first, "strong")),
        (),
    ]
    if not side and not again:
        lines = [line for line in lines if not line or line[0][0] != "About   "]
    for task in group.tasks[:NAMES]:
        when = times.age(failed_at_ms(task), now_ms)
        lines.append(((f"{when:<{NEWEST}}", "muted"), (safe(task.name, 60), "")))
    if len(group.tasks) > NAMES:
        lines.append(((f"and {len(group.tasks) - NAMES} more", "muted"),))
    return [part for line in lines for part in _shaped(line, width, glyphs)]


def _shaped(line: Line, width: int, glyphs: Glyphs) -> list[Line]:
    given = ascii_only(line) if glyphs.is_ascii else line
    hanging: Line = (given[0],) if given and given[0][1] == "edge-bad" else ((" " * 8, ""),)
    return wrap(given, width, hanging)


def _reason(group: FailureGroup, glyphs: Glyphs) -> str:
    return safe(group.reason) or f"{glyphs.nothing} no reason given"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
