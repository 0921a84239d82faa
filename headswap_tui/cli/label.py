"""`label`: a name of the user's own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from headswap_tui.cli import exit_codes
from headswap_tui.cli.context import Context
from headswap_tui.cli.selecting import clean, select
from headswap_tui.domain.changes import edited
from headswap_tui.domain.text import safe

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `label` takes."""
    parser.description = "Give a task a name of your own; an empty text takes it away."
    parser.epilog = 'example:\n  headswap-tui label 6a066d "teaser, take 2"'
    parser.add_argument("id", metavar="ID", help="the id, or a unique beginning of it")
    parser.add_argument("text", metavar="TEXT", help="the name")


def run(args: argparse.Namespace, context: Context) -> int:
    """Write it down; returns the exit status."""
    label = clean(args.text)
    with context.store() as store:
        selected = select([args.id], store.load())
        for problem in selected.problems:
            context.output.say(problem)
        changed = store.change(dict.fromkeys(selected.ids, partial(edited, label=label)))
    for task_id in changed:
        context.output.result(
            f"{safe(task_id)} is now “{safe(label)}”." if label else f"{safe(task_id)} has no label now."
        )
    return exit_codes.DONE if changed else exit_codes.SOME_FAILED
