"""Whatever goes wrong on the way to an answer, as an error in words.

The texts of the library are not quoted: some hold the request's headers, and with them the key.
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import httpx

from headswap_tui.domain.errors import ApiError, AuthRefused, Garbled, Unreachable
from headswap_tui.domain.text import safe

_AGAIN: Final = "It is tried again by itself."
_CHECK_NETWORK: Final = "Check the network connection; it is tried again by itself."
_CHAIN_LIMIT: Final = 32
_NOT_YET: Final = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
"""The TLS library's way to wait; they stand in the chain of whatever came after."""


def told(error: Exception, host: str, timeout_s: float) -> ApiError:
    """The error of ours that `error`, raised while asking `host`, means. `timeout_s`: the limit of a whole request."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return _timed_out(error, host, timeout_s)
    for cause in _causes(error):
        known = _low_level(cause, host)
        if known is not None:
            return known
    return _by_type(error, host)


def environment_trouble(error: Exception) -> ApiError:
    """The error that `error`, raised while building a client, means: only settings of the environment can be wrong."""
    if isinstance(error, ImportError):
        return Unreachable(
            "The proxy in the environment is a SOCKS proxy, which is not supported here.",
            "Name an http proxy in HTTPS_PROXY, or unset ALL_PROXY.",
        )
    if isinstance(error, OSError):
        path = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR") or "the certificate store"
        return Unreachable(
            f"The certificates to trust cannot be read from {safe(path, 200)}: {safe(_reason(error), 100)}.",
            "Set SSL_CERT_FILE to a readable file with certificates, or unset it.",
        )
    return Unreachable(
        f"The connection cannot be set up ({type(error).__name__}).", "Check HTTPS_PROXY, ALL_PROXY and NO_PROXY."
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what led to it, also inside groups, nearest first."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting and len(seen) < _CHAIN_LIMIT:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            waiting.extend(cause.exceptions)
        waiting.extend(inner for inner in (cause.__cause__, cause.__context__) if inner is not None)


def _low_level(cause: BaseException, host: str) -> ApiError | None:
    """What the operating system or the TLS library said, if this is one of theirs."""
    error: ApiError | None = None
    if isinstance(cause, socket.gaierror):
        error = Unreachable(
            f"The name {host} cannot be found (DNS).", "Check the network connection and base_url; it is tried again."
        )
    elif isinstance(cause, ssl.SSLCertVerificationError):
        error = Unreachable(
            f"The certificate of {host} is not trusted: {safe(cause.verify_message, 120)}.",
            "Check base_url and the clock; behind a company proxy set SSL_CERT_FILE to its certificate.",
        )
    elif isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        error = _cut_off(host)
    elif isinstance(cause, ssl.SSLError) and not isinstance(cause, _NOT_YET):
        error = Unreachable(
            f"No secure connection to {host} ({safe(cause.reason or 'TLS', 60)}).",
            "Check base_url: does this port speak https? A proxy may be in the way.",
        )
    elif isinstance(cause, ConnectionRefusedError):
        error = Unreachable(f"{host} refused the connection: nothing listens there.", f"Check base_url. {_AGAIN}")
    elif isinstance(cause, ConnectionResetError | BrokenPipeError):
        error = _cut_off(host)
    elif isinstance(cause, OSError) and cause.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}:
        error = Unreachable(f"No way to {host}: the network is not reachable.", _CHECK_NETWORK)
    return error


def _timed_out(error: Exception, host: str, timeout_s: float) -> ApiError:
    if isinstance(error, httpx.ConnectTimeout):
        return Unreachable(f"No connection to {host} in time.", _CHECK_NETWORK)
    if isinstance(error, httpx.PoolTimeout):
        return Unreachable("No connection was free.", "The connections are built anew; it is tried again by itself.")
    return Unreachable(f"No complete answer from {host} within {timeout_s:g} s.", _AGAIN)


def _by_type(error: Exception, host: str) -> ApiError:
    known: ApiError
    if isinstance(error, httpx.ProxyError):
        known = Unreachable(f"The proxy does not let us through to {host}.", "Check HTTPS_PROXY and NO_PROXY.")
    elif isinstance(error, httpx.LocalProtocolError | UnicodeEncodeError):
        known = AuthRefused("The credential holds characters that cannot be sent.", "Set it again, without blanks.")
    elif isinstance(error, httpx.RemoteProtocolError):
        # Also what is no HTTP at all; only the library's fixed texts tell them apart.
        text = str(error)
        if "disconnected" in text or "closed connection" in text:
            known = _cut_off(host)
        else:
            known = Garbled(f"{host} answered with something that is no HTTP.", f"Check base_url. {_AGAIN}")
    elif isinstance(error, httpx.ConnectError):
        known = Unreachable(f"No connection to {host}.", _CHECK_NETWORK)
    elif isinstance(error, httpx.NetworkError):
        known = _cut_off(host)
    elif isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | ExceptionGroup):
        known = Unreachable(f"The address of {host} cannot be asked.", "Check base_url and detail_path.")
    else:
        known = Unreachable(f"Asking {host} failed in an unexpected way ({type(error).__name__}).", _AGAIN)
    return known


def _cut_off(host: str) -> Unreachable:
    return Unreachable(f"{host} cut the connection before the answer was complete.", _AGAIN)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
