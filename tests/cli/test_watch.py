"""watch, in a process of its own, against the simulator."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from headswap_tui.cli.handled import FILE_NAME
from headswap_tui.simulator.server import Simulator
from tests.cli.conftest import PROGRAM, Cli
from tests.cli.watched import LIMIT_S, Watch, until


@pytest.fixture
def environ(home: dict[str, str], account: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A clean environment with the simulator as the service."""
    return {**home, **account, "HEADSWAP_DOWNLOAD_DIRECTORY": str(tmp_path / "videos")}


def hook(tmp_path: Path, body: str, name: str = "hook") -> str:
    """A program for `[hooks]`."""
    path = tmp_path / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o700)
    return str(path)


def test_tasks_to_their_end(cli: Cli, simulator: Simulator, environ: dict[str, str], tmp_path: Path) -> None:
    done = simulator.create(age_s=2, queue_s=1, processing_s=2, file_name="out.mp4")
    failed = simulator.create(age_s=2, queue_s=1, processing_s=2, outcome="failed", error_reason="No \x1b[2J face")
    cli("add", done, failed)
    with Watch(environ, "--download") as watch:
        assert watch.until("started")["message"] == "2 active of 2 tracked tasks"
        record = watch.until("completed", done)
        assert record["task"]["state"] == "completed"
        assert record["time"].endswith("Z")
        assert watch.until("failed", failed)["message"] == "No \x1b[2J face"
        fetched = watch.until("downloaded", done)
        assert fetched["message"] == str(tmp_path / "videos" / "out.mp4")
        assert Path(fetched["message"]).read_bytes() == simulator.video_bytes(done)
        late = simulator.create(age_s=100, queue_s=1, processing_s=2)
        cli("add", late)
        watch.until("added", late)
        watch.until("downloaded", late)
        cli("remove", late)
        watch.until("removed", late)
        begun = time.monotonic()
        assert watch.stop() == 0
        assert time.monotonic() - begun < 3
    assert watch.records[-1]["event"] == "stopped"
    assert watch.messages == []
    assert {record["state"] for record in cli("list", "--json").records} == {"completed", "failed"}


