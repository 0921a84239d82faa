"""The line between a transfer's thread and whoever started it: stop, wait, report."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, InvalidStateError
from typing import TypeVar

from headswap_tui.domain.errors import DownloadCancelled

T = TypeVar("T")


class Control:
    """Shared by one transfer and its owner; every method may be called from any thread."""

    def __init__(
        self,
        on_bytes: Callable[[int, int | None], None] = lambda _size, _total: None,
        on_note: Callable[[str], None] = lambda _note: None,
    ) -> None:
        self.report = on_bytes
        """Called by the transfer with the bytes on disk and the total (`None` while unknown), after every read."""
        self.note = on_note
        """Called by the transfer with what it is doing just now, in words; empty when nothing is special."""
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._abort: Callable[[], object] | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether the owner asked for the end."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask for the end and break off the read that may be hanging just now."""
        self._stop.set()
        with self._lock:
            abort = self._abort
        if abort is not None:
            abort()

    def check(self) -> None:
        """Raises `DownloadCancelled` if the owner asked for the end."""
        if self._stop.is_set():
            raise DownloadCancelled("The download was stopped.")

    def wait(self, seconds: float) -> None:
        """Wait for so long. Raises `DownloadCancelled` as soon as the owner asks for the end."""
        self._stop.wait(seconds)
        self.check()

    def apart(
        self,
        work: Callable[[], T],
        name: str,
        timeout_s: float | None = None,
        if_late: Callable[[T], object] = lambda _result: None,
    ) -> T:
        """What `work` gives, which may hang: it runs in a thread of its own (`name`) and is left behind if need be.

        Its result then goes to `if_late`. Raises what `work` raises; `TimeoutError` after `timeout_s`, if given;
        `DownloadCancelled` as soon as the owner asks for the end.
        """
        box: Future[T] = Future()

        def run() -> None:
            """In that thread."""
            try:
                result = work()
            except Exception as error:  # noqa: BLE001  # it is raised again where somebody waits for it
                with contextlib.suppress(InvalidStateError):
                    box.set_exception(error)
                return
            try:
                box.set_result(result)
            except InvalidStateError:
                if_late(result)

        self.breaks_off_with(box.cancel)
        try:
            threading.Thread(target=run, name=name, daemon=True).start()
            return box.result(timeout_s)
        except (CancelledError, TimeoutError):
            if not box.cancel():
                return box.result()  # it came at the last moment, or raised the very same
            self.check()
            raise TimeoutError from None
        finally:
            self.breaks_off_with(None)

    def breaks_off_with(self, abort: Callable[[], object] | None) -> None:
        """What `stop` calls, from its own thread, to wake a blocked read; `None` takes it back.

        Raises `DownloadCancelled` if the end was asked for before.
        """
        with self._lock:
            self._abort = abort
        if abort is not None:
            self.check()
