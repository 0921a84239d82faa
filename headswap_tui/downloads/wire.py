"""One GET to a file host: to a checked address, through redirects that are each checked again, read in big pieces.

This uses httpcore, the connection layer of httpx, directly: it follows no redirect, keeps no cookie and knows no
credential, and its network layer is ours to choose. Ours connects to the addresses that were checked (no second
look-up that could answer differently), can be broken off from another thread, and leaves the body of an answer with
a known length on the socket, from where it is read into one buffer: half the processor time of reading it through
the HTTP parser. One connection serves one request: at videos' sizes there is nothing to gain from keeping it.

Proxies named by the environment are used for public hosts. Behind one, the proxy looks the name up, so the check
covers literal addresses and names that also resolve here; that proxy is the user's own choice.
"""

from __future__ import annotations

import contextlib
import functools
import re
import socket
import ssl
import time
import urllib.request
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final

import httpcore
import httpx

from headswap_tui import __version__
from headswap_tui.domain.errors import DownloadCancelled, TransferFailed, UrlRefused
from headswap_tui.domain.text import safe
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.hosts import HostRules, Target, is_public, read_url
from headswap_tui.downloads.trouble import Again, Timing

MOST_REDIRECTS: Final = 5
READ_BYTES: Final = 256 * 1024
BUFFER_BYTES: Final = 1024 * 1024
_HEADER_BYTES: Final = 128 * 1024
"""More than the parser accepts: what is longer goes to it unfinished, for it to refuse."""
_END_OF_HEADER: Final = re.compile(rb"\n\r?\n")
"""As the parser sees it (h11)."""
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_BREAKS: Final = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    OSError,
)
"""What another attempt may cure."""


@functools.cache
def tls_context() -> ssl.SSLContext:
    """The certificates to trust, loaded once: it takes tens of milliseconds. Raises `TransferFailed`."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise TransferFailed(f"The trusted certificates cannot be loaded: {error}", "See SSL_CERT_FILE.") from error


class _Stream(httpcore.NetworkStream):
    """A connection that hands the parser an answer's header and nothing beyond it, until asked for more."""

    def __init__(self, inner: httpcore.NetworkStream, control: Control, *, is_split: bool) -> None:
        self._inner = inner
        self._control = control
        self.is_split = is_split
        """Whether the body can be read past the parser: not behind a proxy, whose answers come over it as well."""
        self._in_header = is_split
        self._rest = b""
        try:
            control.breaks_off_with(self.break_off)
        except DownloadCancelled:
            inner.close()
            raise

    def break_off(self) -> None:
        """Wake whoever reads from the connection; called from another thread, so the socket is not closed here."""
        with contextlib.suppress(OSError):  # already gone, and that is what was wanted
            # The base class's method: the one of a TLS socket would take the TLS layer from under the reader.
            socket.socket.shutdown(self._inner.get_extra_info("socket"), socket.SHUT_RDWR)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """For the parser: one whole header, then whatever arrives; at least what it asked for at once."""
        if self._in_header:
            return self._read_header(timeout)
        if self._rest:
            rest, self._rest = self._rest, b""
            return rest
        return self._inner.read(max(max_bytes, READ_BYTES), timeout)

    def _read_header(self, timeout: float | None) -> bytes:
        """One whole header, so that a server that drips it byte by byte meets one deadline."""
        give_up = time.monotonic() + (timeout or 0.0)
        read, self._rest = self._rest, b""
        while not (end := _END_OF_HEADER.search(read)) and len(read) < _HEADER_BYTES:
            left = give_up - time.monotonic()
            if left <= 0:
                raise httpcore.ReadTimeout
            more = self._inner.read(READ_BYTES, left)
            if not more:
                self._in_header = False
                return read
            read += more
        cut = end.end() if end else len(read)
        self._in_header = read.startswith(b"HTTP/1.1 1")  # an interim answer: the real one follows
        self._rest = read[cut:]
        return read[:cut]

    def read_body(self, view: memoryview, timeout_s: float) -> int:
        """Read some of the body into `view`, past the parser; 0 at its end. Raises `OSError`."""
        if self._rest:
            count = min(len(view), len(self._rest))
            view[:count] = self._rest[:count]
            self._rest = self._rest[count:]
            return count
        sock: socket.socket = self._inner.get_extra_info("socket")
        sock.settimeout(timeout_s)
        return sock.recv_into(view)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection behind TLS."""
        inner = self._inner.start_tls(ssl_context, server_hostname, timeout)
        return _Stream(inner, self._control, is_split=self.is_split)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _CheckedAddresses(httpcore.NetworkBackend):
    """Connects to one of the given addresses, whatever name the request is for."""

    def __init__(self, addresses: tuple[str, ...], control: Control, *, is_proxied: bool) -> None:
        self._addresses = addresses
        self._control = control
        self._is_proxied = is_proxied
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that answers, or to the proxy. Raises httpcore's errors."""
        error: Exception = httpcore.ConnectError("no address")
        for address in (host,) if self._is_proxied else self._addresses[:4]:
            self._control.check()
            connect = partial(self._backend.connect_tcp, address, port, timeout, local_address, socket_options)
            try:
                stream = self._control.apart(connect, f"connect {address}", if_late=lambda late: late.close())
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
                continue
            if not self._is_proxied and stream.get_extra_info("server_addr")[0] not in self._addresses:
                stream.close()
                raise httpcore.ConnectError("connected to another address than asked for")
            return _Stream(stream, self._control, is_split=not self._is_proxied)
        raise error


