"""Source videos, which are looked at but not kept."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from headswap_tui.config.settings import Settings
from headswap_tui.domain.errors import UrlRefused
from headswap_tui.domain.task import TrackedTask


async def fetch_source(task: TrackedTask | None, settings: Settings, path: Path) -> None:
    """The beginning of the task's source video into `path`. Cancelled, it breaks off.

    Raises `DownloadError`, `OSError`.
    """
    from headswap_tui.downloads.beginning import fetch_beginning  # brings in the HTTP library
    from headswap_tui.downloads.control import Control
    from headswap_tui.downloads.hosts import HostRules

    url = task.detail.source_video_url if task and task.detail else None
    if not url:
        raise UrlRefused("The service has named no source video.")
    rules = HostRules(urlsplit(settings.base_url).hostname or "", settings.download.allow_hosts)
    control = Control()
    try:
        await asyncio.to_thread(fetch_beginning, url, path, rules, control)
    finally:
        control.stop()
