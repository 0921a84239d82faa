"""Runs the user's programs for tasks that ended: no shell, no credentials, bounded in time and number."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Mapping
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
"""Between asking a program to end and ending it; also for output that is still on its way."""


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

    async def run(self, words: tuple[str, ...], task: TrackedTask) -> str | None:
        """Run it when there is a place; returns what went wrong in words, or `None`. Cancelled, it ends the program."""
        async with self._places:
            fields = task_json(task)
            text = msgspec.json.encode(fields) + b"\n"
            try:
                process = await asyncio.create_subprocess_exec(
                    *_program(words),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.STDOUT,
                    env=self._environ | environment_of(fields),
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                why = error.strerror if isinstance(error, OSError) else "not a program's name"
                return f"`{words[0]}` cannot be run: {why}."
            return await self._attend(process, words[0], text, task)

    async def _attend(
        self, process: asyncio.subprocess.Process, name: str, text: bytes, task: TrackedTask
    ) -> str | None:
        reading = asyncio.create_task(_output(process))
        writing = asyncio.create_task(_feed(process, text))
        try:
            async with asyncio.timeout(self._timeout_s):
                status = await process.wait()
        except TimeoutError:
            await _end(process)
            return f"`{name}` was ended after {self._timeout_s:g} s."
        except asyncio.CancelledError:
            await _end(process)
            raise
        finally:
            writing.cancel()
            await asyncio.wait({reading, writing}, timeout=GRACE_S)
            reading.cancel()
            output = reading.result() if reading.done() and not reading.cancelled() else b""
            for line in output.decode("utf-8", "replace").splitlines():
                log.info("%s for %s: %s", safe(name), task.id, safe(line))
        log.info("%s for %s ended with status %d", safe(name), task.id, status)
        return None if status == 0 else f"`{name}` ended with status {status}."


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


def _program(words: tuple[str, ...]) -> tuple[str, ...]:
    return (str(Path(words[0]).expanduser()) if words[0].startswith("~") else words[0], *words[1:])


async def _feed(process: asyncio.subprocess.Process, text: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # it need not read what it does not want
        process.stdin.write(text)
        await process.stdin.drain()
    process.stdin.close()


async def _output(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    kept = b""
    while chunk := await process.stdout.read(8192):
        kept += chunk[: LARGEST_OUTPUT - len(kept)]
    return kept


async def _end(process: asyncio.subprocess.Process) -> None:
    """End it and what it started and left running with our pipe open."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S):
                await process.wait()
                return