class Answer:
    """An answer whose body is still to be read; to be closed."""

    def __init__(
        self,
        target: Target,
        response: httpcore.Response,
        pool: httpcore.ConnectionPool,
        control: Control,
        stall_s: float,
    ) -> None:
        self.target = target
        """What answered in the end, after redirects."""
        self.status = response.status
        self.headers = httpx.Headers(response.headers)
        self._response = response
        self._pool = pool
        self._control = control
        self._stall_s = stall_s

    @property
    def is_chunked(self) -> bool:
        """Whether the body says by itself where it ends."""
        return "transfer-encoding" in self.headers

    @property
    def length(self) -> int | None:
        """Bytes of the body as announced; `None` if the server did not say."""
        value = self.headers.get("content-length", "")
        return int(value) if value.isdecimal() and not self.is_chunked else None

    def pieces(self) -> Iterator[memoryview]:
        """The body as it arrives; each piece is valid until the next one is asked for.

        Ends early, without an error, if the connection ends before `length`. Raises `Again`, `DownloadCancelled`.
        """
        stream = self._response.extensions.get("network_stream")
        length = self.length
        try:
            if isinstance(stream, _Stream) and stream.is_split and length is not None:
                yield from self._past_the_parser(stream, length)
            else:
                for piece in self._response.iter_stream():
                    self._control.check()
                    yield memoryview(piece)
        except _BREAKS as error:
            self._control.check()
            raise Again(in_words(error, self._stall_s)) from error
        self._control.check()

    def _past_the_parser(self, stream: _Stream, length: int) -> Iterator[memoryview]:
        buffer = memoryview(bytearray(min(BUFFER_BYTES, max(length, 1))))
        left = length
        while left:
            count = stream.read_body(buffer[: min(left, len(buffer))], self._stall_s)
            self._control.check()
            if not count:
                return
            left -= count
            yield buffer[:count]

    def close(self) -> None:
        """End the connection, whatever is left of the body."""
        self._control.breaks_off_with(None)
        self._response.close()
        self._pool.close()


