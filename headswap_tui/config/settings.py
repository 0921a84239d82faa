"""Every setting with its type, its limits and its default. The values in force are one frozen `Settings`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from headswap_tui.config import paths
from headswap_tui.config.secret import Secret

DEFAULT_BASE_URL: Final = "https://openapi.akool.com"
DEFAULT_DETAIL_PATH: Final = "/api/open/v4/headswap/task/detail"
DEFAULT_PROFILE: Final = "default"
MOST_VIEWS: Final = 5
"""So many views of the user's have a tab and a key."""


class General(msgspec.Struct, frozen=True):
    """The settings that stand above the first section of the file."""

    profile: str = DEFAULT_PROFILE
    base_url: str = DEFAULT_BASE_URL
    data_dir: Path = msgspec.field(default_factory=paths.default_data_dir)
    retention_days: Annotated[float, Meta(gt=0, le=3650)] = 7.0
    """Days that the service is assumed to keep a finished video; not published, so a guess."""
    accent: str | None = None
    """Colour that marks the profile on the screen, as `#rrggbb` or a name; `None`: the theme's."""


class Api(msgspec.Struct, frozen=True):
    """Section `[api]`."""

    detail_path: str = DEFAULT_DETAIL_PATH
    """Path of the task detail call below the base URL."""


class Polling(msgspec.Struct, frozen=True):
    """Section `[polling]`. The limits hold for all tasks of the profile together."""

    concurrency: Annotated[int, Meta(ge=1, le=64)] = 8
    """Requests in flight at most."""
    requests_per_second: Annotated[float, Meta(gt=0, le=50)] = 5.0
    """On average at most."""
    min_interval: Annotated[float, Meta(ge=1, le=3600)] = 2.0
    """Seconds between two questions about one task, at least."""
    max_interval: Annotated[float, Meta(ge=1, le=86400)] = 60.0
    """Seconds between two questions about a processing task, at most."""


class DownloadSettings(msgspec.Struct, frozen=True):
    """Section `[download]`."""

    directory: Path = msgspec.field(default_factory=paths.default_download_dir)
    filename: Annotated[str, Meta(min_length=1, max_length=500)] = "{file_name}"
    """Template; its fields are those of `domain.filenames`."""
    parallel: Annotated[int, Meta(ge=1, le=16)] = 2
    auto: bool = False
    """Download each task as it completes."""
    retries: Annotated[int, Meta(ge=0, le=100)] = 8
    verify: bool = True
    """Open a finished file far enough to know that it is a video."""
    allow_hosts: tuple[str, ...] = ()
    """Hosts that may resolve to addresses which are not public."""
    rescue: bool = False
    """Download by itself what is close to the end of its assumed retention."""


class UiSettings(msgspec.Struct, frozen=True):
    """Section `[ui]`. `None` lets the dashboard decide by the terminal it finds."""

    theme: str | None = None
    refresh_hz: Annotated[float, Meta(ge=0.1, le=30)] | None = None
    """Redraws per second at most."""
    mouse: bool = True
    notify: Literal["off", "auto", "bell", "osc9", "osc777", "osc99"] = "off"
    """How to call for attention when a task ends, besides the toast; a task with the bell calls even with `off`."""
    images: Literal["auto", "halfblock", "sixel", "kitty", "off"] = "auto"
    """How frames of a video are drawn; `auto` goes by the terminal's environment."""
    animations: bool | None = None
    fence: bool | None = None
    """Hold each frame back until the terminal has shown the one before; by default over SSH only."""
    ascii: bool | None = None
    """Draw with ASCII only."""


class Billing(msgspec.Struct, frozen=True):
    """Section `[billing]`: what the agreement says, for the cost on the screen; the service names no price."""

    price_per_unit: Annotated[float, Meta(ge=0, le=1_000_000)] | None = None
    """Price of one unit of `deduction_duration`; `None`: no cost is shown."""
    currency: Annotated[str, Meta(max_length=8)] = ""
    """What stands after an amount, such as `EUR`."""


class Hooks(msgspec.Struct, frozen=True):
    """Section `[hooks]`: the words of programs that `watch` runs, never through a shell; empty: none."""

    on_completed: tuple[str, ...] = ()
    """After a task completed; with automatic downloads, after its video was fetched."""
    on_failed: tuple[str, ...] = ()
    """After a task failed."""


class Webhook(msgspec.Struct, frozen=True):
    """Section `[webhook]`: where callbacks of the service are listened for, and how they are read."""

    listen: str | None = None
    """`ADDRESS[:PORT]`; `None`: nowhere."""
    track_unknown: bool = False
    """Track tasks that a callback names and that are not tracked yet."""
    client_id: str | None = None
    client_secret_command: tuple[str, ...] = ()
    """Words of a program whose first line of output is the client secret; empty: none."""
    client_secret_file: Path | None = None
    client_secret: Secret | None = None


class CredentialSource(msgspec.Struct, frozen=True):
    """Where the profile says its credential is; the environment's keys are looked at before (`find_credential`)."""

    api_key_command: tuple[str, ...] = ()
    """Words of a program whose first line of output is the key; empty: none."""
    api_key_file: Path | None = None
    api_key: Secret | None = None
    token: Secret | None = None
    config_file: Path | None = None
    """The file that `api_key` and `token` stand in."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All values in force."""

    profile: str = DEFAULT_PROFILE
    base_url: str = DEFAULT_BASE_URL
    """Without a trailing slash; https, or http to this machine."""
    detail_path: str = DEFAULT_DETAIL_PATH
    data_dir: Path
    state_dir: Path
    polling: Polling = Polling()
    download: DownloadSettings = msgspec.field(default_factory=DownloadSettings)
    ui: UiSettings = UiSettings()
    billing: Billing = Billing()
    hooks: Hooks = Hooks()
    webhook: Webhook = Webhook()
    keys: dict[str, str | list[str]] = {}
    """Command id to its key or keys, as the user wants them; ids and keys are checked by the dashboard."""
    views: dict[str, str] = {}
    """Name of a view of the user's to its filter, in the order of the file."""
    retention_days: float = 7.0
    accent: str | None = None
    credential: CredentialSource = CredentialSource()
    profiles: tuple[str, ...] = ()
    """Names of the profiles in the file."""
    config_file: Path | None = None
    """The file that was read; `None` if there is none."""
    origins: dict[str, str] = {}
    """Dotted name of each setting to the place its value came from, in words."""

    @property
    def profile_dir(self) -> Path:
        """Directory of the profile's store."""
        return self.data_dir / self.profile


class Flags(msgspec.Struct, frozen=True):
    """What the command line said; `None`: nothing."""

    profile: str | None = None
    base_url: str | None = None
    data_dir: str | None = None
    config: str | None = None
