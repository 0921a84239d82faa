"""The status line and the banner tell the truth: the real dashboard on a real engine, asking over HTTP."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from headswap_tui.config.settings import CredentialSource, Polling
from headswap_tui.domain.task import TaskId
from headswap_tui.engine.engine import Engine
from headswap_tui.simulator.server import Simulator
from headswap_tui.ui.app import HeadswapApp
from tests.contract.engine.conftest import MakesEngines, running, until
from tests.ui.driving import screen_text

BRISK = Polling(requests_per_second=20, min_interval=1, max_interval=3)


@dataclass
class Screen:
    """What somebody who looks at it sees."""

    app: HeadswapApp
    pilot: Pilot[None]

    def says(self, pattern: str, *, line: int | None = 0) -> bool:
        """Whether that line (`None`: any) of the screen matches."""
        text = screen_text(self.app)
        lines = text.splitlines()
        return any(re.search(pattern, one) for one in (lines if line is None else lines[line : line + 1]))

    async def shows(self, pattern: str, *, line: int | None = 0) -> None:
        """Wait until it does."""
        try:
            await until(lambda: self.says(pattern, line=line))
        except AssertionError:
            raise AssertionError(f"never showed {pattern!r}:\n{screen_text(self.app)[:720]}") from None


@asynccontextmanager
async def dashboard(engine: Engine) -> AsyncIterator[Screen]:
    """The real thing; it starts and stops the engine."""
    themes = engine.settings.state_dir / "themes"
    app = HeadswapApp(engine, engine.settings, environ={}, themes_dir=themes)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await until(lambda: engine.connection.next_due_s is not None or engine.connection.mode != "live")
        yield Screen(app, pilot)


async def with_tasks(engine: Engine, simulator: Simulator, count: int = 6, **life: Any) -> list[TaskId]:
    """So many tasks that go on for an hour, tracked."""
    ids = [TaskId(simulator.create(queue_s=0, **{"processing_s": 3600, **life})) for _ in range(count)]
    await engine.add(ids)
    return ids


async def a_task(engine: Engine, simulator: Simulator) -> None:
    """Have something in the store before the dashboard opens."""
    async with running(engine):
        await with_tasks(engine, simulator)


async def test_live_says_how_often_and_when_next_and_follows_the_keys(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    await a_task(make_engine(), simulator)
    async with dashboard(make_engine(polling=BRISK)) as screen:
        await screen.shows(r"● live .*◐ 6.* \d+\.\d req/s +(next in \d+s|asking now)")
        await screen.pilot.press("plus")
        await screen.shows("live x2")
        await screen.pilot.press("minus", "p")
        await screen.shows("‖ paused")
        assert not screen.says("next in|asking now|req/s"), "nothing is asked while paused"
        await screen.pilot.press("p")
        await screen.shows("● live")


async def test_slowed_and_out_of_credit_are_said(make_engine: MakesEngines, simulator: Simulator) -> None:
    await a_task(make_engine(), simulator)
    async with dashboard(make_engine(polling=BRISK)) as screen:
        await screen.shows("● live")
        simulator.faults.throttle(1, times=1)
        await screen.shows("! slowed")
        simulator.faults.clear()
        simulator.faults.code(1103)
        await screen.shows("! out of credit")
        await screen.shows("1103|credit", line=1)
        assert not screen.says("slowed"), "the worse of the two is said"


async def test_offline_says_since_when_and_ends(make_engine: MakesEngines, simulator: Simulator) -> None:
    await a_task(make_engine(), simulator)
    async with dashboard(make_engine(polling=BRISK)) as screen:
        await screen.shows("● live .*◐ 6")
        simulator.stop()
        await screen.shows(r"! offline since \d\d:\d\d")
        await screen.shows(r"Offline since \d\d:\d\d: ", line=1)
        assert screen.says("◐ 6"), "what was known stays"
        simulator.start()
        await screen.shows("● live")
        assert not screen.says("Offline", line=1)


async def test_a_refused_key_is_named_and_a_new_one_in_the_file_is_enough(
    make_engine: MakesEngines, simulator: Simulator, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text("wrong-key-of-old")
    file.chmod(0o600)
    await a_task(make_engine(), simulator)
    async with dashboard(make_engine(source=CredentialSource(api_key_file=file), polling=BRISK)) as screen:
        await screen.shows("! key refused")
        await screen.shows("It came from: file", line=None)
        assert not screen.says("req/s +next|wrong-key", line=None)
        file.write_text(simulator.api_key)
        await screen.shows("● live")


async def test_who_does_not_poll_says_who_does(make_engine: MakesEngines, simulator: Simulator) -> None:
    first = make_engine()
    async with running(first):
        await with_tasks(first, simulator)
        async with dashboard(make_engine()) as screen:
            await screen.shows(f"● following pid {os.getpid()}")
            await screen.shows("◐ 6")
            await first.stop()
            await screen.shows("● live")
            assert not screen.says("pid")


async def test_what_stops_the_one_who_polls_is_said_where_it_is_followed(
    make_engine: MakesEngines, simulator: Simulator
) -> None:
    leading = make_engine(polling=BRISK)
    async with running(leading):
        await with_tasks(leading, simulator)
        async with dashboard(make_engine()) as screen:
            await screen.shows("● following pid")
            simulator.stop()
            await screen.shows(rf"! offline since \d\d:\d\d \(pid {os.getpid()}\)")
            await screen.shows(r"Offline since \d\d:\d\d: ", line=1)
            assert screen.says(f"So says process {os.getpid()}\\.", line=None)
            simulator.start()
            await screen.shows("● following pid")
            assert not screen.says("Offline", line=1)
            simulator.faults.code(1103)
            await screen.shows("! out of credit")
            await leading.stop()
            await screen.shows(r"! out of credit (?!\(pid)")  # found out by itself now


async def test_what_cannot_be_written_is_said_until_it_can(make_engine: MakesEngines, simulator: Simulator) -> None:
    await a_task(make_engine(), simulator)
    engine = make_engine(polling=BRISK)
    async with dashboard(engine) as screen:
        await screen.shows("● live")
        file = engine.settings.profile_dir / "tasks.jsonl"
        ours = file.read_bytes()
        file.write_bytes(b'{"somebody": "else"}\n')
        await screen.shows("! not saving")
        await screen.shows("tasks.jsonl", line=1)
        file.write_bytes(ours)
        await until(lambda: not screen.says("not saving"), 30)
        assert not screen.says("tasks.jsonl", line=1)
