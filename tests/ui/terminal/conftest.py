"""The dashboard as a process of its own on a real terminal, with a simulator that the test holds in its hands."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.simulator.server import Simulator
from headswap_tui.store.tasks import TaskStore
from tests.terminal import Terminal

PROGRAM = Path(sys.executable).with_name("headswap-tui")
MODE = re.compile(rb"\x1b\[\?(?P<number>\d+)(?P<set>[hl])")
ON_AT_REST = {b"7", b"25"}
"""Line wrap and the cursor are on in a terminal that nobody uses; everything else is off."""


def changed_modes(output: bytes) -> set[bytes]:
    """The modes that are another at the end of `output` than in a fresh terminal."""
    state = {match["number"]: match["set"] == b"h" for match in MODE.finditer(output)}
    return {number for number, is_set in state.items() if is_set is not (number in ON_AT_REST)}


def wait_until(condition: Callable[[], object], seconds: float = 10.0, what: str = "") -> None:
    """Wait for it without the help of a terminal."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"did not come about within {seconds} s: {what}"
        signal.sigtimedwait([], 0.01)


def wait_for_end(terminal: Terminal, seconds: float) -> int:
    """Like `Terminal.wait_end` for one whose window is closed."""

    def has_ended() -> bool:
        terminal._reap(block=False)
        return terminal.status is not None

    wait_until(has_ended, seconds, "the process's end")
    assert terminal.status is not None
    return terminal.status


def close_window(terminal: Terminal) -> None:
    """As if the user closed it; the descriptor stays valid for the harness, on nothing."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, terminal.fd)
    os.close(nowhere)


class Start(Protocol):
    """Starts the dashboard."""

    def __call__(
        self,
        *argv: str,
        ready: str = " All ",
        columns: int = 100,
        rows: int = 30,
        prefix: tuple[str, ...] = (),
        extra: Mapping[str, str] | None = None,
        program: Path | None = PROGRAM,
        **env: str,
    ) -> Terminal:
        """`ready`: what the screen shows when it is drawn; `extra` and `env` are added to a clean environment.

        `program`: what stands between `prefix` and `argv`.
        """
        ...


@pytest.fixture
def environ(simulator: Simulator, tmp_path: Path) -> Mapping[str, str]:
    """An account on the simulator and places that are the test's own."""
    return {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "HEADSWAP_BASE_URL": simulator.base_url,
        "HEADSWAP_API_KEY": simulator.api_key,
        "HEADSWAP_DOWNLOAD_DIRECTORY": str(tmp_path / "videos"),
        "HEADSWAP_POLLING_MIN_INTERVAL": "1",
        "HEADSWAP_POLLING_REQUESTS_PER_SECOND": "20",
    }


@pytest.fixture
def start(environ: Mapping[str, str]) -> Iterator[Start]:
    """Starts dashboards that end with the test."""
    with ExitStack() as stack:

        def run(
            *argv: str,
            ready: str = " All ",
            columns: int = 100,
            rows: int = 30,
            prefix: tuple[str, ...] = (),
            extra: Mapping[str, str] | None = None,
            program: Path | None = PROGRAM,
            **env: str,
        ) -> Terminal:
            command: list[str | Path] = [*prefix, *([program] if program else []), *argv]
            terminal = stack.enter_context(
                Terminal(command, {**environ, **(extra or {}), **env}, columns=columns, rows=rows)
            )
            if ready:
                terminal.wait_for(ready)
            return terminal

        yield run


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[], dict[TaskId, TrackedTask]]:
    """Reads what is on disk."""

    def read() -> dict[TaskId, TrackedTask]:
        store = TaskStore.open(tmp_path / "data" / "headswap-tui" / "default", create=False)
        try:
            return store.load()
        finally:
            store.close()

    return read
