"""The request log: what clients really sent, for tests that count and for people who watch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_KEPT: Final = 20_000


@dataclass(frozen=True)
class LoggedRequest:
    """One request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    at_ms: int
    """On the simulator's clock."""
    at_s: float
    """On `time.monotonic()`."""

    @property
    def task_id(self) -> str | None:
        """The id it asked about, if any."""
        if self.path.startswith("/media/"):
            return self.path.split("/")[2]
        return self.query.get("_id")


class RequestLog:
    """The last requests in the order they arrived, `/_sim/` left out; may be read from any thread."""

    def __init__(self) -> None:
        self._all: list[LoggedRequest] = []
        self._changed = threading.Condition()
        self._in_flight = 0
        self._peak = 0
        self.listener: Callable[[LoggedRequest, int], None] | None = None
        """Told of every answered request and its HTTP status, 0 if none was sent; called in the server's thread."""

    def began(self, request: LoggedRequest) -> None:
        """Note one that arrived."""
        with self._changed:
            self._all.append(request)
            del self._all[:-_KEPT]
            self._in_flight += 1
            self._peak = max(self._peak, self._in_flight)
            self._changed.notify_all()

    def ended(self, request: LoggedRequest, status: int) -> None:
        """Note that it was answered, or given up."""
        with self._changed:
            self._in_flight -= 1
            self._changed.notify_all()
        if self.listener is not None:
            self.listener(request, status)

    def all(self) -> list[LoggedRequest]:
        """A copy of everything logged."""
        with self._changed:
            return list(self._all)

    def details(self, task_id: str | None = None) -> list[LoggedRequest]:
        """The requests of the detail endpoint, of one task or of all."""
        return [r for r in self.all() if r.path.endswith("/task/detail") and task_id in (None, r.task_id)]

    def media(self, task_id: str | None = None) -> list[LoggedRequest]:
        """The requests for hosted files, of one task or of all."""
        return [r for r in self.all() if r.path.startswith("/media/") and task_id in (None, r.task_id)]

    @property
    def in_flight(self) -> int:
        """Requests being answered now."""
        with self._changed:
            return self._in_flight

    @property
    def peak_in_flight(self) -> int:
        """The most that were being answered at the same time since the start or the last `clear`."""
        with self._changed:
            return self._peak

    def clear(self) -> None:
        """Forget everything but what is in flight."""
        with self._changed:
            self._all.clear()
            self._peak = self._in_flight

    def wait_for(self, reached: Callable[[list[LoggedRequest]], bool], timeout_s: float = 5.0) -> list[LoggedRequest]:
        """Block (not for event loops) until the log is as wanted, and return it. Raises TimeoutError."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while not reached(self._all):
                if not self._changed.wait(deadline - time.monotonic()):
                    raise TimeoutError(f"not reached within {timeout_s} s; {len(self._all)} requests logged")
            return list(self._all)

    def __len__(self) -> int:
        return len(self.all())

    def __iter__(self) -> Iterator[LoggedRequest]:
        return iter(self.all())

    def __getitem__(self, index: int) -> LoggedRequest:
        return self.all()[index]
