"""The credential: found in the first place that has one, checked, and never shown.

In this order: `HEADSWAP_API_KEY` or `AKOOL_API_KEY`, `HEADSWAP_TOKEN`, the profile's `api_key_command`,
`api_key_file`, `api_key`, `token`. No flag takes one: it would show in `ps`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import msgspec

from headswap_tui.config.environment import KEY_VARIABLES, TOKEN_VARIABLE
from headswap_tui.config.given import CREDENTIAL_NAMES
from headswap_tui.config.paths import shown
from headswap_tui.config.plain_file import read_plain
from headswap_tui.config.secret import Secret
from headswap_tui.config.settings import CredentialSource, Flags, Settings
from headswap_tui.domain.errors import ConfigError, CredentialError

COMMAND_TIMEOUT_S: Final = 10.0
LONGEST: Final = 8192
"""Characters of a credential at most; also of what is read of a file or a command."""
HOW_TO_SET: Final = (
    "Set HEADSWAP_API_KEY, or name `api_key_command` or `api_key_file` for the profile in the configuration "
    "(`headswap-tui config init` writes one to fill in)."
)
Kind = Literal["api_key", "token"]


class Credential(msgspec.Struct, frozen=True):
    """What proves who we are, ready to be sent."""

    kind: Kind
    secret: Secret
    source: str
    """Where it came from, in words; safe to show."""

    def header(self) -> tuple[str, str]:
        """Name and value of the one request header that carries it."""
        if self.kind == "api_key":
            return "x-api-key", self.secret.reveal()
        return "Authorization", f"Bearer {self.secret.reveal()}"


def find_credential(settings: Settings, environ: Mapping[str, str]) -> Credential:
    """The credential of the profile. May run the user's command, so it may take up to ten seconds.

    Raises `CredentialError`: none is set, or the first one found cannot be read or sent.
    """
    for name in KEY_VARIABLES:
        if environ.get(name, "").strip():
            return _credential("api_key", environ[name], f"environment {name}")
    if environ.get(TOKEN_VARIABLE, "").strip():
        return _credential("token", environ[TOKEN_VARIABLE], f"environment {TOKEN_VARIABLE}")
    source = settings.credential
    if source.api_key_command:
        return _credential(
            "api_key", output_of(source.api_key_command, "api_key_command"), f"command {source.api_key_command[0]}"
        )
    if source.api_key_file:
        return _credential(
            "api_key", content_of(source.api_key_file, "api_key_file"), f"file {shown(source.api_key_file)}"
        )
    if source.api_key:
        return _in_config("api_key", source.api_key, source)
    if source.token:
        return _in_config("token", source.token, source)
    raise CredentialError(f"No credential is set for the profile `{settings.profile}`.", HOW_TO_SET)


def current_credential(settings: Settings, environ: Mapping[str, str]) -> Credential:
    """The same, by what the configuration file says now: it may have been changed since `settings` were read.

    Raises `CredentialError`, also for a file that makes no sense at present.
    """
    from headswap_tui.config.loading import load  # most callers have just read the file

    if settings.credential.config_file is not None:
        flags = Flags(profile=settings.profile, config=str(settings.credential.config_file))
        try:
            source = load(flags, environ).credential
        except ConfigError as error:
            raise CredentialError(error.message, error.hint) from None
        settings = msgspec.structs.replace(settings, credential=source)
    return find_credential(settings, environ)


def named_source(settings: Settings, environ: Mapping[str, str]) -> str | None:
    """The first place that names a credential, in words; `None` if none does. Reads no file and runs nothing."""
    for name in (*KEY_VARIABLES, TOKEN_VARIABLE):
        if environ.get(name, "").strip():
            return f"environment {name}"
    for name in CREDENTIAL_NAMES:
        if getattr(settings.credential, name):
            return settings.origins.get(name, "configuration")
    return None


def check_unreadable(path: Path | None, setting: str) -> None:
    """Make sure that nobody else can read the configuration file, which holds `setting`. Raises `CredentialError`."""
    if path is None:
        return
    try:
        mode = path.stat().st_mode
    except OSError:
        return  # gone since it was read: there is nothing left to be read
    if mode & 0o077:
        name = shown(path)
        raise CredentialError(
            f"{name} holds `{setting}` and can be read by others, so it was not used.", f"Run: chmod 600 {name}"
        )


def _in_config(kind: Kind, secret: Secret, source: CredentialSource) -> Credential:
    path = source.config_file
    check_unreadable(path, kind)
    return _credential(kind, secret.reveal(), f"`{kind}` in {shown(path) if path else 'the configuration'}")


def _credential(kind: Kind, text: str, source: str) -> Credential:
    text = text.strip()
    if kind == "token" and text[:7].lower() == "bearer ":
        text = text[7:].strip()
    if not text:
        raise CredentialError(f"The credential from {source} is empty.", HOW_TO_SET)
    if len(text) > LONGEST:
        raise CredentialError(f"The credential from {source} is too long to be one.")
    secret = Secret(text)
    for place, char in enumerate(text, 1):
        if not "!" <= char <= "~":
            what = "a space" if char == " " else "a control character" if char < " " or char == "\x7f" else "no ASCII"
            raise CredentialError(
                f"The credential from {source} cannot be sent: its character {place} is {what}.",
                "Copy it again without line breaks, quotes or blanks around it.",
            )
    return Credential(kind=kind, secret=secret, source=source)


def output_of(words: tuple[str, ...], setting: str) -> str:
    """First line of what this program prints, run without a shell for ten seconds at most.

    Raises `CredentialError` that names `setting`.
    """
    import subprocess

    hint = "Run it by hand to see what it says."
    name = words[0]
    try:
        # Without a terminal to read from: it must not take the keys that are meant for the screen.
        with (
            subprocess.Popen(  # noqa: S603  # the user's own words, no shell
                [str(Path(name).expanduser()) if name.startswith("~") else name, *words[1:]],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ) as process
        ):
            try:
                output, _ = process.communicate(timeout=COMMAND_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise CredentialError(
                    f"`{name}` ({setting}) gave no answer within {COMMAND_TIMEOUT_S:g} s.", hint
                ) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "not a program's name"
        raise CredentialError(f"`{name}` ({setting}) cannot be run: {why}.") from None
    if process.returncode:
        raise CredentialError(f"`{name}` ({setting}) ended with status {process.returncode}.", hint)
    lines = output.decode("utf-8", "replace").splitlines()
    return lines[0] if lines else ""


def content_of(path: Path, setting: str) -> str:
    """What the file holds. Raises `CredentialError` that names `setting`, also if others may read the file."""
    name = shown(path)
    try:
        data, mode = read_plain(path, LONGEST + 2)
    except OSError as error:
        raise CredentialError(f"{name} ({setting}) cannot be read: {error.strerror}.") from None
    if mode & 0o077:
        raise CredentialError(
            f"{name} ({setting}) can be read by others, so it was not used.", f"Run: chmod 600 {name}"
        )
    return data.decode("utf-8", "replace")
