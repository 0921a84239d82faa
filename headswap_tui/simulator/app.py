"""The ASGI application: routes to the platform's API, the file host and the control pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from email.utils import formatdate
from time import monotonic
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headswap_tui.simulator.connections import Connections
from headswap_tui.simulator.control import Control
from headswap_tui.simulator.delivery import Delivery
from headswap_tui.simulator.faults import Faults
from headswap_tui.simulator.media import MediaHost
from headswap_tui.simulator.platform import CREATE_PATH, DETAIL_PATH, Platform
from headswap_tui.simulator.request_log import LoggedRequest, RequestLog
from headswap_tui.simulator.world import World

_Endpoint = Callable[[Request], Awaitable[Any]]


def build_app(world: World, faults: Faults, log: RequestLog, connections: Connections) -> ASGIApp:
    """The application over one world."""
    platform = Platform(world, connections)
    media = MediaHost(world, connections)

    async def detail(request: Request) -> Delivery:
        query = dict(request.query_params)
        hits = faults.take(query.get("_id", ""), media=False)
        return platform.detail(_headers(request), query, _base_url(request), hits)

    async def create(request: Request) -> Delivery:
        hits = faults.take("", media=False)
        return platform.create(_headers(request), await request.body(), hits)

    async def hosted(request: Request) -> Delivery:
        task_id = str(request.path_params["task_id"])
        hits = faults.take(task_id, media=True)
        return media.answer(task_id, dict(request.query_params), _headers(request), hits)

    routes = [
        Route(DETAIL_PATH, _typed(detail), methods=["GET"]),
        Route(CREATE_PATH, _typed(create), methods=["POST"]),
        Route("/media/{task_id}/{name}", _typed(hosted), methods=["GET", "HEAD"]),
        *Control(world, faults, log).routes(),
    ]
    return _Logged(Starlette(routes=routes), world, log)


def _typed(endpoint: _Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """Starlette sends whatever can be called like a response, but its types say `Response`."""
    return endpoint


def _headers(request: Request) -> dict[str, str]:
    return dict(request.headers)


def _base_url(request: Request) -> str:
    return str(request.base_url).rstrip("/")


class _Logged:
    """Logs every request but those for the control pages, and dates every answer on the simulator's clock."""

    def __init__(self, inner: ASGIApp, world: World, log: RequestLog) -> None:
        self._inner, self._world, self._log = inner, world, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        now_ms = self._world.clock.now_ms()
        status = 0

        async def dated(message: Message) -> None:
            """`send`, noting the status."""
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                date = formatdate(now_ms / 1000, usegmt=True).encode()
                message = {**message, "headers": [(b"date", date), *message["headers"]]}
            await send(message)

        request = _logged(scope, now_ms)
        if request.path.startswith("/_sim"):
            await self._inner(scope, receive, dated)
            return
        self._log.began(request)
        try:
            await self._inner(scope, receive, dated)
        finally:
            self._log.ended(request, status)


def _logged(scope: Scope, now_ms: int) -> LoggedRequest:
    request = Request(scope)
    return LoggedRequest(
        method=request.method,
        path=scope["path"],
        query=dict(request.query_params),
        headers=dict(request.headers),
        at_ms=now_ms,
        at_s=monotonic(),
    )
