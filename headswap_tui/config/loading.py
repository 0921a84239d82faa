"""All sources of settings laid over each other: flag, environment, file, default."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headswap_tui.config import paths
from headswap_tui.config.conversion import convert, wrong
from headswap_tui.config.environment import CONFIG_VARIABLE, from_environment
from headswap_tui.config.file import check_profile_name, read_file
from headswap_tui.config.given import CREDENTIAL_NAMES, SECRET_NAMES, Given, ProfileSection, nearest, plain_names
from headswap_tui.config.secret import Secret
from headswap_tui.config.settings import (
    DEFAULT_PROFILE,
    Billing,
    CredentialSource,
    DownloadSettings,
    Flags,
    Hooks,
    Polling,
    Settings,
    UiSettings,
    Webhook,
)
from headswap_tui.domain.errors import ConfigError


def config_file(flags: Flags, environ: Mapping[str, str]) -> tuple[Path, bool]:
    """The file to read, and whether somebody named it, so that it must exist."""
    named = flags.config or environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser(), True
    return paths.default_config_file(), False


def load(flags: Flags, environ: Mapping[str, str]) -> Settings:
    """The settings in force. Raises `ConfigError` that names the place, what was expected and what was found."""
    path, named = config_file(flags, environ)
    in_file = read_file(path, must_exist=named)
    layers = [in_file, from_environment(environ), _from_flags(flags)]
    profiles = tuple(name.split(".", 1)[1] for name, given in in_file.items() if _is_profile(name, given))
    profile = _profile(layers, profiles)
    for name, one in in_file.items():  # a mistake in another profile is told today, not when it is needed
        if name.startswith("profiles.") and not _is_profile(name, one):
            convert(name, one)
    given = {name: value for name, value in in_file.items() if not name.startswith("profiles.")}
    given |= _of_profile(in_file, profile)
    given |= layers[1] | layers[2]
    return _settings(given, profile, profiles, path if in_file or path.is_file() else None)


def _is_profile(name: str, given: Given) -> bool:
    return name.startswith("profiles.") and given.value is None


def _from_flags(flags: Flags) -> dict[str, Given]:
    given = {}
    for name in ("profile", "base_url", "data_dir"):
        value = getattr(flags, name)
        if value is not None:
            flag = "--" + name.replace("_", "-")
            given[name] = Given(value=value, origin=f"flag {flag}", place=flag)
    return given


def _profile(layers: list[dict[str, Given]], profiles: tuple[str, ...]) -> str:
    chosen = next((layer["profile"] for layer in reversed(layers) if "profile" in layer), None)
    if chosen is None:
        return DEFAULT_PROFILE
    name: str = convert("profile", chosen)
    check_profile_name(name, chosen.place)
    if profiles and name not in profiles and name != DEFAULT_PROFILE:
        raise wrong(
            "profile",
            chosen,
            f"expected one of the profiles in the configuration file, found {name!r}",
            f"{nearest(name, [*profiles])} A section [profiles.{name}] in the file makes it.",
        )
    return name


def _of_profile(in_file: Mapping[str, Given], profile: str) -> dict[str, Given]:
    fields = {field: in_file.get(f"profiles.{profile}.{field}") for field in ProfileSection.__struct_fields__}
    return {field: given for field, given in fields.items() if given is not None}


def _settings(given: dict[str, Given], profile: str, profiles: tuple[str, ...], path: Path | None) -> Settings:
    values = {name: _value(name, one, profile) for name, one in given.items()}
    credential = _credential(values, path)
    keys = {name.removeprefix("keys."): value for name, value in values.items() if name.startswith("keys.")}
    origins = {name: given[name].origin if name in given else "default" for name in plain_names()}
    origins |= {name: one.origin for name, one in given.items()}
    polling = Polling(**_section(values, "polling"))
    if polling.max_interval < polling.min_interval:
        name = "polling.max_interval" if "polling.max_interval" in given else "polling.min_interval"
        raise wrong(
            name,
            given[name],
            "expected `polling.max_interval` to be no less than `polling.min_interval`, "
            f"found {polling.max_interval:g} and {polling.min_interval:g}",
        )
    plain = {
        "base_url": "base_url",
        "retention_days": "retention_days",
        "accent": "accent",
        "api.detail_path": "detail_path",
    }
    optional = {field: values[name] for name, field in plain.items() if name in values}
    return Settings(
        profile=profile,
        data_dir=values["data_dir"] if "data_dir" in values else paths.default_data_dir(),
        state_dir=paths.default_state_dir(),
        polling=polling,
        download=DownloadSettings(**_section(values, "download")),
        ui=UiSettings(**_section(values, "ui")),
        billing=Billing(**_section(values, "billing")),
        hooks=Hooks(**{name: _words(f"hooks.{name}", value) for name, value in _section(values, "hooks").items()}),
        webhook=_webhook(_section(values, "webhook")),
        keys=keys,
        views={name.removeprefix("views."): text for name, text in values.items() if name.startswith("views.")},
        credential=credential,
        profiles=profiles,
        config_file=path,
        origins=origins,
        **optional,
    )


def _value(name: str, given: Given, profile: str) -> Any:
    in_profile = name in CREDENTIAL_NAMES
    return convert(f"profiles.{profile}.{name}" if in_profile and not given.is_text else name, given)


def _section(values: Mapping[str, Any], section: str) -> dict[str, Any]:
    return {name.split(".", 1)[1]: value for name, value in values.items() if name.startswith(f"{section}.")}


def _credential(values: Mapping[str, Any], path: Path | None) -> CredentialSource:
    found = {name: values[name] for name in CREDENTIAL_NAMES if values.get(name)}
    for name in SECRET_NAMES & found.keys():
        found[name] = Secret(found[name].strip())
    command = _words("api_key_command", found.pop("api_key_command", None))
    return CredentialSource(api_key_command=command, config_file=path, **found)


def _webhook(values: dict[str, Any]) -> Webhook:
    secret = (values.pop("client_secret", None) or "").strip()
    command = _words("webhook.client_secret_command", values.pop("client_secret_command", None))
    return Webhook(**values, client_secret=Secret(secret) if secret else None, client_secret_command=command)


def _words(name: str, command: str | list[str] | None) -> tuple[str, ...]:
    if isinstance(command, str):
        import shlex

        try:
            command = shlex.split(command)
        except ValueError as error:
            raise ConfigError(f"`{name}`: expected words as for a shell, found {error}.") from None
    return tuple(command or ())
