"""Where things are kept, by the platform's own customs. Nothing is created by asking."""

from __future__ import annotations

from pathlib import Path
from typing import Final

APP: Final = "headswap-tui"
CONFIG_NAME: Final = "config.toml"


def default_config_file() -> Path:
    """`config.toml` in the user's config directory, whether or not it exists."""
    from platformdirs import user_config_dir

    return Path(user_config_dir(APP, appauthor=False)) / CONFIG_NAME


def default_data_dir() -> Path:
    """The user's data directory: one store per profile lives below it."""
    from platformdirs import user_data_dir

    return Path(user_data_dir(APP, appauthor=False))


def default_state_dir() -> Path:
    """The user's state directory: the log."""
    from platformdirs import user_state_dir

    return Path(user_state_dir(APP, appauthor=False))


def default_download_dir() -> Path:
    """`headswap` in the user's downloads directory."""
    from platformdirs import user_downloads_dir

    return Path(user_downloads_dir()) / "headswap"


def shown(path: Path) -> str:
    """A path for people: the home directory as `~`."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
