"""A tmux server of the test's own: its socket, its configuration, nothing of the user's."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.ui.terminal.conftest import wait_until

LIMIT_S: Final = 10.0


class Tmux:
    """Windows by number; what they show can be read and keys sent to them without any client being attached."""

    def __init__(self, program: str, directory: Path, options: tuple[str, ...]) -> None:
        config = directory / "tmux.conf"  # `directory`: a short one, the names of sockets have at most 100 characters
        config.write_text("".join(f"set -g {option}\n" for option in ("status off", *options)), encoding="ascii")
        self.command = [program, "-S", str(directory / "tmux.sock"), "-f", str(config)]
        self._environ = {
            "PATH": os.environ["PATH"], "HOME": str(directory), "SHELL": "/bin/sh", "TERM": "xterm", "LANG": "C.UTF-8"
        }  # fmt: skip
        self._windows = 0

    def __call__(self, *words: str) -> str:
        """Run a tmux command; what it prints. Raises `CalledProcessError`."""
        return self._run(*words, check=True).stdout

    def open(self, command: list[str | Path], environ: Mapping[str, str], columns: int = 100, rows: int = 30) -> str:
        """A new window that the command is all of; its target for other commands."""
        settings = [f"{name}={value}" for name, value in environ.items()]
        line = shlex.join(["/usr/bin/env", *settings, *map(str, command)])
        new = ["new-window", "-d"] if self._windows else ["new-session", "-d", "-x", str(columns), "-y", str(rows)]
        self._windows += 1
        return self(*new, "-P", "-F", "#{pane_id}", f"exec {line}").strip()

    def text(self, pane: str) -> str:
        """What the window shows now."""
        return self("capture-pane", "-p", "-t", pane)

    def keys(self, pane: str, *keys: str) -> None:
        """Press keys by tmux's names for them."""
        self("send-keys", "-t", pane, *keys)

    def wait_for(self, pane: str, *wanted: str) -> None:
        """Wait until the window shows all of it."""
        try:
            wait_until(lambda: all(part in self.text(pane) for part in wanted), 20)
        except AssertionError:
            raise AssertionError(f"not all in the pane: {wanted}\n{self.text(pane)}") from None

    @property
    def is_running(self) -> bool:
        """Whether the server is there, which ends with its last window."""
        return self._run("has-session", check=False).returncode == 0

    def end(self) -> None:
        """End the server with all that runs in it."""
        self._run("kill-server", check=False)

    def _run(self, *words: str, check: bool) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.command, *words], check=check, timeout=LIMIT_S, env=self._environ, capture_output=True, text=True
        )


@contextmanager
def running_tmux(*options: str) -> Iterator[Tmux]:
    """For as long as the block runs; skips the test where there is no tmux. `options` are those of `set -g`."""
    program = shutil.which("tmux")
    if program is None:
        pytest.skip("no tmux is installed here")
    with tempfile.TemporaryDirectory(prefix="hs-") as directory:
        tmux = Tmux(program, Path(directory), options)
        try:
            yield tmux
        finally:
            tmux.end()
