"""The HTTP server that callbacks arrive at: bounded in size, rate, time and connections, and quick to answer."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import socket
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from headswap_tui.config.client_keys import ClientKeys
from headswap_tui.config.listening import ListenAddress
from headswap_tui.config.secret import Secret
from headswap_tui.domain.errors import ConfigError
from headswap_tui.webhook.callback import NotACallback, can_decrypt, read_callback
from headswap_tui.webhook.hints import Asks, Hints

LARGEST_BODY: Final = 64 << 10
BODY_WITHIN_S: Final = 5.0
CONNECTION_S: Final = 30.0
"""No connection lives longer, whatever it does; the service opens one for each call."""
CONNECTIONS: Final = 64
CALLS_PER_S: Final = 50.0
BURST: Final = 200.0
STOP_WITHIN_S: Final = 0.5


class Listener:
    """Listens from `start()` to `stop()`, in the event loop of the engine."""

    def __init__(
        self, engine: Asks, token: Secret, address: ListenAddress, keys: ClientKeys | None, *, tracks_unknown: bool
    ) -> None:
        self._engine = engine
        self._token = token
        self._address = address
        self._keys = keys
        self._places = _Rate()
        self._hints = Hints(engine, tracks_unknown=tracks_unknown)
        self._serving: asyncio.Task[None] | None = None

    @property
    def note(self) -> str:
        """What the user should know of how callbacks are read; empty: nothing."""
        if self._keys is None or can_decrypt():
            return ""
        return "Callbacks cannot be decrypted (the `webhook` extra is not installed): each asks about all active tasks."

    async def start(self) -> str:
        """Listen; returns the callback URL, which holds the secret token. Raises `ConfigError` if it cannot."""
        family = socket.AF_INET6 if ":" in self._address.host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(self._address)
            sock.listen(CONNECTIONS)  # only now is it certain that nobody else does
        except OSError as error:
            sock.close()
            raise ConfigError(f"Cannot listen on {self._address}: {error.strerror or error}.") from None
        self._server = _Server(
            uvicorn.Config(
                Starlette(routes=[Route("/{token}", self._receive, methods=["POST"])]),
                http=_BriefProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                limit_concurrency=CONNECTIONS,
                timeout_keep_alive=5,
                timeout_graceful_shutdown=1,
            )
        )
        self._serving = asyncio.create_task(self._server.serve([sock]), name="webhook")
        where = ListenAddress(self._address.host, sock.getsockname()[1])
        return f"http://{where}/{self._token.reveal()}"

    async def stop(self) -> None:
        """Stop listening, within half a second."""
        if self._serving is None:
            return
        self._hints.close()
        self._server.should_exit = True
        await asyncio.wait({self._serving}, timeout=STOP_WITHIN_S)
        self._serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._serving

    async def _receive(self, request: Request) -> Response:
        if not hmac.compare_digest(request.path_params["token"].encode(), self._token.reveal().encode()):
            return Response(status_code=404)
        if not self._places.take():
            return Response(status_code=429, headers={"Retry-After": "1"})
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408, headers={"Connection": "close"})
        if body is None:
            return Response(status_code=413, headers={"Connection": "close"})
        try:
            callback = read_callback(body, self._keys)
        except NotACallback:
            return Response(status_code=400)
        is_kept = True
        if callback.task_id is None:
            self._hints.about_all()
        elif callback.task_id in self._engine.tasks:
            self._hints.about(callback.task_id)
        elif callback.is_verified or self._keys is None:
            is_kept = await self._hints.unknown(callback.task_id)
        return Response(status_code=200 if is_kept else 503)


class _Rate:
    """A bucket of calls that fills by itself."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._left, self._at = BURST, self._loop.time()

    def take(self) -> bool:
        """Whether one more call is within the limit."""
        now = self._loop.time()
        self._left = min(BURST, self._left + (now - self._at) * CALLS_PER_S)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the program that we are a part of."""
        yield


class _BriefProtocol(H11Protocol):
    """Ends every connection after a while: uvicorn itself waits for ever for a request that never comes."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._end = self.loop.call_later(CONNECTION_S, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end.cancel()
        super().connection_lost(exc)


async def _body(request: Request) -> bytes | None:
    """The body; `None` if it is too big, which is noticed before it is all read."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and (len(length) > 9 or int(length) > LARGEST_BODY):
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return body
