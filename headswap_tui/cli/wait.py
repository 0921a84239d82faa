"""`wait`: until tasks are finished."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from functools import partial
from typing import Final

from headswap_tui.cli import exit_codes
from headswap_tui.cli.columns import STATE_COLOURS
from headswap_tui.cli.context import Context
from headswap_tui.cli.progress import draw, task_line, transfer_line
from headswap_tui.cli.selecting import select, words_of
from headswap_tui.cli.session import DRAW_S, Session, with_engine
from headswap_tui.cli.task_json import task_json
from headswap_tui.cli.waiting import Outcome, Waiting, as_missing
from headswap_tui.domain.changes import track
from headswap_tui.domain.errors import CredentialError
from headswap_tui.domain.events import Mode
from headswap_tui.domain.ids import find_ids
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.domain.text import safe, unsigned
from headswap_tui.domain.wording import standing, trouble

EXAMPLES: Final = """\
examples:
  headswap-tui wait                            all tasks that may still change
  headswap-tui wait 6a066d 6a0671 --any
  headswap-tui wait --download --timeout 2h && echo "all there"
  headswap-tui wait --json | jq -r 'select(.state=="failed").error_reason'

exit status: 0 all completed, 1 some failed or the service does not know them, 3 credential refused, 124 --timeout
passed. A network that goes away and comes back is waited for.
"""
NAMED: Final = 5
"""Unfinished tasks named when the time is up; more are counted."""
UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `wait` takes."""
    parser.description = (
        "Wait until tasks are finished; each is printed as it ends. An id that is not tracked yet is added. Shares the "
        "list and the asking with a dashboard that is open."
    )
    parser.epilog = EXAMPLES
    parser.add_argument(
        "id", nargs="*", metavar="ID|-", help="ids or unique beginnings; none: all that may still change; -: from stdin"
    )
    until = parser.add_mutually_exclusive_group()
    until.add_argument("--all", dest="until", action="store_const", const="all", help="until all ended (the default)")
    until.add_argument("--any", dest="until", action="store_const", const="any", help="until the first one ended")
    until.add_argument(
        "--fail-fast", dest="until", action="store_const", const="fail-fast", help="until all ended or one failed"
    )
    parser.add_argument("--timeout", type=seconds, metavar="S", help="give up after so long; 90, 90s, 30m or 2h")
    parser.add_argument(
        "--grace", type=seconds, metavar="S", default=60.0,
        help="how long the service may refuse a new id before it counts as missing (default: 60)",
    )  # fmt: skip
    parser.add_argument("--download", action="store_true", help="also fetch each video as it is completed")
    parser.add_argument("--json", action="store_true", help="one JSON object per line, as each task ends")


def seconds(text: str) -> float:
    """A time span such as `90`, `90s`, `30m` or `2h`."""
    number, unit = (text[:-1], text[-1]) if text[-1:] in UNITS else (text, "s")
    try:
        value = float(number) * UNITS[unit]
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise argparse.ArgumentTypeError(f"a time such as 90, 90s, 30m or 2h, not {text!r}")
    return value


def run(args: argparse.Namespace, context: Context) -> int:
    """Wait for them; returns the exit status."""
    ids, problems = _targets(args, context)
    for problem in problems:
        context.output.say(problem)
    if not ids:
        if not args.id:
            context.output.say("Nothing to wait for: no tracked task may still change.")
        return exit_codes.SOME_FAILED if problems else exit_codes.DONE
    context.credential()  # none: said at once, not after a wait
    given_up: list[TaskId] = []
    try:
        status = with_engine(context, context.settings, partial(_wait, args, context, ids, given_up))
    finally:
        if given_up:  # so that `list` and the dashboard say the same
            with context.store() as store:
                store.change(dict.fromkeys(given_up, as_missing))
    return status or (exit_codes.SOME_FAILED if problems else exit_codes.DONE)


def _targets(args: argparse.Namespace, context: Context) -> tuple[Sequence[TaskId], Sequence[str]]:
    """The ids to wait for; those in full that are not tracked yet are added."""
    with context.store() as store:
        tasks = store.load()
        if not args.id:
            return [task.id for task in tasks.values() if task.is_active], ()
        words = words_of(args.id, context.stdin)
        new = [task_id for word in select(words, tasks).unknown for task_id in find_ids(word).ids]
        if new:
            store.add([track(task_id, context.now_ms()) for task_id in new])
            words = [*words, *new]
        selected = select(words, store.load())
        problems = [] if new and not _others(selected.unknown) else selected.problems
        return selected.ids, problems


