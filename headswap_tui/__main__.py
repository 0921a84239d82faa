"""Arguments in, exit status out. The only module that knows every room, and it loads only the one asked for."""

from __future__ import annotations

import gc
import os
import sys

from headswap_tui import __version__

TYPE_CHECKING = False  # importing `typing` would cost `--version` a quarter of its time
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from headswap_tui.cli.accounts import Account, Accounts
    from headswap_tui.cli.doors import Demo, Listening
    from headswap_tui.config.client_keys import ClientKeys
    from headswap_tui.config.listening import ListenAddress
    from headswap_tui.config.settings import Settings
    from headswap_tui.engine.engine import Engine

INTERRUPTED = 130


class Doors:
    """The rooms beside the command line, each loaded when it is entered."""

    ends_at_once = False
    """Whether the process is to end without tidying up, which takes a while, or waiting for threads: a name that is
    looked up may hang for minutes."""

    def dashboard(
        self,
        account: Account,
        accounts: Accounts | None,
        *,
        themes_dir: Path | None = None,
        examples: Sequence[str] = (),
    ) -> int:
        """Run the dashboard until it is left; returns the exit status.

        Without `accounts` there is no other profile to go to. `themes_dir`: not the user's own themes. `examples` are
        ids that a demo offers where one is asked for.
        """
        from headswap_tui.cli.lean import import_textual
        from headswap_tui.ui.run import prepare, run_dashboard

        self.ends_at_once = True
        notices = prepare(os.environ)  # before Textual is imported
        import_textual()
        return run_dashboard(account, accounts, notices=notices, themes_dir=themes_dir, examples=examples)

    async def webhook(
        self, engine: Engine, settings: Settings, address: ListenAddress, keys: ClientKeys | None
    ) -> Listening:
        """A listener for callbacks, not listening yet; loaded beside the event loop. Raises `ConfigError`."""
        import asyncio

        def load() -> None:
            from headswap_tui.webhook import opening

            opening.load(keys)

        await asyncio.to_thread(load)  # a tenth of a second for which the screen must not stand still
        from headswap_tui.webhook.opening import listener

        return listener(engine, settings, address, keys)

    def simulator_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what `simulate` takes."""
        from headswap_tui.simulator.command import add_arguments

        add_arguments(parser)

    def simulator(self, args: argparse.Namespace) -> int:
        """Run the simulator until it is interrupted; returns the exit status."""
        from headswap_tui.simulator.command import run

        return run(args)

    def demo(self, *, seed: int, speed: float, port: int) -> AbstractContextManager[Demo]:
        """The simulator with the demo world, for as long as the block runs."""
        from contextlib import contextmanager

        from headswap_tui.cli.doors import Demo
        from headswap_tui.simulator.demo import populate, spares
        from headswap_tui.simulator.server import running_simulator

        @contextmanager
        def running() -> Iterator[Demo]:
            with running_simulator(seed=seed, speed=speed, port=port) as simulator:
                yield Demo(simulator.base_url, simulator.api_key, populate(simulator), spares(simulator))

        return running()


def _end_at_once(status: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is None:  # closed by the caller (`>&-`)
            continue
        try:
            stream.flush()
        except OSError:  # the terminal is gone
            continue
    os._exit(status)


def _parsed(arguments: Sequence[str], doors: Doors) -> argparse.Namespace:
    from headswap_tui.cli.quick import parse_quickly

    args: argparse.Namespace | None = parse_quickly(arguments)
    if args is None:
        from headswap_tui.cli.lean import import_argparse

        import_argparse()
        from headswap_tui.cli.parser import parse

        args = parse(arguments, doors)
    return args


def _brought_out(text: str = "") -> int:
    """Print this after what was printed before, all of it; returns the exit status, 1 if it could not be written."""
    if sys.stdout is None:  # closed by the caller (`>&-`)
        return 0
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        from headswap_tui.cli.pipes import end_by_sigpipe

        end_by_sigpipe()
    except OSError as error:  # a full disk behind `>`
        from headswap_tui.cli.pipes import forget_stdout

        forget_stdout()
        sys.stderr.write(f"headswap-tui: The output could not be written: {error.strerror or error}.\n")
        return 1
    return 0


def _status_of(arguments: Sequence[str], doors: Doors) -> int:
    if arguments == ["--version"]:  # asked for by scripts and prompts: spared the whole grammar
        doors.ends_at_once = True
        return _brought_out(f"headswap-tui {__version__}\n")
    from headswap_tui.cli import lean

    lean.spare_httpx_command()
    if arguments[:1] == ["__complete"]:  # asked for by the completion scripts at each press of the key
        lean.import_basics()
        lean.import_argparse()
        from headswap_tui.cli.completing import print_candidates

        return print_candidates(arguments[1:], doors, os.environ)
    try:
        args = _parsed(arguments, doors) if arguments else None
    except SystemExit as ended:  # help, or a mistake in the arguments
        doors.ends_at_once = True
        return _brought_out() or (ended.code if isinstance(ended.code, int) else 0)
    lean.import_basics()
    from headswap_tui.cli.running import NOTHING_ASKED, run

    return run(NOTHING_ASKED if args is None else args, doors, os.environ)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with these arguments (default: those of the process); returns the exit status."""
    gc.disable()  # nothing that is imported becomes garbage; `run` switches it on again
    if argv is None and sys.path[:1] == [os.path.dirname(sys.executable)]:  # noqa: PTH120  # pathlib is not loaded yet
        del sys.path[0]  # there are programs, and no module that would have to be looked for there first
    try:
        doors = Doors()
        status = _status_of(sys.argv[1:] if argv is None else list(argv), doors)
        if doors.ends_at_once and argv is None:
            _end_at_once(status)
        return status
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        if argv is None:
            gc.freeze()  # the end of the process frees everything at once
        gc.enable()


if __name__ == "__main__":
    sys.exit(main())