def test_for_people(cli: Cli, simulator: Simulator, environ: dict[str, str]) -> None:
    failed = simulator.create(age_s=100, queue_s=1, processing_s=2, outcome="failed", error_reason="No \x1b[2J face")
    cli("add", failed)
    with subprocess.Popen([PROGRAM, "watch"], env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130
    assert "started" in lines[0]
    assert "failed" in lines[1]
    assert failed in lines[1]
    assert lines[1].endswith("No ␛[2J face\n")
    assert "stopped" in rest


def test_a_reader_that_goes_away(cli: Cli, simulator: Simulator, environ: dict[str, str]) -> None:
    with subprocess.Popen(
        [PROGRAM, "watch"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        cli("add", simulator.create(age_s=100, queue_s=1, processing_s=2))
        status = process.wait(LIMIT_S)
        assert process.stderr is not None
        assert (status, process.stderr.read()) == (-signal.SIGPIPE, "")


def test_no_credential_and_a_refused_one(cli: Cli, simulator: Simulator, environ: dict[str, str]) -> None:
    assert cli("watch", HEADSWAP_BASE_URL=simulator.base_url).status == 3
    cli("add", simulator.create(queue_s=1000))
    with Watch(environ | {"HEADSWAP_API_KEY": "wrong-canary"}) as watch:
        assert "wrong-canary" not in watch.until("connection")["message"]
        assert watch.stop() == 0


def test_the_network_comes_and_goes(cli: Cli, simulator: Simulator, environ: dict[str, str]) -> None:
    done = simulator.create(age_s=100, queue_s=1, processing_s=2)
    cli("add", done)
    simulator.faults.drop(times=2)
    with Watch(environ) as watch:
        watch.until("connection", message="offline")
        watch.until("completed", done)
        watch.until("connection", message="live")
        assert watch.stop() == 0


def test_it_follows_and_takes_over(cli: Cli, simulator: Simulator, environ: dict[str, str], tmp_path: Path) -> None:
    environ["HEADSWAP_HOOKS_ON_COMPLETED"] = hook(tmp_path, f'echo $HEADSWAP_TASK_ID >> "{tmp_path}/ran"')
    first_id, second_id = (simulator.create(age_s=2, queue_s=1000) for _ in range(2))
    cli("add", first_id, second_id)
    with Watch(environ) as first, Watch(environ) as second:
        for watch in first, second:
            watch.until("started")
        until(lambda: first.having("store") or second.having("store"))
        leader, follower = (first, second) if second.having("store") else (second, first)
        simulator.change(first_id, queue_s=1, processing_s=0)
        leader.until("completed", first_id)
        follower.until("completed", first_id)
        (dealt_with,) = tmp_path.rglob(FILE_NAME)
        until(lambda: first_id in dealt_with.read_text(encoding="utf-8"))
        leader.stop(signal.SIGKILL)
        simulator.change(second_id, queue_s=1, processing_s=0)
        follower.until("completed", second_id)
        ran = tmp_path / "ran"
        until(lambda: ran.read_text(encoding="utf-8").count("\n") == 2)
        assert ran.read_text(encoding="utf-8") == f"{first_id}\n{second_id}\n"


def test_a_killed_one_loses_nothing(cli: Cli, simulator: Simulator, environ: dict[str, str], tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    environ["HEADSWAP_HOOKS_ON_COMPLETED"] = hook(tmp_path, f'echo "$HEADSWAP_TASK_DOWNLOAD_PATH" >> "{ran}"')
    old = simulator.create(age_s=100, queue_s=1, processing_s=2, file_name="old.mp4")
    cli("add", old)
    cli("refresh", old, **environ)
    begun = simulator.create(age_s=100, queue_s=1, processing_s=2, file_name="begun.mp4", size="1MB")
    missed = simulator.create(age_s=100, queue_s=1, processing_s=2, file_name="missed.mp4")
    simulator.faults.set("media_stall", 300_000)
    with Watch(environ, "--download") as watch:
        watch.until("started")
        cli("add", begun)
        watch.until("completed", begun)
        part = tmp_path / "videos" / "begun.mp4.part"
        until(lambda: part.exists() and part.stat().st_size)
        watch.stop(signal.SIGKILL)
    cli("add", missed)
    cli("refresh", missed, **environ)
    assert not ran.exists()
    simulator.faults.clear()
    with Watch(environ, "--download") as watch:
        for task_id in begun, missed:
            watch.until("completed", task_id)
            watch.until("downloaded", task_id)
        until(lambda: ran.exists() and len(ran.read_text(encoding="utf-8").splitlines()) == 2)
        assert watch.stop() == 0
    names = {Path(line).name for line in ran.read_text(encoding="utf-8").splitlines()}
    assert names == {"begun.mp4", "missed.mp4"}
    assert (tmp_path / "videos" / "begun.mp4").read_bytes() == simulator.video_bytes(begun)
    assert any("range" in request.headers for request in simulator.requests.media())


def test_it_ends_quickly_in_the_middle_of_things(
    cli: Cli, simulator: Simulator, environ: dict[str, str], tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    environ["HEADSWAP_HOOKS_ON_FAILED"] = hook(tmp_path, f"echo $$ > '{pid}.new'; mv '{pid}.new' '{pid}'; sleep 1000")
    done = simulator.create(age_s=100, queue_s=1, processing_s=2, file_name="out.mp4", size="1MB")
    failed = simulator.create(age_s=100, queue_s=1, processing_s=2, outcome="failed")
    simulator.faults.set("media_stall", 300_000)
    with Watch(environ, "--download") as watch:
        watch.until("started")
        cli("add", done, failed)
        watch.until("failed", failed)
        part = tmp_path / "videos" / "out.mp4.part"
        until(lambda: pid.exists() and part.exists() and part.stat().st_size)
        begun = time.monotonic()
        assert watch.stop() == 0
        assert time.monotonic() - begun < 4
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text(encoding="utf-8")), 0)


def test_the_service_manager_is_told(environ: dict[str, str], tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(LIMIT_S)
        with Watch(environ | {"NOTIFY_SOCKET": str(tmp_path / "notify")}) as watch:
            assert manager.recv(100) == b"READY=1"
            watch.stop()
            assert manager.recv(100) == b"STOPPING=1"


def test_hooks_get_the_task_and_no_credential(
    cli: Cli, simulator: Simulator, environ: Mapping[str, str], tmp_path: Path
) -> None:
    body = 'cat > "$HOME/stdin.new"; env > "$HOME/env"; echo hello; mv "$HOME/stdin.new" "$HOME/stdin"'
    failed = simulator.create(age_s=100, queue_s=1, processing_s=2, outcome="failed", error_reason="$(touch x); `y`")
    secret = {"AKOOL_API_KEY": "canary-1", "HEADSWAP_TOKEN": "canary-2", "HEADSWAP_WEBHOOK_CLIENT_SECRET": "canary-3"}
    with Watch({**environ, **secret, "HEADSWAP_HOOKS_ON_FAILED": hook(tmp_path, body)}, "-v") as watch:
        watch.until("started")
        cli("add", failed, "--label", "mine", "--tag", "a", "--tag", "b")
        watch.until("failed", failed)
        until((tmp_path / "stdin").exists)
        watch.stop()
    task = json.loads((tmp_path / "stdin").read_text(encoding="utf-8"))
    assert (task["id"], task["error_reason"]) == (failed, "$(touch x); `y`")
    given = (tmp_path / "env").read_text(encoding="utf-8")
    assert f"HEADSWAP_TASK_ID={failed}\n" in given
    assert "HEADSWAP_TASK_TAGS=a,b\n" in given
    assert "HEADSWAP_TASK_VIDEO_URL=\n" in given
    assert "HEADSWAP_TASK_ERROR_REASON=$(touch x); `y`\n" in given
    assert "canary" not in given
    assert simulator.api_key not in given
    log = next((tmp_path / "state").rglob("headswap-tui.log")).read_text(encoding="utf-8")
    assert f"hook for {failed}: hello" in log


def test_hooks_that_go_wrong(cli: Cli, simulator: Simulator, environ: Mapping[str, str], tmp_path: Path) -> None:
    done = simulator.create(age_s=100, queue_s=1, processing_s=2)
    failed = simulator.create(age_s=100, queue_s=1, processing_s=2, outcome="failed")
    hooks = {"HEADSWAP_HOOKS_ON_COMPLETED": "/no/such/program", "HEADSWAP_HOOKS_ON_FAILED": "false"}
    with Watch({**environ, **hooks}) as watch:
        watch.until("started")
        cli("add", done, failed)
        assert "cannot be run" in watch.until("hook failed", done)["message"]
        assert "status 1" in watch.until("hook failed", failed)["message"]
        assert watch.stop() == 0


def test_a_video_that_nobody_saves_is_warned_about(cli: Cli, simulator: Simulator, environ: dict[str, str]) -> None:
    done = simulator.create(age_s=1000, queue_s=1, processing_s=1, url_ttl_s=7)  # the last quarter is near
    cli("add", done)
    with Watch(environ) as watch:
        assert watch.until("expiring", done)["message"].startswith("may be gone in ")
        assert watch.stop() == 0
    assert watch.having("downloaded") == []


def test_a_rescue_fetches_it_by_itself(cli: Cli, simulator: Simulator, environ: dict[str, str], tmp_path: Path) -> None:
    done = simulator.create(age_s=1000, queue_s=1, processing_s=1, url_ttl_s=7, file_name="out.mp4")
    cli("add", done)
    with Watch({**environ, "HEADSWAP_DOWNLOAD_RESCUE": "true"}) as watch:
        watch.until("downloaded", done)
        assert watch.stop() == 0
    assert (tmp_path / "videos" / "out.mp4").read_bytes() == simulator.video_bytes(done)


def test_who_follows_hears_that_the_one_who_asks_is_offline(
    cli: Cli, simulator: Simulator, environ: dict[str, str]
) -> None:
    cli("add", simulator.create(queue_s=0, processing_s=600))
    with Watch(environ) as leading:
        leading.until("changed")
        with Watch(environ) as watch:
            watch.until("connection", message=f"following: process {leading.process.pid} asks")
            simulator.stop()
            watch.until("connection", message=f"following: process {leading.process.pid} says offline: ")
            simulator.start()
            watch.until("connection", message=f"following: process {leading.process.pid} asks", count=2)
            assert watch.stop() == 0
