"""`demo`: the dashboard on the built-in simulator and a throwaway store."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec

from headswap_tui.cli import exit_codes
from headswap_tui.cli.commands import add_mouse
from headswap_tui.cli.context import Context
from headswap_tui.cli.dashboard import terminal_problem, with_mouse
from headswap_tui.cli.doors import Demo
from headswap_tui.config.conversion import convert
from headswap_tui.config.credential import Credential
from headswap_tui.config.environment import from_environment, variable
from headswap_tui.config.secret import Secret
from headswap_tui.config.settings import CredentialSource, DownloadSettings, Polling, Settings, UiSettings
from headswap_tui.domain.changes import track
from headswap_tui.domain.task import TaskId
from headswap_tui.store.tasks import TaskStore

PROFILE: Final = "demo"
POLLING: Final = Polling(requests_per_second=20.0, min_interval=1.0, max_interval=15.0)
"""Our own machine is asked, so the screen may fill quickly."""
LOOKS: Final = ("ui.theme", "ui.ascii", "ui.images")
"""What the user's environment says of the terminal holds for the demo too."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `demo` takes."""
    parser.description = (
        "The dashboard on a built-in simulator. Needs no key and no network, reads no configuration, and leaves "
        "nothing behind."
    )
    add_mouse(parser)
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="how fast tasks live (default: 1)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="same seed, same tasks (default: 1)")
    parser.add_argument(
        "--port", type=int, default=0, metavar="N", help="where its simulator listens, for scripts (default: anywhere)"
    )


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 1000:
        raise argparse.ArgumentTypeError(f"a speed is above 0 and at most 1000, not {text}")
    return speed


def run(args: argparse.Namespace, context: Context) -> int:
    """Show it; returns the exit status. With `--data-dir` the list and the downloads stay there."""
    problem = terminal_problem(context)
    if problem:
        context.output.say(problem)
        return exit_codes.USAGE
    from headswap_tui.cli.accounts import Account
    from headswap_tui.cli.logs import silence
    from headswap_tui.engine.connecting import Connector
    from headswap_tui.engine.engine import Engine

    silence()
    with ExitStack() as stack:
        throwaway = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="headswap-demo-")))
        kept = Path(args.data_dir).expanduser().absolute() if args.data_dir else None
        demo = stack.enter_context(context.doors.demo(seed=args.seed, speed=args.speed, port=args.port))
        settings = with_mouse(args, demo_settings(demo, throwaway, kept, looks(context.environ)))
        fill(demo, settings, context.now_ms())
        credential = Credential("api_key", Secret(demo.api_key), "the simulator")
        engine = Engine(settings, Connector(settings, lambda: credential))
        return context.doors.dashboard(
            Account(engine, settings, None), None, themes_dir=throwaway / "themes", examples=demo.spares
        )


def looks(environ: Mapping[str, str]) -> UiSettings:
    """How the environment wants it drawn; nothing else of the user's. Raises `ConfigError`."""
    wanted = {variable(name): environ[variable(name)] for name in LOOKS if variable(name) in environ}
    given = from_environment(wanted)
    return UiSettings(**{name.removeprefix("ui."): convert(name, one) for name, one in given.items()})


def demo_settings(demo: Demo, throwaway: Path, kept: Path | None, ui: UiSettings) -> Settings:
    """Settings that owe nothing to the user's own but how it is drawn."""
    place = kept or throwaway
    return Settings(
        profile=PROFILE,
        base_url=demo.base_url,
        data_dir=place / "data" if kept is None else kept,
        state_dir=throwaway / "state",
        polling=POLLING,
        download=msgspec.structs.replace(DownloadSettings(), directory=place / "videos"),
        credential=CredentialSource(),
        ui=ui,
    )


def fill(demo: Demo, settings: Settings, now_ms: int) -> None:
    """Track the demo's tasks, oldest first. Raises `StoreError`."""
    tasks = sorted(demo.tasks, key=lambda task: -task.age_s)
    store = TaskStore.open(settings.profile_dir)
    try:
        store.add(
            [track(TaskId(task.id), now_ms - round(task.age_s * 1000), task.label, tuple(task.tags)) for task in tasks]
        )
    finally:
        store.close()
