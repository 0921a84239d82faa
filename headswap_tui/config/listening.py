"""Where to listen: an address of this machine and a port, as people write them."""

from __future__ import annotations

import ipaddress
import re
from typing import Final, NamedTuple

from headswap_tui.domain.errors import ConfigError

DEFAULT_PORT: Final = 8734
LARGEST_PORT: Final = 65535
_WRITTEN: Final = re.compile(
    r"(?:(?P<bare_v6>[^\[\]]*:[^\[\]]*:[^\[\]]*)|(?:\[(?P<in_brackets>[^\[\]]+)\]|(?P<bare>[^:\[\]]+))(?::(?P<port>[0-9]{1,5}))?)"
)
EXPECTED: Final = "expected an address such as 127.0.0.1, 127.0.0.1:8734, localhost or [::1]:8734"


class ListenAddress(NamedTuple):
    """An IP address and a TCP port; port 0: any free one."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can connect."""
        return ipaddress.ip_address(self.host).is_loopback

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def listen_address(text: str) -> ListenAddress:
    """The place that `text` names. Raises `ConfigError` that says what was expected."""
    found = _WRITTEN.fullmatch(text.strip())
    host = found["in_brackets"] or found["bare_v6"] or found["bare"] if found else ""
    port = int(found["port"] or DEFAULT_PORT) if found else 0
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise ConfigError(f"{EXPECTED}, found {text[:60]!r}") from None
    if port > LARGEST_PORT:
        raise ConfigError(f"{EXPECTED}, found {text[:60]!r}")
    return ListenAddress(str(address), port)
