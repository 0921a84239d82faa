"""The detail and create endpoints against every rule of the published interface."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from headswap_tui.simulator.server import Simulator
from tests.conftest import NOON_MS
from tests.contract.simulator.conftest import Ask

TYPES: dict[str, type | tuple[type, ...]] = {
    "_id": str,
    "uid": int,
    "team_id": str,
    "source_video_url": str,
    "create_time": int,
    "status": int,
    "video_duration": (int, float),
    "resolution": str,
    "deduction_duration": (int, float),
    "video_url": (str, type(None)),
    "progress": (int, float),
    "priority": (int, float),
    "task_id": str,
    "error_reason": str,
    "error_code": (int, float),
    "file_name": str,
    "model_name": str,
}


def code_of(answer: httpx.Response) -> int:
    assert answer.status_code == 200
    code = answer.json()["code"]
    assert isinstance(code, int)
    assert isinstance(answer.json()["msg"], str)
    return code


@pytest.mark.parametrize(
    "life",
    [
        {"queue_s": 60},
        {"queue_s": 0, "processing_s": 60, "age_s": 20},
        {"queue_s": 0, "processing_s": 0},
        {"queue_s": 0, "processing_s": 0, "outcome": "failed"},
        {"queue_s": 0, "processing_s": 0, "outcome": "unknown"},
    ],
)
def test_every_documented_field_has_its_documented_type(
    still_simulator: Simulator, ask: Ask, life: dict[str, Any]
) -> None:
    answer = ask(still_simulator.create(**life))

    assert code_of(answer) == 1000
    assert answer.json()["msg"] == "OK"
    data = answer.json()["data"]
    assert set(data) == set(TYPES)
    assert {name for name, kind in TYPES.items() if not isinstance(data[name], kind)} == set()
    assert 0 <= data["progress"] <= 100


def test_a_life_goes_from_queue_over_processing_to_a_video(still_simulator: Simulator, ask: Ask) -> None:
    task_id = still_simulator.create(queue_s=10, processing_s=20, url_delay_s=5, resolution="720p", file_name="a.mp4")
    seen = []
    for _ in range(5):
        data = ask(task_id).json()["data"]
        seen.append((data["status"], bool(data["video_url"])))
        still_simulator.advance(8)

    assert seen == [(1, False), (1, False), (2, False), (2, False), (3, False)]
    data = ask(task_id).json()["data"]
    assert (data["status"], data["progress"], data["resolution"], data["file_name"]) == (3, 100, "720p", "a.mp4")
    assert data["video_url"].startswith(f"{still_simulator.base_url}/media/{task_id}/a.mp4?Expires=")
    assert data["deduction_duration"] == data["video_duration"] > 0


def test_the_link_is_null_or_empty_before_completion(still_simulator: Simulator, ask: Ask) -> None:
    links = [ask(still_simulator.create(queue_s=60)).json()["data"]["video_url"] for _ in range(2)]

    assert sorted(links, key=repr) == ["", None]


def test_a_failed_task_says_why(still_simulator: Simulator, ask: Ask) -> None:
    fails: dict[str, Any] = {
        "outcome": "failed",
        "error_reason": "No [/x] face \x1b[2J",
        "error_code": 30021,
        "reached": 40,
    }
    data = ask(still_simulator.create(queue_s=0, processing_s=0, **fails)).json()["data"]

    assert (data["status"], data["error_reason"], data["error_code"]) == (4, "No [/x] face \x1b[2J", 30021)
    assert data["progress"] == 40
    assert not data["video_url"]


def test_create_time_lies_the_age_back(still_simulator: Simulator, ask: Ask) -> None:
    data = ask(still_simulator.create(age_s=90)).json()["data"]

    assert data["create_time"] == NOON_MS - 90_000


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 1102),
        ({"x-api-key": ""}, 1102),
        ({"x-api-key": "wrong"}, 1101),
        ({"Authorization": "Bearer wrong"}, 1101),
        ({"Authorization": "Basic {token}"}, 1101),
        ({"x-api-key": "{key}"}, 1000),
        ({"Authorization": "Bearer {token}"}, 1000),
        ({"x-api-key": "{key}", "Authorization": "Bearer wrong"}, 1101),
        ({"x-api-key": "wrong", "Authorization": "Bearer {token}"}, 1000),
    ],
)
def test_credentials(still_simulator: Simulator, client: httpx.Client, headers: dict[str, str], code: int) -> None:
    filled = {
        name: value.format(key=still_simulator.api_key, token=still_simulator.token) for name, value in headers.items()
    }
    task_id = still_simulator.create()

    answer = client.get(still_simulator.detail_path, params={"_id": task_id}, headers=filled)

    assert code_of(answer) == code
    if code != 1000:
        assert not answer.json().get("data")


@pytest.mark.parametrize(
    ("task_id", "code"), [("", 1003), ("short", 1003), ("has space in it", 1003), ("6a066dc58570ecbf64f761a5", 1008)]
)
def test_ids_that_are_wrong_or_unknown(ask: Ask, task_id: str, code: int) -> None:
    assert code_of(ask(task_id)) == code


def test_an_id_is_needed(still_simulator: Simulator, client: httpx.Client) -> None:
    answer = client.get(still_simulator.detail_path, headers={"x-api-key": still_simulator.api_key})

    assert code_of(answer) == 1003


def test_unusual_ids_can_be_tasks(still_simulator: Simulator, ask: Ask) -> None:
    assert code_of(ask(still_simulator.create("My_Task-01"))) == 1000


def test_the_task_of_another_team_is_refused(still_simulator: Simulator, ask: Ask) -> None:
    assert code_of(ask(still_simulator.create(answer_code=1009))) == 1009


def test_a_new_id_can_be_unknown_for_a_while(still_simulator: Simulator, ask: Ask) -> None:
    task_id = still_simulator.create(hidden_s=5, age_s=100)

    before = code_of(ask(task_id))
    still_simulator.advance(5)

    assert (before, code_of(ask(task_id))) == (1008, 1000)


def test_fields_can_be_overridden_and_left_out(still_simulator: Simulator, ask: Ask) -> None:
    odd = {"progress": "47.5", "brand_new": {"a": 1}}
    data = ask(still_simulator.create(overrides=odd, omit=["priority"])).json()["data"]

    assert data["progress"] == "47.5"
    assert data["brand_new"] == {"a": 1}
    assert "priority" not in data


def test_create_answers_like_the_platform(still_simulator: Simulator, client: httpx.Client, ask: Ask) -> None:
    headers = {"Authorization": f"Bearer {still_simulator.token}"}
    answer = client.post(still_simulator.create_path, json={"webhookUrl": "https://example.com/hook"}, headers=headers)

    assert code_of(answer) == 1000
    data = answer.json()["data"]
    assert len({data["_id"], data["task_id"], data["team_id"]}) == 3
    assert ask(data["_id"]).json()["data"]["task_id"] == data["task_id"]
    assert ask(data["task_id"]).json()["code"] == 1008  # the internal id is not the one to ask with


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [({}, b"{}", 1102), ({"x-api-key": "{key}"}, b"nonsense", 1003), ({"x-api-key": "{key}"}, b"[]", 1003)],
)
def test_create_refuses(
    still_simulator: Simulator, client: httpx.Client, headers: dict[str, str], body: bytes, code: int
) -> None:
    filled = {name: value.format(key=still_simulator.api_key) for name, value in headers.items()}

    assert code_of(client.post(still_simulator.create_path, content=body, headers=filled)) == code


def test_only_get_asks_for_a_detail(still_simulator: Simulator, client: httpx.Client) -> None:
    assert client.post(still_simulator.detail_path).status_code == 405
    assert client.get("/api/open/v4/headswap/list").status_code == 404


def test_answers_are_dated_on_the_simulators_clock(still_simulator: Simulator, ask: Ask) -> None:
    assert ask(still_simulator.create()).headers["date"] == "Fri, 15 Jan 2027 08:00:00 GMT"
