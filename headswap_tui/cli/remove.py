"""`remove`: stop tracking."""

from __future__ import annotations

import argparse
from typing import Final

from headswap_tui.cli import exit_codes
from headswap_tui.cli.context import Context
from headswap_tui.cli.selecting import select, words_of
from headswap_tui.domain.task import DownloadState
from headswap_tui.domain.text import safe
from headswap_tui.downloads.part import discard

EXAMPLES: Final = """\
examples:
  headswap-tui remove 6a066d
  headswap-tui list --state missing --json | jq -r .id | headswap-tui remove -
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `remove` takes."""
    parser.description = (
        "Stop tracking tasks. The service keeps them, and files that were downloaded stay; "
        "the part of a download that was not finished goes."
    )
    parser.epilog = EXAMPLES
    parser.add_argument(
        "id", nargs="+", metavar="ID|-", help="the id, or a unique beginning of it; - reads them from stdin"
    )


def run(args: argparse.Namespace, context: Context) -> int:
    """Take them off the list; returns the exit status."""
    words = words_of(args.id, context.stdin)
    with context.store() as store:
        selected = select(words, store.load())
        for problem in selected.problems:
            context.output.say(problem)
        removed = store.remove(selected.ids)
    unfinished = [task.id for task in removed if task.download and task.download.state is not DownloadState.DONE]
    if unfinished:  # nothing can bring these tasks back, so nobody would go on with the parts of their videos
        discard(context.settings.download.directory, unfinished)
    if len(removed) == 1:
        context.output.result(f"{safe(removed[0].id)} removed.")
    elif removed:
        context.output.result(f"{len(removed)} removed.")
    return exit_codes.SOME_FAILED if selected.problems else exit_codes.DONE
