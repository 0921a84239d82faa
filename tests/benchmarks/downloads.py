"""Downloads against curl from the same local nginx: `python -m tests.benchmarks downloads`.

Speed and processor time of one transfer of 500 MB to memory-backed disk, ours with everything that it does (checks,
sync, rename), in a process that has its libraries loaded, as the app has; and how much memory 2 GB take. Runs of
both alternate, and the figure is the median of the ratios of neighbours: the machine's other work hits both. For the
same reason all of them have a raised priority where that is allowed.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.hosts import HostRules
from headswap_tui.downloads.transfer import Transferer
from tests.benchmarks.report import Row, digits
from tests.benchmarks.tools import missing
from tests.contract.downloads.file_server import box

MB: Final = 1_000_000
NICE: Final = -15
TITLE: Final = "downloads, beside curl from the same local nginx"
NGINX: Final = """
daemon off; master_process off; worker_processes 1; pid {place}/nginx.pid; error_log {place}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; sendfile on; default_type video/mp4;
  client_body_temp_path {place}/t; proxy_temp_path {place}/t; fastcgi_temp_path {place}/t;
  uwsgi_temp_path {place}/t; scgi_temp_path {place}/t;
  server {{ listen 127.0.0.1:{port}; root {place}/files;
            location /slow/ {{ limit_rate 12m; alias {place}/files/; }} }}
}}
"""


class Run(NamedTuple):
    """One transfer."""

    mb_per_s: float
    cpu_s: float
    growth_mb: float = 0.0
    """Of resident memory at its peak, over what the process had before."""


def hosted(path: Path, size: int) -> None:
    """A file with an MP4's structure; its pictures are a hole."""
    head = box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"moov", box(b"trak", bytes(64)))
    with path.open("wb") as file:
        file.write(head + b"\0\0\0\1mdat" + (size - len(head)).to_bytes(8, "big"))
        file.truncate(size)


@contextlib.contextmanager
def nginx(place: Path) -> Iterator[str]:
    """Base address of an nginx that serves `place`/files."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = place / "nginx.conf"
    config.write_text(NGINX.format(place=place, port=port))
    server = subprocess.Popen(["nginx", "-c", str(config), "-p", str(place)], stderr=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + 10
        while time.monotonic() < give_up:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)


def curl(url: str, size: int, place: Path) -> Run:
    """One transfer by curl."""
    target = place / "by-curl"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    subprocess.run(["curl", "-sS", "-f", "-o", str(target), url], check=True)
    seconds = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    target.unlink()
    return Run(size / MB / seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def ours(url: str, place: Path) -> Run:
    """One transfer by a process of our own."""
    command = [sys.executable, "-m", "tests.benchmarks.downloads", url, str(place / "by-us")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    shutil.rmtree(place / "by-us")
    return Run(*json.loads(done.stdout))


def one(url: str, into: Path) -> Run:
    """One transfer in this process."""
    task = TrackedTask(id=TaskId("a" * 24), added_ms=1, detail=Detail(status=3, video_url=url, file_name="v.mp4"))
    transferer = Transferer(HostRules("127.0.0.1"), lambda _id: url, SystemClock())
    resident_kb = _peak_kb(reset=True)
    started, cpu = time.monotonic(), time.process_time()
    finished = transferer.fetch(task, into, "{file_name}", Control())
    seconds, cpu = time.monotonic() - started, time.process_time() - cpu
    return Run(finished.size / MB / seconds, cpu, (_peak_kb() - resident_kb) / 1000)


def _peak_kb(*, reset: bool = False) -> int:
    """The most resident memory since the last reset, in kB; Linux only tells it since a moment of our choice."""
    if reset:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def rows(is_quick: bool) -> list[Row]:
    """All figures; quick ones come from smaller files."""
    if why := missing("nginx", "curl"):
        return [Row(TITLE, why=why)]
    with contextlib.suppress(PermissionError):
        os.nice(NICE)
    return measure(*((50 * MB, 3, 200 * MB) if is_quick else (500 * MB, 9, 2000 * MB)))


def measure(size: int, runs: int, big: int) -> list[Row]:
    """Medians over so many pairs of runs with a file of `size` bytes, and the memory that one of `big` bytes takes."""
    base = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base, prefix="headswap-bench-") as name:
        place = Path(name)
        (place / "files").mkdir()
        hosted(place / "files" / "v.mp4", size)
        hosted(place / "files" / "big.mp4", big)
        with nginx(place) as address:
            pairs = [(curl(f"{address}/v.mp4", size, place), ours(f"{address}/v.mp4", place)) for _ in range(runs)]
            growth = ours(f"{address}/big.mp4", place).growth_mb
    found = []
    what = f"{size // MB} MB:"
    for label, field, limit, goal, more in (("MB/s", "mb_per_s", 0.5, 0.9, True), ("CPU s", "cpu_s", 2.2, 1.3, False)):
        theirs, us = ([getattr(run, field) for run in side] for side in zip(*pairs, strict=True))
        ratio = statistics.median(ours / curls for ours, curls in zip(us, theirs, strict=True))
        mine, peer = (f"{digits(statistics.median(side))} {label}" for side in (us, theirs))
        found.append(Row(f"{what} {label} / curl", ratio, limit, goal, "", mine, f"curl {peer}", more_is_better=more))
    return [*found, Row(f"{big // MB} MB: memory growth", growth, 32, 8, "MB")]


if __name__ == "__main__":  # the process that is measured
    print(json.dumps(one(sys.argv[1], Path(sys.argv[2]))))
