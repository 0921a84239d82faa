"""Sending one answer: at once, late, drop by drop, or broken off in one of several ways."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from starlette.types import Receive, Scope, Send

from headswap_tui.simulator.connections import Connections

_PIECE: Final = 64 * 1024


class Ending(StrEnum):
    """What follows the last byte that is sent."""

    COMPLETE = "complete"
    CLOSE = "close"
    RESET = "reset"
    SILENCE = "silence"
    """Nothing, with the connection held open until the client leaves."""
    NOISE = "noise"
    """Bytes that are no HTTP, then the end."""


@dataclass(frozen=True)
class Delivery:
    """One answer and the way it is sent; Starlette calls it like any response."""

    connections: Connections
    status: int
    headers: dict[str, str]
    read: Callable[[int, int], bytes]
    """The body's bytes from one offset up to another."""
    size: int
    """Bytes of the body."""
    length: int | None = None
    """`Content-Length` as it is promised; `None`: chunked."""
    delay_s: float = 0
    bytes_per_s: float | None = None
    stop_after: int | None = None
    """Bytes of the body after which `ending` comes; `None`: all."""
    ending: Ending = field(default=Ending.COMPLETE)
    headers_first: bool = True
    """Whether an answer that breaks off before its body still sends its headers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; ends early when the client has gone."""
        gone = asyncio.ensure_future(_client_gone(receive))
        try:
            if self.delay_s > 0 and await _left_within(gone, self.delay_s):
                return
            if self.ending is Ending.COMPLETE or self.headers_first:
                await self._send_headers(send)
                await self._send_body(scope, send, gone)
            if self.ending is not Ending.COMPLETE and not gone.done():
                await self._end_badly(scope, gone)
        finally:
            gone.cancel()

    async def _send_headers(self, send: Send) -> None:
        headers = dict(self.headers)
        if self.length is not None:
            headers["content-length"] = str(self.length)
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})

    async def _send_body(self, scope: Scope, send: Send, gone: asyncio.Future[None]) -> None:
        stop = self.size if self.stop_after is None else min(self.size, self.stop_after)
        if scope["method"] == "HEAD":
            stop = 0
        loop = asyncio.get_running_loop()
        began, at = loop.time(), 0
        # a slow answer goes out in pieces of a twentieth of a second, so that its speed looks even
        piece = _PIECE if not self.bytes_per_s else max(1, min(_PIECE, round(self.bytes_per_s / 20)))
        while at < stop and not gone.done():
            part = self.read(at, min(at + piece, stop))
            await send({"type": "http.response.body", "body": part, "more_body": True})
            at += len(part)
            if self.bytes_per_s and await _left_within(gone, began + at / self.bytes_per_s - loop.time()):
                return
        if self.ending is Ending.COMPLETE and not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _end_badly(self, scope: Scope, gone: asyncio.Future[None]) -> None:
        match self.ending:
            case Ending.RESET:
                await self.connections.reset(scope)
            case Ending.NOISE:
                self.connections.close(scope, b"\x00\xffSSH-2.0-not http at all\r\n\r\n")
            case Ending.CLOSE:
                self.connections.close(scope)
        await gone  # the server takes a return before the end of the answer for a bug of ours


def whole(connections: Connections, status: int, headers: dict[str, str], body: bytes) -> Delivery:
    """An ordinary answer with that body."""
    return Delivery(connections, status, headers, lambda start, stop: body[start:stop], len(body), len(body))


async def _client_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _left_within(gone: asyncio.Future[None], seconds: float) -> bool:
    """Wait that long; whether the client left meanwhile."""
    if seconds > 0:
        await asyncio.wait([gone], timeout=seconds)
    return gone.done()
