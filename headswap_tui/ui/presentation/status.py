"""The status line's words: how asking stands, what is where, when the next answer is due."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from headswap_tui.domain.events import Connection, Mode
from headswap_tui.domain.task import State
from headswap_tui.domain.text import safe
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation import times
from headswap_tui.ui.presentation.pieces import Line, clip, line_width

_MODE_ROLES = {
    Mode.LIVE: "good",
    Mode.PAUSED: "warn",
    Mode.SLOWED: "warn",
    Mode.FOLLOWING: "accent",
    Mode.NO_CREDIT: "warn",
    Mode.OFFLINE: "bad",
    Mode.NO_KEY: "bad",
    Mode.KEY_REFUSED: "bad",
}

_SILENT = frozenset({Mode.PAUSED, Mode.NO_KEY, Mode.KEY_REFUSED, Mode.FOLLOWING})
"""Where this process asks nothing by itself."""

SHOWN_STATES = (
    State.PROCESSING,
    State.QUEUED,
    State.PENDING,
    State.COMPLETED,
    State.FAILED,
    State.MISSING,
    State.UNKNOWN,
)


def mode_line(connection: Connection, now_ms: int, glyphs: Glyphs) -> Line:
    """Sign and words, never the colour alone."""
    mode = connection.leader_mode or connection.mode
    role = _MODE_ROLES[mode]
    sign = {Mode.LIVE: glyphs.live, Mode.FOLLOWING: glyphs.live, Mode.PAUSED: glyphs.paused}.get(mode, glyphs.trouble)
    words = str(mode)
    if mode is Mode.OFFLINE and connection.since_ms:
        words += f" since {times.clock(connection.since_ms, now_ms)}"
    if connection.leader_pid:
        pid = f"pid {connection.leader_pid}"
        words = f"{words} ({pid})" if connection.leader_mode else f"following {pid}"
    line: Line = ((f"{sign} {words}", role),)
    if connection.pace != 1.0 and connection.mode in (Mode.LIVE, Mode.SLOWED):
        line = (*line, (f" x{1 / connection.pace:.3g}", "muted"))
    if connection.store_trouble:
        line = (*line, ("  ", ""), (f"{glyphs.trouble} not saving", "bad"))
    return line


def counts_line(counts: Mapping[State, int], glyphs: Glyphs, *, words: bool) -> Line:
    """How many are in each state; states without any stay away."""
    pieces: list[tuple[str, str]] = []
    for state in SHOWN_STATES:
        count = counts.get(state, 0)
        if count:
            text = f"{glyphs.states[state]} {count}" + (f" {state}" if words else "")
            pieces += [("  ", ""), (text, f"state-{state}")]
    return tuple(pieces[1:])


def profile_line(profile: str, *, is_accented: bool) -> Line:
    """The account's name; on a colour of its own it needs room around."""
    name = safe(profile, 24)
    return ((f" {name} ", "profile"),) if is_accented else ((name, "strong"),)


def downloads_line(count: int, glyphs: Glyphs, *, words: bool) -> Line:
    """How many downloads wait or run; nothing if none."""
    if not count:
        return ()
    noun = ("download" if count == 1 else "downloads") if words else ""
    return ((f"{glyphs.download} {count} {noun}".rstrip(), "download"),)


def rate_line(connection: Connection) -> Line:
    """Requests per second over the last seconds; one number after the point so that it changes seldom.

    Nothing where nothing is asked: the seconds before would still count for a while.
    """
    if connection.mode in _SILENT or connection.requests_per_s < 0.05:
        return ()
    return ((f"{connection.requests_per_s:.1f} req/s", "muted"),)


def due_line(connection: Connection) -> Line:
    """When the next answer is due."""
    due_s = connection.next_due_s
    if due_s is None or connection.mode in _SILENT:
        return ()
    return (("asking now" if due_s < 1 else f"next in {times.span(due_s)}", "muted"),)


class Standing(msgspec.Struct, frozen=True):
    """What the status line is about."""

    connection: Connection
    counts: Mapping[State, int]
    profile: str
    now_ms: int
    is_accented: bool = False
    """Whether the profile's name stands on a colour of its own."""
    downloads: int = 0
    """How many wait or run."""


def status_line(standing: Standing, glyphs: Glyphs, width: int) -> Line:
    """All of it in exactly `width` cells; what matters least goes first where room is short."""
    connection, counts = standing.connection, standing.counts
    mode = mode_line(connection, standing.now_ms, glyphs)
    name = profile_line(standing.profile, is_accented=standing.is_accented)
    rate, due = rate_line(connection), due_line(connection)
    full, short = counts_line(counts, glyphs, words=True), counts_line(counts, glyphs, words=False)
    loads, load = (downloads_line(standing.downloads, glyphs, words=words) for words in (True, False))
    attempts: tuple[tuple[tuple[Line, ...], tuple[Line, ...]], ...] = (
        ((name, mode, full, loads), (rate, due)),
        ((name, mode, short, load), (rate, due)),
        ((name, mode, short, load), (due,)),
        ((mode, short, load), (due,)),
        ((mode, short, load), ()),
        ((mode, short), ()),
    )
    for left, right in attempts:
        head, tail = _joined(left, "   "), _joined(right, "   ")
        room = width - 2 - line_width(head) - line_width(tail)
        if room >= (3 if tail else 0):
            return ((" ", ""), *head, (" " * room, ""), *tail, (" ", ""))
    line = ((" ", ""), *clip(_joined((mode, short), "  "), width - 1, glyphs.ellipsis))
    return (*line, (" " * (width - line_width(line)), ""))


def _joined(lines: tuple[Line, ...], gap: str) -> Line:
    pieces: list[tuple[str, str]] = []
    for line in lines:
        if line:
            pieces += [(gap, ""), *line] if pieces else line
    return tuple(pieces)
