"""What shells are told may stand at the cursor."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.cli.conftest import ID, OTHER_ID, PROGRAM, Cli


@pytest.fixture
def cli(cli: Cli) -> Cli:
    """With two tasks tracked."""
    cli("add", ID, "--label", "Ann's teaser", "--tag", "spring", "--tag", "two words")
    cli("add", OTHER_ID)
    return cli


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["li"], ["list"]),
        (["--profile", "x", "exp"], ["export"]),
        (["show", "6a066"], [ID, OTHER_ID]),
        (["show", ID, ""], []),
        (["remove", ID, ""], [OTHER_ID]),
        (["label", ID, ""], []),
        (["wait", "--an"], ["--any"]),
        (["wait", "--timeout", "5", ""], [ID, OTHER_ID]),
        (["download", ""], []),
        (["list", "--state", "que"], ["queued"]),
        (["list", "--tag", ""], ["spring", "two words"]),
        (["--prof"], ["--profile"]),
        (["config", "i"], ["init"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["simulate", "--po"], ["--port"]),
        (["add", "6a"], []),
        (["show", "--config", ""], []),
        (["nonsense", "x"], []),
    ],
)
def test_candidates(cli: Cli, words: list[str], expected: list[str]) -> None:
    result = cli("__complete", "", *words)
    assert (result.status, result.lines, result.err) == (0, expected, "")


def test_everything_has_its_flags(cli: Cli) -> None:
    for command in cli("__complete", "", "").lines:
        assert {"--help", "--profile"} <= set(cli("__complete", "", command, "--").lines)


def test_names_beside_ids_and_quotes(cli: Cli) -> None:
    assert cli("__complete", "fish", "show", ID).lines == [f"{ID}\tpending Ann's teaser"]
    assert cli("__complete", "bash", "list", "--tag", "t").lines == ["'two words'"]


def test_trouble_is_silent(cli: Cli) -> None:
    result = cli("__complete", "bash", "show", "", HEADSWAP_POLLING_CONCURRENCY="many")
    assert (result.status, result.out, result.err) == (0, "", "")
    assert cli("__complete").status == 0


def test_bash_completes(cli: Cli, home: Mapping[str, str]) -> None:
    script = cli("completion", "bash").out
    asked = (
        'COMP_WORDS=(headswap-tui show 6a066dc58570ecbf64f761a5); COMP_CWORD=2; _headswap_tui; echo "${COMPREPLY[@]}"'
    )
    path = f"{PROGRAM.parent}:{home['PATH']}"
    done = subprocess.run(
        ["bash", "-c", f"{script}\n{asked}"], env={**home, "PATH": path}, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{ID}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_can_be_read_by_their_shells(cli: Cli, shell: str) -> None:
    script = cli("completion", shell).out
    assert "__complete " + shell in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)


def test_it_loads_nothing_heavy(home: Mapping[str, str]) -> None:
    code = (
        "import sys; from headswap_tui.__main__ import main; main(['__complete', 'bash', 'show', '']);"
        "print([name for name in ('httpx', 'textual', 'starlette', 'asyncio') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=dict(home), capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