def get(url: str, headers: dict[str, str], rules: HostRules, control: Control, timing: Timing) -> Answer:
    """The answer to a GET after at most five redirects, its body unread; to be closed.

    Raises `UrlRefused`, `TransferFailed`, `Again`, `DownloadCancelled`. Nothing but `headers` and what HTTP needs is
    sent, to each hop the same: no credential, no cookie, no referrer.
    """
    target = read_url(url)
    for _ in range(MOST_REDIRECTS + 1):
        answer = _one_hop(target, headers, rules, control, timing)
        location = answer.headers.get("location")
        if answer.status not in _REDIRECTS or location is None:
            return answer
        answer.close()
        following = read_url(location, base=target.url)
        if target.scheme == "https" and following.scheme == "http":
            raise UrlRefused(f"The file host redirects from https to http: {following.shown}")
        target = following
    raise UrlRefused(f"More than {MOST_REDIRECTS} redirects, the last one to {target.shown}")


def _one_hop(target: Target, headers: dict[str, str], rules: HostRules, control: Control, timing: Timing) -> Answer:
    control.check()
    proxy = _proxy_for(target)
    try:
        addresses = rules.addresses(target, timing.look_up_s, control)
    except Again:
        if proxy is None:
            raise
        addresses = ()  # behind a proxy, names of the outside may well be unknown
    if any(not is_public(address) for address in addresses):
        proxy = None  # allowed private hosts are near; no proxy knows them better
    pool = httpcore.ConnectionPool(
        ssl_context=tls_context() if target.scheme == "https" else None,
        proxy=proxy,
        max_keepalive_connections=0,
        network_backend=_CheckedAddresses(addresses, control, is_proxied=proxy is not None),
    )
    url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    timeouts = {"connect": timing.connect_s, "read": timing.stall_s, "write": timing.connect_s, "pool": 1.0}
    request = httpcore.Request("GET", url, headers=_header_list(target, headers), extensions={"timeout": timeouts})
    try:
        response = pool.handle_request(request)
    except BaseException as error:  # whatever it was, the connection must not outlive it
        control.breaks_off_with(None)
        pool.close()
        control.check()
        if isinstance(error, _BREAKS):
            raise Again(in_words(error, timing.stall_s)) from error
        if isinstance(error, ImportError):
            raise _bad_proxy("SOCKS needs the package socksio") from error
        raise
    return Answer(target, response, pool, control, timing.stall_s)


def _header_list(target: Target, headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    own = {
        "User-Agent": f"headswap-tui/{__version__}",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **headers,
    }
    return [(b"Host", target.authority), *((name.encode(), value.encode("latin-1")) for name, value in own.items())]


def _proxy_for(target: Target) -> httpcore.Proxy | None:
    """The proxy that the environment names for this host. Raises `TransferFailed` if it cannot be used."""
    proxies = urllib.request.getproxies()
    named = proxies.get(target.scheme) or proxies.get("all")
    if not named or urllib.request.proxy_bypass(f"{target.host}:{target.port}"):
        return None
    try:
        read = httpx.Proxy(named if "://" in named else f"http://{named}")
    except (httpx.InvalidURL, ValueError):
        raise _bad_proxy("its address cannot be read") from None
    url = httpcore.URL(scheme=read.url.raw_scheme, host=read.url.raw_host, port=read.url.port, target=b"/")
    return httpcore.Proxy(url, auth=read.raw_auth)


def _bad_proxy(words: str) -> TransferFailed:
    return TransferFailed(f"The proxy that the environment names cannot be used: {words}.")


def in_words(error: Exception, stall_s: float) -> str:
    """What broke, for people."""
    cause: BaseException = error
    while cause.__cause__ is not None or cause.__context__ is not None:
        cause = cause.__cause__ or cause.__context__ or cause
    if isinstance(error, (httpcore.ConnectTimeout, httpcore.PoolTimeout)):
        return "the file host did not answer the connection"
    if isinstance(error, (httpcore.TimeoutException, TimeoutError)):
        return f"nothing came for {stall_s:.0f} s"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the file host's certificate is not trusted ({cause.verify_message})"
    if isinstance(cause, ConnectionResetError):
        return "connection reset"
    if isinstance(cause, OSError) and cause.strerror:
        return safe(cause.strerror.lower(), 100)
    return safe(str(error), 100) or "the connection broke"
