"""The control pages, as a shell script uses them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from headswap_tui.simulator.server import Simulator
from tests.contract.simulator.conftest import Ask


def rows(answer: httpx.Response) -> list[dict[str, Any]]:
    import json

    assert answer.status_code == 200
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_task_with_a_life_of_ones_choice(client: httpx.Client, ask: Ask) -> None:
    life = {
        "queue_s": 0,
        "processing_s": 0,
        "outcome": "failed",
        "error_reason": "no",
        "id": "6a066dc58570ecbf64f761a5",
    }

    (made,) = rows(client.post("/_sim/tasks", json=life))

    assert (made["id"], made["status"]) == ("6a066dc58570ecbf64f761a5", 4)
    assert ask(made["id"]).json()["data"]["error_reason"] == "no"
    (changed,) = rows(client.patch(f"/_sim/tasks/{made['id']}", json={"outcome": "completed"}))
    assert changed["status"] == 3
    assert [row["id"] for row in rows(client.get("/_sim/tasks"))] == [made["id"]]
    assert client.get("/_sim/ids").text == made["id"] + "\n"


def test_faults_by_hand(client: httpx.Client, ask: Ask) -> None:
    on = rows(client.post("/_sim/faults", json={"fault": "throttle", "value": 5, "times": 2}))
    assert (on[0]["fault"], on[0]["times"]) == ("throttle", 2)
    assert ask("6a066dc58570ecbf64f761a5").headers["retry-after"] == "5"
    assert rows(client.get("/_sim/faults"))[0]["times"] == 1

    assert rows(client.delete("/_sim/faults", params={"fault": "throttle"})) == []
    assert ask("6a066dc58570ecbf64f761a5").status_code == 200


def test_the_log_and_its_end(client: httpx.Client, ask: Ask) -> None:
    ask("6a066dc58570ecbf64f761a5")
    client.get("/_sim/")

    (logged,) = rows(client.get("/_sim/requests"))

    assert (logged["method"], logged["query"]) == ("GET", {"_id": "6a066dc58570ecbf64f761a5"})
    assert rows(client.delete("/_sim/requests")) == []
    assert rows(client.get("/_sim/requests")) == []


def test_skipping_time(still_simulator: Simulator, client: httpx.Client, ask: Ask) -> None:
    task_id = still_simulator.create(queue_s=100)
    assert ask(task_id).json()["data"]["status"] == 1

    assert client.post("/_sim/advance", json={"seconds": 100}).status_code == 200
    assert ask(task_id).json()["data"]["status"] == 2


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("tasks", b'{"colour": "red"}', "colour"),
        ("tasks", b"nonsense", "malformed"),
        ("tasks", b"[]", "object"),
        ("tasks", b'{"id": "x"}', "not a new id"),
        ("tasks", b'{"clip": "cats"}', "no clip"),
        ("faults", b'{"fault": "fire"}', "fire"),
        ("faults", b'{"fault": "drop", "often": 1}', "often"),
        ("advance", b"{}", "seconds"),
    ],
)
def test_wrong_input_is_named(client: httpx.Client, path: str, body: bytes, problem: str) -> None:
    answer = client.post(f"/_sim/{path}", content=body)

    assert answer.status_code == 400
    assert problem in answer.json()["problem"]


def test_changing_a_task_that_is_not_there(client: httpx.Client) -> None:
    assert client.patch("/_sim/tasks/nobody", json={}).status_code == 404
