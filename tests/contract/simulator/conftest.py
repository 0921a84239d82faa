"""Clients of the simulator that know nothing of ours."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from headswap_tui.simulator.server import Simulator

Ask = Callable[..., httpx.Response]


@pytest.fixture
def client(still_simulator: Simulator) -> Iterator[httpx.Client]:
    """A client without any credential."""
    no_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # httpx would read all certificates of the machine, each time
    with httpx.Client(base_url=still_simulator.base_url, timeout=5, trust_env=False, verify=no_tls) as ready:
        yield ready


@pytest.fixture
def ask(still_simulator: Simulator, client: httpx.Client) -> Ask:
    """Ask for a task's detail with the right key; keywords go to httpx."""

    def _ask(task_id: str, **more: Any) -> httpx.Response:
        headers = {"x-api-key": still_simulator.api_key}
        return client.get(still_simulator.detail_path, params={"_id": task_id}, headers=headers, **more)

    return _ask


@pytest.fixture
def finished(still_simulator: Simulator) -> str:
    """The id of a task whose video is hosted."""
    task_id = still_simulator.create(queue_s=0, processing_s=0, size=300_000)
    assert still_simulator.data(task_id)["video_url"]
    return task_id
