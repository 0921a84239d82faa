"""What the command line asks of the rooms beside it, and is given by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import argparse
    from contextlib import AbstractContextManager
    from pathlib import Path

    from headswap_tui.cli.accounts import Account, Accounts
    from headswap_tui.config.client_keys import ClientKeys
    from headswap_tui.config.listening import ListenAddress
    from headswap_tui.config.settings import Settings
    from headswap_tui.engine.engine import Engine


class DemoTask(Protocol):
    """A task of the demo world, with what the user would have noted of it."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def label(self) -> str | None:
        """The user's name for it."""
        ...

    @property
    def tags(self) -> tuple[str, ...]:
        """The user's tags."""
        ...

    @property
    def age_s(self) -> float:
        """Seconds since the user would have added it."""
        ...


class Demo(NamedTuple):
    """A running simulator with something to look at."""

    base_url: str
    api_key: str
    tasks: Sequence[DemoTask]
    spares: Sequence[str] = ()
    """Ids of tasks that nobody tracks yet, to be tried with."""


class Listening(Protocol):
    """Where callbacks of the service arrive."""

    @property
    def note(self) -> str:
        """What the user should know of how callbacks are read; empty: nothing."""
        ...

    async def start(self) -> str:
        """Listen; returns the callback URL, which holds a secret. Raises `ConfigError`."""
        ...

    async def stop(self) -> None:
        """Stop listening."""
        ...


class Doors(Protocol):
    """The rooms beside the command line, opened by `__main__`, which alone knows them all."""

    ends_at_once: bool
    """Whether the process is to end without tidying up or waiting for threads."""

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
        ...

    async def webhook(
        self, engine: Engine, settings: Settings, address: ListenAddress, keys: ClientKeys | None
    ) -> Listening:
        """A listener for callbacks, not listening yet; loaded beside the event loop. Raises `ConfigError`."""
        ...

    def simulator_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what `simulate` takes."""
        ...

    def simulator(self, args: argparse.Namespace) -> int:
        """Run the simulator until it is interrupted; returns the exit status."""
        ...

    def demo(self, *, seed: int, speed: float, port: int) -> AbstractContextManager[Demo]:
        """The simulator with the demo world, for as long as the block runs."""
        ...
