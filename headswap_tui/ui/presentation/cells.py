"""What stands in each cell of the table: a record and its live figures in, pieces out."""

from __future__ import annotations

import msgspec

from headswap_tui.domain.task import Download, DownloadState, State, TrackedTask
from headswap_tui.domain.text import safe, unsigned
from headswap_tui.domain.wording import is_waiting_for_file, state_word, trouble
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation import times
from headswap_tui.ui.presentation.bars import bar
from headswap_tui.ui.presentation.extras import NO_EXTRAS, Extras
from headswap_tui.ui.presentation.pieces import Line, Piece, cut_text, middle_cut, text_width

NUMBER_WIDTH = 6
"""Cells right of the bar: `  ~47%`, ` ↓ 35%`, ` saved`."""

MINUTE_MS = 60_000

NAME_LIMIT = 200
"""Characters of a name that are looked at; no column is wider."""

REMARK_MINIMUM = 10
"""Cells below which a remark after the name says nothing."""

REASON_MINIMUM = 8
"""Cells of a reason for which a name that is too long is cut."""


class Look(msgspec.Struct, frozen=True):
    """What cells need beside the record."""

    glyphs: Glyphs
    now_ms: int
    retention_days: float = 7.0
    """How long the service is assumed to keep a file whose address does not say."""
    plot_rows: int = 4
    """Lines of a plot in the detail pane."""


def steady_until_ms(task: TrackedTask, extras: Extras, now_ms: int) -> int:
    """Until when no cell changes by the clock alone: the next full minute since its end, or `now_ms` if one may."""
    since_ms = now_ms - _ended_ms(task)
    if task.is_active or extras != NO_EXTRAS or since_ms < MINUTE_MS:
        return now_ms
    return now_ms + MINUTE_MS - since_ms % MINUTE_MS


def _ended_ms(task: TrackedTask) -> int:
    return task.finished_ms or task.changed_ms or task.added_ms


def state(task: TrackedTask, extras: Extras, look: Look, width: int) -> Line:
    """Sign and word, at the end a mark if something of ours is wrong, it stopped moving, or its file has no address."""
    glyphs, standing = look.glyphs, task.state
    role = f"state-{standing}"
    text = f"{glyphs.states[standing]} {state_word(task)}"
    if task.last_error is not None or extras.stall is not None:
        word = cut_text(text, width - 1, glyphs.ellipsis)
        blank = " " if text_width(word) + 2 <= width else ""
        mark = (glyphs.trouble, "stale") if task.last_error is not None else (glyphs.stalled, "warn")
        return (word + blank, role), mark
    if is_waiting_for_file(task):
        text += glyphs.waiting
    return ((text, role),)


def progress(task: TrackedTask, extras: Extras, look: Look, width: int) -> Line:
    """Bar and number; the download's while there is one, an estimate marked with `~`."""
    room = width - NUMBER_WIDTH
    download = _download(task, extras, look, room)
    if download is not None:
        return download
    standing, detail = task.state, task.detail
    known = detail.progress if detail else None
    if standing is State.COMPLETED:
        return _bar(100.0, ("100%", "muted"), "bar-completed", room, look)
    if standing is State.FAILED:
        return () if not known else _bar(known, (f"{int(known)}%", "muted"), "bar-failed", room, look)
    estimate = extras.forecast.progress if extras.forecast else None
    if standing is State.PROCESSING and estimate is not None and int(estimate) > int(known or 0.0):
        return _bar(estimate, (f"~{int(estimate)}%", ""), "bar-estimate", room, look)
    if known is None or (known == 0.0 and standing is not State.PROCESSING):
        return ()
    return _bar(known, (f"{int(known)}%", "state-processing"), "bar", room, look)


def _bar(percent: float, number: Piece, role: str, room: int, look: Look) -> Line:
    return (*bar(percent, room, look.glyphs, role), (number[0].rjust(NUMBER_WIDTH), number[1]))


DOWNLOAD_WORDS = {
    DownloadState.QUEUED: "wait",
    DownloadState.FAILED: "fail",
    DownloadState.CANCELLED: "stop",
}


def _download(task: TrackedTask, extras: Extras, look: Look, room: int) -> Line | None:
    """`None` if there is no download to speak of."""
    standing: Download | None = task.download
    transfer = extras.transfer
    if transfer is None and standing is None:
        return None
    how = transfer.state if transfer else standing.state if standing else DownloadState.QUEUED
    if how is DownloadState.DONE:
        return (*bar(100.0, room, look.glyphs, "bar-completed"), ("saved".rjust(NUMBER_WIDTH), "good"))
    got, total = (
        (transfer.bytes, transfer.total) if transfer else (standing.bytes, standing.total) if standing else (0, 0)
    )
    share = min(100.0, got * 100 / total) if total else 0.0
    arrow = look.glyphs.download
    word = DOWNLOAD_WORDS.get(how)
    text = f"{arrow}{word}" if word else f"{arrow}{int(share):>3}%" if total else f"{arrow} ..."
    role = "bad" if how is DownloadState.FAILED else "download"
    return (*bar(share, room, look.glyphs, "bar-download"), (text.rjust(NUMBER_WIDTH), role))


