"""A process that quits in the middle of downloads: `python -m tests.contract.downloads.quitter URL DIRECTORY`.

Two transfers hang in a read, the third in a resolver that never answers. It says when it begins to close, and the
test that started it takes the time to its end.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from headswap_tui.config.settings import DownloadSettings
from headswap_tui.domain.clock import SystemClock
from headswap_tui.downloads.hosts import HostRules, Resolver
from headswap_tui.downloads.queue import DownloadQueue
from tests.contract.downloads.support import eventually, no_renewal, task


def main(url: str, directory: str) -> None:
    """Start three, wait until all of them hang, close."""
    asked = threading.Event()

    def look_up(host: str, _port: int) -> list[str]:
        if host == "hangs.test":
            asked.set()
            threading.Event().wait()
        return [host]

    queue = DownloadQueue(
        DownloadSettings(directory=Path(directory), parallel=3),
        api_host="127.0.0.1",
        renew=no_renewal,
        clock=SystemClock(),
        rules=HostRules("127.0.0.1", (), Resolver(look_up)),
    )
    queue.submit(task(url, "a" * 24))
    queue.submit(task(url, "b" * 24))
    queue.submit(task("http://hangs.test/v.mp4", "c" * 24))
    asked.wait()
    eventually(lambda: sum(figures.bytes > 0 for figures in queue.transfers().values()) == 2)
    print("closing", flush=True)
    queue.close(0.5)


if __name__ == "__main__":
    main(*sys.argv[1:])
