"""Settings from environment variables: `HEADSWAP_<NAME>` and `HEADSWAP_<SECTION>_<NAME>`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from headswap_tui.config.given import Given, nearest, plain_names
from headswap_tui.domain.errors import ConfigError

PREFIX: Final = "HEADSWAP_"
KEY_VARIABLES: Final = ("HEADSWAP_API_KEY", "AKOOL_API_KEY")
"""Where an API key is looked for, in this order."""
TOKEN_VARIABLE: Final = "HEADSWAP_TOKEN"  # noqa: S105  # the variable's name, no token
CONFIG_VARIABLE: Final = "HEADSWAP_CONFIG"
HOOK_PREFIX: Final = "HEADSWAP_TASK_"
"""What hooks are told in; a hook may well call this program."""
_NOT_SETTINGS: Final = frozenset({*KEY_VARIABLES, TOKEN_VARIABLE, CONFIG_VARIABLE})


def variable(name: str) -> str:
    """The environment variable of a setting: `polling.concurrency` gives `HEADSWAP_POLLING_CONCURRENCY`."""
    return PREFIX + name.replace(".", "_").replace("-", "_").upper()


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for programs that we start: without anything that proves who we are."""
    secret = {*KEY_VARIABLES, TOKEN_VARIABLE, variable("webhook.client_secret")}
    return {name: value for name, value in environ.items() if name not in secret}


def from_environment(environ: Mapping[str, str]) -> dict[str, Given]:
    """Dotted name to what the environment says; an empty variable says nothing.

    Raises `ConfigError` for a variable with our prefix that is no setting.
    """
    known = {variable(name): name for name in [*plain_names(), "api_key_command", "api_key_file"]}
    given = {}
    for key, value in environ.items():
        if not key.startswith(PREFIX) or key.startswith(HOOK_PREFIX) or key in _NOT_SETTINGS or not value:
            continue
        name = known.get(key)
        if name is None and key.startswith(f"{PREFIX}KEYS_"):
            name = "keys." + key.removeprefix(f"{PREFIX}KEYS_").lower()
        if name is None:
            raise ConfigError(f"environment variable {key}: no such setting.", nearest(key, [*known, *_NOT_SETTINGS]))
        origin = f"environment {key}"
        given[name] = Given(value=value, origin=origin, place=f"environment variable {key}", is_text=True)
    return given
