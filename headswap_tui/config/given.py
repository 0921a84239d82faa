"""A value as somebody wrote it, with the place it came from; and the names that a value may have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from headswap_tui.config.settings import Api, Billing, DownloadSettings, General, Polling, UiSettings


class HooksSection(msgspec.Struct, frozen=True):
    """What may stand in `[hooks]`: a command as its words, or as one text that is split as a shell would."""

    on_completed: str | list[str] | None = None
    on_failed: str | list[str] | None = None


class WebhookSection(msgspec.Struct, frozen=True):
    """What may stand in `[webhook]`."""

    listen: str | None = None
    track_unknown: bool = False
    client_id: str | None = None
    client_secret_command: str | list[str] | None = None
    client_secret_file: Path | None = None
    client_secret: str | None = None


SECTIONS: Final[dict[str, type[msgspec.Struct]]] = {
    "api": Api,
    "polling": Polling,
    "download": DownloadSettings,
    "ui": UiSettings,
    "billing": Billing,
    "hooks": HooksSection,
    "webhook": WebhookSection,
}
"""The sections with fixed names; `[keys]` and `[profiles.NAME]` take names of the user's."""


class ProfileSection(msgspec.Struct, frozen=True):
    """What may stand in `[profiles.NAME]`."""

    base_url: str | None = None
    retention_days: Annotated[float, Meta(gt=0, le=3650)] | None = None
    accent: str | None = None
    api_key_command: str | list[str] | None = None
    api_key_file: Path | None = None
    api_key: str | None = None
    token: str | None = None


CREDENTIAL_NAMES: Final = ("api_key_command", "api_key_file", "api_key", "token")
SECRET_NAMES: Final = frozenset({"api_key", "token", "client_secret"})
"""Settings whose values no message may quote."""


class Given(msgspec.Struct, frozen=True):
    """A value somebody set."""

    value: Any
    origin: str
    """Where it came from, for `config show`."""
    place: str
    """The same for an error: file and line, or variable, or flag."""
    base: Path | None = None
    """Directory that a relative path starts from; `None`: the current one."""
    is_text: bool = False
    """Whether numbers, booleans and lists come as text, as in the environment."""


def plain_names() -> list[str]:
    """All dotted names but those of `[keys]` and `[profiles.*]`, in the order of the file."""
    names = list(General.__struct_fields__)
    for section, struct in SECTIONS.items():
        names += [f"{section}.{field}" for field in struct.__struct_fields__]
    return names


def nearest(name: str, valid: list[str]) -> str:
    """`did you mean …?` for the valid name closest to a wrong one, or the list of them if none is close."""
    import difflib

    found = difflib.get_close_matches(name, valid, n=1, cutoff=0.6)
    if not found:  # the right name in the wrong section is close by its last part
        tails = {candidate.rpartition(".")[2]: candidate for candidate in valid}
        close = difflib.get_close_matches(name.rpartition(".")[2], list(tails), n=1, cutoff=0.7)
        found = [tails[tail] for tail in close]
    if found:
        return f"Did you mean `{found[0]}`?"
    return f"Known here: {', '.join(valid)}." if valid else ""
