"""A listener on a made-up engine that counts what it is asked."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import time
from collections.abc import AsyncIterator, Iterable, Sequence

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from headswap_tui.config.client_keys import ClientKeys
from headswap_tui.config.listening import ListenAddress
from headswap_tui.config.secret import Secret
from headswap_tui.domain.errors import StoreWriteFailed
from headswap_tui.domain.events import Connection, Mode
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.webhook.callback import signature_of
from headswap_tui.webhook.listener import Listener

FIRST, SECOND, STRANGER = (TaskId(f"6a066dc58570ecbf64f761{number:02x}") for number in (1, 2, 3))
KEYS = ClientKeys(client_id="AKDt8rWEczpYPzCG", secret=Secret("xfbMs8FZ9kSvWE3RkL0Anm1x"))
LIMIT_S = 10.0


class CountingEngine:
    """Two active tasks."""

    def __init__(self) -> None:
        self.tasks = {task_id: TrackedTask(id=task_id, added_ms=1) for task_id in (FIRST, SECOND)}
        self.hinted: list[TaskId] = []
        self.added: list[TaskId] = []
        self.is_full = False
        self.connection = Connection(Mode.LIVE)
        self.news = asyncio.Event()

    def hint(self, ids: Iterable[TaskId]) -> None:
        """Count them."""
        self.hinted += ids
        self.news.set()

    async def add(self, ids: Sequence[TaskId]) -> None:
        """Count them."""
        if self.is_full:
            raise StoreWriteFailed("The disk is full.")
        self.added += ids


class Hook:
    """A running listener and a client for it."""

    def __init__(self, engine: CountingEngine, client: httpx.AsyncClient, url: str) -> None:
        self.engine = engine
        self.client = client
        self.url = url

    async def post(self, content: bytes | object, url: str | None = None) -> int:
        """Send the bytes, or the value as JSON; the HTTP status."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return (await self.client.post(url or self.url, content=body)).status_code


class MakesHooks:
    """Starts listeners and stops them at the end."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._clients: list[httpx.AsyncClient] = []

    async def __call__(self, *, keys: ClientKeys | None = None, tracks_unknown: bool = False) -> Hook:
        """One on a port of its own."""
        engine = CountingEngine()
        token = Secret(secrets.token_urlsafe(24))
        listener = Listener(engine, token, ListenAddress("127.0.0.1", 0), keys, tracks_unknown=tracks_unknown)
        url = await listener.start()
        client = httpx.AsyncClient(trust_env=False, timeout=LIMIT_S)
        self._listeners.append(listener)
        self._clients.append(client)
        return Hook(engine, client, url)

    async def aclose(self) -> None:
        """Stop them."""
        for client in self._clients:
            await client.aclose()
        for listener in self._listeners:
            await listener.stop()


@pytest.fixture
async def make_hook() -> AsyncIterator[MakesHooks]:
    """Starts listeners."""
    make = MakesHooks()
    yield make
    await make.aclose()


def sealed(content: object, keys: ClientKeys = KEYS, *, block: int = 48) -> dict[str, str]:
    """A callback as the service's page describes it: padded to a multiple of 24 bytes, which AES takes as 48."""
    plain = json.dumps(content).encode()
    room = block - len(plain) % block
    plain += bytes([room]) * room
    encryptor = Cipher(algorithms.AES(keys.secret.reveal().encode()), modes.CBC(keys.client_id.encode())).encryptor()
    data = base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()
    timestamp, nonce = str(int(time.time())), "nonce"
    signature = signature_of(keys.client_id, timestamp, nonce, data)
    return {"signature": signature, "dataEncrypt": data, "timestamp": timestamp, "nonce": nonce}
