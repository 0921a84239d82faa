"""`config`: the settings in force and where each value came from."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any, Final

from headswap_tui.cli import exit_codes
from headswap_tui.cli.columns import Column, table
from headswap_tui.cli.context import Context
from headswap_tui.config import file
from headswap_tui.config.callback_token import kept_token
from headswap_tui.config.checking import keys_in_toml, mistakes
from headswap_tui.config.credential import named_source
from headswap_tui.config.given import plain_names
from headswap_tui.config.listening import listen_address
from headswap_tui.config.loading import config_file
from headswap_tui.config.paths import shown
from headswap_tui.config.secret import HIDDEN, Secret
from headswap_tui.config.settings import Settings
from headswap_tui.domain.errors import ConfigError
from headswap_tui.domain.text import safe, safe_all

TEMPLATE: Final = Path(file.__file__).with_name("template.toml")
DESCRIPTION: Final = """\
path   where the configuration file is read from
show   every setting in force, and where its value came from
init   write a commented configuration file to fill in\
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `config` takes."""
    parser.description = DESCRIPTION
    parser.epilog = "A flag wins over the environment, the environment over the file. Credentials are never printed."
    parser.add_argument("what", choices=["path", "show", "init"], metavar="path|show|init")
    parser.add_argument("--json", action="store_true", help="for `show`: one JSON object per line")


def run(args: argparse.Namespace, context: Context) -> int:
    """Do it; returns the exit status."""
    path, _ = config_file(context.flags, context.environ)
    if args.what == "path":
        context.output.result(safe(str(path), 4096) if context.output.is_terminal else str(path))
    elif args.what == "init":
        init(path)
        context.output.say(f"Wrote {shown(path)}. Nothing in it is needed but a credential; see its comments.")
    else:
        _show(context, as_json=args.json)
        return _say_mistakes(context)
    return exit_codes.DONE


def _say_mistakes(context: Context) -> int:
    """Name what the dashboard would pass over; returns the exit status."""
    found = mistakes(context.settings)
    for mistake in found:
        context.output.say(f"{mistake.text} {mistake.hint}".rstrip())
    return exit_codes.USAGE if any(mistake.is_wrong for mistake in found) else exit_codes.DONE


def init(path: Path) -> None:
    """Write the template and all commands' keys there, for the user alone.

    Raises `ConfigError` if a file is there already.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            target.write(TEMPLATE.read_bytes() + keys_in_toml().encode())
    except FileExistsError:
        raise ConfigError(f"{shown(path)} is there already; it was left as it is.") from None
    except OSError as error:
        raise ConfigError(f"{shown(path)} cannot be written: {error.strerror}.") from None


def _show(context: Context, *, as_json: bool) -> None:
    settings = context.settings
    values = [(name, _value(settings, name), settings.origins.get(name, "default")) for name in plain_names()]
    values += [(f"views.{name}", text, settings.origins[f"views.{name}"]) for name, text in settings.views.items()]
    values += [(f"keys.{name}", key, settings.origins[f"keys.{name}"]) for name, key in settings.keys.items()]
    source = named_source(settings, context.environ)
    values.append(("credential", None if source is None else HIDDEN, source or "not set"))
    if settings.webhook.listen:
        values.append(("callback_url", *_callback_url(settings, settings.webhook.listen)))
    if as_json:
        for name, value, origin in values:
            context.output.record(
                {"name": name, "value": str(value) if isinstance(value, Path | Secret) else value, "from": origin}
            )
        return
    table(
        context.output,
        (
            Column("SETTING", safe_all([name for name, _, _ in values])),
            Column("VALUE", safe_all([_shown(value) for _, value, _ in values])),
            Column(
                "FROM",
                safe_all([origin for _, _, origin in values]),
                each=[("dim",) if origin == "default" else () for _, _, origin in values],
            ),
        ),
        flexible=1,
    )


def _callback_url(settings: Settings, listen: str) -> tuple[str | None, str]:
    """Where the service may call, and where its secret part is kept. Raises `ConfigError`."""
    address, token = listen_address(listen), kept_token(settings.state_dir, settings.profile)
    if token is None:
        return None, "made when something listens first"
    if not address.port:
        return None, "told when something listens: any free port"
    return f"http://{address}/{token.reveal()}", f"kept in {shown(settings.state_dir)}; its last part is a secret"


def _value(settings: Settings, name: str) -> Any:
    if name == "api.detail_path":
        return settings.detail_path
    section, _, field = name.rpartition(".")
    return getattr(getattr(settings, section) if section else settings, field)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Path):
        return shown(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value) or "-"
    return f"{value:g}" if isinstance(value, float) else str(value) or "-"
