"""The rendered video and what can be carried away: download, open, copy, look at the raw record."""

from __future__ import annotations

import msgspec

from headswap_tui.domain.numbers import numbers_in
from headswap_tui.domain.task import DownloadState, TrackedTask, plain
from headswap_tui.domain.text import safe, unsigned, without_query
from headswap_tui.ui.actions.desk import Desk, Handlers
from headswap_tui.ui.opening import open_outside
from headswap_tui.ui.terminal import COPY_LIMIT, Terminal


class Files:
    """Commands about the video, its address and the record itself."""

    def __init__(self, desk: Desk, terminal: Terminal) -> None:
        self._desk = desk
        self._terminal = terminal

    def handlers(self) -> Handlers:
        """By command id."""
        return {
            "download": self.download,
            "cancel_download": self.cancel,
            "copy_id": self.copy_id,
            "copy_url": self.copy_url,
            "open": self.open,
            "raw": self.raw,
        }

    def download(self) -> None:
        """Fetch the videos of the targets that have one."""
        ready = [task for task in self._desk.targets() if task.detail and task.detail.has_video]
        self._desk.engine.download([task.id for task in ready])
        what = safe(ready[0].name, 60) if len(ready) == 1 else f"{len(ready)} videos"
        self._desk.tell(f"Downloading {what}.")
        self._desk.show_footer()

    def cancel(self) -> None:
        """Stop the downloads of the targets."""
        running = [task.id for task in self._desk.targets() if self._desk.engine.transfer(task.id)]
        self._desk.engine.cancel_download(running)
        what = "Download" if len(running) == 1 else f"{len(running)} downloads"
        self._desk.tell(f"{what} cancelled; {self._desk.by_key('download')} goes on where it stopped.")
        self._desk.show_footer()

    def copy_id(self) -> None:
        """Copy the ids of the targets, one a line."""
        targets = self._desk.targets()
        self.copy("\n".join(safe(task.id) for task in targets), "id" if len(targets) == 1 else f"{len(targets)} ids")

    def copy_url(self) -> None:
        """Copy the video addresses of the targets, whole, one a line: pasted into a shell, none may be two commands."""
        urls = [
            safe(task.detail.video_url, COPY_LIMIT)
            for task in self._desk.targets()
            if task.detail and task.detail.video_url
        ]
        self.copy("\n".join(urls), "URL" if len(urls) == 1 else f"{len(urls)} URLs")

    def copy(self, text: str, what: str) -> None:
        """Hand the harmless text to the terminal's clipboard and say so; `what` names it."""
        if len(text) > COPY_LIMIT:
            self._desk.tell(f"{what} are too much for a terminal's clipboard.", severity="warning")
            return
        self._desk.app.copy_to_clipboard(text)
        hint = self._terminal.copy_hint
        lines = text.splitlines()
        first = without_query(lines[0]) if "://" in lines[0] else lines[0]  # the toast may be seen by others
        shown = safe(first, 160) if len(lines) == 1 else f"{safe(first, 60)} (the first of {len(lines)} lines)"
        self._desk.tell(f"{shown}\n{hint}".rstrip(), title=f"Sent {what} to the terminal's clipboard")

    async def open(self) -> None:
        """Open the downloaded file, else the address; where nothing can open it, show it."""
        from headswap_tui.ui.screens.link import LinkDialog

        task = self._desk.cursor()
        if task is None:
            return
        target, is_file = _target(task)
        if target is None:
            self._desk.tell("Its address is not one of the web, so it is not opened.", severity="warning")
            return
        if self._terminal.has_display and open_outside(target):
            self._desk.tell(f"Opening {safe(target if is_file else without_query(target), 160)}")
            return
        title = "File" if is_file else "Address of the video"
        where = "It is on this machine:" if is_file else "No browser can be opened from here. Open it on yours:"
        await self._desk.ask(LinkDialog(target, title=title, where=where, hint=self._terminal.copy_hint))

    async def raw(self) -> None:
        """Show everything we hold about the task under the cursor, but what signs its addresses."""
        from headswap_tui.ui.screens.raw import RawDialog

        if (task := self._desk.cursor()) is not None:
            record = numbers_in(plain(task))
            text = msgspec.json.format(msgspec.json.encode(record), indent=2).decode("utf-8")
            await self._desk.ask(RawDialog(safe(task.name, 60), unsigned(text)))


def _target(task: TrackedTask) -> tuple[str | None, bool]:
    """What to open and whether it is a file; `None` for an address that is not of the web."""
    download = task.download
    if download and download.state is DownloadState.DONE and download.path:
        return download.path, True
    url = task.detail.video_url if task.detail else None
    if url and url.lower().startswith(("https://", "http://")):
        return url, False
    return None, False
