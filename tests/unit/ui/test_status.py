"""The status line's words."""

from __future__ import annotations

import pytest

from headswap_tui.domain.events import Connection, Mode
from headswap_tui.domain.task import State
from headswap_tui.ui.glyphs import ASCII, UNICODE
from headswap_tui.ui.presentation.pieces import line_width, plain
from headswap_tui.ui.presentation.status import Standing, status_line
from tests.conftest import NOON_MS

COUNTS = {State.PROCESSING: 14, State.QUEUED: 5, State.COMPLETED: 1900, State.FAILED: 2}
LIVE = Connection(Mode.LIVE, requests_per_s=4.23, next_due_s=3.4)


def shown(connection: Connection, width: int = 160) -> str:
    return plain(status_line(Standing(connection, COUNTS, "default", NOON_MS), UNICODE, width))


def test_everything_is_said_where_there_is_room() -> None:
    assert shown(LIVE).split("   ")[:2] == [" default", "● live"]
    for part in ("◐ 14 processing", "✔ 1900 completed", "✖ 2 failed", "4.2 req/s", "next in 3s"):
        assert part in shown(LIVE)


@pytest.mark.parametrize(
    ("width", "there", "gone"),
    [
        (80, ["default", "● live", "◐ 14", "next in 3s"], ["processing"]),
        (48, ["● live", "◐ 14", "next in 3s"], ["req/s"]),
        (36, ["● live", "◐ 14"], ["default", "next"]),
    ],
)
def test_what_matters_least_goes_first(width: int, there: list[str], gone: list[str]) -> None:
    text = shown(LIVE, width)
    assert all(part in text for part in there), text
    assert not any(part in text for part in gone), text


@pytest.mark.parametrize(
    ("count", "width", "wanted"),
    [(1, 160, "↓ 1 download   "), (48, 160, "↓ 48 downloads"), (48, 80, "↓ 48 "), (0, 160, "4.2 req/s")],
)
def test_downloads_are_counted_while_there_are_any(count: int, width: int, wanted: str) -> None:
    text = plain(status_line(Standing(LIVE, COUNTS, "default", NOON_MS, downloads=count), UNICODE, width))
    assert wanted in text
    assert ("↓" in text) is bool(count)


@pytest.mark.parametrize("width", range(1, 200, 7))
@pytest.mark.parametrize("mode", list(Mode))
def test_the_line_has_exactly_the_width(mode: Mode, width: int) -> None:
    connection = Connection(mode, NOON_MS, leader_pid=4242, pace=0.5, next_due_s=0.2, store_trouble="disk full")
    for glyphs in (UNICODE, ASCII):
        for downloads in (0, 12):
            standing = Standing(connection, COUNTS, "default", NOON_MS, downloads=downloads)
            assert line_width(status_line(standing, glyphs, width)) == width


@pytest.mark.parametrize(
    ("connection", "wanted"),
    [
        (Connection(Mode.PAUSED), "‖ paused"),
        (Connection(Mode.KEY_REFUSED), "! key refused"),
        (Connection(Mode.NO_KEY), "! no key"),
        (Connection(Mode.SLOWED), "! slowed"),
        (Connection(Mode.FOLLOWING, leader_pid=4242), "● following pid 4242"),
        (Connection(Mode.FOLLOWING, leader_pid=4242, leader_mode=Mode.NO_CREDIT), "! out of credit (pid 4242)"),
        (Connection(Mode.FOLLOWING, leader_mode=Mode.SLOWED), "! slowed"),
        (Connection(Mode.LIVE, pace=0.5), "● live x2"),
        (Connection(Mode.LIVE, store_trouble="disk full"), "! not saving"),
        (Connection(Mode.LIVE, next_due_s=0.4), "asking now"),
    ],
)
def test_how_asking_stands_is_said_in_words(connection: Connection, wanted: str) -> None:
    assert wanted in shown(connection)


@pytest.mark.parametrize("mode", [Mode.PAUSED, Mode.NO_KEY, Mode.KEY_REFUSED, Mode.FOLLOWING])
def test_where_nothing_is_asked_there_is_neither_rate_nor_time(mode: Mode) -> None:
    text = shown(Connection(mode, requests_per_s=3.0, next_due_s=2.0))
    assert "req/s" not in text
    assert "next in" not in text


def test_offline_says_since_when() -> None:
    assert "! offline since " in shown(Connection(Mode.OFFLINE, since_ms=NOON_MS - 60_000))
