"""The signs on the screen in two sets: one for UTF-8 terminals, one of plain ASCII; handed in, never global."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from headswap_tui.domain.task import State


class Glyphs(msgspec.Struct, frozen=True):
    """One set of signs; every one is a single cell wide unless it says otherwise."""

    states: Mapping[State, str]
    """The sign before the word of a state."""
    bar: str
    """Fillings of one cell of a progress bar from empty to full, evenly spaced."""
    spark: str
    """Heights of one cell of a history line from low to high, evenly spaced."""
    parts: str
    """Fillings of one cell that are told apart without colours."""
    track: str
    """A cell of the bar that is not filled."""
    cursor: str
    mark: str
    trouble: str
    """Something of ours went wrong: stale, refused, unreachable."""
    waiting: str
    """Completed, but its file has no address yet."""
    download: str
    up: str
    down: str
    ellipsis: str
    rule: str
    nothing: str
    """Where a value is missing."""
    bell: str
    """The user wants to be told when this one ends."""
    live: str
    paused: str
    stalled: str
    """No progress for longer than is normal."""
    give_or_take: str
    """May be two cells wide."""
    cross: str
    """Takes away what it stands on."""
    is_ascii: bool = False
    """Foreign text has to be folded to ASCII as well."""


UNICODE = Glyphs(
    states={
        State.PENDING: "·",
        State.QUEUED: "◌",
        State.PROCESSING: "◐",
        State.COMPLETED: "✔",
        State.FAILED: "✖",
        State.UNKNOWN: "?",
        State.MISSING: "∅",
    },
    bar=" ╸━",
    spark="▁▂▃▄▅▆▇█",
    parts="█▒░",
    track="─",
    cursor="▌",
    mark="●",
    trouble="!",
    waiting="…",
    download="↓",
    up="▲",
    down="▼",
    ellipsis="…",
    rule="─",
    nothing="–",
    bell="♪",
    live="●",
    paused="‖",
    stalled="‖",
    give_or_take="±",
    cross="×",
)
"""For terminals that speak UTF-8; no emoji and nothing whose width terminals disagree about."""

ASCII = Glyphs(
    states={
        State.PENDING: ".",
        State.QUEUED: "o",
        State.PROCESSING: "@",
        State.COMPLETED: "+",
        State.FAILED: "x",
        State.UNKNOWN: "?",
        State.MISSING: "0",
    },
    bar="-#",
    spark="_.-=*#",
    parts="#x.",
    track="-",
    cursor=">",
    mark="*",
    trouble="!",
    waiting="~",
    download="v",
    up="^",
    down="v",
    ellipsis="~",
    rule="-",
    nothing="-",
    bell="&",
    live="*",
    paused="=",
    stalled="=",
    give_or_take="+-",
    cross="x",
    is_ascii=True,
)
"""For a locale that is not UTF-8."""


def glyphs_for(ascii_only: bool) -> Glyphs:
    """The set for a terminal that shows ASCII only, or for all others."""
    return ASCII if ascii_only else UNICODE
