"""Where things are kept, by the platform's own customs. Nothing is created by asking.

On Linux the customs are those of the XDG base directories, four lines that are repeated here: platformdirs loads
`tempfile`, `shutil` and `random` first, a tenth of the time that `list` takes. A test holds both to the same answers.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

APP: Final = "headswap-tui"
CONFIG_NAME: Final = "config.toml"


def default_config_file() -> Path:
    """`config.toml` in the user's config directory, whether or not it exists."""
    directory = _xdg("XDG_CONFIG_HOME", ".config")
    if directory is None:
        from platformdirs import user_config_path

        return user_config_path(APP, appauthor=False) / CONFIG_NAME
    return directory / APP / CONFIG_NAME


def default_data_dir() -> Path:
    """The user's data directory: one store per profile lives below it."""
    directory = _xdg("XDG_DATA_HOME", ".local/share")
    if directory is None:
        from platformdirs import user_data_path

        return user_data_path(APP, appauthor=False)
    return directory / APP


def default_state_dir() -> Path:
    """The user's state directory: the log."""
    directory = _xdg("XDG_STATE_HOME", ".local/state")
    if directory is None:
        from platformdirs import user_state_path

        return user_state_path(APP, appauthor=False)
    return directory / APP


def default_download_dir() -> Path:
    """`headswap` in the user's downloads directory."""
    directory = _xdg("XDG_DOWNLOAD_DIR", "Downloads")
    settings = _xdg("XDG_CONFIG_HOME", ".config")
    if directory is None or settings is None or (settings / "user-dirs.dirs").exists():  # that file may name another
        from platformdirs import user_downloads_path

        return user_downloads_path() / "headswap"
    return directory / "headswap"


def _xdg(variable: str, usual: str) -> Path | None:
    """The directory that the variable names, else the usual one of the home directory; `None`: ask platformdirs."""
    home = os.environ.get("HOME", "")
    if sys.platform != "linux" or not home.startswith("/") or "ANDROID_DATA" in os.environ:
        return None
    named = os.environ.get(variable, "")
    return Path(named) if named.startswith("/") else Path(home) / usual


def shown(path: Path) -> str:
    """A path for people: the home directory as `~`."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
