"""Kinds of terminals, sizes and locales: it starts, is readable, and leaves the terminal as it was."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from headswap_tui.simulator.server import Simulator
from tests.terminal import Terminal
from tests.ui.terminal.conftest import PROGRAM, Start, changed_modes

MOUSE = (b"?1000h", b"?1002h", b"?1003h", b"?1006h")


def quit_cleanly(terminal: Terminal) -> bytes:
    """Press q; everything that was sent to the terminal."""
    terminal.send("q")
    assert terminal.wait_end(5) == 0
    output = bytes(terminal.output)
    assert changed_modes(output) == set()
    return output


@pytest.mark.parametrize(
    ("term", "colours"),
    [
        ("xterm", "16"),
        ("xterm-256color", "256"),
        ("screen", "16"),
        ("screen-256color", "256"),
        ("tmux-256color", "256"),
        ("linux", "16"),
        ("vt100", "16"),
        ("foot", "16 million"),
        ("xterm-kitty", "16 million"),
        ("alacritty", "16 million"),
        ("unknown", "16"),
        ("", "16"),
    ],
)
def test_kinds_of_terminals(start: Start, term: str, colours: str) -> None:
    output = quit_cleanly(start(TERM=term, COLORTERM=""))
    used = "16 million" if b";2;" in output else "256" if b"8;5;" in output else "16"
    assert used == colours


@pytest.mark.parametrize("extra", [{}, {"TERM": "xterm", "COLORTERM": ""}], ids=["truecolor", "16"])
@pytest.mark.parametrize("theme", ["", "headswap-light", "headswap-contrast", "headswap-ansi", "ansi-light"])
def test_without_colours_nothing_is_painted_on_its_own_colour(
    start: Start, extra: Mapping[str, str], theme: str
) -> None:
    terminal = start(extra=extra, NO_COLOR="1", HEADSWAP_UI_THEME=theme)
    for line in terminal.screen.buffer.values():
        for cell in line.values():
            assert cell.data.isspace() or cell.fg != cell.bg or cell.fg == "default"
    quit_cleanly(terminal)


@pytest.mark.parametrize(
    "locale", [{"LANG": "C"}, {"LANG": "de_DE.ISO-8859-1"}, {"PYTHONIOENCODING": "ascii"}], ids=["C", "latin", "ascii"]
)
def test_ascii_alone_where_the_locale_shows_no_more(start: Start, locale: dict[str, str]) -> None:
    terminal = start(extra=locale)
    terminal.send("?")
    terminal.wait_for("Keys")
    terminal.send("esc")
    terminal.wait_gone("Keys")
    output = quit_cleanly(terminal)
    assert {character for character in output.decode() if not character.isascii()} == set()


def test_a_mouse_that_is_left_to_the_terminal(start: Start) -> None:
    output = quit_cleanly(start("--no-mouse"))
    assert not [mode for mode in MOUSE if mode in output]
    assert MOUSE[0] in quit_cleanly(start())


def test_sizes(start: Start) -> None:
    """One dashboard through all of them, then a storm of changes; the last one is right and nothing broke."""
    terminal = start()
    for columns, rows in ((1, 1), (10, 2), (20, 5), (40, 10), (250, 60), (1, 60), (300, 1)):
        terminal.resize(columns, rows)
        terminal.read(0.3)
    for step in range(60):
        terminal.resize(60 + step, 20 + step % 7)
        terminal.read(0.01)
    terminal.resize(100, 30)
    while not (" All " in terminal.text and "quit" in terminal.screen.display[-1]):
        assert terminal.read(5), f"the footer is not the last line\n{terminal.text}"
    quit_cleanly(terminal)


def test_the_list_below_a_dialog_takes_the_new_size_too(start: Start) -> None:
    terminal = start(columns=80, rows=24)
    terminal.send("s")
    terminal.wait_for("Sort by")
    terminal.resize(140, 36)
    while not (len(terminal.screen.display[1].rstrip()) > 130 and "esc leave" in terminal.text):
        assert terminal.read(5), terminal.text
    terminal.send("esc")
    while "quit" not in terminal.screen.display[-1]:
        assert terminal.read(5), terminal.text
    quit_cleanly(terminal)


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (0, 0), (500, 150)])
def test_sizes_at_the_start(start: Start, columns: int, rows: int) -> None:
    terminal = start(columns=max(columns, 1), rows=max(rows, 1), ready="")
    terminal.resize(columns, rows) if columns else None
    while b"?1049h" not in terminal.output:
        assert terminal.read(5)
    terminal.resize(100, 30)
    terminal.wait_for(" All ")
    quit_cleanly(terminal)


def test_environment_that_would_freeze_the_size_or_stop_the_start(start: Start) -> None:
    terminal = start(COLUMNS="30", LINES="5", TEXTUAL_COLOR_SYSTEM="none")
    terminal.wait_for("quit")
    assert " All " in terminal.wait_for("TEXTUAL_COLOR_SYSTEM")
    quit_cleanly(terminal)


def test_a_configuration_that_others_can_change_is_told_of(start: Start, tmp_path: Path) -> None:
    config = tmp_path / "config" / "headswap-tui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.touch()
    config.chmod(0o666)
    terminal = start()
    assert config.name in terminal.wait_for("can be changed by others")
    quit_cleanly(terminal)


def test_a_terminal_without_a_name(start: Start) -> None:
    """TERM not set at all, as under some services and containers."""
    terminal = start("-u", "TERM", "-u", "COLORTERM", str(PROGRAM), program=Path("/usr/bin/env"))
    assert b"\x1b[?1049h" in quit_cleanly(terminal)


@pytest.mark.parametrize("argv", [[], ["demo"]])
def test_refused_at_once_without_a_terminal(environ: Mapping[str, str], argv: list[str]) -> None:
    main, side = os.openpty()
    try:
        for closed in ("stdin", "stdout", "stderr"):
            streams: dict[str, int] = dict.fromkeys(("stdin", "stdout", "stderr"), side)
            streams[closed] = subprocess.DEVNULL
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            ended = subprocess.run(
                [PROGRAM, *argv],
                env={**environ, "TERM": "xterm"},
                check=False,
                timeout=10,
                stdin=streams["stdin"],
                stdout=streams["stdout"],
                stderr=streams["stderr"],
            )
            assert ended.returncode == 2
            after = resource.getrusage(resource.RUSAGE_CHILDREN)  # what others use of the machine does not count
            assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5
        os.set_blocking(main, False)
        said = os.read(main, 65536)
        assert b"\x1b" not in said
        assert said.count(b"\n") == 2  # one line each; the third went with its stream
    finally:
        os.close(main)
        os.close(side)


def test_a_dumb_terminal_is_refused(environ: Mapping[str, str]) -> None:
    with Terminal([PROGRAM], {**environ, "TERM": "dumb"}) as terminal:
        assert terminal.wait_end() == 2
        assert b"\x1b" not in terminal.output
        assert terminal.output.count(b"\n") == 1


def test_nothing_happens_and_nothing_is_sent(start: Start, simulator: Simulator) -> None:
    del simulator
    terminal = start()
    while terminal.read(1.2):  # until it has drawn all it has to draw
        pass
    drawn = len(terminal.output)
    assert not terminal.read(2.0)
    assert len(terminal.output) == drawn
    quit_cleanly(terminal)
