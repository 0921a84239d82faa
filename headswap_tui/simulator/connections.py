"""The open connections, for what HTTP servers never do on purpose: resetting, cutting and sending noise."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class Connections:
    """The transports of one server by the client's address; used in the server's event loop only."""

    def __init__(self) -> None:
        self._transports: dict[object, asyncio.Transport] = {}

    def opened(self, transport: asyncio.Transport) -> None:
        """Remember a new connection."""
        self._transports[_peer(transport)] = transport

    def closed(self, transport: asyncio.Transport) -> None:
        """Forget one."""
        self._transports.pop(_peer(transport), None)

    async def reset(self, scope: Mapping[str, Any]) -> None:
        """End the request's connection with a TCP reset, after what was written has left."""
        transport = self._transports.get(scope["client"])
        if transport is None:
            return
        while transport.get_write_buffer_size() and not transport.is_closing():  # noqa: ASYNC110  # nothing tells
            await asyncio.sleep(0.001)
        reset(transport)

    def close(self, scope: Mapping[str, Any], last_words: bytes = b"") -> None:
        """End the request's connection in the ordinary way, whatever was promised before."""
        transport = self._transports.get(scope["client"])
        if transport is not None:
            transport.write(last_words)
            transport.close()

    def abort_all(self) -> None:
        """End every connection at once; what is still being answered notices."""
        for transport in list(self._transports.values()):
            transport.abort()


def reset(transport: asyncio.Transport) -> None:
    """End a connection so that the other side reads "connection reset by peer"."""
    linger = struct.pack("ii", 1, 0)  # on, with no time left: the kernel sends RST in place of FIN
    sock = transport.get_extra_info("socket")
    if sock is not None and not transport.is_closing():
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()


def protocol_class(connections: Connections, is_reset: Callable[[], bool]) -> type[H11Protocol]:
    """uvicorn's HTTP protocol, telling `connections` what is open and resetting those that `is_reset` picks."""

    class _WatchedProtocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
            connections.opened(transport)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.closed(self.transport)
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            """Bytes from the client; a request is taken to begin with its path, as all clients send it."""
            # the control pages stay reachable, else nobody could end it over HTTP
            if b" /_sim" not in data[:200].partition(b"\r\n")[0] and is_reset():
                reset(self.transport)
            else:
                super().data_received(data)

    return _WatchedProtocol


def _peer(transport: asyncio.Transport) -> object:
    peer = transport.get_extra_info("peername")
    return (peer[0], peer[1]) if peer else id(transport)
