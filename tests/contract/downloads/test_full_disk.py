"""A disk that is really full: a small file system of its own for one process."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.contract.downloads.file_server import FileServer, Handler, Hosted, box, digest, mp4
from tests.contract.downloads.support import Place

VIDEO = mp4(1000) + box(b"mdat", bytes(40_000_000))
SCRIPT = """
mount -t tmpfs -o size=36m none "$1" || exit 77
python=$2 url=$3 part=$1/v.mp4.part
"$python" -m tests.contract.downloads.child "$url" "$1"
stat -c %s "$part" 2>/dev/null || echo no part
mount -o remount,size=200m "$1"
"$python" -m tests.contract.downloads.child "$url" "$1"
sha256sum <"$1/v.mp4"
"""


def without_length(handler: Handler, hosted: Hosted) -> None:
    """A server that does not say how much is to come, so that the room cannot be looked at before."""
    start = handler.wanted(hosted)
    if start is None:
        handler.head(hosted, 200, Transfer_Encoding="chunked")
    else:
        size = len(hosted.content)
        handler.head(hosted, 206, Transfer_Encoding="chunked", Content_Range=f"bytes {start}-{size - 1}/{size}")
    for at in range(start or 0, len(hosted.content), 1_000_000):
        piece = hosted.content[at : at + 1_000_000]
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
    handler.wfile.write(b"0\r\n\r\n")


@pytest.mark.parametrize("says_length", [True, False])
def test_a_full_disk_says_what_is_missing_and_with_more_room_it_goes_on(
    says_length: bool, place: Place, server: FileServer
) -> None:
    hosted = server.host("/v.mp4", VIDEO, None if says_length else without_length)
    place.directory.mkdir()
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("no unshare to give one process a disk of its own with")
    command = [unshare, "--map-root-user", "--mount", "/bin/sh", "-c", SCRIPT, "sh", str(place.directory)]
    done = subprocess.run(
        [*command, sys.executable, server.url("/v.mp4")], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode in (1, 77):
        pytest.skip(f"no name space of our own: {done.stderr.strip()}")
    refusal, left, path, sha256 = done.stdout.splitlines()
    assert refusal.startswith("DiskFull: The disk is full: ")
    assert "MB more are needed" in refusal
    assert "what has come is kept" in refusal
    assert path == str(place.directory / "v.mp4")
    assert sha256.split()[0] == digest(VIDEO)
    if says_length:
        assert left == "no part"  # refused before the first byte
    else:
        assert int(left) > 30_000_000
        assert hosted.requests[-1]["range"] == f"bytes={left}-"
