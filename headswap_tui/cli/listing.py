"""`list`: what is tracked, from the store alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from headswap_tui.cli import exit_codes
from headswap_tui.cli.columns import LEAST_FLEXIBLE, STATE_COLOURS, Cell, length, plain, share, span, table
from headswap_tui.cli.context import Context
from headswap_tui.cli.etas import etas
from headswap_tui.cli.selecting import clean
from headswap_tui.cli.task_json import task_json
from headswap_tui.domain.task import Detail, State, TaskId, TrackedTask
from headswap_tui.domain.text import safe
from headswap_tui.domain.wording import is_waiting_for_file, remark, state_word

if TYPE_CHECKING:
    import argparse

HEADER: Final = ("STATE", "DONE", "RES", "LENGTH", "ETA", "AGE", "ID", "NAME", "TAGS")
NAME_COLUMN: Final = 7
EXPENDABLE: Final = (8, 5, 3, 4, 2, 1)
"""Columns that a narrow terminal does without, first things first: state, id and name stay."""
REMARK_LIMIT: Final = 60
"""Characters of why a task failed; `show` has all of it."""
LEAST_WITH_REMARK: Final = 30
"""Columns of a name with what is wrong, for which a narrow terminal does without others."""
NO_DETAIL: Final = Detail()
EMPTY: Final[Cell] = ("", ())
EXAMPLES: Final = """\
examples:
  headswap-tui list --state queued --state processing
  headswap-tui list --json | jq -r 'select(.resolution == "720p") | .id'
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `list` takes."""
    parser.description = "What is tracked, oldest first, from the store alone: the service is not asked."
    parser.epilog = EXAMPLES
    parser.add_argument(
        "--state", action="append", metavar="S", choices=[state.value for state in State], default=[],
        help=f"only these; may be given several times: {', '.join(state.value for state in State)}",
    )  # fmt: skip
    parser.add_argument(
        "--tag", action="append", metavar="T", default=[], help="only with this tag; several: with all of them"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace, context: Context) -> int:
    """Print them; returns the exit status."""
    everything = context.tasks()
    tags = {clean(tag) for tag in args.tag}
    tasks = [
        task for task in everything.values() if (not args.state or task.state in args.state) and tags <= set(task.tags)
    ]
    if tasks or args.json:
        print_tasks(context, tasks, everything, as_json=args.json)
    elif everything:
        context.output.say(f"None of the {len(everything)} tracked tasks fits.")
    else:
        context.output.say("Nothing is tracked yet; `headswap-tui add ID` tracks a task.")
    return exit_codes.DONE


def print_tasks(
    context: Context, tasks: Sequence[TrackedTask], everything: Mapping[TaskId, TrackedTask], *, as_json: bool
) -> None:
    """These tasks as a table, or as JSON lines. What `everything` took so far tells when they will end."""
    now_ms = context.now_ms()
    ends = etas(tasks, everything.values(), context.settings.polling, now_ms)
    if as_json:
        for task in tasks:
            context.output.record(task_json(task, ends.get(task.id)))
    elif tasks:
        least = LEAST_WITH_REMARK if any(map(remark, tasks)) else LEAST_FLEXIBLE
        rows = [_row(task, ends, now_ms) for task in tasks]
        table(context.output, HEADER, rows, NAME_COLUMN, EXPENDABLE, least=least)


def _row(task: TrackedTask, ends: dict[TaskId, int], now_ms: int) -> list[Cell]:
    detail = task.detail or NO_DETAIL
    eta = (ends[task.id] - now_ms) / 1000 if task.id in ends else None
    waits = is_waiting_for_file(task)
    # Only foreign text goes through `safe()`: a list of thousands has tens of thousands of cells.
    return [
        (state_word(task) + "…" * waits, STATE_COLOURS[task.state]),
        (share(detail.progress), ()) if detail.progress is not None and task.is_active else EMPTY,
        plain(detail.resolution) if detail.resolution else EMPTY,
        (length(detail.video_duration), ()),
        EMPTY if eta is None else (span(eta) if eta > 0 else "now", ()),
        (span((now_ms - (detail.created_ms or task.added_ms)) / 1000), ("dim",)),
        plain(task.id),
        (_name(task), ()),
        plain(" ".join(task.tags), "dim") if task.tags else EMPTY,
    ]


def _name(task: TrackedTask) -> str:
    """Label or file name, and after it what is wrong."""
    own = safe(task.label or (task.detail and task.detail.file_name) or "")
    wrong = remark(task)
    if not wrong:
        return own
    return "  ".join(part for part in (own, safe(" ".join(wrong.split()), REMARK_LIMIT)) if part)
