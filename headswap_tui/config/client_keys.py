"""What callbacks of the service are signed and encrypted with, where the user has set it."""

from __future__ import annotations

import msgspec

from headswap_tui.config.credential import check_unreadable, content_of, output_of
from headswap_tui.config.secret import Secret
from headswap_tui.config.settings import Settings
from headswap_tui.domain.errors import CredentialError


class ClientKeys(msgspec.Struct, frozen=True):
    """The account's client id and secret."""

    client_id: str
    secret: Secret


def find_client_keys(settings: Settings) -> ClientKeys | None:
    """Both of them; `None` if either is not set. May run the user's command, so it may take up to ten seconds.

    Raises `CredentialError` for a source that is named but gives nothing.
    """
    webhook = settings.webhook
    if not webhook.client_id:
        return None
    if webhook.client_secret_command:
        text = output_of(webhook.client_secret_command, "webhook.client_secret_command")
    elif webhook.client_secret_file:
        text = content_of(webhook.client_secret_file, "webhook.client_secret_file")
    elif webhook.client_secret:
        check_unreadable(settings.config_file if _is_in_file(settings) else None, "webhook.client_secret")
        text = webhook.client_secret.reveal()
    else:
        return None
    if not text.strip():
        raise CredentialError("The client secret of [webhook] is empty.")
    return ClientKeys(client_id=webhook.client_id, secret=Secret(text.strip()))


def _is_in_file(settings: Settings) -> bool:
    return settings.origins.get("webhook.client_secret", "").startswith("file ")
