"""The accounts that may be chosen: those of the configuration file, and where there are none, those with a list."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from headswap_tui.config.environment import KEY_VARIABLES, TOKEN_VARIABLE
from headswap_tui.config.file import is_profile_name
from headswap_tui.config.loading import load
from headswap_tui.config.settings import DEFAULT_PROFILE, Flags, Settings


def profile_names(settings: Settings) -> list[str]:
    """The default profile, those of the file in its order, and the one in force. Reads the data directory only if the
    file names none: any name may be used then, so those used before count.
    """
    names = [DEFAULT_PROFILE, *settings.profiles]
    if not settings.profiles and settings.data_dir.is_dir():
        used = (file.parent.name for file in settings.data_dir.glob("*/tasks.jsonl"))
        names += sorted(name for name in used if is_profile_name(name))
    return list(dict.fromkeys([*names, settings.profile]))


def settings_of(profile: str, flags: Flags, environ: Mapping[str, str]) -> Settings:
    """The settings with that profile, by what the file says now. Raises `ConfigError`."""
    return load(msgspec.structs.replace(flags, profile=profile), environ)


def held_for_all(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    """What a flag or the environment says for every profile, though each might have its own; in words."""
    held = [name for name in (*KEY_VARIABLES, TOKEN_VARIABLE) if environ.get(name, "").strip()][:1]
    origins = (settings.origins.get(name, "") for name in ("base_url", "api_key_command", "api_key_file"))
    return held + [origin.split(" ", 1)[1] for origin in origins if origin.startswith(("flag ", "environment "))]
