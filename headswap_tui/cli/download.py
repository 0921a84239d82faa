"""`download`: fetch finished videos now."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from headswap_tui.cli import exit_codes
from headswap_tui.cli.context import Context
from headswap_tui.cli.progress import draw, transfer_line
from headswap_tui.cli.refresh import ask, status_of
from headswap_tui.cli.selecting import select, words_of
from headswap_tui.cli.session import DRAW_S, Session, with_engine
from headswap_tui.config.paths import shown
from headswap_tui.config.settings import Settings
from headswap_tui.domain.errors import ApiError, ConfigError
from headswap_tui.domain.events import DownloadFinished
from headswap_tui.domain.task import DownloadState, State, TaskId, TrackedTask
from headswap_tui.domain.text import safe

EXAMPLES: Final = """\
examples:
  headswap-tui download 6a066d
  headswap-tui list --state completed --json | jq -r .id |
    headswap-tui download - --to ~/renders

The path of each file is printed as it is finished. A download that was cut short goes on where it stopped.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `download` takes."""
    parser.description = "Fetch the videos of completed tasks now."
    parser.epilog = EXAMPLES
    parser.add_argument(
        "id", nargs="+", metavar="ID|-", help="ids or unique beginnings of them; - reads them from stdin"
    )
    parser.add_argument("--to", metavar="DIR", help="the directory to write to (default: `download.directory`)")


def run(args: argparse.Namespace, context: Context) -> int:
    """Fetch them; returns the exit status."""
    settings = _settings(args, context.settings)
    errors: Mapping[TaskId, ApiError] = {}
    with context.store() as store:
        selected = select(words_of(args.id, context.stdin), store.load())
        problems = list(selected.problems)
        tasks = store.load()
        unready = [task_id for task_id in selected.ids if not _has_video(tasks[task_id])]
        if unready:  # perhaps it is completed by now
            errors = ask(context, store, unready).errors
            tasks = store.load()
    ready = [task_id for task_id in selected.ids if task_id in tasks and _has_video(tasks[task_id])]
    problems += [
        _why_not(tasks[task_id]) for task_id in unready if task_id in tasks and task_id not in {*ready, *errors}
    ]
    for problem in problems:
        context.output.say(problem)
    status = status_of(errors, context) or (exit_codes.SOME_FAILED if problems else exit_codes.DONE)
    if not ready:
        return status
    if args.to is not None:
        _make(settings.download.directory)
    return with_engine(context, settings, partial(_fetch, context, ready), polls=False) or status


def _settings(args: argparse.Namespace, settings: Settings) -> Settings:
    if args.to is None:
        return settings
    if not args.to or "\0" in args.to:
        raise ConfigError(f"--to: expected a directory, found {args.to!r}.")
    try:
        directory = Path(args.to).expanduser().absolute()
    except RuntimeError:
        raise ConfigError(f"--to {safe(args.to, 80)}: there is no such user.") from None
    if directory.exists() and not directory.is_dir():
        raise ConfigError(f"--to: {shown(directory)} is no directory.")
    return msgspec.structs.replace(settings, download=msgspec.structs.replace(settings.download, directory=directory))


def _make(directory: Path) -> None:
    """Make sure that it is there and ours to write. Raises `ConfigError`."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--to: {shown(directory)} cannot be made: {error.strerror}.") from None
    if not os.access(directory, os.W_OK | os.X_OK):
        raise ConfigError(f"--to: {shown(directory)} is not yours to write.")


def _has_video(task: TrackedTask) -> bool:
    return task.state is State.COMPLETED and task.detail is not None and task.detail.has_video


def _why_not(task: TrackedTask) -> str:
    if task.state is State.COMPLETED:
        return f"{safe(task.id)} is completed, but the service names no file for it yet."
    return f"{safe(task.id)} is {task.state}: there is no video to fetch."


async def _fetch(context: Context, ids: Sequence[TaskId], session: Session) -> int:
    engine = session.engine
    ended: set[TaskId] = set()
    # By the event and not by the record, which another process writes that fetches it to another directory.
    engine.subscribe(lambda event: ended.add(event.id) if isinstance(event, DownloadFinished) else None)
    engine.download(ids)
    left = dict.fromkeys(ids)
    status = exit_codes.DONE
    while left:
        for task_id in list(left):
            task = engine.tasks.get(task_id)
            if task is not None and task_id not in ended:
                continue
            del left[task_id]
            if not _report(context, task):
                status = exit_codes.SOME_FAILED
        if left:
            tasks = [engine.tasks[task_id] for task_id in left if task_id in engine.tasks]
            draw(context.output, [transfer_line(task, engine.transfer(task.id)) for task in tasks])
            context.output.flush()
            await session.news(DRAW_S if context.output.is_live else 1.0)
    return status


def _report(context: Context, task: TrackedTask | None) -> bool:
    """Say how a download ended; returns whether the file is there."""
    if task is None or task.download is None:
        context.output.say("A task was removed from the list meanwhile.")
        return False
    if task.download.state is DownloadState.DONE:
        context.output.result(safe(task.download.path or "", 4096))
        return True
    called = f" ({safe(task.name)})" if task.name != task.id else ""
    context.output.say(f"{safe(task.id)}{called}: {task.download.error or 'cancelled'}")
    return False
