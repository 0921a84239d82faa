"""Shows frames of the downloaded video in the detail pane for as long as the user wants to see them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from headswap_tui.domain.errors import HeadswapError, PreviewFailed
from headswap_tui.domain.task import DownloadState, TaskId, TrackedTask
from headswap_tui.domain.text import safe
from headswap_tui.preview.frames import Strip, Strips
from headswap_tui.ui.pictures import library
from headswap_tui.ui.pictures.drawing import NOTHING, Drawing, draw
from headswap_tui.ui.pictures.kind import Choice

Fetch: TypeAlias = Callable[[Path], Awaitable[None]]
"""Brings the beginning of a video into a file. Raises `DownloadError`, `OSError`."""

Work: TypeAlias = Callable[[], Coroutine[None, None, None]]

SETTLE_S: Final = 0.15
"""The cursor has to stay so long on a task before anything is decoded."""


class Pane(Protocol):
    """Where the strip is shown."""

    @property
    def room(self) -> tuple[int, int]:
        """Columns and rows of the pane; zeros while it is not on the screen."""

    def show_frames(self, drawing: Drawing) -> None:
        """Show this instead of what was there."""


class Filmstrip:
    """Follows what the pane shows. One strip at a time is decoded and drawn, and none that nobody looks at."""

    def __init__(
        self,
        pane: Pane,
        choose: Callable[[], Choice],
        start: Callable[[Work], Callable[[], None]],
        write: Callable[[str], None],
        strips: Strips | None = None,
    ) -> None:
        """`start` runs work beside the keys and returns what cancels it; `write` sends to the terminal as it is."""
        self._pane = pane
        self._choose = choose
        self._start = start
        self._write = write
        self._strips = strips or Strips()
        self._choice: Choice | None = None
        self._shown: tuple[str, tuple[int, int]] | None = None
        self._cancel: Callable[[], None] = lambda: None
        self._frees = ""
        self._source: _Source | None = None
        self.is_on = False
        """Whether the user wants frames."""

    @property
    def choice(self) -> Choice:
        """How frames are drawn here, or why they are not; found out when first asked for."""
        if self._choice is None:
            self._choice = self._choose()
        return self._choice

    def switch(self, is_on: bool) -> None:
        """Frames are wanted or not; the next `follow` acts on it."""
        self.is_on = is_on
        if not is_on:
            self.follow(None)
            self._strips.forget()

    def follow(self, task: TrackedTask | None) -> None:
        """The pane shows this task, or nothing that anyone could see. Cheap if nothing is another than before."""
        if self._source and (task is None or task.id != self._source.task_id):
            self._source = None
        path = video_of(task) if task is not None and self.is_on else None
        name = f"source of {self._source.task_id}" if self._source else path
        wanted = (name, self._pane.room) if name else None
        if wanted == self._shown:
            return
        self._shown = wanted
        self._cancel()
        self._cancel = lambda: None
        self._show(NOTHING)
        if not all(self._pane.room):
            return
        if self._source:
            self._cancel = self._start(partial(self._bring, self._source.strip, "Source"))
        elif path:
            self._cancel = self._start(partial(self._bring, partial(self._strips.of, path)))

    def show_source(self, task: TrackedTask, fetch: Fetch) -> None:
        """Show frames of the task's source until the pane shows another task, or no more if they are shown."""
        is_shown = self._source is not None and self._source.task_id == task.id
        self._source = None if is_shown else _Source(task.id, fetch)
        self.follow(task)

    def renew(self, task: TrackedTask | None) -> None:
        """The terminal has forgotten its pictures."""
        self._shown = None
        self.follow(task)

    async def _bring(self, strip_of: Callable[[], Awaitable[Strip]], title: str = "") -> None:
        kind, why = self.choice
        if kind is None:
            self._show(_words(f"No frames: {why}."))
            return
        await asyncio.sleep(SETTLE_S)
        self._show(_words("Fetching the source..." if title else "Reading frames...", "faint"))
        try:
            strip = await strip_of()
            drawing = await asyncio.to_thread(draw, strip, kind, *self._pane.room, library.cell_size())
        except HeadswapError as error:
            self._show(_words(f"{title}: {error.message}" if title else error.message))
        except ImportError as error:
            self._show(_words(f"No frames: a package of the extra `preview` cannot be used ({error})."))
        else:
            self._show(_titled(drawing, title) if title else drawing)

    def _show(self, drawing: Drawing) -> None:
        """Bring it to the pane, and free the terminal of what was there before."""
        frees, self._frees = self._frees, drawing.after
        if drawing.before:
            self._write(drawing.before)
        self._pane.show_frames(drawing)
        if frees:
            self._write(frees)


class _Source:
    """The source of one task, fetched once."""

    def __init__(self, task_id: TaskId, fetch: Fetch) -> None:
        self.task_id = task_id
        self._fetch = fetch
        self._strip: Strip | None = None

    async def strip(self) -> Strip:
        """Its frames; the file is gone when they are there. Raises `PreviewFailed`, `DownloadError`."""
        if self._strip is None:
            try:
                with tempfile.TemporaryDirectory(prefix="headswap-source-") as place:
                    path = Path(place) / "source"
                    await self._fetch(path)
                    self._strip = await _begun(path)
            except OSError as error:
                raise PreviewFailed(f"No frames: it cannot be kept for a moment: {error.strerror or error}.") from None
        return self._strip


async def _begun(path: Path) -> Strip:
    try:
        return await Strips().of(str(path))
    except PreviewFailed as error:
        if not _is_cut(path):
            raise
        raise PreviewFailed(f"{error.message} Only its beginning was fetched; its index may be at its end.") from None


def _is_cut(path: Path) -> bool:
    from headswap_tui.downloads.beginning import MOST_BYTES

    return path.stat().st_size >= MOST_BYTES


def _titled(drawing: Drawing, title: str) -> Drawing:
    overlays = [one._replace(row=one.row + 1) for one in drawing.overlays]
    return drawing._replace(lines=[((title, "section"),), *drawing.lines], overlays=overlays)


def video_of(task: TrackedTask) -> str | None:
    """Path of the task's video on this machine; `None` before it is downloaded."""
    download = task.download
    return download.path if download and download.state is DownloadState.DONE else None


def _words(text: str, role: str = "prose") -> Drawing:
    return Drawing([((safe(text), role),)])
