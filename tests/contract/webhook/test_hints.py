"""How often hints lead to questions, on a clock of the test's own."""

from __future__ import annotations

import asyncio

from headswap_tui.webhook.hints import LEAST_S, TRACKED_AT_ONCE, Hints
from tests.contract.webhook.conftest import FIRST, SECOND, STRANGER, CountingEngine


async def test_once_per_task_and_period_and_none_is_lost() -> None:
    engine = CountingEngine()
    now = 100.0
    hints = Hints(engine, tracks_unknown=False, monotonic=lambda: now)
    hints.about(FIRST)
    hints.about(FIRST)
    hints.about(SECOND)
    assert engine.hinted == [FIRST, SECOND]
    hints.about_all()  # both were asked just now
    assert engine.hinted == [FIRST, SECOND]
    now += LEAST_S
    waiting = hints._later.pop(FIRST)
    waiting.cancel()
    hints._ask((FIRST,))
    assert engine.hinted == [FIRST, SECOND, FIRST]
    hints.close()
    assert not hints._later


async def test_a_hint_that_came_too_soon_is_passed_on_in_time() -> None:
    engine = CountingEngine()
    start = asyncio.get_running_loop().time()
    now = start
    hints = Hints(engine, tracks_unknown=False, monotonic=lambda: now)
    hints.about(FIRST)
    engine.news.clear()
    now = start + LEAST_S - 0.02
    hints.about(FIRST)
    now = start + LEAST_S
    assert engine.hinted == [FIRST]
    async with asyncio.timeout(5):
        await engine.news.wait()
    assert engine.hinted == [FIRST, FIRST]
    assert not hints._later


async def test_new_tasks_are_bounded() -> None:
    engine = CountingEngine()
    now = 0.0
    hints = Hints(engine, tracks_unknown=True, monotonic=lambda: now)
    results = [await hints.unknown(STRANGER) for _ in range(TRACKED_AT_ONCE + 1)]
    assert results == [True] * TRACKED_AT_ONCE + [False]
    now = 61.0
    assert await hints.unknown(STRANGER)
