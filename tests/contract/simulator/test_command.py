"""The simulator as a process."""

from __future__ import annotations

import argparse
import itertools
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from headswap_tui.simulator.command import FAULTS, add_arguments, run
from headswap_tui.simulator.faults import Fault
from headswap_tui.simulator.server import Simulator

PROGRAM = """
import argparse, sys
from headswap_tui.simulator.command import FAULTS, add_arguments, run
heavy = {"uvicorn", "starlette", "httpx"} & {name.partition(".")[0] for name in sys.modules}
assert not heavy, heavy
parser = argparse.ArgumentParser()
add_arguments(parser)
sys.exit(run(parser.parse_args()))
"""


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_arguments(parser)
    return parser.parse_args(words)


@contextmanager
def simulating(*words: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A simulator process and the lines that it greeted with."""
    command = [sys.executable, "-c", PROGRAM, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            greeting = list(itertools.takewhile(lambda line: line != "Ctrl-C ends it.\n", process.stdout))
            yield process, greeting
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0)],
    ids=lambda value: str(int(value)),
)
def test_it_says_where_it_is_and_ends_cleanly(number: signal.Signals, code: int) -> None:
    with simulating("--tasks", "3", "--fault", "server_error=503*1", "--verbose") as (process, greeting):
        url, key = (line.split()[-1] for line in greeting[:2])
        ids = httpx.get(f"{url}/_sim/ids", trust_env=False).text.split()
        path = f"{url}/api/open/v4/headswap/task/detail"
        statuses = [
            httpx.get(path, params={"_id": ids[0]}, headers={"x-api-key": key}, trust_env=False).status_code
            for _ in "ab"
        ]
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=5)

    assert len(ids) == 3
    assert statuses == [503, 200]
    assert process.returncode == code
    assert out == ""
    assert sum("curl" in line for line in greeting) >= 5
    assert [line.split()[0] for line in err.splitlines()] == ["503", "200"]
    assert key not in err


def test_without_verbose_nothing_but_the_greeting_is_printed() -> None:
    with simulating("--tasks", "1") as (process, greeting):
        url = greeting[0].split()[-1]
        httpx.get(f"{url}/api/open/v4/headswap/task/detail", trust_env=False)
        os.kill(process.pid, signal.SIGTERM)
        out, err = process.communicate(timeout=5)

    assert (out, err) == ("", "")
    assert re.search(r"export HEADSWAP_BASE_URL=http://127\.0\.0\.1:\d+ HEADSWAP_API_KEY=sim-", "".join(greeting))


def test_a_taken_port(simulator: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)

    assert run(parse("--port", str(simulator.port))) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"cannot listen on {simulator.base_url}: Address already in use" in said.err
    assert signal.getsignal(signal.SIGINT) is before


def test_options() -> None:
    args = parse("--seed", "4", "--speed", "2.5", "--fault", "throttle=5", "--fault", "drop@0.5")

    assert (args.port, args.seed, args.speed, args.tasks) == (0, 4, 2.5, None)
    assert [rule.fault for rule in args.faults] == [Fault.THROTTLE, Fault.DROP]
    assert parse().faults == []


@pytest.mark.parametrize(
    "words",
    [
        ("--port", "99999"),
        ("--port", "web"),
        ("--speed", "0"),
        ("--speed", "nan"),
        ("--speed", "fast"),
        ("--tasks", "-1"),
        ("--fault", "fire"),
    ],
)
def test_wrong_options_are_named(words: tuple[str, str]) -> None:
    with pytest.raises(argparse.ArgumentError, match=words[0]):
        parse(*words)


def test_the_help_names_every_fault() -> None:
    named = set(re.findall(r"[a-z]+(?:_[a-z]+)*", FAULTS.split("examples:")[0]))
    assert [fault.value for fault in Fault if fault.value not in named] == []
