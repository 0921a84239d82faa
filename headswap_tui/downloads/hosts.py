"""Where a video may be fetched from: an address is input from a server, so it is read strictly and checked.

Spelling does not matter: whatever a host is called, it is looked up first and every address that comes back must
be public. The transfer then connects to one of exactly these addresses, so a name that changes its mind between
check and connection changes nothing.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

import httpx
import msgspec

from headswap_tui.domain.errors import UrlRefused
from headswap_tui.domain.text import safe, without_query
from headswap_tui.domain.urls import LONGEST_URL
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.trouble import Again

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_NAT64: Final = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")

LookUp = Callable[[str, int], Iterable[str]]
"""Host and port to addresses; may hang. Raises `OSError`."""


class Target(msgspec.Struct, frozen=True):
    """An address that was read and found well-formed; nothing is known of its host yet."""

    url: str
    """Normalised, with its query: never to be shown."""
    scheme: str
    host: str
    """Lower case, ASCII (international names in their `xn--` form), without brackets."""
    port: int
    authority: bytes
    """For the `Host` header."""
    path: bytes
    """With its query, percent-encoded, for the request line."""

    @property
    def shown(self) -> str:
        """For people: without query and fragment."""
        return shown_url(self.url)


def shown_url(url: str) -> str:
    """The address for people: no query, no fragment, no credentials, no control characters, cut to 200."""
    return safe(without_query(url[:LONGEST_URL]), 200)


def read_url(url: object, base: str | None = None) -> Target:
    """The parts of an address; `base` is what a relative one in a redirect refers to. Raises `UrlRefused`."""
    if not isinstance(url, str) or not url.strip():
        raise UrlRefused("The task has no video address.")
    url = url.strip(" ")
    if len(url) > LONGEST_URL:
        raise UrlRefused(f"The video's address is longer than {LONGEST_URL:,} characters: {shown_url(url)}")
    if any(not character.isprintable() for character in url):
        raise UrlRefused(f"The video's address holds control or invisible characters: {shown_url(url)}")
    try:
        read = httpx.URL(base).join(url) if base else httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise UrlRefused(f"The video's address cannot be read: {shown_url(url)}") from None
    if read.scheme not in DEFAULT_PORTS:
        found = f"not {safe(read.scheme, 20)}" if read.scheme else "and this address has neither"
        raise UrlRefused(f"Videos are fetched over http and https only, {found}: {shown_url(url)}")
    if read.userinfo or b"@" in read.netloc:
        raise UrlRefused(f"The video's address carries a user name or password: {shown_url(url)}")
    host = read.raw_host.decode("ascii")
    port = DEFAULT_PORTS[read.scheme] if read.port is None else read.port
    if not host or "%" in host or not 1 <= port <= 65_535:
        raise UrlRefused(f"The video's address has no usable host or port: {shown_url(url)}")
    return Target(
        url=str(read.copy_with(fragment=None)),
        scheme=read.scheme,
        host=host,
        port=port,
        authority=read.netloc,
        path=read.raw_path,
    )


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also behind the mappings of IPv4 into IPv6."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is None:
            return ip in _GLOBAL_UNICAST and ip.is_global
        ip = inner
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def look_up(host: str, port: int) -> list[str]:
    """Addresses of a host as the system's resolver knows them, in its order. Raises `OSError`; may hang."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Resolver:
    """Looks up names in threads of its own, so that a hanging resolver holds up neither quitting nor anything else."""

    def __init__(self, look_up: LookUp = look_up, at_once: int = 8) -> None:
        self._look_up = look_up
        self._places = threading.BoundedSemaphore(at_once)

    def addresses(self, host: str, port: int, timeout_s: float, control: Control) -> tuple[str, ...]:
        """Addresses of `host`, at least one. Raises `Again` if there are none in time, `DownloadCancelled`."""

        def ask() -> tuple[str, ...]:
            """In its thread: the answer, if there is a place for one more look-up."""
            if not self._places.acquire(blocking=False):
                raise Again("name look-ups hang")
            try:
                return tuple(self._look_up(host, port))
            finally:
                self._places.release()

        try:
            found = control.apart(ask, f"look-up {host}"[:40], timeout_s)
        except TimeoutError:
            raise Again(f"looking up {safe(host, 100)} took longer than {timeout_s:.0f} s") from None
        except (OSError, ValueError):  # ValueError: a name that the codec of host names refuses
            found = ()
        if not found:
            raise Again(f"the host {safe(host, 100)} was not found")
        return found


class HostRules:
    """Which hosts may be fetched from: public ones, those allowed by name, and the API's own where it is private."""

    def __init__(self, api_host: str, allow_hosts: Iterable[str] = (), resolver: Resolver | None = None) -> None:
        """`api_host`: host of the API, with or without a port. `allow_hosts`: `name` or `name:port` each."""
        self._api_host = _host_of(api_host)
        self._allowed = frozenset(host.strip().casefold().rstrip(".") for host in allow_hosts)
        self._resolver = resolver or Resolver()

    def addresses(self, target: Target, timeout_s: float, control: Control) -> tuple[str, ...]:
        """The addresses to connect to. Raises `UrlRefused` if one is not allowed, `Again`, `DownloadCancelled`."""
        found = self._resolver.addresses(target.host, target.port, timeout_s, control)
        host = target.host.casefold().rstrip(".")
        if host in self._allowed or f"{host}:{target.port}" in self._allowed:
            return found
        private = [address for address in found if not is_public(address)]
        if private and not set(private) <= self._private_api_addresses(timeout_s, control):
            raise UrlRefused(
                f"{safe(target.host, 100)} is not a public host ({safe(private[0], 60)}): {target.shown}",
                "To allow it, name it in download.allow_hosts.",
            )
        return found

    def _private_api_addresses(self, timeout_s: float, control: Control) -> frozenset[str]:
        """Addresses of the API's host if they are not public: its files are then expected beside it."""
        if not self._api_host:
            return frozenset()
        try:
            found = self._resolver.addresses(self._api_host, 0, timeout_s, control)
        except Again:
            return frozenset()
        return frozenset(address for address in found if not is_public(address))


def _host_of(api_host: str) -> str:
    """The bare host of `host`, `host:port`, `v6`, `[v6]:port` or a whole URL; empty if it is none of these."""
    if api_host.count(":") > 1 and "[" not in api_host and "://" not in api_host:
        return api_host
    try:
        return httpx.URL(api_host if "://" in api_host else f"http://{api_host}").raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        return ""
