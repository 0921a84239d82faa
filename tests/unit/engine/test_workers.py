"""Tasks of the loop that nobody waits for: they end together, and one that falls over is told."""

from __future__ import annotations

import asyncio

from headswap_tui.engine.workers import Workers


async def test_one_that_falls_over_is_told_by_name_and_kind_only() -> None:
    told: list[str] = []
    workers = Workers(told.append)

    async def fall() -> None:
        raise ValueError("sk-canary")

    workers.start("poll", fall())
    async with asyncio.timeout(5):
        while not told:
            await asyncio.sleep(0)
    assert told == ["A background worker (poll) stopped: ValueError. Restart."]


async def test_stopping_ends_what_goes_on_and_what_tidies_up_is_waited_for() -> None:
    told: list[str] = []
    done: list[str] = []
    workers = Workers(told.append)
    at_work = asyncio.Event()

    async def for_ever() -> None:
        try:
            at_work.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            done.append("tidied")

    async def errand() -> None:
        done.append("errand")

    workers.start("follow", for_ever())
    workers.start("connect", errand())
    async with asyncio.timeout(5):
        await at_work.wait()
        await workers.stop()
    assert sorted(done) == ["errand", "tidied"]
    assert told == []
