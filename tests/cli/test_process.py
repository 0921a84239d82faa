"""What only a process of its own can show: streams, signals, terminals, the log, and where a key may be seen."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from headswap_tui.cli import demo, listing, logs
from headswap_tui.cli.commands import COMMANDS
from headswap_tui.cli.dashboard import terminal_problem
from headswap_tui.config.settings import UiSettings
from headswap_tui.simulator.server import Simulator
from tests.cli.conftest import ID, PROGRAM, Cli
from tests.terminal import Terminal

CANARY = "canary-0d9f-8842"


def run(home: Mapping[str, str], *argv: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own."""
    options: dict[str, Any] = {"capture_output": True, "text": True, "timeout": 30, "env": home}
    return subprocess.run([PROGRAM, *argv], check=False, **options | more)


@pytest.fixture
def full(cli: Cli, home: Mapping[str, str]) -> Mapping[str, str]:
    """A list that fills more than a pipe holds."""
    cli("add", "-", stdin="\n".join(f"{number:024x}" for number in range(1000)))
    return home


def test_a_reader_that_goes_away(full: Mapping[str, str]) -> None:
    for command in ("list --json", "list", "export", "--help"):
        script = f'{PROGRAM} {command} | head -1; echo "${{PIPESTATUS[0]}}"'
        ended = subprocess.run(["bash", "-c", script], env=full, capture_output=True, text=True, timeout=30, check=True)
        first, status = ended.stdout.splitlines()
        assert first
        assert ended.stderr == ""
        assert status == "141" or command != "list --json"  # the others may fit into the pipe


