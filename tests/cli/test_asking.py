"""refresh: one question per task, now; and what becomes of the answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from headswap_tui.simulator.server import Simulator
from tests.cli.conftest import ID, OTHER_ID, Cli

PUBLISHED = {
    "code": 1000,
    "msg": "OK",
    "data": {
        "_id": ID,
        "uid": 101400,
        "team_id": "6805fb69e92d9edc7ca0b409",
        "create_time": 1778806213962,
        "status": 3,
        "video_duration": 10,
        "resolution": "720p",
        "video_url": "https://files.example/out.mp4",
        "error_code": 7,
        "progress": 100,
        "a_new_field": {"deep": [1, 2.5, None]},
    },
}


@contextmanager
def answering(body: object) -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """A server that answers everything with `body`; gives its address and the requests (path, headers) it got."""
    requests: list[tuple[str, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            text = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_published_example(cli: Cli) -> None:
    with answering(PUBLISHED) as (url, requests):
        cli("add", ID)
        result = cli("refresh", HEADSWAP_BASE_URL=url, HEADSWAP_API_KEY="key-1")
        assert (result.status, result.err) == (0, "")
        assert "completed" in result.out
    ((path, headers),) = requests
    assert path == f"/api/open/v4/headswap/task/detail?_id={ID}"
    assert headers["x-api-key"] == "key-1"
    assert "authorization" not in headers
    shown = cli("show", ID, "--json")
    record = shown.record
    assert record["state"] == "completed"
    assert record["resolution"] == "720p"
    assert record["created_at"] == "2026-05-15T00:50:13.962Z"
    assert record["checked_at"] == record["updated_at"] is not None
    assert (record["uid"], record["team_id"]) == (101400, "6805fb69e92d9edc7ca0b409")
    assert '"video_duration":10,' in shown.out
    assert '"error_code":7,' in shown.out
    assert '"progress":100,' in shown.out
    assert record["other"] == {"a_new_field": {"deep": [1, 2.5, None]}}
    assert record["eta"] is None


def test_a_token_is_sent_alone(cli: Cli) -> None:
    with answering(PUBLISHED) as (url, requests):
        cli("add", ID)
        assert cli("refresh", HEADSWAP_BASE_URL=url, HEADSWAP_TOKEN="token-1").status == 0
    headers = requests[0][1]
    assert headers["authorization"] == "Bearer token-1"
    assert "x-api-key" not in headers


def test_only_active_ones_unless_named(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    done = simulator.create(age_s=1000, queue_s=1, processing_s=1)
    running = simulator.create(age_s=10, queue_s=1, processing_s=1000)
    cli("add", done, running)
    assert cli("refresh", "--json", **account).status == 0
    assert len(simulator.requests.details()) == 2
    result = cli("refresh", "--json", **account)
    assert [record["id"] for record in result.records] == [running]
    assert cli("refresh", done, **account).status == 0
    assert len(simulator.requests.details(done)) == 2
    cli("remove", running)
    assert "Nothing to ask" in cli("refresh", **account).err


def test_progress_has_an_eta_and_missing_fields_are_null(
    cli: Cli, simulator: Simulator, account: dict[str, str]
) -> None:
    running = simulator.create(age_s=10, queue_s=1, processing_s=1000)
    cli("add", running)
    record = cli("refresh", "--json", **account).record
    assert (record["state"], record["status"]) == ("processing", 2)
    assert 0 <= record["progress"] <= 100
    assert record["video_url"] is None


def test_what_is_refused_is_told(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    good = simulator.create()
    cli("add", good, OTHER_ID)
    result = cli("refresh", "--json", **account)
    assert result.status == 1
    assert [record["id"] for record in result.records] == [good]
    assert OTHER_ID in result.err
    error = cli("show", OTHER_ID, "--json").record["last_error"]
    assert error["kind"] == "refused"
    assert error["at"].endswith("Z")
    assert cli("refresh", "ffff", **account).status == 1


def test_a_refused_credential_stops_the_round(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    cli("add", *[simulator.create() for _ in range(20)])
    result = cli("refresh", **account | {"HEADSWAP_API_KEY": "wrong-canary"})
    assert (result.status, result.out) == (3, "")
    assert "HEADSWAP_API_KEY" in result.err
    assert "wrong-canary" not in result.err
    assert len(simulator.requests.details()) <= 8
    assert cli("refresh", HEADSWAP_BASE_URL=simulator.base_url).status == 3


def test_a_service_that_is_not_there(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    task = simulator.create()
    cli("add", task)
    simulator.stop()
    result = cli("refresh", **account)
    assert (result.status, result.out) == (4, "")
    assert cli("show", task, "--json").record["last_error"]["kind"] == "unreachable"


def test_throttling_is_waited_for(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    task = simulator.create()
    cli("add", task)
    simulator.faults.throttle(0.2, times=1)
    assert cli("refresh", **account).status == 0
    assert len(simulator.requests.details(task)) == 2
