"""Being told: of a task that one asked about, and of what happened while the window was not looked at."""

from __future__ import annotations

import msgspec
import pytest
from textual import events

from headswap_tui.config.settings import UiSettings
from headswap_tui.domain.events import TasksFinished
from headswap_tui.domain.task import LastError
from tests import scenes
from tests.ui.driving import dashboard


async def test_one_that_went_missing_rings_only_if_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async with dashboard(environ={"TERM": "xterm-kitty"}) as desk:
        written: list[str] = []
        rung: list[bool] = []
        monkeypatch.setattr(desk.app._driver, "write", written.append)
        monkeypatch.setattr(desk.app, "bell", lambda: rung.append(True))
        lost = {"detail": None, "refusals": 5, "last_error": LastError("refused", "gone", scenes.NOW_MS)}
        desk.engine.put(msgspec.structs.replace(desk.task(2), **lost))
        desk.main.beat()
        assert desk.toasts == []
        desk.engine.put(msgspec.structs.replace(desk.task(1), **lost))
        await desk.said("Task failed: Trailer, English dub|the service does not know this task")
        assert rung == [True]
        assert any("]99;i=headswap:d=0;Task failed" in text for text in written)


async def test_who_comes_back_is_told_what_happened() -> None:
    now = scenes.NOW_MS
    async with dashboard(now_ms=lambda: now, ui=UiSettings(refresh_hz=10)) as desk:
        desk.app.post_message(events.AppBlur())
        await desk.expect(lambda: not desk.app.app_focus)
        desk.engine.emit(TasksFinished(frozenset({scenes.task_id(13), scenes.task_id(12)})))
        await desk.said("Task failed: Interview, close-up (and 1 completed)")
        now += 3_600_000
        desk.app.post_message(events.AppFocus())
        await desk.said("While you were away (1h 00m)|1 failed: Interview, close-up\n1 completed: 夏の撮影_第二版.mp4")
