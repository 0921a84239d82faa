"""The two endpoints of the platform: creating a task and asking for its detail."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from headswap_tui.simulator.connections import Connections
from headswap_tui.simulator.delivery import Delivery, Ending, whole
from headswap_tui.simulator.faults import Fault, Hits, Rule
from headswap_tui.simulator.garbled import JSON, garbled
from headswap_tui.simulator.life import Life
from headswap_tui.simulator.refusals import proxy_error, retry_after
from headswap_tui.simulator.world import MESSAGES, SUCCESS, World

DETAIL_PATH: Final = "/api/open/v4/headswap/task/detail"
CREATE_PATH: Final = "/api/open/v4/headswap/create"

_DROPS: Final = {"inside": Ending.RESET, "noise": Ending.NOISE}


class Platform:
    """The API of one world."""

    def __init__(self, world: World, connections: Connections) -> None:
        self._world = world
        self._connections = connections

    def detail(self, headers: Mapping[str, str], query: Mapping[str, str], base_url: str, hits: Hits) -> Delivery:
        """The answer of the detail endpoint; `headers` has lower-case names."""
        if refused := self._refused(hits):
            return _misdelivered(refused, hits)
        code, data = self.credential_problem(headers), None
        if code is None:
            code, data = self._world.detail(query.get("_id", ""), base_url)
        if data is not None and (rule := hits.get(Fault.UNKNOWN_STATUS)):
            data["status"] = int(rule.number(7))
        answer = envelope(code, data)
        if rule := hits.get(Fault.GARBLE):
            said, body = garbled(rule.text("html"), answer)
            garbage = whole(self._connections, 200, dict(said), body)
            if rule.text("html") == "redirect":
                garbage = whole(self._connections, 302, {"location": "http://portal.invalid/login"}, b"")
            return _misdelivered(garbage, hits)
        return _misdelivered(self._json(200, answer), hits)

    def create(self, headers: Mapping[str, str], body: bytes, hits: Hits) -> Delivery:
        """The answer of the create endpoint: any JSON object starts a task with a life chosen by the seed."""
        if refused := self._refused(hits):
            return _misdelivered(refused, hits)
        if (code := self.credential_problem(headers)) is not None:
            return _misdelivered(self._json(200, envelope(code, None)), hits)
        try:
            msgspec.json.decode(body, type=dict[str, Any])
        except msgspec.DecodeError:
            return _misdelivered(
                self._json(200, envelope(1003, None, "Parameter error: a JSON object is expected")), hits
            )
        rnd = random.Random(f"{self._world.seed}/create/{len(self._world.tasks())}")
        life = Life(queue_s=round(rnd.uniform(1, 6), 1), processing_s=round(rnd.uniform(8, 40), 1))
        task = self._world.create(life)
        kept = (
            "_id",
            "uid",
            "team_id",
            "task_id",
            "create_time",
            "status",
            "video_duration",
            "model_name",
            "file_name",
        )
        data = self._world.data(task, "")
        return _misdelivered(self._json(200, envelope(SUCCESS, {name: data[name] for name in kept})), hits)

    def credential_problem(self, headers: Mapping[str, str]) -> int | None:
        """Code 1102 or 1101, or `None` for a good credential. If both kinds are sent, `Authorization` wins."""
        if authorization := headers.get("authorization", "").strip():
            scheme, _, token = authorization.partition(" ")
            return None if scheme.lower() == "bearer" and token.strip() == self._world.token else 1101
        key = headers.get("x-api-key", "").strip()
        if not key:
            return 1102
        return None if key == self._world.api_key else 1101

    def _refused(self, hits: Hits) -> Delivery | None:
        """The answer of a fault that makes the request irrelevant."""
        if rule := hits.get(Fault.THROTTLE):
            said = retry_after(rule, self._world.clock.now_ms())
            return self._json(429, envelope(1005, None), said)
        if rule := hits.get(Fault.SERVER_ERROR):
            return self._failing(int(rule.number(500)))
        if rule := hits.get(Fault.REVOKED):
            code = int(rule.number(1101))
            return (
                self._json(code, envelope(1101, None)) if code in (401, 403) else self._json(200, envelope(code, None))
            )
        if rule := hits.get(Fault.CODE):
            return self._json(200, envelope(int(rule.number(1005)), None))
        return None

    def _failing(self, status: int) -> Delivery:
        if status in (502, 503, 504):
            content_type, body = proxy_error(status)
            return whole(self._connections, status, {"content-type": content_type}, body)
        return self._json(status, {"code": status, "msg": "Internal error", "data": None})

    def _json(self, status: int, answer: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Delivery:
        # gateways set cookies; nothing may come of it
        said = {"content-type": JSON, "set-cookie": "gateway=a1b2c3; Path=/; HttpOnly", **(headers or {})}
        return whole(self._connections, status, said, msgspec.json.encode(answer))


def envelope(code: int, data: dict[str, Any] | None, message: str | None = None) -> dict[str, Any]:
    """What every answer of the API is wrapped in."""
    answer: dict[str, Any] = {"code": code, "msg": message or MESSAGES.get(code, f"Error {code}")}
    if data is not None or code != 1008:  # the platform is not consistent in this
        answer["data"] = data
    return answer


def _misdelivered(delivery: Delivery, hits: Hits) -> Delivery:
    """The same answer, late, drop by drop or broken off."""
    if rule := hits.get(Fault.SLOW):
        delivery = dataclasses.replace(delivery, delay_s=rule.number(2))
    if rule := hits.get(Fault.DRIP):
        delivery = dataclasses.replace(delivery, bytes_per_s=rule.number(20))
    if rule := hits.first((Fault.DROP, Fault.HANG)):
        delivery = _broken_off(delivery, rule)
    return delivery


def _broken_off(delivery: Delivery, rule: Rule) -> Delivery:
    if rule.fault is Fault.HANG:
        with_headers = rule.text("before") == "headers"
        return dataclasses.replace(delivery, stop_after=0, ending=Ending.SILENCE, headers_first=with_headers)
    when = rule.text("before")
    if when == "inside":
        return dataclasses.replace(delivery, stop_after=delivery.size // 2, ending=Ending.RESET)
    return dataclasses.replace(delivery, ending=_DROPS.get(when, Ending.RESET), headers_first=False)
