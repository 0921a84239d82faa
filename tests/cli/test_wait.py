"""wait and download against the simulator."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from headswap_tui.simulator.server import Simulator
from tests.cli.conftest import OTHER_ID, PROGRAM, Cli

FAST = {
    "HEADSWAP_POLLING_REQUESTS_PER_SECOND": "50",
    "HEADSWAP_POLLING_MIN_INTERVAL": "1",
    "HEADSWAP_POLLING_MAX_INTERVAL": "1",
}


@pytest.fixture
def account(account: dict[str, str]) -> dict[str, str]:
    """The simulator as the service, asked often."""
    return account | FAST


def test_all_that_may_change(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    done = simulator.create(age_s=1000, queue_s=1, processing_s=1)
    soon = simulator.create(age_s=2, queue_s=1, processing_s=1.5)
    cli("add", done, soon)
    result = cli("wait", "--json", **account)
    assert (result.status, result.err) == (0, "")
    assert [record["id"] for record in result.records] == [done, soon]
    assert {record["state"] for record in result.records} == {"completed"}
    assert "Nothing to wait for" in cli("wait", **account).err


def test_failed_ones_decide_the_status(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    reason = "No face \x1b[2J found"
    failed = simulator.create(age_s=1000, queue_s=1, processing_s=1, outcome="failed", error_reason=reason)
    endless = simulator.create(age_s=2, queue_s=1, processing_s=10_000)
    result = cli("wait", failed, endless, "--fail-fast", **account)
    assert result.status == 1
    assert result.out.startswith(f"failed     {failed}")
    assert "\x1b" not in result.out
    assert cli("wait", failed, **account).status == 1
    assert cli("wait", failed, endless, "--any", **account).status == 1


def test_any(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    done = simulator.create(age_s=1000, queue_s=1, processing_s=1)
    endless = simulator.create(age_s=2, queue_s=1, processing_s=10_000)
    result = cli("wait", endless, done, "--any", "--json", **account)
    assert (result.status, result.record["id"]) == (0, done)


def test_a_new_id_is_added_and_may_be_refused_for_a_while(cli: Cli, account: dict[str, str]) -> None:
    result = cli("wait", OTHER_ID, "--grace", "0.2", **account)
    assert result.status == 1
    assert result.out.startswith("missing")
    assert cli("list", "--json").record["id"] == OTHER_ID
    unknown = cli("wait", "zzz", **account)
    assert (unknown.status, unknown.out) == (1, "")


@pytest.mark.parametrize("grace", ["0", "1"])
def test_an_id_that_is_given_up_is_missing_everywhere(cli: Cli, account: dict[str, str], grace: str) -> None:
    result = cli("wait", OTHER_ID, "--grace", grace, "--json", **account)
    assert (result.status, result.record["id"], result.record["state"]) == (1, OTHER_ID, "missing")
    assert result.record["last_error"]["kind"] == "refused"
    assert cli("show", OTHER_ID, "--json").record["state"] == "missing"
    assert cli("list", "--state", "missing").lines[1].startswith("missing")


def test_timeout(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    endless = simulator.create(age_s=2, queue_s=1, processing_s=10_000)
    result = cli("wait", endless, "--timeout", "0.3", **account)
    assert (result.status, result.out) == (124, "")
    assert f"1 of 1 not finished in time: {endless} is processing." in result.err


def test_credentials(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    endless = simulator.create(age_s=2, queue_s=1, processing_s=10_000)
    refused = cli("wait", endless, **account | {"HEADSWAP_API_KEY": "wrong-canary"})
    assert (refused.status, refused.out) == (3, "")
    assert "wrong-canary" not in refused.err
    assert cli("wait", endless, HEADSWAP_BASE_URL=simulator.base_url).status == 3


def test_a_network_that_comes_back(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    done = simulator.create(age_s=1000, queue_s=1, processing_s=1)
    simulator.faults.drop(times=2)
    assert cli("wait", done, "--timeout", "20", **account).status == 0


def test_wait_and_download(cli: Cli, simulator: Simulator, account: dict[str, str], tmp_path: Path) -> None:
    done = simulator.create(age_s=1000, queue_s=1, processing_s=1, file_name="out.mp4")
    environ = account | {"HEADSWAP_DOWNLOAD_DIRECTORY": str(tmp_path / "videos")}
    record = cli("wait", done, "--download", "--json", **environ).record
    assert record["download"]["state"] == "done"
    path = Path(record["download"]["path"])
    assert path == tmp_path / "videos" / "out.mp4"
    assert path.read_bytes() == simulator.video_bytes(done)
    assert record["download"]["bytes"] == path.stat().st_size == record["download"]["total"]


def test_download(cli: Cli, simulator: Simulator, account: dict[str, str], tmp_path: Path) -> None:
    done = simulator.create(age_s=1000, queue_s=1, processing_s=1, file_name="out.mp4")
    running = simulator.create(age_s=2, queue_s=1, processing_s=10_000)
    cli("add", done, running)
    result = cli("download", done[:8], running, "--to", str(tmp_path / "there"), **account)
    assert (result.status, result.out) == (1, f"{tmp_path}/there/out.mp4\n")
    assert "no video to fetch" in result.err
    assert (tmp_path / "there" / "out.mp4").read_bytes() == simulator.video_bytes(done)
    assert {headers.get("x-api-key") for request in simulator.requests.media() for headers in [request.headers]} == {
        None
    }
    again = cli("download", done, "--to", str(tmp_path / "there"), **account)
    assert (again.status, again.out) == (0, f"{tmp_path}/there/out.mp4\n")
    assert len(simulator.requests.media()) == 1
    elsewhere = cli("download", done, "--to", str(tmp_path / "elsewhere"), **account)
    assert (elsewhere.status, elsewhere.out) == (0, f"{tmp_path}/elsewhere/out.mp4\n")
    assert (tmp_path / "elsewhere" / "out.mp4").read_bytes() == simulator.video_bytes(done)


def test_download_that_fails(cli: Cli, simulator: Simulator, account: dict[str, str], tmp_path: Path) -> None:
    done = simulator.create(age_s=1000, queue_s=1, processing_s=1)
    cli("add", done)
    (tmp_path / "file").touch()
    for wrong, words in (
        (str(tmp_path / "file" / "below"), "~/file/below cannot be made: Not a directory"),
        (str(tmp_path / "file"), "~/file is no directory"),
        ("~nobody-of-that-name/x", "no such user"),
        ("", "expected a directory"),
    ):
        result = cli("download", done, "--to", wrong, **account)
        assert (result.status, result.out) == (2, "")
        assert words in result.err
        assert cli("show", done, "--json").record["download"] is None


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_interrupted(
    home: Mapping[str, str], simulator: Simulator, account: dict[str, str], number: int, status: int
) -> None:
    endless = simulator.create(age_s=2, queue_s=1, processing_s=10_000)
    with subprocess.Popen(
        [PROGRAM, "wait", endless], env={**home, **account}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        simulator.requests.wait_for(bool, timeout_s=20)
        begun = time.monotonic()
        process.send_signal(number)
        try:
            out, err = process.communicate(timeout=10)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (status, "", "")
    assert time.monotonic() - begun < 3
