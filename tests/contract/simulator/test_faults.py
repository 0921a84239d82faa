"""Each misbehaviour of the API, over real connections."""

from __future__ import annotations

import socket
import threading
import time

import httpx
import pytest

from headswap_tui.simulator.faults import Fault, Faults, parse_rule
from headswap_tui.simulator.garbled import VARIANTS
from headswap_tui.simulator.server import Simulator
from tests.contract.simulator.conftest import Ask


@pytest.fixture
def task_id(still_simulator: Simulator) -> str:
    """A task in processing."""
    return still_simulator.create(queue_s=0, processing_s=100, age_s=50)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (None, None),
        (7, "7"),
        (0.5, "0.5"),
        ("date:60", "Fri, 15 Jan 2027 08:01:00 GMT"),
        ("soon", "soon"),
        (-3, "-3"),
        (999_999_999_999, "999999999999"),
    ],
)
def test_throttle(
    still_simulator: Simulator, ask: Ask, task_id: str, asked: float | str | None, said: str | None
) -> None:
    still_simulator.faults.throttle(asked, times=1)

    throttled, after = ask(task_id), ask(task_id)

    assert (throttled.status_code, throttled.json()["code"]) == (429, 1005)
    assert throttled.headers.get("retry-after") == said
    assert after.json()["code"] == 1000


def test_a_business_code(still_simulator: Simulator, ask: Ask, task_id: str) -> None:
    still_simulator.faults.code(1104)

    answer = ask(task_id)

    assert (answer.status_code, answer.json()["code"], answer.json()["msg"]) == (200, 1104, "Insufficient credits")


@pytest.mark.parametrize(
    ("status", "kind"), [(500, "json"), (502, "html"), (503, "html"), (404, "json"), (599, "json")]
)
def test_server_errors(still_simulator: Simulator, ask: Ask, task_id: str, status: int, kind: str) -> None:
    still_simulator.faults.server_error(status)

    answer = ask(task_id)

    assert answer.status_code == status
    assert kind in answer.headers["content-type"]


@pytest.mark.parametrize("variant", [*VARIANTS, "redirect"])
def test_garbled_answers_are_not_what_they_should_be(
    still_simulator: Simulator, ask: Ask, task_id: str, variant: str
) -> None:
    right = ask(task_id).json()
    still_simulator.faults.garble(variant, times=1)

    answer = ask(task_id)

    assert answer.status_code == (302 if variant == "redirect" else 200)
    try:
        content = answer.json()
    except (ValueError, RecursionError):
        content = None
    assert content != right
    assert ask(task_id).json() == right


def test_some_garbled_answers_in_particular(still_simulator: Simulator, ask: Ask, task_id: str) -> None:
    still_simulator.faults.garble("wrong_id", times=1)
    assert ask(task_id).json()["data"]["_id"] not in (task_id, None)
    still_simulator.faults.garble("big", times=1)
    assert len(ask(task_id).content) > 1 << 20
    still_simulator.faults.garble("bomb", times=1)
    assert int(ask(task_id).headers["content-length"]) < 1 << 18
    still_simulator.faults.garble("mistyped", times=1)
    assert isinstance(ask(task_id).json()["data"]["progress"], str)


def test_drop_before_any_byte(still_simulator: Simulator, ask: Ask, task_id: str) -> None:
    still_simulator.faults.drop(times=1)

    with pytest.raises(httpx.ReadError):
        ask(task_id)
    assert ask(task_id).status_code == 200


def test_drop_inside_the_body(still_simulator: Simulator, client: httpx.Client, task_id: str) -> None:
    still_simulator.faults.drop("inside", times=1)
    query, headers = {"_id": task_id}, {"x-api-key": still_simulator.api_key}

    got = b""
    with client.stream("GET", still_simulator.detail_path, params=query, headers=headers) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.ReadError):
            for piece in answer.iter_raw():
                got += piece

    assert got.startswith(b'{"code":1000')
    assert 0 < len(got) < int(answer.headers["content-length"])


def test_noise_instead_of_http(still_simulator: Simulator, ask: Ask, task_id: str) -> None:
    still_simulator.faults.drop("noise", times=1)

    with pytest.raises(httpx.RemoteProtocolError):
        ask(task_id)


def test_slow_answers_arrive_late(still_simulator: Simulator, ask: Ask, task_id: str) -> None:
    still_simulator.faults.slow(0.2, times=1)
    began = time.monotonic()

    assert ask(task_id).json()["code"] == 1000
    assert time.monotonic() - began >= 0.2


def test_dripping_answers_arrive_bit_by_bit(still_simulator: Simulator, ask: Ask, task_id: str) -> None:
    still_simulator.faults.set(Fault.DRIP, 2000, times=1)
    began = time.monotonic()

    answer = ask(task_id)

    assert answer.json()["code"] == 1000
    assert time.monotonic() - began >= len(answer.content) / 2000 * 0.8


@pytest.mark.parametrize("when", ["before", "headers"])
def test_answers_that_never_come(still_simulator: Simulator, ask: Ask, task_id: str, when: str) -> None:
    still_simulator.faults.set(Fault.HANG, when, times=1)

    with pytest.raises(httpx.ReadTimeout):
        ask(task_id, timeout=0.2)
    assert ask(task_id).status_code == 200


def test_unknown_statuses(still_simulator: Simulator, ask: Ask, task_id: str) -> None:
    still_simulator.faults.set(Fault.UNKNOWN_STATUS, 12)

    assert ask(task_id).json()["data"]["status"] == 12


