"""`refresh`: ask the service once, now."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from headswap_tui.cli import exit_codes
from headswap_tui.cli.asking import Asking
from headswap_tui.cli.context import Context
from headswap_tui.cli.listing import print_tasks
from headswap_tui.cli.logs import silence
from headswap_tui.cli.progress import bar, draw
from headswap_tui.cli.selecting import select, words_of
from headswap_tui.domain.errors import ApiError
from headswap_tui.domain.task import TaskId
from headswap_tui.domain.text import safe
from headswap_tui.store.tasks import TaskStore

EXAMPLES: Final = """\
examples:
  headswap-tui refresh                 all tasks that may still change
  headswap-tui refresh 6a066d 6a0671
"""
WORST_FIRST: Final = (exit_codes.CREDENTIAL, exit_codes.UNREACHABLE, exit_codes.SOME_FAILED)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `refresh` takes."""
    parser.description = "Ask the service once, now, and keep what it says."
    parser.epilog = EXAMPLES
    parser.add_argument(
        "id", nargs="*", metavar="ID|-", help="ids or unique beginnings; none: all that may still change; -: from stdin"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace, context: Context) -> int:
    """Ask about them; returns the exit status."""
    silence()
    with context.store() as store:
        tasks = store.load()
        if args.id:
            selected = select(words_of(args.id, context.stdin), tasks)
            ids: Sequence[TaskId] = selected.ids
            for problem in selected.problems:
                context.output.say(problem)
            status = exit_codes.SOME_FAILED if selected.problems else exit_codes.DONE
        else:
            ids, status = [task.id for task in tasks.values() if task.is_active], exit_codes.DONE
        if not ids:
            if not args.id:
                context.output.say("Nothing to ask: no tracked task may still change.")
            return status
        asking = ask(context, store, ids)
        now = store.load()
        print_tasks(context, [now[task_id] for task_id in asking.answered if task_id in now], now, as_json=args.json)
    return status_of(asking.errors, context) or status


def ask(context: Context, store: TaskStore, ids: Sequence[TaskId]) -> Asking:
    """Ask about each once, with a moving line. Raises `HeadswapError` where nothing can be asked at all."""
    asking = Asking(context.settings, context.credential(), store)

    def progress(count: int) -> None:
        draw(context.output, [f"asked {bar(count / len(ids))} {count} of {len(ids)}"])

    try:
        asyncio.run(asking.ask(ids, progress))
    finally:
        context.output.erase_live()
    return asking


def status_of(errors: Mapping[TaskId, ApiError], context: Context) -> int:
    """Say what went wrong, once per kind of trouble; the worst decides the exit status."""
    statuses = {exit_codes.code_of(error) for error in errors.values()}
    by_message: dict[str, list[TaskId]] = {}
    for task_id, error in errors.items():
        # What the hint of an outage promises, asking again by itself, is the dashboard's business.
        text = error.message if exit_codes.code_of(error) == exit_codes.UNREACHABLE else str(error)
        by_message.setdefault(text, []).append(task_id)
    for message, ids in by_message.items():
        who = safe(ids[0], 80) if len(ids) == 1 else f"{len(ids)} tasks"
        context.output.say(f"{who}: {message}")
    return next((status for status in WORST_FIRST if status in statuses), exit_codes.DONE)
