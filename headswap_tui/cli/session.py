"""Runs the engine for a command: started, used, and stopped in good order, also by a signal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from typing import Final

from headswap_tui.cli.context import Context
from headswap_tui.cli.logs import silence
from headswap_tui.config.credential import Credential, current_credential
from headswap_tui.config.settings import Settings
from headswap_tui.domain.events import Event
from headswap_tui.engine.connecting import Connector
from headswap_tui.engine.engine import Engine

DRAW_S: Final = 0.25
"""Moving lines are drawn so often."""
END_S: Final = 3.0
"""After SIGTERM or SIGHUP the process is gone within this time, whatever hangs; what matters is on disk by then."""


class Session:
    """A running engine and a bell that rings when it has news."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._news = asyncio.Event()
        engine.subscribe(self._heard)

    def _heard(self, event: Event) -> None:
        del event  # whoever waits looks at everything anew
        self._news.set()

    async def news(self, within_s: float) -> None:
        """Wait until something happened, at most so many seconds."""
        # Not `wait_for`: in Python 3.11 it can swallow a cancellation that comes together with the news.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, within_s)):
                await self._news.wait()
        self._news.clear()


class _Credentials:
    """Finds the credential, the first time as every command does, then as the files are by then."""

    def __init__(self, context: Context, settings: Settings) -> None:
        self._context = context
        self._settings = settings
        self._is_first = True

    def __call__(self) -> Credential:
        if self._is_first:
            self._is_first = False
            return self._context.credential()
        return current_credential(self._settings, self._context.environ)


def with_engine(
    context: Context,
    settings: Settings,
    work: Callable[[Session], Awaitable[int]],
    *,
    polls: bool = True,
    terminated: int = 128 + signal.SIGTERM,
) -> int:
    """Run `work` with a started engine; returns its exit status, or 128 + the number of the signal that ended it,
    `terminated` for SIGTERM.

    Without `polls` the engine only does what it is told. Raises `HeadswapError`, and `KeyboardInterrupt` for SIGINT.
    """
    silence()
    ended = {signal.SIGTERM: terminated, signal.SIGHUP: 128 + signal.SIGHUP}
    return asyncio.run(_run(context, settings, work, polls=polls, ended=ended))


async def _run(
    context: Context,
    settings: Settings,
    work: Callable[[Session], Awaitable[int]],
    *,
    polls: bool,
    ended: dict[signal.Signals, int],
) -> int:
    engine = Engine(settings, Connector(settings, _Credentials(context, settings)))
    await engine.start()
    if not polls:
        engine.pause()
    working = asyncio.ensure_future(work(Session(engine)))
    status: int | None = None

    def end(number: signal.Signals) -> None:
        """End the work in good order, and the process if even that hangs."""
        nonlocal status
        status = ended[number]
        working.cancel()
        last_resort = threading.Timer(END_S, os._exit, (status,))  # a hanging disk or name look-up waits for nobody
        last_resort.daemon = True
        last_resort.start()

    loop = asyncio.get_running_loop()
    for number in ended:
        loop.add_signal_handler(number, end, number)
    try:
        return await working
    except asyncio.CancelledError:
        if status is not None:
            return status
        raise
    finally:
        context.output.erase_live()
        await engine.stop()
