"""SIGKILL in the middle of a download, whatever command does it: the next run goes on with the bytes that are there."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from headswap_tui.simulator.server import Simulator
from tests.cli.conftest import PROGRAM, Cli
from tests.cli.watched import FAST, until

SIZE = 2_000_000
COMMANDS = [("download", "ID"), ("wait", "--download", "ID"), ("watch", "--download")]


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    """Where videos are saved."""
    return tmp_path / "videos"


@pytest.fixture
def environ(home: Mapping[str, str], account: Mapping[str, str], videos: Path) -> dict[str, str]:
    """An environment with the simulator as the service."""
    return {**home, **account, **FAST, "HEADSWAP_DOWNLOAD_DIRECTORY": str(videos)}


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_a_killed_command_goes_on_where_it_stopped(
    argv: tuple[str, ...], cli: Cli, simulator: Simulator, environ: Mapping[str, str], videos: Path
) -> None:
    task_id = simulator.create(queue_s=0, processing_s=0, size=SIZE, bandwidth=200_000, file_name="v.mp4")
    cli("add", task_id)
    command = [str(PROGRAM), *(task_id if word == "ID" else word for word in argv)]
    part, final = videos / "v.mp4.part", videos / "v.mp4"
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as killed:
        until(lambda: part.exists() and part.stat().st_size > 50_000, "no part grew")
        killed.kill()
    count = part.stat().st_size
    assert count < SIZE
    assert not final.exists()
    simulator.change(task_id, bandwidth=None)
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as second:
        try:
            until(final.exists, "the next run did not finish it")
            if argv[0] == "watch":
                second.terminate()
            assert second.wait(20) == 0
        finally:
            second.kill()
    assert final.read_bytes() == simulator.video_bytes(task_id)
    assert sorted(path.name for path in videos.iterdir()) == ["v.mp4"]
    first, *_, last = simulator.requests.media()
    assert (first.headers.get("range"), last.headers["range"]) == (None, f"bytes={count}-")


def test_two_that_want_it_elsewhere_both_get_it_one_after_the_other(
    cli: Cli, simulator: Simulator, environ: Mapping[str, str], tmp_path: Path
) -> None:
    task_id = simulator.create(queue_s=0, processing_s=0, size=SIZE // 4, bandwidth=200_000, file_name="v.mp4")
    cli("add", task_id)
    here, there = tmp_path / "here", tmp_path / "there"

    def fetch(directory: Path) -> subprocess.Popen[str]:
        command = [str(PROGRAM), "download", task_id, "--to", str(directory)]
        return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)

    with fetch(here) as first:
        until(lambda: (here / "v.mp4.part").exists() and (here / "v.mp4.part").stat().st_size > 0, "no part grew")
        with fetch(there) as second:
            until(lambda: there.is_dir() and any(there.iterdir()), "the second has not begun to wait")
            simulator.change(task_id, bandwidth=None)
            printed = [process.communicate(timeout=20)[0].strip() for process in (first, second)]
    assert printed == [str(here / "v.mp4"), str(there / "v.mp4")]
    video = simulator.video_bytes(task_id)
    assert [Path(path).read_bytes() == video for path in printed] == [True, True]


def test_the_file_host_gets_neither_the_key_nor_a_cookie(
    cli: Cli, simulator: Simulator, environ: Mapping[str, str], videos: Path
) -> None:
    done = simulator.create(age_s=1000, queue_s=1, processing_s=1, file_name="v.mp4")
    cli("add", done)
    simulator.faults.set("media_redirect", times=2)  # the first one is spent on the expired address
    simulator.faults.set("media_expired", 403, times=1)
    assert cli("download", done, **environ).status == 0
    assert (videos / "v.mp4").read_bytes() == simulator.video_bytes(done)
    asked, fetched = simulator.requests.details(), simulator.requests.media()
    assert {request.headers["x-api-key"] for request in asked} == {simulator.api_key}
    assert len(fetched) >= 3
    for request in fetched:
        assert request.headers.keys() == {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert simulator.api_key not in f"{request.headers} {request.query}"