@pytest.mark.parametrize(
    ("code", "status", "said"), [(1101, 200, 1101), (1200, 200, 1200), (401, 401, 1101), (403, 403, 1101)]
)
def test_revoked_credentials(
    still_simulator: Simulator, ask: Ask, task_id: str, code: int, status: int, said: int
) -> None:
    still_simulator.faults.revoke(code)
    refused = ask(task_id)
    still_simulator.faults.clear(Fault.REVOKED)

    assert (refused.status_code, refused.json()["code"]) == (status, said)
    assert ask(task_id).json()["code"] == 1000


def test_offline_resets_everything_but_the_control_pages(
    still_simulator: Simulator, client: httpx.Client, ask: Ask, finished: str
) -> None:
    still_simulator.faults.offline()

    with pytest.raises(httpx.ReadError):
        ask(finished)
    with pytest.raises(httpx.ReadError):
        client.get(still_simulator.video_url(finished))
    assert client.get("/_sim/").status_code == 200
    assert client.delete("/_sim/faults").status_code == 200
    assert ask(finished).json()["code"] == 1000


def test_being_offline_can_pass_by_itself(still_simulator: Simulator, ask: Ask, task_id: str) -> None:
    still_simulator.faults.offline(times=2)

    for _ in range(2):
        with pytest.raises(httpx.ReadError):
            ask(task_id)
    assert ask(task_id).status_code == 200
    assert still_simulator.faults.rules() == []


def test_stop_refuses_connections_and_start_takes_the_same_port(
    still_simulator: Simulator, ask: Ask, task_id: str
) -> None:
    before = still_simulator.base_url, ask(task_id).json()
    still_simulator.stop()
    with pytest.raises(httpx.ConnectError):
        ask(task_id)
    still_simulator.start()

    assert (still_simulator.base_url, ask(task_id).json()) == before


def test_rules_can_be_for_one_task(still_simulator: Simulator, ask: Ask, task_id: str) -> None:
    other = still_simulator.create()
    still_simulator.faults.server_error(task=task_id)

    assert ask(other).status_code == 200
    assert ask(task_id).status_code == 500
    still_simulator.faults.clear(task=task_id)
    assert ask(task_id).status_code == 200


def test_rules_hit_so_many_requests_as_they_say(still_simulator: Simulator, ask: Ask, task_id: str) -> None:
    still_simulator.faults.server_error(times=2)
    still_simulator.faults.throttle(times=1)

    assert [ask(task_id).status_code for _ in range(4)] == [429, 500, 200, 200]
    assert still_simulator.faults.rules() == []


def test_chance_follows_from_the_seed() -> None:
    def hits(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.server_error(probability=0.3)
        return [Fault.SERVER_ERROR in faults.take("a", media=False) for _ in range(400)]

    assert hits(1) == hits(1) != hits(2)
    assert 80 < sum(hits(1)) < 160


def test_api_faults_leave_media_alone_and_the_other_way_round(
    still_simulator: Simulator, client: httpx.Client, ask: Ask, finished: str
) -> None:
    still_simulator.faults.server_error(times=1)
    still_simulator.faults.expire_links(times=1)

    assert client.get(still_simulator.video_url(finished)).status_code == 403
    assert ask(finished).status_code == 500
    assert client.get(still_simulator.video_url(finished)).status_code == 200


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("throttle", (Fault.THROTTLE, None, None, 1.0)),
        ("throttle=5", (Fault.THROTTLE, "5", None, 1.0)),
        ("media-cut=100*3@0.25", (Fault.MEDIA_CUT, "100", 3, 0.25)),
        ("server_error@0.1", (Fault.SERVER_ERROR, None, None, 0.1)),
        ("drop*2", (Fault.DROP, None, 2, 1.0)),
    ],
)
def test_rules_as_text(text: str, rule: tuple[Fault, str | None, int | None, float]) -> None:
    parsed = parse_rule(text)

    assert (parsed.fault, parsed.value, parsed.times, parsed.probability) == rule


@pytest.mark.parametrize("text", ["", "nope", "nope=1", "drop*many", "drop@often"])
def test_rules_that_make_no_sense(text: str) -> None:
    with pytest.raises(ValueError, match=r"no fault named|not a count"):
        parse_rule(text)


def test_a_client_that_leaves_while_it_waits_does_no_harm(still_simulator: Simulator, ask: Ask, task_id: str) -> None:
    still_simulator.faults.set(Fault.HANG, times=1)
    with socket.create_connection(("127.0.0.1", still_simulator.port), timeout=5) as raw:
        raw.sendall(f"GET {still_simulator.detail_path}?_id={task_id} HTTP/1.1\r\nHost: sim\r\n\r\n".encode())
        still_simulator.requests.wait_for(lambda log: len(log) == 1)

    assert ask(task_id).status_code == 200


def test_switches_may_be_turned_while_requests_run(still_simulator: Simulator, ask: Ask, task_id: str) -> None:
    done = threading.Event()

    def turn() -> None:
        while not done.is_set():
            still_simulator.faults.server_error(times=1)
            still_simulator.faults.clear()

    turning = threading.Thread(target=turn)
    turning.start()
    try:
        assert {ask(task_id).status_code for _ in range(50)} <= {200, 500}
    finally:
        done.set()
        turning.join()
