"""A `watch` in a process of its own, and what it tells."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.cli.conftest import PROGRAM

LIMIT_S = 20.0
FAST = {
    "HEADSWAP_POLLING_REQUESTS_PER_SECOND": "50",
    "HEADSWAP_POLLING_MIN_INTERVAL": "1",
    "HEADSWAP_POLLING_MAX_INTERVAL": "1",
}


def until(condition: Callable[[], object], what: str = "it did not come about") -> None:
    """Look every few milliseconds whether the condition holds. Raises `AssertionError` when it takes too long."""
    end, pause = time.monotonic() + LIMIT_S, threading.Event()
    while not condition():
        assert time.monotonic() < end, what
        pause.wait(0.01)


class Watch:
    """Runs until it is left; a killed one is no error."""

    def __init__(self, environ: Mapping[str, str], *argv: str) -> None:
        self.process = subprocess.Popen(
            [PROGRAM, "watch", "--json", *argv],
            env={**FAST, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.records: list[dict[str, Any]] = []
        self.messages: list[str] = []
        self._news = threading.Condition()
        self._readers = [threading.Thread(target=self._read_out), threading.Thread(target=self._read_err)]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.ended()

    def ended(self) -> int:
        """Wait for its end; the exit status, negative for a signal."""
        status = self.process.wait(LIMIT_S)
        for reader in self._readers:
            reader.join(LIMIT_S)
        return status

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it; the exit status."""
        self.process.send_signal(number)
        return self.ended()

    def until(self, event: str, task_id: str | None = None, *, message: str = "", count: int = 1) -> dict[str, Any]:
        """Wait for the `count`th such record and return it."""
        end = time.monotonic() + LIMIT_S
        with self._news:
            while True:
                found = self.having(event, task_id, message)
                if len(found) >= count:
                    return found[count - 1]
                left = end - time.monotonic()
                assert left > 0, f"no {event} {task_id or ''} {message} in {self.records} {self.messages}"
                self._news.wait(left)

    def until_said(self, text: str) -> str:
        """Wait for a line of stderr that holds the text, and return it."""
        end = time.monotonic() + LIMIT_S
        with self._news:
            while not (found := [line for line in self.messages if text in line]):
                left = end - time.monotonic()
                assert left > 0, f"no {text!r} in {self.messages}"
                self._news.wait(left)
        return found[0]

    def having(self, event: str, task_id: str | None = None, message: str = "") -> list[dict[str, Any]]:
        """The records of that event, of that task if one is given."""
        return [
            record
            for record in self.records
            if record["event"] == event
            and (task_id is None or (record["task"] or {}).get("id") == task_id)
            and message in (record["message"] or "")
        ]

    def _read_out(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for line in stream:
                with self._news:
                    self.records.append(json.loads(line))
                    self._news.notify_all()

    def _read_err(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            for line in stream:
                with self._news:
                    self.messages.append(line)
                    self._news.notify_all()
