"""The address of the service: checked once, so that a key is never sent in clear or to a half-typed host."""

from __future__ import annotations

from urllib.parse import urlsplit

from headswap_tui.domain.errors import ConfigError


def check_base_url(url: str) -> str:
    """The URL without a trailing slash. Raises `ConfigError` unless it is https, or http to this very machine.

    The message never shows a user or password that stands in the URL.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ConfigError(
            "expected an address such as https://openapi.akool.com, found one that cannot be read"
        ) from None
    if parts.username is not None or parts.password is not None:
        raise ConfigError("expected an address without a user or password in it, found one that has them")
    if parts.scheme not in {"http", "https"} or not host or any(ord(char) <= 32 or ord(char) == 127 for char in url):
        raise ConfigError(f"expected an address such as https://openapi.akool.com, found {url[:80]!r}")
    if parts.query or parts.fragment:
        raise ConfigError(
            f"expected an address without `?` and `#`, found {parts._replace(query='…', fragment='').geturl()!r}"
        )
    if port == 0:
        raise ConfigError("expected a port from 1 to 65535, found 0")
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigError(
            f"expected https, found http://{host}: the key would travel in clear",
            "Plain http is for addresses of this machine only, such as http://127.0.0.1:8765.",
        )
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is certain to be this machine, without asking any resolver."""
    if host.lower().rstrip(".") == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
