"""A name server that never answers, in force for one process: the real thing that hangs in `getaddrinfo`."""

from __future__ import annotations

import contextlib
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def silent_resolver() -> Iterator[tuple[str, ...]]:
    """The beginning of a command line whose program asks that server for every name that is not in `/etc/hosts`.

    Raises `OSError`, saying why, where that cannot be had: it takes Linux and the right to use port 53.
    """
    unshare = shutil.which("unshare")
    if unshare is None:
        raise OSError("no unshare to give one process another /etc/resolv.conf with")
    with tempfile.TemporaryDirectory() as name, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        address = f"127.53.{random.randrange(256)}.{random.randrange(1, 255)}"
        try:
            server.bind((address, 53))
        except OSError as error:
            raise OSError(f"no right to be a name server: {error.strerror}") from error
        config = Path(name) / "resolv.conf"
        config.write_text(f"nameserver {address}\n")
        script = f'mount --bind {config} /etc/resolv.conf && exec "$0" "$@"'
        prefix = (unshare, "--map-root-user", "--mount", "/bin/sh", "-c", script)
        tried = subprocess.run([*prefix, "true"], capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            raise OSError(f"no name space of our own: {tried.stderr.strip()}")
        yield prefix
