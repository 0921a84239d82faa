"""All that is known of one task, as lines for the detail pane: what matters most in its state first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from headswap_tui.domain.task import State, TrackedTask
from headswap_tui.domain.text import safe
from headswap_tui.domain.wording import state_word
from headswap_tui.ui.presentation.cells import Look
from headswap_tui.ui.presentation.change_log import change_log
from headswap_tui.ui.presentation.detail_fields import fields
from headswap_tui.ui.presentation.detail_now import now_blocks
from headswap_tui.ui.presentation.extras import Extras
from headswap_tui.ui.presentation.pieces import Line, ascii_only, clip, is_picture, line_width, wrap
from headswap_tui.ui.presentation.progress_plot import progress_plot

LABEL_WIDTH = 12
"""Cells of a field's name with the blanks around it."""


def detail_lines(
    task: TrackedTask,
    extras: Extras,
    look: Look,
    keys: Mapping[str, str],
    width: int,
    *,
    wrapped: bool,
    frames: Sequence[Line] = (),
) -> list[Line]:
    """The pane's lines, each of at most `width` cells.

    `keys` names the key of a command by its id; an action without a key is shown without one. Long values are broken
    over lines if `wrapped`, else cut. `frames` is what stands below the name: a strip of the video, or words about it.
    """
    lines: list[Line] = list(_headline(task, look))
    if frames:
        lines += [(), *frames]
    for block in now_blocks(task, extras, look, keys, width):
        lines += [(), *block]
    for title, entries in fields(task, look):
        lines += [(), _rule(title, width, look)]
        lines += [_field(name, value) for name, value in entries]
    if task.is_finished and task.state is State.COMPLETED and (plot := progress_plot(task, None, look, width)):
        lines += [(), _rule("Progress", width, look), *plot]
    changes = change_log(task, look)
    if changes:
        lines += [(), _rule("Changes", width, look), *changes]
    return list(_shaped(lines, width, look, wrapped=wrapped))


def _headline(task: TrackedTask, look: Look) -> Iterator[Line]:
    sign = look.glyphs.states[task.state]
    waiting = "  waiting for its file" if task.state is State.COMPLETED and not task.is_finished else ""
    yield ((f"{sign} {state_word(task)}", f"headline-{task.state}"), (waiting, "muted"))
    tags = "".join(f"  #{safe(tag, 40)}" for tag in task.tags)
    bell = f"  {look.glyphs.bell} tells you when it ends" if task.notify and task.is_active else ""
    archived = "  archived" if task.archived else ""
    yield ((safe(task.name, 200), "strong"), (tags, "accent"), (bell + archived, "muted"))


def _rule(title: str, width: int, look: Look) -> Line:
    return ((f"{title} ", "section"), (look.glyphs.rule * max(0, width - len(title) - 1), "rule"))


def _field(name: str, value: Line) -> Line:
    return ((f"{name:<{LABEL_WIDTH - 1}} "[: max(LABEL_WIDTH, len(name) + 1)], "muted"), *value)


def _shaped(lines: Iterable[Line], width: int, look: Look, *, wrapped: bool) -> Iterator[Line]:
    for given in lines:
        line = ascii_only(given) if look.glyphs.is_ascii else given
        if line_width(line) <= width:
            yield line
        elif is_picture(line):
            yield clip(line, width, " ")
        elif wrapped or _is_prose(line):
            yield from wrap(line, width, _hanging(line, width))
        else:
            yield clip(line, width, look.glyphs.ellipsis)


def _is_prose(line: Line) -> bool:
    """Sentences are always broken: cut off they would be of no use."""
    return any(role in ("prose", "headline-bad") for _text, role in line)


def _hanging(line: Line, width: int) -> Line:
    """What the further lines start with: blanks under a field's value, the edge again beside a quotation."""
    text, role = line[0]
    if role == "muted" and len(text) == LABEL_WIDTH and width > 2 * LABEL_WIDTH:
        return ((" " * LABEL_WIDTH, ""),)
    return ((text, role),) if role.startswith("edge") else ()
