"""The one door to the service: ask about one task, get its detail or one typed error."""

from __future__ import annotations

import asyncio
import ssl
import zlib
from functools import lru_cache
from typing import Any, Final, Protocol
from urllib.parse import quote, urlsplit

import httpx

from headswap_tui import __version__
from headswap_tui.api.connections import Connections
from headswap_tui.api.faults import told
from headswap_tui.api.reading import read_answer
from headswap_tui.domain.clock import Clock
from headswap_tui.domain.errors import ApiError, AuthRefused, ConfigError, Garbled
from headswap_tui.domain.task import Detail, TaskId
from headswap_tui.domain.urls import check_base_url

ANSWER_LIMIT: Final = 1 << 20
"""Bytes of an answer at most, as it comes and uncompressed."""
TIMEOUT_S: Final = 15.0
CONNECT_TIMEOUT_S: Final = 5.0
URLS_KEPT: Final = 1024
HIDDEN: Final = "(hidden)"
_SHORTEST_SECRET: Final = 6
"""A credential shorter than this is a word that any answer may hold: it is not looked for."""


class SendsHeader(Protocol):
    """What a credential must offer."""

    @property
    def source(self) -> str:
        """Where it came from, in words; safe to show."""
        ...

    def header(self) -> tuple[str, str]:
        """Name and value of the one request header that carries it."""
        ...


class ApiClient:
    """Asks about tasks over one pool of connections; belongs to one event loop.

    At most `concurrency` requests run at a time, further callers wait in order. The credential stands in the header
    of each single request and nowhere else: a client-wide header would follow to other hosts.
    """

    def __init__(
        self,
        base_url: str,
        detail_path: str,
        credential: SendsHeader,
        *,
        concurrency: int = 8,
        verify: ssl.SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock,
        timeout_s: float = TIMEOUT_S,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
    ) -> None:
        """`timeout_s` is for a whole request, without the wait for its turn. Raises `ConfigError` for the URL."""
        base_url = check_base_url(base_url)
        address = _detail_url(base_url, detail_path)
        # httpx takes an address to pieces letter by letter, and the same few are asked for again and again.
        self._url = lru_cache(URLS_KEPT)(lambda task_id: httpx.URL(address + quote(task_id, safe="", errors="replace")))
        self._host = urlsplit(base_url).netloc
        self._credential = credential
        self._clock = clock
        self._timeout_s = timeout_s
        self._turns = asyncio.Semaphore(max(1, concurrency))
        # Callers that wake together would all be given the same idle connection and all but one come back for another
        # (at 300 waiting, eight tries each). The next one starts when the one before has its connection. A transport
        # handed in may not tell when that is.
        self._start = asyncio.Lock() if transport is None else None
        self._connections = Connections(
            base_url,
            concurrency=max(1, concurrency),
            connect_timeout_s=connect_timeout_s,
            timeout_s=timeout_s,
            verify=verify,
            transport=transport,
        )

    @property
    def clients_built(self) -> int:
        """Connection pools made so far; one for all requests unless something broke."""
        return self._connections.built

    async def detail(self, task_id: TaskId) -> Detail:
        """What the service says about the task now; raises `ApiError`."""
        try:
            async with self._turns, asyncio.timeout(self._timeout_s):
                status, headers, body = await self._asked_twice(task_id)
            return read_answer(status, headers, self._without_secret(body), task_id, self._clock.now_ms())
        except Exception as error:  # noqa: BLE001  # whatever it is, one answer must never end the polling of all
            failure = told(error, self._host, self._timeout_s)
        # Raised here, not above, so that no chained exception carries the request and its headers along.
        raise self._presentable(failure)

    async def reset(self) -> None:
        """Start over with new connections: after sleep the old ones are dead but look alive."""
        await self._connections.replace()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connections.aclose()

    async def _asked_twice(self, task_id: TaskId) -> tuple[int, httpx.Headers, bytes]:
        """Ask, and once more at once if that tells nothing about the service: an idle connection that the server
        had closed meanwhile, or a pool that is lost."""
        seen = _Seen()
        try:
            return await self._asked(task_id, seen)
        except httpx.PoolTimeout:
            pass
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
            if not seen.shows_stale_connection or not _is_disconnect(error):
                raise
        return await self._asked(task_id, _Seen())

    async def _asked(self, task_id: TaskId, seen: _Seen) -> tuple[int, httpx.Headers, bytes]:
        request = httpx.Request(
            "GET",
            self._url(task_id),
            headers=[*_HEADERS, self._credential.header()],
            extensions={"trace": seen},
        )
        async with self._connections.client() as client:
            if self._start is not None:
                await seen.take(self._start)
            try:
                response = await client.send(request, stream=True)
            finally:
                seen.give_back()
            try:
                return response.status_code, response.headers, await _body(response)
            except Garbled:
                if response.status_code < 400:
                    raise
                return response.status_code, response.headers, b""  # the status says enough
            finally:
                await response.aclose()

    def _without_secret(self, body: bytes) -> bytes:
        """The answer, should it quote the credential back at us."""
        secret = self._secret().encode("utf-8", "replace")
        return body.replace(secret, HIDDEN.encode()) if len(secret) >= _SHORTEST_SECRET and secret in body else body

    def _presentable(self, failure: ApiError) -> ApiError:
        """The error for the user: with the credential's source, never with the credential."""
        if isinstance(failure, AuthRefused):
            failure.hint = f"{failure.hint} It came from: {self._credential.source}."
        secret = self._secret()
        if len(secret) >= _SHORTEST_SECRET:
            failure.message = failure.message.replace(secret, HIDDEN)
            failure.hint = failure.hint.replace(secret, HIDDEN)
            failure.args = (failure.message,)
        return failure

    def _secret(self) -> str:
        return self._credential.header()[1].removeprefix("Bearer ")


