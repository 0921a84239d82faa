"""What the client's tests share."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from headswap_tui.api.client import ApiClient
from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.errors import ApiError
from headswap_tui.domain.task import TaskId
from tests.contract.api.faultserver import TASK

PATH: Final = "/api/open/v4/headswap/task/detail"
KEY: Final = "sk-canary-0123456789abcdef"
ID: Final = TaskId(TASK)
TLS: Final = Path(__file__).parent / "tls"


@dataclass(frozen=True)
class Key:
    """A credential like the real one."""

    name: str = "x-api-key"
    value: str = KEY
    source: str = "environment HEADSWAP_API_KEY"

    def header(self) -> tuple[str, str]:
        """Name and value."""
        return self.name, self.value


@contextlib.asynccontextmanager
async def client_of(base_url: str, credential: Key | None = None, **more: Any) -> AsyncIterator[ApiClient]:
    """A client with short deadlines."""
    limits: dict[str, Any] = {"timeout_s": 5.0, "connect_timeout_s": 3.0, **more}
    client = ApiClient(base_url, PATH, credential or Key(), clock=SystemClock(), **limits)
    try:
        yield client
    finally:
        await client.aclose()


async def failure_of(client: ApiClient) -> ApiError:
    """The error of one request; fails if it brings a detail."""
    with pytest.raises(ApiError) as caught:
        await client.detail(ID)
    return caught.value


def server_context(name: str) -> ssl.SSLContext:
    """The server's side of TLS with the certificate of that name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / f"{name}.pem")
    return context
