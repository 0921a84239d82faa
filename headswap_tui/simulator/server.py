"""The simulator as something to start and stop: a real HTTP server on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
import uvicorn

from headswap_tui.simulator.app import build_app
from headswap_tui.simulator.clock import SimulatedClock, system_ms
from headswap_tui.simulator.connections import Connections, protocol_class
from headswap_tui.simulator.faults import Faults
from headswap_tui.simulator.life import Life
from headswap_tui.simulator.platform import CREATE_PATH, DETAIL_PATH
from headswap_tui.simulator.request_log import RequestLog
from headswap_tui.simulator.world import World

_LIMIT_S: Final = 5.0
"""Starting and stopping take milliseconds; longer than this is a bug."""


class Simulator:
    """One simulated platform. Everything but `start` and `stop` may be used from any thread, at any time."""

    detail_path: Final = DETAIL_PATH
    create_path: Final = CREATE_PATH

    def __init__(
        self,
        *,
        seed: int = 1,
        speed: float = 1.0,
        host: str = "127.0.0.1",
        port: int = 0,
        now_ms: Callable[[], int] = system_ms,
    ) -> None:
        """Not listening yet. Port 0 takes any free one, and keeps it over `stop` and `start`.

        `now_ms` is the wall clock; one that answers a constant holds the time still for `advance`. Raises ValueError
        for a speed of zero or below.
        """
        self.clock = SimulatedClock(now_ms)
        self.world = World(seed=seed, speed=speed, clock=self.clock)
        self.faults = Faults(seed)
        """What goes wrong."""
        self.requests = RequestLog()
        """What arrived."""
        self.api_key = self.world.api_key
        """Goes into `x-api-key`."""
        self.token = self.world.token
        """Goes into `Authorization: Bearer`."""
        self._host, self._port = host, port
        self._running: _Running | None = None

    @property
    def port(self) -> int:
        """The port; 0 before the first start if any may be taken."""
        return self._port

    @property
    def base_url(self) -> str:
        """Such as `http://127.0.0.1:40123`."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    def start(self) -> None:
        """Listen; does nothing if it does already. Raises OSError if the port is taken."""
        if self._running is not None:
            return
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # asyncio turns Nagle's delay off only on sockets that name their protocol: 40 ms an answer
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((self._host, self._port))
            sock.listen(512)
        except OSError:
            sock.close()
            raise
        self._port = sock.getsockname()[1]
        self._running = _Running(self, sock)

    def stop(self) -> None:
        """Stop listening and end every connection: new ones are refused until `start`. The tasks live on."""
        if self._running is not None:
            self._running.stop()
            self._running = None

    def create(self, task_id: str | None = None, **life: Any) -> str:
        """Start a task and return its id. The keywords are the fields of `life.Life`.

        Raises ValueError (msgspec's) for a field that does not exist or has the wrong type.
        """
        return self.world.create(msgspec.convert(life, Life), task_id).id

    def change(self, task_id: str, **life: Any) -> None:
        """Rewrite parts of a task's life. Raises KeyError for an unknown id, ValueError for wrong fields."""
        self.world.change(task_id, **life)

    def advance(self, seconds: float) -> None:
        """Skip time: lives and links are that much older at once (lives by `speed` times as much)."""
        self.clock.advance(seconds)

    def data(self, task_id: str) -> dict[str, Any]:
        """The `data` that the detail endpoint answers now. Raises KeyError for an unknown id."""
        return self.world.data(self._task(task_id), self.base_url)

    def video_url(self, task_id: str) -> str:
        """The link of the hosted file as it would be handed out now. Raises KeyError for an unknown id."""
        return self.world.video_url(self._task(task_id), self.base_url)

    def video_bytes(self, task_id: str) -> bytes:
        """The whole hosted file as it is now. Raises KeyError for an unknown id."""
        video = self.world.video(self._task(task_id))
        return video.read(0, video.size)

    def _task(self, task_id: str) -> Any:
        task = self.world.get(task_id)
        if task is None:
            raise KeyError(task_id)
        return task


class _Server(uvicorn.Server):
    """uvicorn without its tenths of a second of polling, and ending what hangs on purpose."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._watched = connections
        self._ready = threading.Event()
        self._leave = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._ready.set()

    async def main_loop(self) -> None:
        await self._leave.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002  # uvicorn's signature
        """Refuse new connections, end the open ones, and wait for what was answering them."""
        for server in self.servers:
            server.close()
        self._watched.abort_all()
        if self.server_state.tasks:
            await asyncio.wait(list(self.server_state.tasks), timeout=_LIMIT_S / 5)

    def wait_ready(self) -> bool:
        """Block until it listens; whether it does."""
        return self._ready.wait(_LIMIT_S)

    def leave(self) -> None:
        """Ask it to end; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._leave.set)


class _Running:
    """The server thread of one listening simulator."""

    def __init__(self, simulator: Simulator, sock: socket.socket) -> None:
        connections = Connections()
        app = build_app(simulator.world, simulator.faults, simulator.requests, connections)
        config = uvicorn.Config(
            app,
            http=protocol_class(connections, simulator.faults.resets_connection),
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=30,
        )
        self._server = _Server(config, connections)
        self._thread = threading.Thread(target=self._serve, args=(sock,), name="simulator", daemon=True)
        self._thread.start()
        if not self._server.wait_ready():
            raise RuntimeError("the simulator did not start")

    def _serve(self, sock: socket.socket) -> None:
        asyncio.run(self._server.serve(sockets=[sock]))

    def stop(self) -> None:
        """End it and wait for its thread. Raises RuntimeError if it does not end."""
        self._server.leave()
        self._thread.join(_LIMIT_S)
        if self._thread.is_alive():
            raise RuntimeError("the simulator did not stop")


@contextlib.contextmanager
def running_simulator(
    *, seed: int = 1, speed: float = 1.0, port: int = 0, now_ms: Callable[[], int] = system_ms
) -> Iterator[Simulator]:
    """A simulator that listens on loopback for as long as the block runs. Raises OSError if the port is taken."""
    simulator = Simulator(seed=seed, speed=speed, port=port, now_ms=now_ms)
    simulator.start()
    try:
        yield simulator
    finally:
        simulator.stop()
