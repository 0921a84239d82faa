"""The secret part of the callback's path: who does not know it gets no further than 404."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import Final

from headswap_tui.config.paths import shown
from headswap_tui.config.plain_file import read_plain
from headswap_tui.config.secret import Secret
from headswap_tui.domain.errors import ConfigError

_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{20,100}")


def path_token(state_dir: Path, profile: str) -> Secret:
    """The profile's token: the one kept in the state directory, made at the first use.

    Raises `ConfigError`: it cannot be kept, others can read it, or the file holds something else.
    """
    path = _path(state_dir, profile)
    try:
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(24) + "\n")
        return _read(path)
    except OSError as error:
        raise ConfigError(f"{shown(path)}: the webhook's token cannot be kept: {error.strerror or error}.") from None


def kept_token(state_dir: Path, profile: str) -> Secret | None:
    """The same, but `None` if there is none yet; nothing is made. Raises `ConfigError`."""
    path = _path(state_dir, profile)
    try:
        return _read(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{shown(path)}: the webhook's token cannot be read: {error.strerror or error}.") from None


def _path(state_dir: Path, profile: str) -> Path:
    return state_dir / f"webhook-{profile}.token"


def _read(path: Path) -> Secret:
    data, mode = read_plain(path, 200)
    if mode & 0o077:
        raise ConfigError(f"{shown(path)} can be read by others.", f"Run: chmod 600 {shown(path)}")
    token = data.decode("ascii", "replace").strip()
    if not _SHAPE.fullmatch(token):
        raise ConfigError(f"{shown(path)} holds no token.", "Remove the file: the next start makes a new one.")
    return Secret(token)
