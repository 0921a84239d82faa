"""Shows frames of the downloaded video in the detail pane for as long as the user wants to see them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Final, Protocol

from headswap_tui.domain.errors import PreviewFailed
from headswap_tui.domain.task import DownloadState, TrackedTask
from headswap_tui.domain.text import safe
from headswap_tui.preview.frames import Strips
from headswap_tui.ui.pictures import library
from headswap_tui.ui.pictures.drawing import NOTHING, Drawing, draw
from headswap_tui.ui.pictures.kind import Choice

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
        start: Callable[[Coroutine[None, None, None]], Callable[[], None]],
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
        path = video_of(task) if task is not None and self.is_on else None
        wanted = (path, self._pane.room) if path else None
        if wanted == self._shown:
            return
        self._shown = wanted
        self._cancel()
        self._cancel = lambda: None
        self._show(NOTHING)
        if path and all(self._pane.room):
            self._cancel = self._start(self._bring(path))

    def renew(self, task: TrackedTask | None) -> None:
        """The terminal has forgotten its pictures."""
        self._shown = None
        self.follow(task)

    async def _bring(self, path: str) -> None:
        kind, why = self.choice
        if kind is None:
            self._show(_words(f"No frames: {why}."))
            return
        await asyncio.sleep(SETTLE_S)
        self._show(_words("Reading frames...", "faint"))
        try:
            strip = await self._strips.of(path)
            drawing = await asyncio.to_thread(draw, strip, kind, *self._pane.room, library.cell_size())
        except PreviewFailed as error:
            self._show(_words(error.message))
        except ImportError as error:
            self._show(_words(f"No frames: a package of the extra `preview` cannot be used ({error})."))
        else:
            self._show(drawing)

    def _show(self, drawing: Drawing) -> None:
        """Bring it to the pane, and free the terminal of what was there before."""
        frees, self._frees = self._frees, drawing.after
        if drawing.before:
            self._write(drawing.before)
        self._pane.show_frames(drawing)
        if frees:
            self._write(frees)


def video_of(task: TrackedTask) -> str | None:
    """Path of the task's video on this machine; `None` before it is downloaded."""
    download = task.download
    return download.path if download and download.state is DownloadState.DONE else None


def _words(text: str, role: str = "prose") -> Drawing:
    return Drawing([((safe(text), role),)])
