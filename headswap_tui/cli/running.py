"""Runs one command: errors become one line and an exit status, whatever happens."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Mapping
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from headswap_tui.cli import exit_codes
from headswap_tui.cli.context import Context
from headswap_tui.cli.output import Output
from headswap_tui.config.settings import Flags
from headswap_tui.domain.errors import HeadswapError

if TYPE_CHECKING:
    import argparse

    from headswap_tui.cli.doors import Doors

NOTHING_ASKED: Final[Any] = SimpleNamespace(profile=None, base_url=None, data_dir=None, config=None, verbose=False)
"""An empty command line as the grammar would read it; to build that takes as long as to read the list of tasks."""


def run(args: argparse.Namespace, doors: Doors, environ: Mapping[str, str]) -> int:
    """Do what the arguments say; returns the exit status. Raises `KeyboardInterrupt` only."""
    nowhere = io.StringIO()  # for what the caller closed (`>&-`)
    output = Output(sys.stdout or nowhere, sys.stderr or nowhere, environ)
    flags = Flags(profile=args.profile, base_url=args.base_url, data_dir=args.data_dir, config=args.config)
    context = Context(flags, environ, output, sys.stdin or nowhere, doors, verbose=args.verbose)
    try:
        status = _status_of(args, context)
        output.flush()
    except BrokenPipeError:
        from headswap_tui.cli.pipes import end_by_sigpipe

        end_by_sigpipe()
        return exit_codes.SOME_FAILED
    except OSError as error:  # the results could not be brought out: a full disk behind `>`
        from headswap_tui.cli.pipes import forget_stdout

        forget_stdout()
        output.say(f"The output could not be written: {error.strerror or error}.")
        return exit_codes.SOME_FAILED
    return status


def _status_of(args: argparse.Namespace, context: Context) -> int:
    try:
        if context.verbose:
            from headswap_tui.cli.log_file import start

            start(context.settings.state_dir)
        entry = getattr(args, "entry", None)
        if entry is not None and not entry.module:
            gc.enable()
            return context.doors.simulator(args)
        if entry is None:
            from headswap_tui.cli import dashboard

            return dashboard.run(args, context)  # switches the collector on after its first frame
        module = entry.load()
        if not entry.only_looks:  # of what is read and printed once, nothing becomes rubbish
            gc.enable()
        status: int = module.run(args, context)
        context.doors.ends_at_once |= entry.only_looks
    except HeadswapError as error:
        context.output.error(error)
        return exit_codes.code_of(error)
    except KeyboardInterrupt:
        context.output.erase_live()
        raise
    except OSError as error:
        if isinstance(error, BrokenPipeError) or error.filename is None:
            raise
        context.output.say(f"{error.filename}: {error.strerror or error}.")
        return exit_codes.SOME_FAILED
    except Exception as error:  # noqa: BLE001  # the last line of defence: a traceback could show a key or a signed URL
        return _unexpected(error, context, is_dashboard=getattr(args, "entry", None) is None)
    return status


def _unexpected(error: Exception, context: Context, *, is_dashboard: bool) -> int:
    from headswap_tui.cli.log_file import start
    from headswap_tui.cli.logs import log_unexpected, where

    path = where(context)
    is_logged = context.verbose
    if is_dashboard and path is not None and not is_logged:  # nobody can do again what led there
        with suppress(HeadswapError):
            start(context.settings.state_dir)
            is_logged = True
    if is_logged and path is not None:
        log_unexpected(error)
        hint = f"The details are in {path}."
    else:
        hint = "The same command with -v writes the details to the log."
    context.output.say(f"An error that should not happen ({type(error).__name__}). {hint}")
    return exit_codes.SOME_FAILED
