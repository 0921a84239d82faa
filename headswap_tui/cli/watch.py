"""`watch`: the poller without a screen."""

from __future__ import annotations

import argparse
import time
from functools import partial
from typing import Final, NamedTuple

import msgspec

from headswap_tui.cli import exit_codes
from headswap_tui.cli.callbacks import Callbacks
from headswap_tui.cli.chores import Chores
from headswap_tui.cli.context import Context
from headswap_tui.cli.handled import Handled
from headswap_tui.cli.happenings import Kind, tell
from headswap_tui.cli.hooks import HookRunner
from headswap_tui.cli.service_manager import READY, STOPPING, notify
from headswap_tui.cli.session import Session, with_engine
from headswap_tui.cli.watching import Watching
from headswap_tui.config.checking import changeable
from headswap_tui.config.listening import DEFAULT_PORT, listen_address
from headswap_tui.domain.errors import ConfigError
from headswap_tui.domain.events import Mode

LOOK_S: Final = 1.0
RETRY_CREDENTIAL_S: Final = 300.0
"""A refused credential is looked for anew and tried so often: the key may have been changed, or a proxy gone."""
EXAMPLES: Final = """\
examples:
  headswap-tui watch --download
  headswap-tui watch --listen 127.0.0.1:8734    behind `ssh -R` or a proxy
  headswap-tui watch --json | jq 'select(.event=="failed").task.error_reason'

Hooks are commands in the configuration ([hooks] on_completed, on_failed). They run without a shell, two at a time and
for at most 60 s, with the task's JSON on standard input and its fields in HEADSWAP_TASK_ID, HEADSWAP_TASK_STATE and
so on, but without credentials. Their output goes to the log (-v). A task that ends while no watch runs is dealt with by
the next one.

Ends with 0 on SIGTERM and 130 on ctrl+c. Any number of dashboards and commands may be at work beside it.
"""


class _Plan(NamedTuple):
    as_json: bool
    downloads: bool
    listen: str | None
    must_listen: bool
    """Whether it is an error if that cannot be done."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `watch` takes."""
    parser.description = (
        "Ask about all tracked tasks until it is ended, without a screen, and print one line for each thing that "
        "happens. Made for systemd and tmux; a network that goes away is waited for."
    )
    parser.epilog = EXAMPLES
    parser.add_argument(
        "--download", action="store_true", help="fetch each video as its task completes (also: `download.auto`)"
    )
    parser.add_argument(
        "--listen", nargs="?", const="127.0.0.1", metavar="ADDR[:PORT]",
        help="take callbacks of the service as hints to ask now (also: `webhook.listen`); without ADDR: "
        f"127.0.0.1:{DEFAULT_PORT}",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object per line: event, time, task, message")


def run(args: argparse.Namespace, context: Context) -> int:
    """Watch until a signal ends it; returns the exit status."""
    settings = context.settings
    downloads = args.download or settings.download.auto
    _check_listen(args.listen)
    listen = args.listen if args.listen is not None else settings.webhook.listen
    plan = _Plan(as_json=args.json, downloads=downloads, listen=listen or None, must_listen=args.listen is not None)
    context.credential()  # none: said at once
    for found in changeable(settings):
        context.output.say(f"{found.text} {found.hint}")
    # Downloads are ordered here, where it is remembered which were dealt with.
    own = msgspec.structs.replace(settings, download=msgspec.structs.replace(settings.download, auto=False))
    return with_engine(context, own, partial(_watch, context, plan), terminated=exit_codes.DONE)


def _check_listen(flag: str | None) -> None:
    if flag:
        try:
            listen_address(flag)
        except ConfigError as error:
            raise ConfigError(f"--listen: {error.message}.") from None


async def _watch(context: Context, plan: _Plan, session: Session) -> int:
    engine = session.engine
    callbacks = Callbacks(context.doors, engine, engine.settings, plan.listen) if plan.listen else None
    watching = Watching(engine, context.now_ms, engine.settings.retention_days)
    chores = Chores(
        engine,
        watching,
        Handled(engine.settings.profile_dir),
        engine.settings.hooks,
        HookRunner(context.environ),
        downloads=plan.downloads,
    )
    show = partial(_show, context, watching, as_json=plan.as_json)
    active = sum(task.is_active for task in engine.tasks.values())
    watching.note(Kind.STARTED, f"{active} active of {len(engine.tasks)} tracked tasks")
    tried = time.monotonic()
    try:
        if callbacks is not None:
            await _listen(context, watching, callbacks, at_once=plan.must_listen)
        notify(context.environ, READY)
        while True:
            chores.look()
            show()
            if engine.connection.mode not in {Mode.KEY_REFUSED, Mode.NO_KEY}:
                tried = time.monotonic()
            elif time.monotonic() - tried > RETRY_CREDENTIAL_S:
                tried = time.monotonic()
                context.forget_credential()
                engine.retry()
            await session.news(LOOK_S)
    finally:
        notify(context.environ, STOPPING)
        if callbacks is not None:
            await callbacks.stop()
        await chores.stop()
        watching.note(Kind.STOPPED)
        show()


async def _listen(context: Context, watching: Watching, callbacks: Callbacks, *, at_once: bool) -> None:
    """Listen for callbacks; not `at_once`: as soon as it can be done, since a dashboard may have the address now.

    Raises `ConfigError` or `CredentialError` if it must be done at once and cannot.
    """

    def begun(notes: list[str]) -> None:
        """Say where the service may call, and what to know about that."""
        watching.note(Kind.WEBHOOK, f"listening on {callbacks.url.rpartition('/')[0]}")
        context.output.say(f"Callback URL (its last part is a secret): {callbacks.url}")
        for note in notes:
            context.output.say(note)

    if at_once:
        begun(await callbacks.begin())
    else:
        callbacks.start(partial(watching.note, Kind.WEBHOOK), begun)


def _show(context: Context, watching: Watching, *, as_json: bool) -> None:
    """Bring out what was not told yet. Raises `OSError` if the reader is gone."""
    while watching.happenings:
        tell(context.output, watching.happenings.popleft(), as_json=as_json)
    context.output.flush()
