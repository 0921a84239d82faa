"""Without a command: the dashboard."""

from __future__ import annotations

import argparse
from functools import partial

from headswap_tui.cli import exit_codes
from headswap_tui.cli.context import Context


def run(args: argparse.Namespace, context: Context) -> int:
    """Open the dashboard; returns the exit status."""
    del args
    problem = terminal_problem(context)
    if problem:
        context.output.say(problem)
        return exit_codes.USAGE
    settings = context.settings
    from headswap_tui.cli.logs import silence
    from headswap_tui.config.credential import current_credential
    from headswap_tui.engine.connecting import Connector
    from headswap_tui.engine.engine import Engine

    silence()
    # Looked for anew at each retry: the user may have put the right key into the file meanwhile.
    engine = Engine(settings, Connector(settings, partial(current_credential, settings, context.environ)))
    return context.doors.dashboard(engine, settings)


def terminal_problem(context: Context) -> str:
    """Why there can be no dashboard here; empty if there can."""
    without = "`headswap-tui list` and the other commands work without one"
    if not (context.stdin.isatty() and context.output.is_terminal):
        return f"The dashboard needs a terminal (over SSH: `ssh -t`); {without}."
    if context.environ.get("TERM", "") in {"", "dumb", "unknown"}:
        return f"The dashboard needs a terminal that can move its cursor (TERM is “dumb” or not set); {without}."
    return ""
