"""Tells systemd how the service stands, over the socket that it names. Elsewhere nothing happens."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Mapping
from typing import Final

log = logging.getLogger(__name__)

READY: Final = "READY=1"
STOPPING: Final = "STOPPING=1"
VARIABLE: Final = "NOTIFY_SOCKET"


def notify(environ: Mapping[str, str], state: str) -> None:
    """Send `state` if somebody listens for it. Source: sd_notify(3)."""
    address = environ.get(VARIABLE, "")
    if address[:1] not in {"/", "@"}:
        return
    if address.startswith("@"):  # Linux's abstract names
        address = "\0" + address[1:]
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)) as sock:
        try:
            sock.sendto(state.encode(), address)
        except OSError as error:
            log.warning("the service manager was not told %s: %s", state, error.strerror)
