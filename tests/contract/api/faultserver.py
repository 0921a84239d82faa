"""A real server on loopback that sends exactly the bytes a test wants, right or wrong."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

TASK: Final = "6a066dc58570ecbf64f761a5"


class Asked(list[str]):
    """One request as it arrived: the lines of its head."""

    @property
    def target(self) -> str:
        """Path and query."""
        return self[0].split(" ")[1]

    @property
    def headers(self) -> dict[str, str]:
        """By lower-case name."""
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in self[1:])}


class Line:
    """One connection of a client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.served = 0
        """Requests that came over it so far."""

    async def send(self, *parts: bytes) -> None:
        """Write the bytes."""
        self.writer.write(b"".join(parts))
        await self.writer.drain()

    async def hang(self) -> None:
        """Say nothing until the client gives up."""
        with contextlib.suppress(ConnectionError):
            await self.reader.read()
        self.close()

    def close(self) -> None:
        """End in good order (FIN)."""
        self.writer.close()

    def reset(self) -> None:
        """End abruptly (RST)."""
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Behaviour = Callable[[Line, Asked], Awaitable[None]]


class FaultServer:
    """Answers each request by `behaviour`; remembers what it was asked."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.asked: list[Asked] = []
        self.connections = 0
        self.base_url = ""
        self.in_flight = 0
        self.most_in_flight = 0
        self._changed = asyncio.Condition()
        self._writers: set[asyncio.StreamWriter] = set()

    async def until(self, requests: int) -> None:
        """Wait until so many requests have arrived; fails after 10 s."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.asked) >= requests)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        self._writers.add(writer)
        line = Line(reader, writer)
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                line.served += 1
                self.in_flight += 1
                self.most_in_flight = max(self.most_in_flight, self.in_flight)
                async with self._changed:
                    self.asked.append(Asked(head.decode("latin-1").split("\r\n")[:-2]))
                    self._changed.notify_all()
                try:
                    await self.behaviour(line, self.asked[-1])
                finally:
                    self.in_flight -= 1
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass  # the client went away, which is its right
        finally:
            writer.close()
            async with self._changed:
                self._writers.discard(writer)
                self._changed.notify_all()

    async def end(self) -> None:
        """End every connection; fails if one has not ended after 10 s."""
        for writer in self._writers:
            writer.transport.abort()
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: not self._writers)


@contextlib.asynccontextmanager
async def serving(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[FaultServer]:
    """The server on a free port of loopback."""
    served = FaultServer(behaviour)
    server = await asyncio.start_server(served.connected, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    served.base_url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    try:
        yield served
    finally:
        server.close()
        await served.end()


def answer(body: bytes | dict[str, Any], status: int = 200, headers: str = "") -> bytes:
    """A well-formed answer; `headers` are whole lines without the line ends at either side."""
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    extra = f"{headers}\r\n" if headers else ""
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode() + body


GOOD: Final = answer({"code": 1000, "msg": "OK", "data": {"_id": TASK, "status": 2, "progress": 47.5}})


def sends(*parts: bytes) -> Behaviour:
    """Always these bytes."""

    async def behave(line: Line, _asked: Asked) -> None:
        await line.send(*parts)

    return behave


def sends_and_closes(*parts: bytes) -> Behaviour:
    """These bytes, then FIN."""

    async def behave(line: Line, _asked: Asked) -> None:
        await line.send(*parts)
        line.close()

    return behave


def sends_and_resets(*parts: bytes) -> Behaviour:
    """These bytes, then RST."""

    async def behave(line: Line, _asked: Asked) -> None:
        await line.send(*parts)
        line.reset()

    return behave


def sends_and_hangs(*parts: bytes) -> Behaviour:
    """These bytes, then nothing more."""

    async def behave(line: Line, _asked: Asked) -> None:
        await line.send(*parts)
        await line.hang()

    return behave


def drips(body: bytes, every_s: float) -> Behaviour:
    """A good head, then one byte of the body at a time."""

    async def behave(line: Line, _asked: Asked) -> None:
        await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
        for number in range(len(body)):
            await line.send(body[number : number + 1])
            await asyncio.sleep(every_s)

    return behave


def sends_after(seconds: Callable[[], float], *parts: bytes) -> Behaviour:
    """These bytes after a while, which is drawn anew each time."""

    async def behave(line: Line, _asked: Asked) -> None:
        await asyncio.sleep(seconds())
        await line.send(*parts)

    return behave


def floods(total: int) -> Behaviour:
    """A chunked body of that many bytes and no announcement of its length."""

    async def behave(line: Line, _asked: Asked) -> None:
        await line.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        for _ in range(total // 65536):
            await line.send(chunk)
        await line.send(b"0\r\n\r\n")

    return behave
