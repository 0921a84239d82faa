"""Runs the user's programs for tasks that ended: no shell, no credentials, bounded in time and number."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import msgspec

from headswap_tui.cli.task_json import task_json
from headswap_tui.config.environment import HOOK_PREFIX, without_secrets
from headswap_tui.domain.task import TrackedTask
from headswap_tui.domain.text import safe

log = logging.getLogger(__name__)

TIMEOUT_S: Final = 60.0
PARALLEL: Final = 2
LARGEST_OUTPUT: Final = 64 << 10
"""Bytes of a program's output that reach the log."""
LONGEST_VALUE: Final = 8000
"""Characters of an environment variable; the whole is in the JSON."""
GRACE_S: Final = 0.5
"""Between asking a program to end and ending it."""
LOOK_S: Final = 0.05
"""So often it is looked whether a program that says nothing has ended."""
PIECE: Final = 4096
"""Bytes that a program gets at once."""


class HookRunner:
    """Runs one program per task, two at a time."""

    def __init__(self, environ: Mapping[str, str], *, timeout_s: float = TIMEOUT_S) -> None:
        self._environ = {
            name: value
            for name, value in without_secrets(environ).items()
            if name != "NOTIFY_SOCKET" and not name.startswith(HOOK_PREFIX)
        }
        self._timeout_s = timeout_s
        self._places = asyncio.Semaphore(PARALLEL)
        self._threads = ThreadPoolExecutor(PARALLEL, thread_name_prefix="hook")

    async def run(self, words: tuple[str, ...], task: TrackedTask) -> str | None:
        """Run it when there is a place; returns what went wrong in words, or `None`.

        Cancelled, it ends the program and waits for that; cancelled once more it no longer waits, but it is ended.
        """
        async with self._places:
            fields = task_json(task)
            given_up = threading.Event()
            program = _Program(
                _with_home(words), msgspec.json.encode(fields) + b"\n", self._environ | environment_of(fields)
            )
            # In a thread: asyncio's own subprocess waits for what the program left running with our pipe open, and
            # leaves the program itself behind when the loop ends before it.
            work = asyncio.get_running_loop().run_in_executor(self._threads, program.run, self._timeout_s, given_up)
            try:
                await asyncio.wait({work})
            except asyncio.CancelledError:
                given_up.set()
                await asyncio.wait({work})
                raise
            finally:
                for line in bytes(program.output).decode("utf-8", "replace").splitlines():
                    log.info("%s for %s: %s", safe(words[0]), task.id, safe(line))
        return self._verdict(words[0], task, work)

    def _verdict(self, name: str, task: TrackedTask, ended: asyncio.Future[int | None]) -> str | None:
        try:
            status = ended.result()
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "not a program's name"
            return f"`{name}` cannot be run: {why}."
        if status is None:
            return f"`{name}` was ended after {self._timeout_s:g} s."
        log.info("%s for %s ended with status %d", safe(name), task.id, status)
        return None if status == 0 else f"`{name}` ended with status {status}."


class _Program:
    """One program from its start to its end, in one thread."""

    def __init__(self, words: tuple[str, ...], text: bytes, environ: Mapping[str, str]) -> None:
        self.output = bytearray()
        """The beginning of what it wrote."""
        self._words = words
        self._unread = memoryview(text)
        self._environ = environ

    def run(self, timeout_s: float, given_up: threading.Event) -> int | None:
        """Its status; `None` if it had to be ended, because of the time or `given_up`. Raises `OSError`, `ValueError`.

        What it leaves running is not waited for, and stays unless it itself had to be ended.
        """
        until = time.monotonic() + timeout_s
        process = subprocess.Popen(  # noqa: S603  # the user's own; without a shell
            self._words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environ,
            start_new_session=True,
        )
        with process, selectors.DefaultSelector() as pipes:
            for pipe, event in ((process.stdin, selectors.EVENT_WRITE), (process.stdout, selectors.EVENT_READ)):
                assert pipe is not None
                os.set_blocking(pipe.fileno(), False)
                pipes.register(pipe, event)
            while (status := process.poll()) is None and not given_up.is_set() and time.monotonic() < until:
                self._exchange(pipes)
            if status is None:
                _end(process)
            self._exchange(pipes, wait_s=0)  # its last words
        return status

    def _exchange(self, pipes: selectors.BaseSelector, wait_s: float = LOOK_S) -> None:
        """Give it what it takes, and take what it gives; whatever is over is closed."""
        for key, _ in pipes.select(wait_s):
            try:
                goes_on = self._feed(key.fd) if key.events == selectors.EVENT_WRITE else self._read(key.fd)
            except BlockingIOError:
                continue
            except OSError:  # it need not read what it does not want
                goes_on = False
            if not goes_on:
                pipes.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]  # one of Popen's files

    def _feed(self, descriptor: int) -> bool:
        self._unread = self._unread[os.write(descriptor, self._unread[:PIECE]) :]
        return bool(self._unread)

    def _read(self, descriptor: int) -> bool:
        piece = os.read(descriptor, LARGEST_OUTPUT)
        self.output += piece[: LARGEST_OUTPUT - len(self.output)]
        return bool(piece)


def environment_of(fields: Mapping[str, Any]) -> dict[str, str]:
    """The task's fields as `HEADSWAP_TASK_*`; what is not known is empty, and `other` stands in the JSON only."""
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if name in {"download", "last_error"}:
            keys = ("state", "path", "bytes", "total") if name == "download" else ("kind", "message", "at")
            flat |= {f"{name}_{key}": (value or {}).get(key) for key in keys}
        elif name == "tags":
            flat[name] = ",".join(value)
        elif name != "other":
            flat[name] = value
    return {HOOK_PREFIX + name.upper(): _text(value) for name, value in flat.items()}


def _text(value: object) -> str:
    text = "" if value is None else str(value)
    return text[:LONGEST_VALUE].replace("\0", "").encode("utf-8", "replace").decode()


def _with_home(words: tuple[str, ...]) -> tuple[str, ...]:
    return (str(Path(words[0]).expanduser()) if words[0].startswith("~") else words[0], *words[1:])


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and what it started, first politely."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
