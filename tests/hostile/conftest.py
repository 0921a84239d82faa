"""A list full of hostile texts, as a service that sends them and a user who types them would have left it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from headswap_tui.api.client import ApiClient
from headswap_tui.domain.changes import answered, edited, not_answered, track, with_download
from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.errors import ApiError
from headswap_tui.domain.task import Download, DownloadState, TaskId, TrackedTask
from headswap_tui.store.tasks import TaskStore
from tests.contract.api.asking import client_of
from tests.hostile import corpus
from tests.hostile.service import Service, serving, task_id

STORE: Final = "data/headswap-tui/default"


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """One service for all tests here."""
    with serving(corpus.ALL) as running:
        yield running


@pytest.fixture(scope="session")
def hostile_tasks(service: Service) -> list[TrackedTask]:
    """For each text a task that was answered with it in every field; after them some that were refused."""
    return asyncio.run(_tasks(service))


@pytest.fixture
def home(service: Service, hostile_tasks: list[TrackedTask], tmp_path: Path) -> Mapping[str, str]:
    """An environment whose list holds them, and whose service sends more of the same."""
    store = TaskStore.open(tmp_path / STORE)
    store.add(hostile_tasks)
    store.close()
    return {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "HEADSWAP_DOWNLOAD_DIRECTORY": str(tmp_path / "videos"),
        "HEADSWAP_BASE_URL": f"http://127.0.0.1:{service.port}",
        "HEADSWAP_API_KEY": "a-key-that-is-long-enough",
        "HEADSWAP_POLLING_REQUESTS_PER_SECOND": "50",
        "HEADSWAP_POLLING_MIN_INTERVAL": "1",
    }


async def _tasks(service: Service) -> list[TrackedTask]:
    now_ms = SystemClock().now_ms()
    async with client_of(f"http://127.0.0.1:{service.port}") as client:
        return await asyncio.gather(
            *(_task(client, number, service.text(number), now_ms) for number in range(service.count))
        )


async def _task(client: ApiClient, number: int, text: str, now_ms: int) -> TrackedTask:
    """The one of that number, added so many milliseconds before the others."""
    task = edited(track(TaskId(task_id(number)), now_ms - number), label=text, tags=(text, *text.split()[:3]))
    try:
        task = answered(task, await client.detail(task.id), now_ms, now_ms)
    except ApiError as error:
        task = not_answered(task, error, now_ms, now_ms)
    if number % 3 == 0:
        state = DownloadState.FAILED if number % 2 else DownloadState.DONE
        task = with_download(task, Download(state, path=f"/videos/{text}", error=text, at_ms=now_ms))
    return task
