"""The pictures of the README: the real app on the simulator, driven by keys. `make screenshots` writes them."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from textual.pilot import Pilot

from headswap_tui.cli.demo import demo_settings, fill
from headswap_tui.cli.doors import Demo
from headswap_tui.config.credential import Credential
from headswap_tui.config.secret import Secret
from headswap_tui.config.settings import UiSettings
from headswap_tui.domain.task import State, TaskId
from headswap_tui.engine.connecting import Connector
from headswap_tui.engine.engine import Engine
from headswap_tui.simulator.demo import populate
from headswap_tui.simulator.server import Simulator, running_simulator
from headswap_tui.ui.app import HeadswapApp
from tests.scenes import app as scene_app
from tests.scenes import of_two_weeks
from tests.ui.fake_engine import FakeEngine

OUT: Final = Path(__file__).parent.parent / "screenshots"


SPEED: Final = 4.0
"""Of the simulator, where the picture waits for a task to get on."""


class Picture(NamedTuple):
    """One file in `screenshots/`."""

    name: str
    size: tuple[int, int]
    theme: str = "headswap-dark"
    keys: tuple[str, ...] = ()
    on: State | None = None
    """Put the cursor on the first task in this state."""
    made: Callable[[], FakeEngine] | None = None
    """Where the demo has too little to show: what has been recorded over many days."""


PICTURES: Final = (
    Picture("dashboard", (140, 40), on=State.PROCESSING),
    Picture("dashboard-light", (140, 40), "headswap-light", on=State.COMPLETED),
    Picture("failure", (120, 36), keys=("f",)),
    Picture("small", (80, 24), on=State.PROCESSING),
    Picture("filter", (120, 36), keys=("slash", *"!tag:long", "space", *"state:p")),
    Picture("insight", (120, 36), keys=("dollar_sign",), made=of_two_weeks),
)


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the app run until the condition holds. Raises `TimeoutError` after a while."""
    end = time.monotonic() + 90
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the app never came to show it")
        await pilot.pause()


def answered(engine: Engine) -> bool:
    """Whether every task was asked about, and the end of some was seen."""
    return all(task.asked_ms for task in engine.tasks.values()) and engine.connection.requests_per_s > 0


def wanted(engine: Engine, state: State | None) -> TaskId | None:
    """A task of that state; one under way has a history that can be plotted, and some way to go."""
    for task in engine.tasks.values():
        rises = [change.progress for change in task.history.values() if change.progress]
        if task.state is state and (state is not State.PROCESSING or (len(rises) > 4 and rises[0] < 50)):
            return task.id
    return None


async def take_recorded(picture: Picture, made: FakeEngine) -> str:
    """The picture of what has been recorded, as SVG."""
    app = scene_app(made, theme=picture.theme)
    async with app.run_test(size=picture.size) as pilot:
        await pilot.press(*picture.keys)
        await pilot.pause()
        return app.export_screenshot(title="headswap-tui")


async def take(picture: Picture, simulator: Simulator) -> str:
    """The picture as SVG."""
    with tempfile.TemporaryDirectory() as place:
        demo = Demo(simulator.base_url, simulator.api_key, populate(simulator))
        settings = demo_settings(demo, Path(place), None, UiSettings(theme=picture.theme))
        fill(demo, settings, time.time_ns() // 1_000_000)
        credential = Credential("api_key", Secret(demo.api_key), "the simulator")
        engine = Engine(settings, Connector(settings, lambda: credential))
        app = HeadswapApp(engine, settings, environ={}, themes_dir=Path(place))
        async with app.run_test(size=picture.size) as pilot:
            await until(pilot, lambda: answered(engine))
            if picture.on:
                table = app.screen.query_one("TaskTable")
                await until(pilot, lambda: wanted(engine, picture.on) is not None)
                table.move_to(wanted(engine, picture.on))  # type: ignore[attr-defined]  # found by its name
            await pilot.press(*picture.keys)
            await until(pilot, lambda: not app._notifications)
            await pilot.pause()
            return app.export_screenshot(title="headswap-tui")


def main() -> None:
    """Write them all."""
    OUT.mkdir(exist_ok=True)
    for picture in PICTURES:
        if picture.made is not None:
            svg = asyncio.run(take_recorded(picture, picture.made()))
        else:
            with running_simulator(speed=SPEED if picture.on is State.PROCESSING else 1.0) as simulator:
                svg = asyncio.run(take(picture, simulator))
        (OUT / f"{picture.name}.svg").write_text(svg, encoding="utf-8")
        print(OUT.name, picture.name)


if __name__ == "__main__":
    main()
