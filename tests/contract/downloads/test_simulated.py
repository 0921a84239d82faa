"""The simulator's misbehaving file host, written by someone else from the same contract: right file or clear error."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.errors import DownloadError, FileGone, NotAVideo, TransferFailed, UrlRefused
from headswap_tui.domain.task import TaskId
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.hosts import HostRules
from headswap_tui.downloads.transfer import Finished, Transferer
from headswap_tui.simulator.server import Simulator
from tests.contract.downloads.support import IMPATIENT, Place, task


def fetch(simulator: Simulator, task_id: str, place: Place, retries: int = 6) -> Finished:
    """The task's video as the queue would fetch it."""

    def renew(wanted: TaskId) -> str:
        return simulator.video_url(wanted)

    transferer = Transferer(HostRules("127.0.0.1"), renew, SystemClock(), retries=retries, timing=IMPATIENT)
    one = task(simulator.video_url(task_id), task_id)
    return transferer.fetch(one, place.directory, "{file_name}", Control())


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(
    "fault",
    [
        "media_error",
        "media_throttle",
        "media_ignore_range",
        "media_wrong_range",
        "media_no_content_range",
        "media_longer",
        "media_ignore_if_range",
        "media_cut",
        "media_reset",
        "media_stall",
        "media_no_length",
        "media_no_validators",
        "media_redirect",
    ],
)
def test_after_trouble_that_passes_the_file_is_identical(
    fault: str, times: int, simulator: Simulator, place: Place
) -> None:
    task_id = simulator.create(queue_s=0, processing_s=0)
    simulator.advance(5)
    simulator.faults.set("media_cut", 20_000, times=1)  # so that there is something to continue
    with pytest.raises(TransferFailed):
        fetch(simulator, task_id, place, retries=0)
    value = {"media_throttle": 1}.get(fault)
    simulator.faults.set(fault, value, times=times)
    finished = fetch(simulator, task_id, place)
    assert finished.path.read_bytes() == simulator.video_bytes(task_id)
    assert place.names() == ["v.mp4"]


def test_a_file_that_changed_is_fetched_anew(simulator: Simulator, place: Place) -> None:
    task_id = simulator.create(queue_s=0, processing_s=0)
    simulator.advance(5)
    simulator.faults.set("media_cut", 20_000, times=1)
    with pytest.raises(TransferFailed):
        fetch(simulator, task_id, place, retries=0)
    before = simulator.video_bytes(task_id)
    simulator.faults.set("media_ignore_if_range", times=1)
    simulator.faults.set("media_changed", times=1)
    content = fetch(simulator, task_id, place).path.read_bytes()
    assert content != before
    assert content == simulator.video_bytes(task_id)


@pytest.mark.parametrize(
    ("fault", "value", "error"),
    [
        ("media_expired", 403, FileGone),
        ("media_expired", 410, FileGone),
        ("media_error", 500, TransferFailed),
        ("media_longer", 1000, TransferFailed),
        ("media_shorter", 1000, NotAVideo),
        ("media_html", None, NotAVideo),
        ("media_empty", None, NotAVideo),
        ("media_gzip", None, TransferFailed),
        ("media_redirect", "loop", UrlRefused),
        ("media_redirect", "http://169.254.169.254/", UrlRefused),
        ("media_redirect", "file:///etc/passwd", UrlRefused),
        ("media_cut", 0, TransferFailed),
    ],
)
def test_trouble_that_stays_is_an_error_and_no_file(
    fault: str, value: float | str | None, error: type[DownloadError], simulator: Simulator, place: Place
) -> None:
    task_id = simulator.create(queue_s=0, processing_s=0)
    simulator.advance(5)
    simulator.faults.set(fault, value)
    with pytest.raises(error):
        fetch(simulator, task_id, place, retries=2)
    assert "v.mp4" not in place.names()


def test_what_was_cut_and_expired_on_the_way_plays(simulator: Simulator, place: Place) -> None:
    if not shutil.which("ffprobe"):
        pytest.skip("no ffprobe to play it with")
    task_id = simulator.create(queue_s=0, processing_s=0)
    simulator.advance(5)
    simulator.faults.set("media_reset", 10_000, times=2)
    simulator.faults.set("media_expired", 403, times=1)
    path = fetch(simulator, task_id, place).path
    command = ["ffprobe", "-v", "error", "-show_entries", "format=duration", str(path)]
    probed = subprocess.run(command, capture_output=True, check=False)
    assert probed.returncode == 0
    assert b"duration=" in probed.stdout
    assert probed.stderr == b""
