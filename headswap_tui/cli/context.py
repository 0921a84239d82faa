"""What every command gets: settings, store, output, and the doors to rooms that it must not import."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from headswap_tui.cli.output import Output
from headswap_tui.config.settings import Flags, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headswap_tui.cli.doors import Doors
    from headswap_tui.config.credential import Credential
    from headswap_tui.domain.task import TaskId, TrackedTask
    from headswap_tui.store.tasks import TaskStore


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
