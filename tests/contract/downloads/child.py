"""A process that downloads through the queue, for tests that kill it or run two of them.

`python -m tests.contract.downloads.child URL DIRECTORY [LIMIT_BYTES]`
"""

from __future__ import annotations

import resource
import sys
import threading
from pathlib import Path

from headswap_tui.config.settings import DownloadSettings
from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.errors import DownloadError
from headswap_tui.domain.task import Download, TaskId
from headswap_tui.downloads.queue import DownloadQueue
from tests.contract.downloads.support import QUICK, no_renewal, task


def main(url: str, directory: str, limit_bytes: str = "") -> None:
    """Download and print the path, or the error's class and words."""
    if limit_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit_bytes), resource.RLIM_INFINITY))
    ended = threading.Event()

    def tell(_id: TaskId, download: Download, error: DownloadError | None) -> None:
        print(f"{type(error).__name__}: {error}" if error else download.path, flush=True)
        ended.set()

    queue = DownloadQueue(
        DownloadSettings(directory=Path(directory)),
        api_host="127.0.0.1",
        renew=no_renewal,
        clock=SystemClock(),
        on_done=tell,
        timing=QUICK,
    )
    queue.submit(task(url))
    ended.wait()
    queue.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
