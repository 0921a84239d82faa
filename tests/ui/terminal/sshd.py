"""A real `sshd` on loopback for the time of the tests, with keys, configuration and a port of its own."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

LIMIT_S: Final = 10.0
PRIVSEP_DIR: Final = Path("/run/sshd")
"""As root sshd wants this empty directory, which usually its service makes."""


class Sshd:
    """Where it listens and how to come in."""

    def __init__(self, directory: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.directory = directory
        self.port = port
        self.process = process

    def client(self, *command: str | Path, key: str = "user") -> list[str | Path]:
        """The command line that runs this command over there, on a terminal; no configuration of the user's counts."""
        ssh = shutil.which("ssh")
        assert ssh is not None
        options = {
            "BatchMode": "yes",
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": self.directory / "known_hosts",
            "StrictHostKeyChecking": "accept-new",
            "LogLevel": "ERROR",
        }
        return [
            ssh, "-F", "none", "-tt", "-p", str(self.port), "-i", self.directory / key,
            *(f"-o{name}={value}" for name, value in options.items()),
            f"{pwd.getpwuid(os.geteuid()).pw_name}@127.0.0.1",
            *(shlex.quote(str(part)) for part in command),
        ]  # fmt: skip

    def allow(self, key: str, options: str = "") -> None:
        """Let in one more key, made by `make_key`, under these options of an `authorized_keys` line."""
        with (self.directory / "authorized_keys").open("a", encoding="ascii") as file:
            file.write(f"{options} {(self.directory / key).with_suffix('.pub').read_text(encoding='ascii')}".lstrip())


def make_key(path: Path) -> None:
    """A key without a passphrase."""
    keygen = shutil.which("ssh-keygen") or "ssh-keygen"
    command: list[str | Path] = [keygen, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path]
    subprocess.run(command, check=True, timeout=LIMIT_S, stdin=subprocess.DEVNULL, capture_output=True)


@contextmanager
def running_sshd(directory: Path) -> Iterator[Sshd]:
    """Serves until the block ends. Skips the test, saying why, where there can be none."""
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if program is None or shutil.which("ssh") is None:
        pytest.skip("no sshd and ssh are installed here")
    for name in ("host", "user"):
        make_key(directory / name)
    shutil.copy(directory / "user.pub", directory / "authorized_keys")
    port = _free_port()
    config = directory / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {directory}/host\nPidFile none\nUsePAM no\nStrictModes no\n"
        f"AuthorizedKeysFile {directory}/authorized_keys\nPermitRootLogin prohibit-password\nUseDNS no\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nMaxStartups 100\nPrintMotd no\nPrintLastLog no\n",
        encoding="ascii",
    )
    if os.geteuid() == 0:
        PRIVSEP_DIR.mkdir(mode=0o755, exist_ok=True)  # it stays: other runs of these tests may need it
    log = directory / "sshd.log"
    process = subprocess.Popen([program, "-D", "-f", config, "-E", log], stdin=subprocess.DEVNULL)
    try:
        sshd = Sshd(directory, port, process)
        _check(sshd, log)
        yield sshd
    finally:
        process.terminate()
        process.wait(LIMIT_S)


def _check(sshd: Sshd, log: Path) -> None:
    """Wait until it lets us in."""
    command = [part for part in sshd.client("true") if part != "-tt"]
    for _ in range(50):
        tried = subprocess.run(
            [*command[:1], "-oConnectionAttempts=1", *command[1:]],
            check=False, timeout=LIMIT_S, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        if tried.returncode == 0:
            return
        if "refused" not in tried.stderr or sshd.process.poll() is not None:
            break
        with suppress(subprocess.TimeoutExpired):
            sshd.process.wait(0.1)
    said = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    pytest.skip(f"sshd lets nobody in here: {tried.stderr.strip()} {' '.join(said[-2:])}")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
