"""Puts a listener together from the settings."""

from __future__ import annotations

from headswap_tui.config.callback_token import path_token
from headswap_tui.config.client_keys import ClientKeys
from headswap_tui.config.listening import ListenAddress
from headswap_tui.config.settings import Settings
from headswap_tui.webhook.callback import load_decryption
from headswap_tui.webhook.hints import Asks
from headswap_tui.webhook.listener import Listener


def load(keys: ClientKeys | None) -> None:
    """Load what reading callbacks with these keys needs; may take a fifth of a second, so not in an event loop."""
    if keys is not None:
        load_decryption()


def listener(engine: Asks, settings: Settings, address: ListenAddress, keys: ClientKeys | None) -> Listener:
    """One for the profile, not listening yet; to be made in the engine's event loop. Raises `ConfigError`."""
    token = path_token(settings.state_dir, settings.profile)
    return Listener(engine, token, address, keys, tracks_unknown=settings.webhook.track_unknown)
