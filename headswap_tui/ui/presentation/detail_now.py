"""The upper part of the detail pane: what is going on, what went wrong, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from headswap_tui.domain.events import Stall
from headswap_tui.domain.expiry import expiry, is_expiring
from headswap_tui.domain.task import REFUSALS_UNTIL_MISSING, Download, DownloadState, LastError, State, TrackedTask
from headswap_tui.domain.text import safe, unsigned, without_query
from headswap_tui.domain.wording import trouble
from headswap_tui.ui.presentation import times
from headswap_tui.ui.presentation.bars import bar
from headswap_tui.ui.presentation.cells import Look
from headswap_tui.ui.presentation.extras import Extras
from headswap_tui.ui.presentation.pieces import Line, line_width
from headswap_tui.ui.presentation.progress_plot import progress_plot

BAR_WIDTH = 30

Keys = Mapping[str, str]


def now_blocks(task: TrackedTask, extras: Extras, look: Look, keys: Keys, width: int) -> Iterator[list[Line]]:
    """Blocks of lines, most pressing first."""
    state = task.state
    if state is State.FAILED:
        yield _failure(task, look, keys)
    if task.last_error is not None:
        yield _trouble(task, task.last_error, extras.due_s, look, keys)
    if state is State.COMPLETED:
        yield _result(task, extras, look, keys, width) if task.is_finished else _file_awaited()
    if state in (State.QUEUED, State.PENDING, State.UNKNOWN):
        yield [_waiting(task, extras, look)]
    if state is State.PROCESSING and extras.stall is not None:
        yield [_stalled(task, extras.stall, look)]
    if state is State.PROCESSING or (state is State.FAILED and len(_rises(task)) > 1):
        yield _progress(task, extras, look, width)


def _action(keys: Keys, command: str, words: str) -> Line:
    key = keys.get(command, "")
    return ((f" {key} ", "keycap"), (f" {words}", "")) if key else ((words, ""),)


def _failure(task: TrackedTask, look: Look, keys: Keys) -> list[Line]:
    from headswap_tui.domain.advice import advice

    detail = task.detail
    reason = (detail and detail.error_reason) or "The service gave no reason."
    edge = (f"{look.glyphs.cursor} ", "edge-bad")
    lines: list[Line] = [(edge, (safe(unsigned(reason)), "headline-bad"))]
    if detail and detail.error_code is not None:
        lines.append((edge, (f"error code {times.number(detail.error_code)}", "bad")))
    known = advice(detail.error_code if detail else None)
    lines.append(())
    if known.documented:
        # The code of a failure is of another number space, so an equal number may mean something else.
        lines.append(((f"Its published meaning, if it is that code: {known.cause}", "prose"),))
    lines += [
        (("It will not be tried again by itself: put the input right and create a new task.", "prose"),),
        (("Support asks for the id and the code.", "prose"),),
    ]
    offered = (("copy_id", "copy the id"), ("failures", "all failures"))
    actions = [_action(keys, command, words) for command, words in offered if keys.get(command)]
    pieces: Line = tuple(piece for action in actions for piece in (*action, ("   ", "")))
    return [*lines, pieces[:-1]] if pieces else lines


_NEXT: Mapping[str, str] = {
    "auth": "Nothing is asked until the credential is right again.",
    "throttled": "Everything is asked more slowly for a while; this one has its turn.",
    "server": "The trouble is on the service's side. It is asked again by itself, ever more rarely until it answers.",
    "unreachable": "It is asked again by itself as soon as the service can be reached.",
    "garbled": "It is asked again by itself.",
}


def _trouble(task: TrackedTask, error: LastError, due_s: float | None, look: Look, keys: Keys) -> list[Line]:
    if task.state is State.MISSING:
        after = f"Refused {task.refusals} times in a row, so it is not asked any more."
    elif error.kind == "refused" and task.refusals and task.is_active:  # for want of credit does not count
        after = (
            f"Refusal {task.refusals} in a row: asked ever more rarely, it is missing after {REFUSALS_UNTIL_MISSING}."
        )
    elif task.is_finished:
        after = "What stands here is from the answer before."
    else:
        after = _NEXT.get(error.kind, "It is asked again by itself.")
        if task.answered_ms:
            after += f" What stands here is from {times.age(task.answered_ms, look.now_ms)}."
    if due_s is not None and task.is_active:
        after += f" Next time in {times.span(due_s, 5)}." if due_s >= 1 else " It is asked about now."
    edge = (f"{look.glyphs.cursor} ", "edge-stale")
    head = f"{safe(trouble(error.kind), 30)}, {times.age(error.at_ms, look.now_ms)}"
    lines: list[Line] = [
        (edge, (head, "stale")),
        (edge, (safe(error.message), "prose")),
        (edge, (after, "prose")),
    ]
    command = "retry" if error.kind == "auth" else "refresh"
    return [*lines, _action(keys, command, "ask now")] if keys.get(command) else lines


def _file_awaited() -> list[Line]:
    return [(("The service says completed but has not named the file yet; it is asked again soon.", "prose"),)]


def _waiting(task: TrackedTask, extras: Extras, look: Look) -> Line:
    since = times.exact_span((look.now_ms - ((task.detail and task.detail.created_ms) or task.added_ms)) / 1000)
    if task.state is State.PENDING:
        return ((f"Not answered yet; added {since} ago.", "prose"),)
    if task.state is State.UNKNOWN:
        return (("The service's status is not a documented one; it is asked on, slowly.", "prose"),)
    ends = _ends(extras, look)
    return (("In the queue for ", "prose"), (since, "strong"), (f"; {ends}" if ends else "", "prose"))


def _stalled(task: TrackedTask, stall: Stall, look: Look) -> Line:
    words = f"No progress for {times.stalled_for(task, stall)}."
    return ((f"{look.glyphs.stalled} ", "warn"), (words, "prose"))


def _ends(extras: Extras, look: Look) -> str:
    forecast = extras.forecast
    if forecast is None:
        return ""
    left = (forecast.finish_ms - look.now_ms) / 1000
    if left <= 2:
        return "due to end now"
    sign = look.glyphs.give_or_take
    spread = f" {sign} {times.span(forecast.spread_s, 5)}" if forecast.spread_s >= 5 else ""
    return f"ends in ~{times.span(left, 5)}{spread}"


def _rises(task: TrackedTask) -> list[float]:
    return [change.progress for change in task.history.values() if change.progress is not None]


def _progress(task: TrackedTask, extras: Extras, look: Look, width: int) -> list[Line]:
    known = task.detail.progress if task.detail else None
    estimate = extras.forecast.progress if extras.forecast else None
    ends = _ends(extras, look) if task.is_active else ""
    lines: list[Line] = []
    if known is not None:
        is_estimate = estimate is not None and int(estimate) > int(known) and task.is_active
        value = estimate if is_estimate and estimate is not None else known
        role = "bar-failed" if task.state is State.FAILED else "bar-estimate" if is_estimate else "bar"
        said = f"  answered {int(known)}%" if is_estimate else ""
        drawn = bar(value, min(BAR_WIDTH, max(width - 8 - len(said), 4)), look.glyphs, role)
        number = (f" {'~' if is_estimate else ''}{int(value)}%", "headline-processing" if role == "bar" else "strong")
        line: Line = (*drawn, number, (said, "muted"))
        if ends and line_width(line) + 3 + len(ends) <= width:
            line, ends = (*line, ("   ", ""), (ends, "strong")), ""
        lines.append(line)
    if ends:
        lines.append(((ends, "strong"),))
    lines += progress_plot(task, extras.forecast, look, width)
    return lines or [(("No progress reported yet.", "prose"),)]


def _result(task: TrackedTask, extras: Extras, look: Look, keys: Keys, width: int) -> list[Line]:
    lines = _download(task, extras, look, keys, width)
    url = task.detail.video_url if task.detail else None
    if not url:
        return lines
    lines += [(), ((safe(without_query(url)), "link"),)]
    is_saved = task.download is not None and task.download.state is DownloadState.DONE
    offered = [("copy_url", "copy"), ("open", "open"), *([("preview", "frames")] if is_saved else [])]
    actions = [_action(keys, command, words) for command, words in offered if keys.get(command)]
    if actions:
        lines.append(tuple(piece for action in actions for piece in (*action, ("   ", "")))[:-1])
    lines.append(_life(task, look))
    return lines


def _life(task: TrackedTask, look: Look) -> Line:
    """How old the address is and when it ends, as far as anyone knows."""
    seen = next((int(at) for at, change in reversed(task.history.items()) if change.url), task.finished_ms)
    since = f"address seen {times.age(seen, look.now_ms)}" if seen else "address"
    end = expiry(task, look.retention_days)
    if end is None:
        return ((since, "muted"),)
    left = (end.at_ms - look.now_ms) / 1000
    if task.download is not None and task.download.state is DownloadState.DONE:
        return ((since, "muted"),)
    if end.assumed:
        guess = f"{look.retention_days:g} days is a guess"
        if left > 0:
            return ((f"{since}; may expire in {times.exact_span(left)}, fetch it soon ({guess})", "muted"),)
        return ((f"{since}; probably expired ({guess})", "warn"),)
    ends = f"expires in {times.exact_span(left)}" if left > 0 else "expired"
    role = "warn" if left <= 0 or is_expiring(task, look.now_ms, look.retention_days) else "muted"
    return ((f"{since}, ", "muted"), (ends, role))


def _download(task: TrackedTask, extras: Extras, look: Look, keys: Keys, width: int) -> list[Line]:
    transfer, standing = extras.transfer, task.download
    if transfer is not None and transfer.state in (DownloadState.QUEUED, DownloadState.RUNNING):
        return _moving(extras, look, keys, width)
    if standing is None:
        return [_action(keys, "download", "download the video")]
    return _ended(standing, look, keys)


def _moving(extras: Extras, look: Look, keys: Keys, width: int) -> list[Line]:
    transfer = extras.transfer
    if transfer is None:
        return []
    glyphs = look.glyphs
    if transfer.state is DownloadState.QUEUED:
        return [((f"{glyphs.download} waiting for its turn to download", "download"),)]
    parts = [_amounts(transfer.bytes, transfer.total)]
    if transfer.speed_bps:
        parts.append(f"{times.size(transfer.speed_bps)}/s")
    if transfer.eta_s is not None:
        parts.append(f"{times.span(transfer.eta_s)} left")
    lines: list[Line] = []
    if transfer.total:
        percent = min(100.0, transfer.bytes * 100 / transfer.total)
        drawn = bar(percent, min(BAR_WIDTH, max(width - 8, 4)), glyphs, "bar-download")
        lines.append((*drawn, (f" {int(percent)}%", "strong")))
    lines.append(((f"{glyphs.download} ", "download"), (", ".join(parts), "")))
    if transfer.note:
        lines.append(((safe(transfer.note), "prose"),))
    if keys.get("cancel_download"):
        lines.append(_action(keys, "cancel_download", "cancel"))
    return lines


def _ended(standing: Download, look: Look, keys: Keys) -> list[Line]:
    path: list[Line] = [((safe(standing.path), ""),)] if standing.path else []
    if standing.state is DownloadState.DONE:
        done = f"{look.glyphs.states[State.COMPLETED]} saved"
        size = f"  {times.size(standing.bytes)}" if standing.bytes else ""
        when = f"  {times.age(standing.at_ms, look.now_ms)}" if standing.at_ms else ""
        return [((done, "good"), (size + when, "muted")), *path]
    if standing.state is DownloadState.FAILED:
        edge = (f"{look.glyphs.cursor} ", "edge-bad")
        words = safe(standing.error) if standing.error else "no reason is known"
        lines: list[Line] = [(edge, ("download failed", "bad")), (edge, (words, "prose"))]
        return [*lines, _action(keys, "download", "try again")]
    if standing.state is DownloadState.CANCELLED:
        kept = f"; {times.size(standing.bytes)} kept" if standing.bytes else ""
        return [((f"download cancelled{kept}", "muted"),), _action(keys, "download", "go on")]
    how = "download not yet begun"
    if standing.state is DownloadState.RUNNING:  # by another process, or by one that was ended
        how = f"{_amounts(standing.bytes, standing.total)} downloaded {times.age(standing.at_ms, look.now_ms)}"
    return [((f"{look.glyphs.download} {how}", "download"),), *path]


def _amounts(count: int, total: int | None) -> str:
    return times.size(count) + (f" of {times.size(total)}" if total else "")
