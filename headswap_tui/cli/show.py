"""`show`: one task with all its fields."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from headswap_tui.cli import exit_codes
from headswap_tui.cli.columns import STATE_COLOURS, length, share, size, span
from headswap_tui.cli.context import Context
from headswap_tui.cli.etas import etas
from headswap_tui.cli.selecting import select, words_of
from headswap_tui.cli.task_json import task_json
from headswap_tui.domain.expiry import Expiry, expiry
from headswap_tui.domain.numbers import number
from headswap_tui.domain.task import Detail, TrackedTask
from headswap_tui.domain.text import safe, unsigned, without_query
from headswap_tui.domain.wording import standing, trouble

if TYPE_CHECKING:
    import argparse

NAME_WIDTH: Final = 18
Row = tuple[str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `show` takes."""
    parser.description = "One task with all its fields, from the store alone: the service is not asked."
    parser.epilog = "URLs are shown without their signature; --json has them whole."
    parser.add_argument("id", metavar="ID", help="the id, or a unique beginning of it")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace, context: Context) -> int:
    """Print it; returns the exit status."""
    tasks = context.tasks()
    selected = select(words_of([args.id], context.stdin), tasks)
    for problem in selected.problems:
        context.output.say(problem)
    now_ms = context.now_ms()
    ends = etas([tasks[task_id] for task_id in selected.ids], tasks.values(), now_ms)
    for task_id in selected.ids:
        task = tasks[task_id]
        if args.json:
            context.output.record(task_json(task, ends.get(task_id)))
        else:
            _show(task, ends.get(task_id), now_ms, context)
    return exit_codes.SOME_FAILED if selected.problems else exit_codes.DONE


def _show(task: TrackedTask, eta_ms: int | None, now_ms: int, context: Context) -> None:
    output, title = context.output, safe(task.name)
    result = _result(task, expiry(task, context.settings.retention_days), now_ms)
    output.result(f"{output.styled(title, 'bold')}  {output.styled(standing(task), *STATE_COLOURS[task.state])}")
    for rows in (_failure(task), _what(task), _when(task, eta_ms, now_ms), result, _rest(task)):
        shown = [(name, value) for name, value in rows if value]
        if shown:
            output.result()
        for name, value in shown:
            output.result(f"  {output.styled(name.ljust(NAME_WIDTH), 'dim')} {value}")


def _failure(task: TrackedTask) -> Iterator[Row]:
    detail = task.detail or Detail()
    yield "error reason", safe(unsigned(detail.error_reason or ""))
    if detail.error_code or detail.error_reason:  # the service sends a 0 with tasks that go well
        yield "error code", _number(detail.error_code)
    if task.last_error:
        yield "last error", f"{safe(trouble(task.last_error.kind))}: {safe(task.last_error.message)}"


def _what(task: TrackedTask) -> Iterator[Row]:
    detail = task.detail or Detail()
    yield "id", safe(task.id)
    yield "label", safe(task.label or "")
    yield "tags", safe(" ".join(task.tags))
    yield "file name", safe(detail.file_name or "")
    yield "model", safe(detail.model_name or "")
    yield "status", _number(detail.status)
    yield "progress", share(detail.progress)
    yield "resolution", safe(detail.resolution or "")
    yield "length", length(detail.video_duration)


def _when(task: TrackedTask, eta_ms: int | None, now_ms: int) -> Iterator[Row]:
    detail = task.detail or Detail()
    for name, at_ms in (
        ("created", detail.created_ms),
        ("added", task.added_ms),
        ("updated", task.changed_ms),
        ("checked", task.answered_ms),
        ("finished", task.finished_ms),
    ):
        yield name, _local(at_ms, now_ms)
    yield "expected end", f"in {span((eta_ms - now_ms) / 1000)}" if eta_ms and eta_ms > now_ms else ""


def _result(task: TrackedTask, end: Expiry | None, now_ms: int) -> Iterator[Row]:
    detail, download = task.detail or Detail(), task.download
    yield "video", safe(without_query(detail.video_url)) if detail.video_url else ""
    if end is not None:
        left_s = (end.at_ms - now_ms) / 1000
        when = f"in {span(left_s)}" if left_s > 0 else f"{span(-left_s)} ago"
        yield "video expires", f"{when}, an assumption: the service does not say" if end.assumed else when
    yield "source video", safe(without_query(detail.source_video_url)) if detail.source_video_url else ""
    if download:
        total = f" of {size(download.total)}" if download.total else ""
        yield "download", f"{download.state}, {size(download.bytes)}{total}"
        yield "file", safe(download.path or "")
        yield "download error", safe(download.error or "")


def _rest(task: TrackedTask) -> Iterator[Row]:
    detail = task.detail or Detail()
    yield "billed duration", _number(detail.deduction_duration)
    yield "priority", _number(detail.priority)
    yield "uid", _number(detail.uid)
    yield "team id", safe(detail.team_id or "")
    yield "task_id (support)", safe(detail.provider_task_id or "")
    for name, value in detail.other.items():
        yield safe(str(name), NAME_WIDTH), _other(value)


def _other(value: Any) -> str:
    return safe(unsigned(value if isinstance(value, str) else msgspec.json.encode(value).decode()))


def _number(value: float | None) -> str:
    return "" if value is None else f"{number(value)}"


def _local(at_ms: int | None, now_ms: int) -> str:
    if not at_ms:
        return ""
    try:
        text = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at_ms / 1000))
    except (ValueError, OverflowError, OSError):  # a time that no calendar holds
        return str(at_ms)
    age = (now_ms - at_ms) / 1000
    return f"{text}  ({span(age)} ago)" if age >= 0 else text
