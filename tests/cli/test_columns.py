"""Tables that fit, and the short forms of numbers."""

from __future__ import annotations

import io
import re

import pytest

from headswap_tui.cli.columns import Column, cut, length, size, span, table, width_of
from headswap_tui.cli.output import Output


class Tty(io.StringIO):
    """A terminal that keeps what is written."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def printed(monkeypatch: pytest.MonkeyPatch, out: io.StringIO, columns: int, *, coloured: bool = False) -> list[str]:
    """A small table on this stream, as wide as said."""
    monkeypatch.setattr("headswap_tui.cli.output._columns", lambda _stream: columns)
    content = (
        Column("STATE", ["completed", "failed"], each=[("green",), ("red", "bold")]),
        Column("EMPTY", ["", ""]),
        Column("NAME", ["花火大会-予告編.mp4", "short"]),
        Column("TAGS", ["tag", "another"], ("dim",)),
    )
    table(Output(out, io.StringIO(), {} if coloured else {"NO_COLOR": "1"}), content, 2, (3,))
    return out.getvalue().splitlines()


def test_a_table_is_whole_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed(monkeypatch, io.StringIO(), 20) == [
        "STATE      EMPTY  NAME                 TAGS",
        "completed         花火大会-予告編.mp4  tag",
        "failed            short                another",
    ]


@pytest.mark.parametrize("columns", [80, 40, 30, 20])
def test_a_table_fits_a_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    lines = printed(monkeypatch, Tty(), columns)
    assert max(width_of(line) for line in lines) <= columns
    assert "EMPTY" not in lines[0]
    assert ("TAGS" in lines[0]) is (columns >= 30)
    assert ("…" in lines[1]) is (columns < 40)


def test_colours_change_no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(monkeypatch, Tty(), 30, coloured=True)
    assert "\x1b[31;1mfailed\x1b[0m  " in lines[2]
    assert lines[2].endswith("\x1b[2manother\x1b[0m")
    assert [re.sub("\x1b\\[[0-9;]*m", "", line).rstrip() for line in lines] == printed(monkeypatch, Tty(), 30)


def test_short_forms() -> None:
    assert [length(seconds) for seconds in (None, 0, 9.6, 61, 3725)] == ["", "0:00", "0:10", "1:01", "1:02:05"]
    spans = [span(seconds) for seconds in (-1, 59, 60, 725, 3600, 90_000)]
    assert spans == ["0s", "59s", "1m00s", "12m", "1h00m", "1d1h"]
    assert [size(count) for count in (0, 999, 1000, 4_250_000, 7e12)] == ["0 B", "999 B", "1.0 kB", "4.2 MB", "7.0 TB"]
    assert cut("花火大会", 5) == "花火…"
