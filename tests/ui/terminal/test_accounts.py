"""Callbacks and profiles in the real dashboard: a real listener, real stores, one terminal session."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path

import httpx
import pytest

from headswap_tui.domain.changes import track
from headswap_tui.domain.task import TaskId
from headswap_tui.simulator.server import Simulator
from headswap_tui.store.tasks import TaskStore
from tests.ui.terminal.conftest import Start, changed_modes

RARELY = {"HEADSWAP_POLLING_MIN_INTERVAL": "600", "HEADSWAP_POLLING_MAX_INTERVAL": "3600"}


@pytest.fixture
def taken() -> socket.socket:
    """A port of this machine that somebody listens on."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen()
    return sock


def keep(data: Path, profile: str, *tasks: tuple[str, str]) -> None:
    """Ids and labels that a profile tracks."""
    store = TaskStore.open(data / "headswap-tui" / profile)
    store.add([track(TaskId(task_id), time.time_ns() // 1_000_000, label, ()) for task_id, label in tasks])
    store.close()


def test_a_callback_updates_the_row_within_a_second(
    start: Start, simulator: Simulator, tmp_path: Path, taken: socket.socket
) -> None:
    task_id = simulator.create(age_s=2, queue_s=100_000)
    keep(tmp_path / "data", "default", (task_id, "the one"))
    port = taken.getsockname()[1]
    taken.close()
    terminal = start("-v", ready="queued", extra=RARELY, HEADSWAP_WEBHOOK_LISTEN=f"127.0.0.1:{port}")
    token = tmp_path / "state" / "headswap-tui" / "webhook-default.token"
    terminal.send(":")
    terminal.wait_for("Search for commands")
    terminal.send("callback")
    terminal.wait_for("Where the service may call")
    terminal.send("enter")
    terminal.wait_for("Callback URL", f"127.0.0.1:{port}/", "esc leave")
    (url,) = re.findall(rf"http://127\.0\.0\.1:{port}/\S+", terminal.text)
    assert url.endswith("/" + token.read_text().strip())
    terminal.send("esc")
    terminal.wait_gone("Callback URL")
    simulator.change(task_id, queue_s=1, processing_s=0)
    begun = time.monotonic()
    assert httpx.post(url, json={"_id": task_id}, trust_env=False).status_code == 200
    terminal.wait_for("completed  ", "1 completed")
    assert time.monotonic() - begun < 3  # a busy machine may take longer than the second that it is made for
    begun = time.monotonic()
    terminal.send("q")
    assert terminal.wait_end() == 0
    assert time.monotonic() - begun < 4
    assert url.rpartition("/")[2] not in (tmp_path / "state" / "headswap-tui" / "headswap-tui.log").read_text()


def test_a_taken_port_is_a_notice_and_no_end(start: Start, taken: socket.socket) -> None:
    port = taken.getsockname()[1]
    terminal = start(HEADSWAP_WEBHOOK_LISTEN=f"127.0.0.1:{port}")
    terminal.wait_for("Callbacks are not listened for", "in use")
    taken.close()
    terminal.send("q")
    assert terminal.wait_end() == 0


def test_another_profile_in_the_same_session(start: Start, simulator: Simulator, tmp_path: Path) -> None:
    first, second = (simulator.create(age_s=2, queue_s=100_000) for _ in range(2))
    keep(tmp_path / "data", "default", (first, "mine"))
    keep(tmp_path / "data", "client-b", (second, "theirs"))
    config = tmp_path / "c.toml"
    config.write_text(
        f'[profiles.default]\napi_key = "{simulator.api_key}"\n'
        f'[profiles.client-b]\naccent = "orange"\napi_key = "{simulator.api_key}"\n[profiles.bad]\n'
    )
    config.chmod(0o600)
    bad = tmp_path / "data" / "headswap-tui" / "bad"
    bad.mkdir(mode=0o700)
    (bad / "tasks.jsonl").write_text("not ours\n")
    terminal = start("--config", str(config), ready="mine", HEADSWAP_API_KEY="")
    terminal.wait_for("1 queued")
    alternate = terminal.output.count(b"\x1b[?1049h")
    terminal.send("P")
    terminal.wait_for("client-b", "1 task, 1 active", "its list cannot be read")
    terminal.send("jj", "enter")
    terminal.wait_gone("esc leave")
    terminal.wait_for("mine", "left untouched")
    terminal.send("Pj\r")  # a burst, as over a slow line
    terminal.wait_for("client-b", "theirs", "1 queued", "live")
    assert "mine" not in terminal.text
    assert terminal.output.count(b"\x1b[?1049h") == alternate
    terminal.send("q")
    assert terminal.wait_end() == 0
    assert changed_modes(bytes(terminal.output)) == set()
