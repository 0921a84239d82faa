"""`add`: track tasks."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Final

from headswap_tui.cli import exit_codes
from headswap_tui.cli.context import Context
from headswap_tui.cli.selecting import LARGEST_INPUT, STANDARD_INPUT, clean
from headswap_tui.domain.changes import track
from headswap_tui.domain.errors import ConfigError
from headswap_tui.domain.ids import find_ids
from headswap_tui.domain.task import TaskId
from headswap_tui.domain.text import safe

if TYPE_CHECKING:
    from headswap_tui.store.tasks import TaskStore

EXAMPLES: Final = """\
examples:
  headswap-tui add 6a066dc58570ecbf64f761a5 --label "take 2" --tag client-a
  headswap-tui add 'https://.../detail?_id=6a066dc58570ecbf64f761a5'
  curl ... | headswap-tui add -        the JSON that the create call answered
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `add` takes."""
    parser.description = (
        "Track tasks. Every task id (24 hex digits) in the text counts, wherever it stands; ids that are tracked "
        "already stay as they are."
    )
    parser.epilog = EXAMPLES
    parser.add_argument(
        "text", nargs="*", metavar="ID|URL|TEXT|-", help="any text with ids in it; - reads it from stdin"
    )
    parser.add_argument("--label", metavar="L", help="a name of your own for the task")
    parser.add_argument("--tag", metavar="T", action="append", default=[], help="a tag; may be given several times")
    parser.add_argument("--force", action="store_true", help="also take words that do not look like a usual id")


def run(args: argparse.Namespace, context: Context) -> int:
    """Track what the text names; returns the exit status."""
    if not args.text:
        raise ConfigError("Nothing to add.", "Give ids, or - to read them from standard input.")
    ids: dict[TaskId, None] = {}
    problems = []
    texts = [context.stdin.read(LARGEST_INPUT) if text == STANDARD_INPUT else text for text in args.text]
    with context.store() as store:
        for text in texts:
            found, wrong = _found(text, store, force=args.force)
            ids.update(dict.fromkeys(found))
            problems += wrong
        for problem in problems:
            context.output.say(problem)
        if not ids:
            return exit_codes.USAGE
        _track(list(ids), args, context, store)
    return exit_codes.SOME_FAILED if problems else exit_codes.DONE


def _found(text: str, store: TaskStore, *, force: bool) -> tuple[list[TaskId], list[str]]:
    """The ids in a text, and what was wrong with the rest of it."""
    found = find_ids(text)
    if found.ids:
        return list(found.ids), []
    ids: list[TaskId] = []
    problems = []
    if not force:
        if not found.unusual:
            return [], [found.problem]
        word = TaskId(found.unusual)
        if store.get(word) is not None:
            return [word], []
        doubt = found.doubt or f"“{word}” does not look like a task id (24 hex digits)."
        return [], [f"{doubt.rstrip('.')}; --force takes it all the same."]
    for part in re.split(r"[\s,;]+", text):
        one = find_ids(part)
        if one.unusual:
            ids.append(TaskId(one.unusual))
        elif part:
            problems.append(one.problem)
    return ids, problems or ([] if ids else [found.problem])


def _track(ids: list[TaskId], args: argparse.Namespace, context: Context, store: TaskStore) -> None:
    label = clean(args.label) if args.label else None
    tags = tuple(clean(tag) for tag in args.tag)
    now_ms = context.now_ms()
    new = store.add([track(task_id, now_ms, label, tags) for task_id in ids])
    known = [task_id for task_id in ids if task_id not in set(new)]
    parts = [part for part in (_counted("added", new), _counted("already tracked", known)) if part]
    context.output.result(", ".join(parts) + ".")
    if known and (label or tags):
        context.output.say("What was tracked already keeps its label and tags; `headswap-tui label` gives another.")


def _counted(what: str, ids: list[TaskId]) -> str:
    if not ids:
        return ""
    if len(ids) == 1:
        return f"{safe(ids[0])} {what}"
    return f"{len(ids)} {what}"
