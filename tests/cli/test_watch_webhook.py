"""watch --listen, in a process of its own."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import httpx
import pytest

from headswap_tui.simulator.server import Simulator
from tests.cli.conftest import Cli
from tests.cli.watched import Watch, until

UNREADABLE = {"signature": "0" * 40, "dataEncrypt": "QUJD", "timestamp": "1", "nonce": "2"}


@pytest.fixture
def environ(home: dict[str, str], account: dict[str, str]) -> dict[str, str]:
    """The simulator as the service, which by itself is asked rarely."""
    return {**home, **account, "HEADSWAP_POLLING_MIN_INTERVAL": "50", "HEADSWAP_POLLING_MAX_INTERVAL": "3600"}


def callback_url(watch: Watch) -> str:
    return watch.until_said("Callback URL").split()[-1]


def test_a_hint_updates_the_row_within_a_second(cli: Cli, simulator: Simulator, environ: dict[str, str]) -> None:
    task_id = simulator.create(age_s=2, queue_s=100_000)
    cli("add", task_id)
    with Watch(environ, "--listen", "127.0.0.1:0") as watch:
        url = callback_url(watch)
        watch.until("changed", task_id, message="queued")
        simulator.change(task_id, queue_s=1, processing_s=0)
        begun = time.monotonic()
        assert httpx.post(url, json={"_id": task_id}, trust_env=False).status_code == 200
        watch.until("completed", task_id)
        assert time.monotonic() - begun < 3  # a busy machine may take longer than the second that it is made for
        assert url not in str(watch.records)
        assert watch.stop() == 0
    with Watch(environ, "--listen", "127.0.0.1:0") as again:  # the secret part stays the same
        assert callback_url(again).rpartition("/")[2] == url.rpartition("/")[2]


def test_nothing_changes_by_a_callback_alone(cli: Cli, simulator: Simulator, environ: dict[str, str]) -> None:
    task_id, stranger = simulator.create(age_s=2, queue_s=100_000), simulator.create(age_s=2, queue_s=100_000)
    cli("add", task_id)
    with Watch(environ, "--listen", "127.0.0.1:0") as watch:
        url = callback_url(watch)
        watch.until("changed", task_id, message="queued")
        asked = len(simulator.requests.details(task_id))
        with httpx.Client(trust_env=False) as client:
            for status in range(40):
                body = {"_id": task_id, "status": status, "url": "https://evil.example"} if status % 2 else UNREADABLE
                assert client.post(url, json=body).status_code == 200
            assert client.post(url, json={"_id": stranger}).status_code == 200
        until(lambda: len(simulator.requests.details(task_id)) == asked + 1)
        assert watch.stop() == 0
    assert len(simulator.requests.details(task_id)) == asked + 1
    (record,) = cli("list", "--json").records
    assert (record["id"], record["state"]) == (task_id, "queued")


def test_an_unknown_task_is_tracked_by_setting(simulator: Simulator, environ: dict[str, str]) -> None:
    done = simulator.create(age_s=100, queue_s=1, processing_s=0)
    with Watch(environ | {"HEADSWAP_WEBHOOK_TRACK_UNKNOWN": "yes", "HEADSWAP_WEBHOOK_LISTEN": "[::1]:0"}) as watch:
        url = callback_url(watch)
        assert "[::1]" in url
        assert httpx.post(url, json={"_id": done}, trust_env=False).status_code == 200
        watch.until("added", done)
        watch.until("completed", done)


def test_what_cannot_be_listened_on(cli: Cli, simulator: Simulator, account: dict[str, str], tmp_path: Path) -> None:
    wrong = cli("watch", "--listen", "nonsense", **account)
    assert (wrong.status, wrong.out) == (2, "")
    assert "--listen: expected an address" in wrong.err
    port = str(simulator.port)
    taken = cli("watch", "--listen", f"127.0.0.1:{port}", **account)
    assert taken.status == 2
    assert "in use" in taken.err


def test_an_address_from_the_settings_is_waited_for(environ: dict[str, str]) -> None:
    """A dashboard may listen there; the service manager must not see `watch` fail for it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = environ | {"HEADSWAP_WEBHOOK_LISTEN": f"127.0.0.1:{taken.getsockname()[1]}"}
        with Watch(settings) as watch:
            watch.until("webhook")
            (told,) = [record["message"] for record in watch.records if record["event"] == "webhook"]
            assert "in use" in told and "tried again" in told
            assert watch.stop() == 0


def test_the_clients_secret_is_not_shown(cli: Cli) -> None:
    result = cli("config", "show", "--json", HEADSWAP_WEBHOOK_CLIENT_SECRET="canary")
    (record,) = [record for record in result.records if record["name"] == "webhook.client_secret"]
    assert record["value"] == "(hidden)"
    assert "canary" not in cli("config", "show", HEADSWAP_WEBHOOK_CLIENT_SECRET="canary").out


def test_config_show_says_where_the_service_may_call(cli: Cli, simulator: Simulator, environ: dict[str, str]) -> None:
    def shown() -> dict[str, object]:
        records = cli("config", "show", "--json", HEADSWAP_WEBHOOK_LISTEN="127.0.0.1:18734").records
        return {record["name"]: record["value"] for record in records}

    assert shown()["callback_url"] is None  # nothing is made by looking
    assert "callback_url" not in {record["name"] for record in cli("config", "show", "--json").records}
    with Watch(environ, "--listen", "127.0.0.1:0") as watch:
        secret = callback_url(watch).rpartition("/")[2]
        assert watch.stop() == 0
    assert shown()["callback_url"] == f"http://127.0.0.1:18734/{secret}"
