"""The HTTP connections: one httpx client at a time, thrown away and rebuilt when its pool is lost.

Requests cancelled at the wrong moment leave connections behind that httpcore 1.0 never reclaims (encode/httpcore
#1093, #830, #658), until no request gets through any more. So fewer requests run at a time than the pool has room
for, which makes a request that must wait for a connection the sign of a lost pool, and such a pool is replaced.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final
from urllib.parse import urlsplit

import httpx

from headswap_tui.api.faults import environment_trouble
from headswap_tui.domain.urls import is_loopback

KEEPALIVE_EXPIRY_S: Final = 4.0
"""Below the 5 s after which common servers close an idle connection: no race over who is first."""
POOL_TIMEOUT_S: Final = 1.0


class Connections:
    """Hands out the current client; a replaced one is closed when its last request is through."""

    def __init__(
        self,
        base_url: str,
        *,
        concurrency: int,
        connect_timeout_s: float,
        timeout_s: float,
        verify: ssl.SSLContext | None,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        parts = urlsplit(base_url)
        self._is_local = is_loopback(parts.hostname or "")
        self._context = verify
        if self._context is None and parts.scheme == "http":
            # Nothing here speaks TLS; a context without certificates spares loading them and trusts nobody.
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._transport = transport
        self._limits = httpx.Limits(
            max_connections=2 * concurrency, max_keepalive_connections=concurrency, keepalive_expiry=KEEPALIVE_EXPIRY_S
        )
        self._timeout = httpx.Timeout(timeout_s, connect=connect_timeout_s, pool=POOL_TIMEOUT_S)
        self._lock = asyncio.Lock()
        self._current: _Shared | None = None
        self._is_closed = False
        self.built = 0
        """Clients built so far."""

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        """The client for one request. Raises `Unreachable` if none can be built, RuntimeError after `aclose`."""
        shared = self._current or await self._build()
        shared.users += 1
        try:
            yield shared.client
        except httpx.PoolTimeout:
            if shared is self._current:
                self._current = None
            raise
        finally:
            shared.users -= 1
            if not shared.users and shared is not self._current:
                await shared.client.aclose()

    async def replace(self) -> None:
        """Start over with new connections; requests under way keep theirs."""
        shared, self._current = self._current, None
        if shared is not None and not shared.users:
            await shared.client.aclose()

    async def aclose(self) -> None:
        """Close; requests under way end when they end, new ones are refused."""
        self._is_closed = True
        await self.replace()

    async def _build(self) -> _Shared:
        async with self._lock:
            if self._is_closed:
                raise RuntimeError("closed")
            if self._current is None:
                try:
                    if self._context is None:
                        self._context = await _off_the_loop(httpx.create_ssl_context)
                    client = self._new_client(self._context)
                except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
                    raise environment_trouble(error) from error
                self._current = _Shared(client)
                self.built += 1
            return self._current

    def _new_client(self, context: ssl.SSLContext) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=context,
            limits=self._limits,
            timeout=self._timeout,
            transport=self._transport,
            # A proxy is for the way out; on the way to this very machine it would only read the key.
            trust_env=not self._is_local,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )


class _Shared:
    """A client and the requests that use it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.users = 0


async def _off_the_loop(build: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Run it in a thread of its own: reading all certificates takes 40 ms, and the loop's shared threads may all be
    stuck in a name look-up."""
    executor = ThreadPoolExecutor(1, thread_name_prefix="headswap-tls")
    try:
        return await asyncio.get_running_loop().run_in_executor(executor, build)
    finally:
        executor.shutdown(wait=False)
