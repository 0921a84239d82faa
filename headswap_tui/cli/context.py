"""What every command gets: settings, store, output, and the doors to rooms that it must not import."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol, TextIO

from headswap_tui.cli.output import Output
from headswap_tui.config.settings import Flags, Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from headswap_tui.cli.accounts import Account, Accounts
    from headswap_tui.config.client_keys import ClientKeys
    from headswap_tui.config.credential import Credential
    from headswap_tui.config.listening import ListenAddress
    from headswap_tui.domain.task import TaskId, TrackedTask
    from headswap_tui.engine.engine import Engine
    from headswap_tui.store.tasks import TaskStore


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


class Context:
    """One run of the program."""

    def __init__(
        self, flags: Flags, environ: Mapping[str, str], output: Output, stdin: TextIO, doors: Doors, *, verbose: bool
    ) -> None:
        self.flags = flags
        self.environ = environ
        self.output = output
        self.stdin = stdin
        self.doors = doors
        self.verbose = verbose
        self._settings: Settings | None = None
        self._credential: Credential | None = None

    @property
    def settings(self) -> Settings:
        """The settings in force, read when first asked for. Raises `ConfigError`."""
        if self._settings is None:
            from headswap_tui.config.loading import load

            self._settings = load(self.flags, self.environ)
        return self._settings

    def credential(self) -> Credential:
        """The profile's credential; found once. Raises `CredentialError`."""
        if self._credential is None:
            from headswap_tui.config.credential import find_credential

            self._credential = find_credential(self.settings, self.environ)
        return self._credential

    def forget_credential(self) -> None:
        """Look for the credential anew when it is needed next: it may have been changed."""
        self._credential = None

    def tasks(self) -> dict[TaskId, TrackedTask]:
        """The profile's tasks as they are on the disk, for commands that only look. Raises `StoreError`."""
        from headswap_tui.store.reading import read_tasks

        gc.disable()  # looking for rubbish, of which none is made, would be a twentieth of the command's time
        tasks, notes = read_tasks(self.settings.profile_dir)
        for note in notes:
            self.output.say(note)
        return tasks

    @contextmanager
    def store(self) -> Iterator[TaskStore]:
        """The profile's store for as long as the block runs. Raises `StoreError`."""
        from headswap_tui.store.tasks import TaskStore

        store = TaskStore.open(self.settings.profile_dir, create=False)
        try:
            yield store
            for note in store.notes:
                self.output.say(note)
        finally:
            store.close()

    def now_ms(self) -> int:
        """Wall clock, milliseconds since the epoch."""
        return time.time_ns() // 1_000_000
