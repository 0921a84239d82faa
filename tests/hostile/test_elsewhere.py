"""Hostile texts on the command line's terminal, in the log, in notifications, in CSV and in the names of files."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from headswap_tui.__main__ import main
from headswap_tui.cli import logs
from headswap_tui.cli.csv_import import tasks_of_csv
from headswap_tui.domain.filenames import safe_file_name
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.domain.text import safe
from headswap_tui.ui.terminal import notification, wrapped
from tests.hostile import corpus
from tests.hostile.service import task_id
from tests.hostile.wire import strange_text

OURS = re.compile(r"\x1b\[(?:(?:[0-2]|3[1-6])(?:;(?:[0-2]|3[1-6]))*m|\d{1,2}F|2K|0J)")
"""Colours and moving progress; nothing of it blinks."""
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\u200b-\u200f]")
ONE_NOTIFICATION = re.compile(
    r"\x1b\](?:9|777|99);[^\x00-\x1f\x7f-\x9f]*\x1b\\(?:\x1b\]99;[^\x00-\x1f\x7f-\x9f]*\x1b\\)?"
)

ARGUMENT = re.compile("[\x00\ud800-\udbff\udc00-\udc7f\udd00-\udfff]")
"""What no argument can hold."""


class Tty(io.StringIO):
    """Counts as a terminal."""

    def isatty(self) -> bool:
        return True


Run = Callable[..., str]


@pytest.fixture
def run(home: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process; what it writes to its terminal."""
    for name, value in home.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TERM", "xterm")

    def started(*argv: str, typed: str = "") -> str:
        screen = Tty()
        with monkeypatch.context() as patched:
            for stream in ("stdout", "stderr"):
                patched.setattr(sys, stream, screen)
            patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode("utf-8", "surrogateescape"))))
            main(argv)
        return screen.getvalue()

    return started


def lines_of(written: str) -> str:
    """Without what is ours and line ends."""
    return OURS.sub("", written).replace("\n", "")


def test_what_commands_write_to_a_terminal(run: Run, tmp_path: Path) -> None:
    assert strange_text(lines_of(run("list"))) == []
    for number in range(0, len(corpus.ALL), 3):
        assert strange_text(lines_of(run("show", task_id(number)))) == []
    for argv in (
        ["refresh", task_id(1), task_id(len(corpus.ALL) + 1)],
        ["doctor"], ["config", "show"], ["label", task_id(3), "\x1b[5m\x9b5m\u202e"],
        ["__complete", "zsh", "list", "--tag", ""], ["remove", task_id(4)],
    ):  # fmt: skip
        assert strange_text(lines_of(run(*argv)).replace("\r", "")) == [], argv


def test_json_is_exact_and_obeyed_by_no_terminal(run: Run) -> None:
    whole = [number for number, text in enumerate(corpus.ALL) if safe(text) and not re.search("[\ud800-\udfff]", text)]
    shown = run("list", "--json")
    assert OBEYED.findall(shown.replace("\n", "")) == []
    told = {record["id"]: record for record in map(json.loads, shown.splitlines())}
    for number in whole:
        assert told[task_id(number)]["label"] == (corpus.ALL[number].strip() or None)
    kept = run("export")
    assert OBEYED.findall(kept.replace("\n", "")) == []
    assert {record["id"] for record in json.loads(kept)["tasks"]} == set(told)


@pytest.mark.parametrize(
    "flag", ["--profile", "--base-url", "--config", "--data-dir", "--state", "--nonsense", "--tag"]
)
def test_what_is_said_of_hostile_arguments(run: Run, flag: str, tmp_path: Path) -> None:
    for text in corpus.ALL[::2]:
        value = ARGUMENT.sub("", text)[:200] or "x"
        if flag == "--data-dir" and "/" in value:
            continue  # makes directories wherever the user says
        value = str(tmp_path / value) if flag == "--data-dir" else value
        assert strange_text(lines_of(run("list", f"{flag}={value}"))) == [], (flag, text)


def test_ids_that_are_none(run: Run) -> None:
    for text in corpus.ALL:
        assert strange_text(lines_of(run("add", "-", typed=ARGUMENT.sub("", text)))) == []


@pytest.mark.parametrize("text", corpus.HUGE)
def test_a_megabyte_is_one_line(text: str) -> None:
    assert len(safe(text)) <= 500
    assert strange_text(safe(text)) == []


def test_the_log_has_one_harmless_line_for_each_line() -> None:
    for text in (*corpus.ALL, *corpus.HUGE):
        written = logs.cleaned(f"told: {text} end")
        assert strange_text(written.replace("\n", "")) == []
        assert written.count("\n") <= len(text.splitlines())


@pytest.mark.parametrize("kind", ["osc9", "osc777", "osc99"])
def test_a_notification_is_one_sequence(kind: str) -> None:
    for text in corpus.ALL:
        sequence = notification(kind, safe(text, 100), safe(text, 200))
        assert ONE_NOTIFICATION.fullmatch(sequence), repr(text)
        assert wrapped(sequence, {"TMUX": "x"}).removeprefix("\x1bPtmux;").count("\x1b\x1b") == sequence.count("\x1b")
        for piece in wrapped(sequence, {"STY": "x"}).split("\x1bP")[1:]:
            assert piece.endswith("\x1b\\") and "\x1b\\" not in piece[:-2]


def test_no_cell_of_the_csv_is_a_formula_and_it_is_read_back(run: Run) -> None:
    written = run("export", "--csv")
    assert re.findall("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", written) == []
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r"))] == []
    read = {task.id: task for task in tasks_of_csv(written, "x.csv", 1)}
    for number, text in enumerate(corpus.ALL):
        if text.isascii() and text.isprintable():
            assert read[TaskId(task_id(number))].label == (text.strip() or None)


@pytest.mark.parametrize("template", ["{file_name}", "{label}", "{model_name} {file_name}"])
def test_a_file_is_always_inside_its_directory(template: str, tmp_path: Path) -> None:
    directory = tmp_path / "videos"
    directory.mkdir()
    for text in (*corpus.ALL, *corpus.HUGE):
        detail = Detail(file_name=text, model_name=text)
        name = safe_file_name(template, TrackedTask(TaskId("6a066dc58570ecbf64f761a5"), 0, label=text, detail=detail))
        (directory / name).touch()
        assert len(name.encode()) <= 200 and not name.startswith((".", "-", "~")) and name.isprintable()
    assert list(tmp_path.iterdir()) == [directory]
