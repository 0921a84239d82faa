"""The profiles as the dashboard gets them: what there is to choose from, and each one's engine when it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from headswap_tui.cli.callbacks import Callbacks
from headswap_tui.config.credential import current_credential, named_source
from headswap_tui.config.profiles import held_for_all, profile_names, settings_of
from headswap_tui.config.settings import Flags, Settings
from headswap_tui.engine.connecting import Connector
from headswap_tui.engine.engine import Engine
from headswap_tui.store.places import file_in
from headswap_tui.store.reading import read_tasks

if TYPE_CHECKING:
    from headswap_tui.cli.doors import Doors

LARGEST_COUNTED: Final = 4 << 20
"""Bytes of a list up to which its tasks are counted for the choice: some milliseconds."""


class Account(msgspec.Struct, frozen=True):
    """A profile with all that the dashboard needs to show it; nothing is running yet."""

    engine: Engine
    settings: Settings
    webhook: Callbacks | None
    """Listens for callbacks; `None`: the settings say nowhere."""
    warning: str = ""
    """What holds for it though it does not belong to it; empty: nothing."""


class Choice(msgspec.Struct, frozen=True):
    """What the settings say of a profile."""

    name: str
    base_url: str
    accent: str | None
    credential: str | None
    """The place that names one; `None`: there is none."""


class Accounts:
    """Makes them by flags, environment and configuration file, as the latter says by then."""

    def __init__(
        self, flags: Flags, environ: Mapping[str, str], doors: Doors, adapt: Callable[[Settings], Settings]
    ) -> None:
        """`adapt` puts into the settings what other flags say."""
        self._flags = flags
        self._environ = environ
        self._doors = doors
        self._adapt = adapt

    def account(self, settings: Settings) -> Account:
        """One with these settings; its store is not open."""
        settings = self._adapt(settings)
        # Looked for anew at each retry: the user may have put the right key into the file meanwhile.
        engine = Engine(settings, Connector(settings, partial(current_credential, settings, self._environ)))
        listens = settings.webhook.listen
        return Account(engine, settings, Callbacks(self._doors, engine, settings, listens) if listens else None)

    def choices(self, current: str) -> list[Choice]:
        """All profiles, by the configuration file alone. Raises `ConfigError`."""
        settings = settings_of(current, self._flags, self._environ)
        return [self._choice(name) for name in profile_names(settings)]

    def counts(self, profile: str) -> tuple[int, int] | None:
        """How many of its tasks are active, and how many there are; `None`: too many to count for a mere choice.

        Reads its list, so not in the event loop. Raises `ConfigError` or `StoreError`.
        """
        directory = settings_of(profile, self._flags, self._environ).profile_dir
        if _size(file_in(directory)) > LARGEST_COUNTED:
            return None
        tasks, _notes = read_tasks(directory)
        return sum(task.is_active for task in tasks.values()), len(tasks)

    def open(self, profile: str) -> Account:
        """That profile with its store open, so that it can be shown; not in the event loop.

        Raises `ConfigError` or `StoreError`; then nothing is open.
        """
        account = self.account(settings_of(profile, self._flags, self._environ))
        account.engine.open()
        held = held_for_all(account.settings, self._environ)
        warning = "\n".join(f"{name} is used for every profile, this one too." for name in held)
        return msgspec.structs.replace(account, warning=warning)

    def _choice(self, name: str) -> Choice:
        settings = settings_of(name, self._flags, self._environ)
        return Choice(name, settings.base_url, settings.accent, named_source(settings, self._environ))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # none yet; or opening it says what is wrong
        return 0