@pytest.mark.parametrize("argv", [["list"], ["--version"], ["--help"], ["list", "--help"]])
def test_a_disk_that_is_full(full: Mapping[str, str], argv: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as nowhere:
        ended = run(full, *argv, capture_output=False, stdout=nowhere, stderr=subprocess.PIPE)
    assert ended.returncode == 1
    assert ended.stderr == "headswap-tui: The output could not be written: No space left on device.\n"


def test_a_closed_standard_output(full: Mapping[str, str]) -> None:
    for command in ("list", "--version"):
        script = f'"{PROGRAM}" {command} >&-'
        ended = subprocess.run(["bash", "-c", script], env=full, capture_output=True, text=True, timeout=30, check=True)
        assert ended.stderr == ""


def test_a_locale_without_the_characters(home: Mapping[str, str]) -> None:
    old = {**home, "LANG": "C", "LC_ALL": "en_US.ISO-8859-1", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii:strict"}
    run(old, "add", ID, "--label", "\u82b1\u706b")
    shown = run(old, "list")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "\\u82b1" in shown.stdout


def test_streams_that_are_closed(home: Mapping[str, str]) -> None:
    for streams in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        for command, status in (("list", 0), (f"add {ID}", 0), ("", 2)):
            ended = subprocess.run(
                ["bash", "-c", f"{PROGRAM} {command} {streams}"], env=home, capture_output=True, check=False
            )
            assert (ended.returncode, b"Traceback" in ended.stderr) == (status, False)


def test_no_dashboard_without_a_terminal(home: Mapping[str, str]) -> None:
    for argv in ([], ["demo"]):
        ended = run(home, *argv, stdin=subprocess.DEVNULL)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.count("\n") == 1
        assert "ssh -t" in ended.stderr


@pytest.mark.parametrize(
    ("term", "refused"), [("dumb", True), ("", False), ("unknown", False), ("xterm", False), ("linux", False)]
)
def test_a_terminal_that_cannot_move_its_cursor(term: str, refused: bool) -> None:
    tty = SimpleNamespace(isatty=lambda: True)
    output = SimpleNamespace(is_terminal=True, has_screen=True)
    stub: Any = SimpleNamespace(environ={"TERM": term}, stdin=tty, output=output)
    assert bool(terminal_problem(stub)) is refused
    output.has_screen = False
    assert "standard error" in terminal_problem(stub), "it is what was redirected"


def test_colours_only_on_a_terminal_and_never_under_no_color(home: Mapping[str, str]) -> None:
    run(home, "add", ID, "--label", "name")
    assert "\x1b" not in run(home, "list").stdout
    for extra, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        with Terminal([PROGRAM, "list"], {**home, **extra}) as terminal:
            terminal.wait_end()
            assert (b"\x1b[" in bytes(terminal.output)) is coloured
            assert b"name" in bytes(terminal.output)


def test_the_key_goes_to_the_service_and_nowhere_else(
    home: dict[str, str], simulator: Simulator, tmp_path: Path
) -> None:
    done = simulator.create(age_s=1000, queue_s=1, processing_s=1)
    environ = {**home, "HEADSWAP_BASE_URL": simulator.base_url, "HEADSWAP_API_KEY": CANARY}
    texts = []
    simulator.world.api_key = CANARY
    for argv in (["add", done], ["refresh"], ["wait", done, "--download"], ["doctor"], ["config", "show"], ["export"]):
        ended = run(environ, *argv, "-v")
        assert ended.returncode == 0, ended.stderr
        texts.append(ended.stdout + ended.stderr)
    simulator.world.api_key = "another"
    for argv in (["refresh", done], ["wait", "0" * 24], ["doctor"]):
        ended = run(environ, *argv, "-v")
        assert ended.returncode == 3
        texts.append(ended.stdout + ended.stderr)
    for request in simulator.requests:
        holds = [name for name, value in request.headers.items() if CANARY in value]
        assert holds == (["x-api-key"] if "detail" in request.path else [])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"tasks.jsonl", "headswap-tui.log"} <= {path.name for path in files}
    texts += [path.read_bytes().decode("latin-1") for path in files]
    assert not [text for text in texts if CANARY in text]
    log = (tmp_path / "state" / "headswap-tui" / "headswap-tui.log").read_text(encoding="utf-8")
    assert "Signature=" not in log
    assert "started" in log


def test_the_log_is_private(home: Mapping[str, str], tmp_path: Path) -> None:
    run(home, "list")
    assert not (tmp_path / "state").exists()
    assert run(home, "list", "-v").returncode == 0
    path = tmp_path / "state" / "headswap-tui" / "headswap-tui.log"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("GET https://h.example/a?Signature=abc#x done", "GET https://h.example/a done"),
        ("{'x-api-key': 'abcdef', 'a': 1}", "{'x-api-key': '(hidden)', 'a': 1}"),
        ("Authorization: Bearer abc.def", "Authorization: (hidden)"),
        ("plain", "plain"),
    ],
)
def test_what_the_log_holds(text: str, cleaned: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headswap_tui.config.secret._seen", set())  # other tests have secrets of one letter
    assert logs.cleaned(text) == cleaned
    assert "\x1b" not in logs.cleaned("\x1b[2J\nnext")


def test_an_error_that_should_not_happen(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError(f"with {CANARY} in it")

    monkeypatch.setattr(listing, "run", broken)
    result = cli("list")
    assert (result.status, result.out, result.err.count("\n")) == (1, "", 1)
    assert "ZeroDivisionError" in result.err
    assert "-v" in result.err
    assert CANARY not in result.err


def test_the_demo(home: Mapping[str, str], tmp_path: Path) -> None:
    """It needs nothing, shows tasks, asks nobody with the user's key, and leaves nothing behind."""
    environ = {**home, "HEADSWAP_API_KEY": CANARY, "HEADSWAP_POLLING_NONSENSE": "1", "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    with Terminal([PROGRAM, "demo"], environ, columns=110, rows=40) as terminal:
        terminal.wait_for("Spring hero", seconds=40)
        terminal.send("q")
        assert terminal.wait_end() == 0
        assert CANARY.encode() not in bytes(terminal.output)
    assert list((tmp_path / "tmp").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["tmp"]


def test_the_demo_is_drawn_as_the_environment_wants_and_takes_nothing_else_from_it() -> None:
    wanted = {"HEADSWAP_UI_THEME": "nord", "HEADSWAP_UI_ASCII": "true", "HEADSWAP_UI_NOTIFY": "bell", "HEADSWAP_X": "1"}
    assert demo.looks(wanted) == UiSettings(theme="nord", ascii=True)
    assert demo.looks({}) == UiSettings()


@pytest.mark.parametrize(("answer", "status"), [("y", 3), ("n", 5)])
def test_doctor_asks_before_it_restores(home: Mapping[str, str], tmp_path: Path, answer: str, status: int) -> None:
    run(home, "add", ID)
    store = tmp_path / "data" / "headswap-tui" / "default" / "tasks.jsonl"
    store.rename(store.with_name("tasks.jsonl.bak"))
    store.write_bytes(b"rubbish\n")
    environ = {**home, "HEADSWAP_BASE_URL": "http://127.0.0.1:1"}
    with Terminal([PROGRAM, "doctor"], environ, columns=250) as terminal:
        terminal.wait_for("[y/N]")
        terminal.send(answer, "enter")
        assert terminal.wait_end() == status  # no credential is set: 3 is the worst once the store is well
    assert (store.read_bytes() == b"rubbish\n") is (answer == "n")


def test_no_option_takes_a_key(home: Mapping[str, str]) -> None:
    """It would show in `ps`."""
    for argv in (["--help"], ["wait", "--help"], ["config", "--help"]):
        words = run(home, *argv).stdout.replace(",", " ").split()
        assert not [word for word in words if word.startswith("--") and ("key" in word or "token" in word)]


@pytest.mark.parametrize("command", ["", *(entry.name for entry in COMMANDS)])
def test_help_fits_80_columns_and_breaks_no_example(home: Mapping[str, str], command: str) -> None:
    argv = [command, "--help"] if command else ["--help"]
    lines = run(home, *argv, env={**home, "COLUMNS": "80"}).stdout.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    wide = run(home, *argv, env={**home, "COLUMNS": "200"}).stdout.splitlines()
    examples = [line for line in wide if line.startswith("  ") and "headswap-tui " in line and "  log to" not in line]
    assert [line for line in examples if line not in lines] == []