def resolution(task: TrackedTask, _extras: Extras, look: Look, _width: int) -> Line:
    """Such as `720p`."""
    text = task.detail.resolution if task.detail else None
    return ((safe(text, 20), ""),) if text else ((look.glyphs.nothing, "faint"),)


def duration(task: TrackedTask, _extras: Extras, look: Look, _width: int) -> Line:
    """`m:ss`."""
    text = times.length(task.detail.video_duration if task.detail else None)
    return ((text, ""),) if text else ((look.glyphs.nothing, "faint"),)


def eta(task: TrackedTask, extras: Extras, look: Look, _width: int) -> Line:
    """`in ~3m` while an end is foreseen, also of a download; `for 3m` while none is, `3m ago` once it has ended."""
    if extras.transfer is not None and extras.transfer.eta_s is not None:
        return ((_ahead(extras.transfer.eta_s), "download"),)
    if not task.is_active:
        return ((times.age(_ended_ms(task), look.now_ms), "muted"),)
    if extras.forecast is not None and task.detail is not None:
        return ((_ahead((extras.forecast.finish_ms - look.now_ms) / 1000), ""),)
    since = (task.detail.created_ms if task.detail else None) or task.added_ms
    return ((f"for {times.span((look.now_ms - since) / 1000, 10)}", "muted"),)


def _ahead(left_s: float) -> str:
    return f"in ~{times.span(left_s, 5)}" if left_s > 2 else "due now"


def name(task: TrackedTask, extras: Extras, look: Look, width: int) -> Line:
    """Label or file name; if there is room, after it the tags.

    Why it failed and how its download goes have half of a cell that is too narrow.
    """
    bell = f"{look.glyphs.bell} " if task.notify else ""
    own = task.label or (task.detail and task.detail.file_name)
    text = bell + (safe(own, NAME_LIMIT) if own else middle_cut(safe(task.id, 64), width, look.glyphs.ellipsis))
    tone = "muted" if task.archived or not own else ""
    after, role = _remark(task, extras)
    half = min(text_width(after), width // 2)
    if role in ("remark-failed", "download") and half >= REASON_MINIMUM and text_width(text) + 2 + half > width:
        text = cut_text(text, width - 2 - half, look.glyphs.ellipsis)
    elif not after or text_width(text) + 2 + min(text_width(after), REMARK_MINIMUM) > width:
        return ((text, tone),)
    return ((text, tone), ("  ", ""), (after, role))


def _remark(task: TrackedTask, extras: Extras) -> tuple[str, str]:
    detail, transfer = task.detail, extras.transfer
    if transfer is not None and transfer.note:
        return safe(transfer.note, NAME_LIMIT), "download"
    if transfer is not None and transfer.speed_bps:
        return f"{times.size(transfer.speed_bps)}/s", "download"
    if task.state is State.FAILED and detail and detail.error_reason:
        return safe(unsigned(detail.error_reason), NAME_LIMIT), "remark-failed"
    if task.last_error is not None:
        return safe(trouble(task.last_error.kind), 30), "remark-stale"
    return " ".join(f"#{safe(tag, 30)}" for tag in task.tags), "faint"


def task_id(task: TrackedTask, _extras: Extras, look: Look, width: int) -> Line:
    """The id, shortened in its middle."""
    return ((middle_cut(safe(task.id, 64), width, look.glyphs.ellipsis), "muted"),)


def model(task: TrackedTask, _extras: Extras, look: Look, _width: int) -> Line:
    """The service's model id."""
    text = task.detail.model_name if task.detail else None
    return ((safe(text, 60), "muted"),) if text else ((look.glyphs.nothing, "faint"),)


def added(task: TrackedTask, _extras: Extras, look: Look, _width: int) -> Line:
    """When we began to track it."""
    return ((times.clock(task.added_ms, look.now_ms), "muted"),)


def updated(task: TrackedTask, _extras: Extras, look: Look, _width: int) -> Line:
    """When an answer last differed from the one before."""
    if not task.changed_ms:
        return ((look.glyphs.nothing, "faint"),)
    return ((times.clock(task.changed_ms, look.now_ms), "muted"),)
