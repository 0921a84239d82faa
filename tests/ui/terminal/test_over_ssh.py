"""The dashboard over a real SSH connection to loopback: ends of every kind, and nothing is lost by any of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from headswap_tui.domain.task import DownloadState, TaskId
from headswap_tui.simulator.server import Simulator
from tests.terminal import Terminal
from tests.ui.terminal.conftest import PROGRAM, Start, changed_modes, wait_for_end, wait_until
from tests.ui.terminal.recorded import Recorded
from tests.ui.terminal.sshd import Sshd, make_key, running_sshd
from tests.ui.terminal.test_hangup import IGNORING_HUP, WITHOUT_HUP, Stored, paste_ids

pytestmark = pytest.mark.xdist_group("sshd")
Over = Callable[..., Terminal]
END_S: Final = 2.0


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """One for all tests here."""
    with running_sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def run(tmp_path: Path) -> Recorded:
    """How the dashboard over there ends."""
    return Recorded(tmp_path)


@pytest.fixture
def over_ssh(sshd: Sshd, start: Start, environ: Mapping[str, str], run: Recorded) -> Over:
    """Starts the dashboard over there as an interactive user does, ending up in a shell's hands."""

    def connect(*prefix: str, **env: str) -> Terminal:
        settings = [f"{name}={value}" for name, value in {**environ, "LANG": "C.UTF-8", **env}.items()]
        command = ["/usr/bin/env", *settings, *run.command(*prefix, PROGRAM)]
        return start(*map(str, sshd.client(*command)), program=None)

    return connect


def kill_client(terminal: Terminal) -> None:
    os.kill(terminal.pid, signal.SIGKILL)
    assert wait_for_end(terminal, 5) == -signal.SIGKILL


@pytest.mark.parametrize("prefix", [(), IGNORING_HUP, WITHOUT_HUP], ids=["hup", "hup ignored", "no hup"])
def test_a_client_that_is_killed(
    over_ssh: Over, run: Recorded, simulator: Simulator, stored: Stored, prefix: tuple[str, ...]
) -> None:
    ids = [simulator.create(queue_s=0, processing_s=100) for _ in range(20)]
    terminal = over_ssh(*prefix, HEADSWAP_UI_REFRESH_HZ="10")
    paste_ids(terminal, ids)
    terminal.wait_for("processing")
    kill_client(terminal)
    assert run.end(END_S) == 129
    assert set(stored()) == set(ids)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGHUP, 129), (signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_over_there(over_ssh: Over, run: Recorded, number: int, status: int) -> None:
    terminal = over_ssh()
    os.kill(run.pid, number)
    assert run.end(END_S) == status
    assert terminal.wait_end(5) == status
    assert changed_modes(bytes(terminal.output)) == set()


def test_a_download_goes_on_after_a_lost_connection(
    over_ssh: Over, run: Recorded, simulator: Simulator, stored: Stored, tmp_path: Path
) -> None:
    done = simulator.create(age_s=100, queue_s=1, processing_s=1, size="2MB", bandwidth=400_000, file_name="long.mp4")
    terminal = over_ssh()
    paste_ids(terminal, [done])
    terminal.wait_for("completed")
    terminal.send("d")
    part = tmp_path / "videos" / "long.mp4.part"
    wait_until(lambda: part.exists() and part.stat().st_size > 100_000, what="the download began")
    kill_client(terminal)
    assert run.end(END_S) == 129
    kept = part.stat().st_size
    assert kept >= 100_000
    simulator.requests.clear()
    simulator.change(done, bandwidth=None)
    again = over_ssh()
    again.wait_for("saved")
    again.send("q")
    assert again.wait_end(5) == 0
    assert (tmp_path / "videos" / "long.mp4").read_bytes() == simulator.video_bytes(done)
    (resumed,) = [request for request in simulator.requests if "detail" not in request.path]
    assert int(resumed.headers["range"].removeprefix("bytes=").partition("-")[0]) >= 100_000
    download = stored()[TaskId(done)].download
    assert download is not None
    assert download.state is DownloadState.DONE


def test_a_key_that_opens_the_dashboard_and_nothing_else(
    sshd: Sshd, start: Start, environ: Mapping[str, str], tmp_path: Path
) -> None:
    """What the README recommends for letting others look: `restrict,pty,command=...` before their key."""
    make_key(sshd.directory / "guest")
    settings = " ".join(f"{name}={value}" for name, value in environ.items())
    sshd.allow("guest", f'restrict,pty,command="/usr/bin/env {settings} {PROGRAM}"')
    wanted = tmp_path / "made by the guest"
    terminal = start(*map(str, sshd.client("touch", wanted, key="guest")), program=None)
    terminal.send("\x1a")  # there is no shell that could be gone back to
    terminal.send("?")
    terminal.wait_for("Keys")
    terminal.send("esc")
    terminal.wait_gone("Keys")
    terminal.send("q")
    assert terminal.wait_end(5) == 0
    assert not wanted.exists()
