"""The control pages under `/_sim/`, for shell scripts: create tasks, turn faults, read the log, skip time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headswap_tui.simulator.faults import Faults, Rule
from headswap_tui.simulator.life import Life
from headswap_tui.simulator.request_log import RequestLog
from headswap_tui.simulator.world import SimulatedTask, World

_Page = Callable[[Request], Awaitable[object]]


class Control:
    """The pages over one world. Wrong input answers 400 with `{"problem": ...}`."""

    def __init__(self, world: World, faults: Faults, log: RequestLog) -> None:
        self._world, self._faults, self._log = world, faults, log

    def routes(self) -> list[Route]:
        """What there is."""
        pages: list[tuple[str, str, _Page]] = [
            ("GET", "", self._overview),
            ("GET", "tasks", self._list_tasks),
            ("GET", "ids", self._list_ids),
            ("POST", "tasks", self._create_task),
            ("PATCH", "tasks/{task_id}", self._change_task),
            ("GET", "faults", self._list_faults),
            ("POST", "faults", self._add_fault),
            ("DELETE", "faults", self._clear_faults),
            ("GET", "requests", self._list_requests),
            ("DELETE", "requests", self._forget_requests),
            ("POST", "advance", self._advance),
        ]
        return [Route(f"/_sim/{path}", _page(page), methods=[method]) for method, path, page in pages]

    async def _overview(self, _: Request) -> object:
        world = self._world
        return {"seed": world.seed, "speed": world.speed, "now_ms": world.clock.now_ms(), "tasks": len(world.tasks())}

    async def _list_tasks(self, _: Request) -> object:
        return [_summary(self._world, task) for task in self._world.tasks()]

    async def _list_ids(self, _: Request) -> object:
        return Response("".join(f"{task.id}\n" for task in self._world.tasks()), media_type="text/plain")

    async def _create_task(self, request: Request) -> object:
        fields = _object(await request.body())
        task_id = fields.pop("id", None)
        return _summary(self._world, self._world.create(msgspec.convert(fields, Life), task_id))

    async def _change_task(self, request: Request) -> object:
        fields = _object(await request.body())
        return _summary(self._world, self._world.change(str(request.path_params["task_id"]), **fields))

    async def _list_faults(self, _: Request) -> object:
        return self._faults.rules()

    async def _add_fault(self, request: Request) -> object:
        self._faults.add(msgspec.json.decode(await request.body(), type=Rule))
        return self._faults.rules()

    async def _clear_faults(self, request: Request) -> object:
        self._faults.clear(request.query_params.get("fault"), task=request.query_params.get("task"))
        return self._faults.rules()

    async def _list_requests(self, _: Request) -> object:
        return [asdict(request) for request in self._log.all()]

    async def _forget_requests(self, _: Request) -> object:
        self._log.clear()
        return []

    async def _advance(self, request: Request) -> object:
        self._world.clock.advance(msgspec.json.decode(await request.body(), type=_Skip).seconds)
        return {"now_ms": self._world.clock.now_ms()}


class _Skip(msgspec.Struct, forbid_unknown_fields=True):
    seconds: float


def _summary(world: World, task: SimulatedTask) -> dict[str, Any]:
    now = world.stage(task)
    return {
        "id": task.id,
        "status": now.status,
        "progress": now.progress,
        "lived_s": round(world.lived_s(task), 3),
        "life": task.life,
    }


def _object(body: bytes) -> dict[str, Any]:
    return msgspec.json.decode(body or b"{}", type=dict[str, Any])


def _page(page: _Page) -> Callable[[Request], Awaitable[Response]]:
    """The page as JSON, one object a line where it is a list; what was wrong with the input as 400."""

    async def answered(request: Request) -> Response:
        """The page, whatever the input."""
        try:
            content = await page(request)
        except KeyError as error:
            return _json({"problem": f"no task {error}"}, 404)
        except ValueError as error:  # msgspec's errors are ValueErrors, too
            return _json({"problem": str(error)}, 400)
        return content if isinstance(content, Response) else _json(content, 200)

    return answered


def _json(content: object, status: int) -> Response:
    rows = content if isinstance(content, list) else [content]
    body = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    return Response(body, status, media_type="application/json")