def _others(words: Sequence[str]) -> list[str]:
    return [word for word in words if not find_ids(word).ids]


async def _wait(
    args: argparse.Namespace, context: Context, ids: Sequence[TaskId], given_up: list[TaskId], session: Session
) -> int:
    """The exit status; fills `given_up` with those that the service refuses for longer than their grace."""
    engine = session.engine
    waiting = Waiting(engine, ids, grace_s=args.grace, download=args.download)
    until = time.monotonic() + args.timeout if args.timeout is not None else float("inf")
    said = ""
    while True:
        for task_id in waiting.look(time.monotonic()):
            if waiting.outcomes[task_id] is Outcome.MISSING:
                given_up.append(task_id)
            _print(context, waiting, task_id, as_json=args.json)
        status = _verdict(waiting, args.until or "all")
        if status is not None:
            return status
        mode, message = engine.connection.mode, engine.connection.message
        if mode is Mode.NO_KEY:
            raise CredentialError(message)
        if mode is Mode.KEY_REFUSED:
            context.output.say(message)
            return exit_codes.CREDENTIAL
        is_offline = Mode.OFFLINE in (mode, engine.connection.leader_mode)
        if is_offline and message != said:
            context.output.say(f"{message} Waiting for it.")
        said = message if is_offline else ""
        left_s = until - time.monotonic()
        if left_s <= 0:
            context.output.say(f"{len(waiting.open)} of {len(ids)} not finished in time{_open(waiting)}.")
            return exit_codes.TIMED_OUT
        draw(context.output, _lines(waiting, context.now_ms()))
        await session.news(min(left_s, DRAW_S if context.output.is_live else 1.0))
        context.output.flush()


def _verdict(waiting: Waiting, until: str) -> int | None:
    """The exit status once it is certain; `None` as long as there is something to wait for."""
    outcomes = list(waiting.outcomes.values())
    failed = any(outcome is not Outcome.COMPLETED for outcome in outcomes)
    if until == "any" and outcomes:
        return exit_codes.DONE if Outcome.COMPLETED in outcomes else exit_codes.SOME_FAILED
    if (until == "fail-fast" and failed) or not waiting.open:
        return exit_codes.SOME_FAILED if failed else exit_codes.DONE
    return None


def _print(context: Context, waiting: Waiting, task_id: TaskId, *, as_json: bool) -> None:
    outcome = waiting.outcomes[task_id]
    task = waiting.tasks.get(task_id)
    if task is None:
        context.output.say(f"{safe(task_id)} was removed from the list meanwhile.")
        return
    if as_json:
        context.output.record(task_json(task))
        return
    word = context.output.styled(outcome.ljust(10), *STATE_COLOURS.get(outcome, ("red",)))
    more = _why(waiting, task_id)
    context.output.result(
        f"{word} {safe(task_id)}  {safe(task.label or (task.detail and task.detail.file_name) or '')}{more}"
    )


def _why(waiting: Waiting, task_id: TaskId) -> str:
    task, outcome = waiting.tasks[task_id], waiting.outcomes[task_id]
    detail, download = task.detail, task.download
    text: str | None = None
    if outcome is Outcome.FAILED and detail:
        text = detail.error_reason
    elif outcome is Outcome.MISSING and task.last_error:
        text = task.last_error.message
    elif outcome is Outcome.NOT_FETCHED and download:
        text = download.error
    elif download and download.path and waiting.fetches:
        text = download.path
    return f"  {safe(unsigned(text))}" if text else ""


def _open(waiting: Waiting) -> str:
    """How those stand that are still waited for; the first few of them."""
    tasks = [task for task_id in waiting.open if (task := waiting.engine.tasks.get(task_id))]
    parts = [f"{safe(task.id)} is {standing(task)}" + _trouble(task) for task in tasks[:NAMED]]
    more = len(tasks) - NAMED
    return "".join((": " if parts else "", ", ".join(parts), f", and {more} more" if more > 0 else ""))


def _trouble(task: TrackedTask) -> str:
    return f" (last error: {safe(trouble(task.last_error.kind))})" if task.last_error else ""


def _lines(waiting: Waiting, now_ms: int) -> list[str]:
    engine = waiting.engine
    lines = []
    for task_id in waiting.open:
        task = engine.tasks.get(task_id)
        if task is None:
            continue
        if task_id in waiting.fetching:
            lines.append(transfer_line(task, engine.transfer(task_id)))
        else:
            lines.append(task_line(task, engine.forecast(task_id), now_ms))
    return lines
