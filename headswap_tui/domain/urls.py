"""Addresses: that of the service, checked once before a credential is ever sent to it, and how long one may be."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import SplitResult, urlsplit

from headswap_tui.domain.errors import ConfigError
from headswap_tui.domain.text import without_query

DEFAULT_BASE_URL: Final = "https://openapi.akool.com"
LONGEST_URL: Final = 16_384
"""Characters; signed addresses have one or two thousand, and no server reads much more than 8,000."""


def check_base_url(url: str) -> str:
    """`url` without surrounding blanks and trailing slash.

    Raises `ConfigError`, which says what was expected and found: not http or https, no host, plain http to a host
    that is not this machine, a user name or password, a query or fragment, a port or host that cannot be. The
    message never shows a user name, password or query.
    """
    url = url.strip()
    shown = without_query(url)
    # Looked at before parsing: urlsplit silently drops line ends and tabs.
    if not url or "\\" in url or any(char.isspace() or not char.isprintable() for char in url):
        raise ConfigError(f"expected an address such as {DEFAULT_BASE_URL}, found “{shown}”")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigError(f"expected an address such as {DEFAULT_BASE_URL}, found “{shown}”") from None
    if parts.username is not None or parts.password is not None:
        raise ConfigError("expected an address without user name and password, found one that has them")
    if parts.scheme not in {"http", "https"} or not _is_host(parts.hostname or "") or port == 0:
        raise ConfigError(f"expected an address such as {DEFAULT_BASE_URL}, found “{shown}”")
    if "?" in url or "#" in url:
        raise ConfigError(f"expected an address without `?` and `#`, found “{shown}” with more behind it")
    _check_clear_text(parts)
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether `host` (name or address, IPv6 without brackets) is certain to be this machine, without a look-up."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_clear_text(parts: SplitResult) -> None:
    host = parts.hostname or ""
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigError(
            f"expected https, found http://{host}: the key would travel in clear",
            "Plain http is for addresses of this machine only, such as http://127.0.0.1:8765.",
        )


def _is_host(host: str) -> bool:
    if ":" in host:
        try:
            return ipaddress.ip_address(host).version == 6
        except ValueError:
            return False
    name = host.rstrip(".")
    try:
        if not name.isascii() or not all(0 < len(label) < 64 for label in name.split(".")):
            name = name.encode("idna").decode()  # which for a usual name would load a megabyte of tables
    except UnicodeError:
        return False
    return bool(name) and all(char.isalnum() or char in "-._" for char in name)
