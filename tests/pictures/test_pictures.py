"""Pictures of every screen and state, each beside words that must be on it.

`pytest tests/pictures --snapshot-update` accepts what changed; look at the report before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Protocol

import pytest
from textual.pilot import Pilot

from tests.pictures.scenes import SCENES, Scene, Steps
from tests.ui.driving import screen_text


class SnapCompare(Protocol):
    """What pytest-textual-snapshot's fixture is."""

    def __call__(self, app: object, *, terminal_size: tuple[int, int], run_before: Steps) -> bool: ...


@pytest.fixture(autouse=True)
def _everywhere_the_same(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times are shown in local time, and NO_COLOR would paint everything grey."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: f"{scene.name}-{scene.size[0]}-{scene.theme}")
def test_picture(scene: Scene, snap_compare: SnapCompare) -> None:
    if scene.has_frames:
        pytest.importorskip("textual_image", reason="the extra `preview` is not installed")
    seen: list[str] = []

    async def act(pilot: Pilot[None]) -> None:
        await scene.act(pilot)
        for _ in range(100):
            seen.append(screen_text(pilot.app))
            if scene.says in seen[-1]:
                return
            await pilot.pause()

    same = snap_compare(scene.app(), terminal_size=scene.size, run_before=act)
    assert scene.says in seen[-1]
    assert same
