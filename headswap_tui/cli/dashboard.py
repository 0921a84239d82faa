"""Without a command: the dashboard."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from headswap_tui.cli import exit_codes
from headswap_tui.cli.context import Context

if TYPE_CHECKING:
    import argparse

    from headswap_tui.config.settings import Settings


def run(args: argparse.Namespace, context: Context) -> int:
    """Open the dashboard; returns the exit status."""
    problem = terminal_problem(context)
    if problem:
        context.output.say(problem)
        return exit_codes.USAGE
    settings = context.settings
    from headswap_tui.cli.lean import import_asyncio

    import_asyncio()
    from headswap_tui.cli.accounts import Accounts
    from headswap_tui.cli.logs import silence

    silence()
    accounts = Accounts(context.flags, context.environ, context.doors, partial(with_mouse, args))
    return context.doors.dashboard(accounts.account(settings), accounts)


def with_mouse(args: argparse.Namespace, settings: Settings) -> Settings:
    """The settings with what the arguments say about the mouse."""
    if not getattr(args, "no_mouse", False):
        return settings
    return msgspec.structs.replace(settings, ui=msgspec.structs.replace(settings.ui, mouse=False))


def terminal_problem(context: Context) -> str:
    """Why there can be no dashboard here; empty if there can."""
    without = "`headswap-tui list` and the other commands work without one"
    if context.stdin.isatty() and context.output.is_terminal and not context.output.has_screen:
        return f"The dashboard draws on standard error, which leads elsewhere: leave out the `2>`; {without}."
    if not (context.stdin.isatty() and context.output.has_screen):
        return f"The dashboard needs a terminal (over SSH: `ssh -t`); {without}."
    if context.environ.get("TERM") == "dumb":
        return f"The dashboard needs a terminal that can move its cursor (TERM is “dumb”); {without}."
    return ""
