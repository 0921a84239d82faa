"""Driving the dashboard in tests: keys in, what the user would see out; waits are for conditions."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.app import App
from textual.pilot import Pilot

from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.ui.app import HeadswapApp
from headswap_tui.ui.screens.main import MainScreen
from tests import scenes
from tests.ui.fake_engine import FakeEngine


@dataclass
class Desk:
    """The running dashboard and its hands."""

    app: HeadswapApp
    pilot: Pilot[None]
    engine: FakeEngine
    told: list[str]
    """Title and text of each message so far, those that made way for others too."""

    @property
    def detail_open(self) -> bool:
        """Whether the detail pane is on the screen."""
        return self.main.body.is_open

    @property
    def main(self) -> MainScreen:
        """The main screen, whatever lies above it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    @property
    def dialog(self) -> str:
        """Class name of what lies on top."""
        return type(self.app.screen).__name__

    @property
    def cursor(self) -> TaskId | None:
        """The task under the cursor."""
        return self.main.table.cursor_id

    @property
    def toasts(self) -> list[str]:
        """Title and text of each message that is shown now."""
        return [f"{note.title}|{note.message}" for note in self.app._notifications]

    def task(self, number: int) -> TrackedTask:
        """The scene's task of that number."""
        return self.engine.tasks[scenes.task_id(number)]

    async def press(self, *keys: str) -> None:
        """Press and let everything settle."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Bring text into the focused field in one go: hundreds of single key presses take their time."""
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def expect(self, condition: Callable[[], Any], limit_s: float = 5.0, *, what: str = "") -> None:
        """Let the program run until the condition holds; `what` says which one if it does not."""
        end = time.monotonic() + limit_s
        while not condition():
            assert time.monotonic() < end, f"did not come about: {what} {self.dialog}, {self.toasts}"
            await self.pilot.pause()

    async def go_to(self, number: int) -> None:
        """Put the cursor on the scene's task of that number."""
        assert self.main.table.move_to(scenes.task_id(number))
        await self.pilot.pause()

    async def said(self, words: str) -> None:
        """Wait for a message that holds these words."""
        await self.expect(lambda: any(words in toast for toast in self.toasts))

    async def opened(self, dialog: str) -> None:
        """Wait for that dialog to be on top."""
        await self.expect(lambda: self.dialog == dialog)
        await self.pilot.pause()

    async def closed(self) -> None:
        """Wait until no dialog is left."""
        await self.expect(lambda: isinstance(self.app.screen, MainScreen))
        await self.pilot.pause()

    def screen_text(self) -> str:
        """What is on the screen now, line by line."""
        return screen_text(self.app)


def screen_text(app: App[Any]) -> str:
    """What an app shows now, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@asynccontextmanager
async def dashboard(
    made: FakeEngine | None = None, *, size: tuple[int, int] = (120, 36), **settings: Any
) -> AsyncIterator[Desk]:
    """The dashboard on the scenes' tasks; `settings` as `scenes.app` takes them."""
    engine = made or scenes.engine()
    app = scenes.app(engine, **settings)
    told: list[str] = []
    notify = app.notify

    def noted(message: str, *, title: str = "", **how: Any) -> None:
        told.append(f"{title}|{message}")
        notify(message, title=title, **how)

    app.notify = noted  # type: ignore[method-assign]  # only listens
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield Desk(app, pilot, engine, told)
