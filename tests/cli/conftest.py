"""The command line as a user has it: arguments in; status, stdout and stderr out."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from headswap_tui.__main__ import main

if TYPE_CHECKING:
    from headswap_tui.simulator.server import Simulator

ID = "6a066dc58570ecbf64f761a5"
OTHER_ID = "6a066dc58570ecbf64f761a6"
PROGRAM = Path(sys.executable).with_name("headswap-tui")


@dataclass(frozen=True)
class Result:
    """How a run ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Results, line by line."""
        return self.out.splitlines()

    @property
    def records(self) -> list[dict[str, Any]]:
        """JSON lines."""
        return [json.loads(line) for line in self.lines]

    @property
    def record(self) -> dict[str, Any]:
        """The only JSON line."""
        (record,) = self.records
        return record


class Cli(Protocol):
    """Runs the program in this process."""

    def __call__(self, *argv: str, stdin: str = "", **environ: str) -> Result:
        """`environ` is added to an otherwise clean environment."""
        ...


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment of one's own; nothing of the user's is read or written."""
    return {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_DOWNLOAD_DIR": str(tmp_path / "videos"),
    }


@pytest.fixture
def cli(home: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The program, run in this process."""
    for name in [name for name in os.environ if name.startswith(("HEADSWAP_", "AKOOL_", "XDG_", "NO_COLOR"))]:
        monkeypatch.delenv(name)
    for name, value in home.items():
        monkeypatch.setenv(name, value)

    def run(*argv: str, stdin: str = "", **environ: str) -> Result:
        with monkeypatch.context() as patched:
            for name, value in environ.items():
                patched.setenv(name, value)
            patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
            status = main(argv)
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return run


@pytest.fixture
def account(simulator: Simulator) -> dict[str, str]:
    """The environment that makes the simulator the service."""
    return {"HEADSWAP_BASE_URL": simulator.base_url, "HEADSWAP_API_KEY": simulator.api_key}