class _Seen:
    """Follows one request through the library (its `trace` extension)."""

    def __init__(self) -> None:
        self._connected = False
        self._sent = False
        self._answered = False
        self._held: asyncio.Lock | None = None

    @property
    def shows_stale_connection(self) -> bool:
        """Whether the request went out over a connection opened by an earlier one, and nothing came back."""
        return self._sent and not self._connected and not self._answered

    async def take(self, lock: asyncio.Lock) -> None:
        """Hold `lock` until the request has a connection of its own."""
        await lock.acquire()
        self._held = lock

    def give_back(self) -> None:
        """Release what was taken, if it still is."""
        lock, self._held = self._held, None
        if lock is not None:
            lock.release()

    async def __call__(self, name: str, _info: dict[str, Any]) -> None:
        if name.endswith("connect_tcp.started"):
            self._connected = True
        elif name.endswith("send_request_headers.started"):
            self._sent = True
        elif name.endswith("receive_response_headers.complete"):
            self._answered = True
        else:
            return
        self.give_back()


def _detail_url(base_url: str, detail_path: str) -> str:
    """All of the address but the id. Raises `ConfigError` for a path that no address can have."""
    path, _, query = detail_path.strip().lstrip("/").partition("?")
    url = f"{base_url}/{path}?{query + '&' if query else ''}_id="
    try:
        return str(httpx.URL(url))
    except httpx.InvalidURL:
        raise ConfigError("detail_path: expected the path of an address, found one that cannot be") from None


def _is_disconnect(error: Exception) -> bool:
    return not isinstance(error, httpx.RemoteProtocolError) or "disconnected" in str(error)


async def _body(response: httpx.Response) -> bytes:
    """The whole body, uncompressed; raises `Garbled` as soon as it is too big."""
    if response.is_stream_consumed:  # a transport handed in may come with everything read
        return response.content
    declared = response.headers.get("content-length", "")
    if len(declared) > len(str(ANSWER_LIMIT)) or (declared.isdigit() and int(declared) > ANSWER_LIMIT):
        raise _too_big(response)
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > ANSWER_LIMIT:
            raise _too_big(response)
        chunks.append(chunk)
    body = b"".join(chunks)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    return body if encoding in {"", "identity"} else _uncompressed(body, encoding, response)


def _uncompressed(body: bytes, encoding: str, response: httpx.Response) -> bytes:
    """We ask for plain bytes; who compresses all the same is read, within the same limit."""
    if encoding in {"gzip", "x-gzip", "deflate"}:
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
        try:
            plain = decoder.decompress(body, ANSWER_LIMIT + 1)
        except zlib.error:
            plain = b""
        if len(plain) > ANSWER_LIMIT:
            raise _too_big(response)
        if decoder.eof:
            return plain
    raise Garbled(
        "The answer is compressed in a way that cannot be read.",
        "A proxy may have changed it; it is asked again.",
        http_status=response.status_code,
    )


def _too_big(response: httpx.Response) -> Garbled:
    return Garbled(
        f"The answer is larger than {ANSWER_LIMIT >> 20} MiB, so it is not the API's.",
        "Check base_url; it is asked again.",
        http_status=response.status_code,
    )


_HEADERS: Final = (
    ("Accept", "application/json"),
    ("Accept-Encoding", "identity"),
    ("User-Agent", f"headswap-tui/{__version__}"),
)
