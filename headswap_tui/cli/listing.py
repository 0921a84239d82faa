"""`list`: what is tracked, from the store alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from headswap_tui.cli import exit_codes
from headswap_tui.cli.columns import LEAST_FLEXIBLE, STATE_COLOURS, Column, length, share, span, table
from headswap_tui.cli.context import Context
from headswap_tui.cli.etas import etas
from headswap_tui.domain.task import Detail, State, TaskId, TrackedTask
from headswap_tui.domain.text import safe, safe_all
from headswap_tui.domain.wording import is_waiting_for_file, remark, state_word

if TYPE_CHECKING:
    import argparse

NAME_COLUMN: Final = 7
EXPENDABLE: Final = (8, 5, 3, 4, 2, 1)
"""Columns that a narrow terminal does without, first things first: state, id and name stay."""
REMARK_LIMIT: Final = 60
"""Characters of why a task failed; `show` has all of it."""
LEAST_WITH_REMARK: Final = 30
"""Columns of a name with what is wrong, for which a narrow terminal does without others."""
NO_DETAIL: Final = Detail()
_UNKNOWN, _COMPLETED = State.UNKNOWN, State.COMPLETED
WORDS: Final = {state: str(state) for state in State}
"""To find a member of an enum by its name, or to ask it for its text, takes as long as all the rest of a cell."""
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
    tags = _clean(args.tag) if args.tag else set()
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


def _clean(tags: Sequence[str]) -> set[str]:
    from headswap_tui.cli.selecting import clean

    return set(map(clean, tags))


def print_tasks(
    context: Context, tasks: Sequence[TrackedTask], everything: Mapping[TaskId, TrackedTask], *, as_json: bool
) -> None:
    """These tasks as a table, or as JSON lines. What `everything` took so far tells when they will end."""
    now_ms = context.now_ms()
    ends = etas(tasks, everything.values(), now_ms)
    if as_json:
        from headswap_tui.cli.task_json import task_json

        context.output.records(task_json(task, ends.get(task.id)) for task in tasks)
    elif tasks:
        remarks = [remark(task) for task in tasks]
        least = LEAST_WITH_REMARK if any(remarks) else LEAST_FLEXIBLE
        table(context.output, _columns(tasks, remarks, ends, now_ms), NAME_COLUMN, EXPENDABLE, least=least)


def _columns(
    tasks: Sequence[TrackedTask], remarks: Sequence[str], ends: Mapping[TaskId, int], now_ms: int
) -> Sequence[Column]:
    details = [task.detail or NO_DETAIL for task in tasks]
    states = [task.state for task in tasks]
    began = [detail.created_ms or task.added_ms for task, detail in zip(tasks, details, strict=True)]
    # Only foreign text has to be made safe: a list of thousands has tens of thousands of cells.
    return (
        Column("STATE", list(map(_word, tasks, states)), each=[STATE_COLOURS[state] for state in states]),
        Column("DONE", list(map(_done, tasks, details, states))),
        Column("RES", safe_all([detail.resolution or "" for detail in details])),
        Column("LENGTH", [length(detail.video_duration) for detail in details]),
        Column("ETA", [_left(ends[task.id] - now_ms) if task.id in ends else "" for task in tasks]),
        Column("AGE", [span((now_ms - at_ms) / 1000) for at_ms in began], ("dim",)),
        Column("ID", safe_all([task.id for task in tasks])),
        Column("NAME", _names(tasks, details, remarks)),
        Column("TAGS", safe_all([" ".join(task.tags) for task in tasks]), ("dim",)),
    )


def _word(task: TrackedTask, state: State) -> str:
    if state is _UNKNOWN:
        return state_word(task)
    return WORDS[state] + "…" if state is _COMPLETED and is_waiting_for_file(task) else WORDS[state]


def _done(task: TrackedTask, detail: Detail, state: State) -> str:
    if detail.progress is None or (state is _COMPLETED and detail.video_url):  # as most are; asking the task is slower
        return ""
    return share(detail.progress) if task.is_active else ""


def _left(milliseconds: int) -> str:
    return span(milliseconds / 1000) if milliseconds > 0 else "now"


def _names(tasks: Sequence[TrackedTask], details: Sequence[Detail], remarks: Sequence[str]) -> Sequence[str]:
    """Label or file name, and after it what is wrong."""
    own = safe_all([task.label or detail.file_name or "" for task, detail in zip(tasks, details, strict=True)])
    return [_with_remark(name, wrong) if wrong else name for name, wrong in zip(own, remarks, strict=True)]


def _with_remark(name: str, wrong: str) -> str:
    return "  ".join(part for part in (name, safe(" ".join(wrong.split()), REMARK_LIMIT)) if part)
