"""The beginning of a file on the net, for a look at it: by the rules of downloads, but in one attempt and bounded."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from headswap_tui.domain.errors import TransferFailed
from headswap_tui.downloads import wire
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.hosts import HostRules
from headswap_tui.downloads.trouble import Again, Timing

MOST_BYTES: Final = 32 << 20
LONGEST_S: Final = 60.0
"""What has not come until then is done without."""
TIMING: Final = Timing(connect_s=5.0, look_up_s=5.0, stall_s=10.0)


def fetch_beginning(
    url: str, path: Path, rules: HostRules, control: Control, *, most: int = MOST_BYTES, timing: Timing = TIMING
) -> None:
    """Write the first `most` bytes of the file at `url` to `path`. Raises `DownloadError`, `OSError`."""
    ends = time.monotonic() + LONGEST_S
    try:
        answer = wire.get(url, {"Range": f"bytes=0-{most - 1}"}, rules, control, timing)
        try:
            if answer.status not in (200, 206):
                raise TransferFailed(f"The file host answered HTTP {answer.status}.")
            left = most
            with path.open("wb") as file:
                for piece in answer.pieces():
                    left -= file.write(piece[:left])
                    if not left or time.monotonic() > ends:
                        break
        finally:
            answer.close()
    except Again as trouble:
        raise TransferFailed(f"{trouble.words[:1].upper()}{trouble.words[1:]}.") from None
