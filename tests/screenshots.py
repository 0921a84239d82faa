"""The pictures of the README: the real app on the simulator, driven by keys. `make screenshots` writes them."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from textual.pilot import Pilot

from headswap_tui.cli.context import Demo
from headswap_tui.cli.demo import demo_settings, fill
from headswap_tui.config.credential import Credential
from headswap_tui.config.secret import Secret
from headswap_tui.config.settings import UiSettings
from headswap_tui.domain.task import State
from headswap_tui.engine.connecting import Connector
from headswap_tui.engine.engine import Engine
from headswap_tui.simulator.demo import populate
from headswap_tui.simulator.server import Simulator, running_simulator
from headswap_tui.ui.app import HeadswapApp

OUT: Final = Path(__file__).parent.parent / "screenshots"
PASTE: Final = """\
6a066dc58570ecbf64f761a5, 6a066dc58570ecbf64f761b7
{"code":1000,"data":{"_id":"6a066dc58570ecbf64f761c9","team_id":"6805fb69e92d9edc7ca0b409"}}
https://openapi.akool.com/api/open/v4/headswap/task/detail?_id=6a066dc58570ecbf64f761db
"""


class Picture(NamedTuple):
    """One file in `screenshots/`."""

    name: str
    size: tuple[int, int]
    theme: str = "headswap-dark"
    keys: tuple[str, ...] = ()
    on: State | None = None
    """Put the cursor on the first task in this state."""
    paste: str = ""


PICTURES: Final = (
    Picture("dashboard", (140, 40), on=State.PROCESSING),
    Picture("dashboard-light", (140, 40), "headswap-light", on=State.COMPLETED),
    Picture("failure", (120, 36), keys=("f",)),
    Picture("add", (120, 36), keys=("a",), paste=PASTE),
    Picture("small", (80, 24), on=State.PROCESSING),
    Picture("help", (100, 40), keys=("question_mark",)),
)


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the app run until the condition holds. Raises `TimeoutError` after a while."""
    end = time.monotonic() + 30
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the app never came to show it")
        await pilot.pause()


def answered(engine: Engine) -> bool:
    """Whether every task was asked about, and the end of some was seen."""
    return all(task.asked_ms for task in engine.tasks.values()) and engine.connection.requests_per_s > 0


async def take(picture: Picture, simulator: Simulator) -> str:
    """The picture as SVG."""
    with tempfile.TemporaryDirectory() as place:
        demo = Demo(simulator.base_url, simulator.api_key, populate(simulator))
        settings = demo_settings(demo, Path(place), None, UiSettings())
        fill(demo, settings, time.time_ns() // 1_000_000)
        credential = Credential("api_key", Secret(demo.api_key), "the simulator")
        engine = Engine(settings, Connector(settings, lambda: credential))
        app = HeadswapApp(engine, settings, environ={}, themes_dir=Path(place))
        async with app.run_test(size=picture.size) as pilot:
            app.theme = picture.theme
            await until(pilot, lambda: answered(engine))
            if picture.on:
                table = app.screen.query_one("TaskTable")
                wanted = next(task.id for task in engine.tasks.values() if task.state is picture.on)
                table.move_to(wanted)  # type: ignore[attr-defined]  # found by its name
            await pilot.press(*picture.keys)
            if picture.paste:
                app.screen.query_one("TextArea").load_text(picture.paste)  # type: ignore[attr-defined]  # as above
            await until(pilot, lambda: not app._notifications)
            await pilot.pause()
            return app.export_screenshot(title="headswap-tui")


def main() -> None:
    """Write them all."""
    OUT.mkdir(exist_ok=True)
    for picture in PICTURES:
        with running_simulator() as simulator:
            svg = asyncio.run(take(picture, simulator))
        (OUT / f"{picture.name}.svg").write_text(svg, encoding="utf-8")
        print(OUT.name, picture.name)


if __name__ == "__main__":
    main()
