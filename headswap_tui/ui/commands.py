"""The one table of commands. Key bindings, footer, palette, help screen and the README's key table derive from it.

Ids are the names under `[keys]` in the configuration: once released they never change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import msgspec
from textual.binding import Binding
from textual.keys import format_key

from headswap_tui.ui import situation as s

WhyDisabled = Callable[[s.Situation], str | None]

TASKS, FILES, VIEW, MARKS, MOVING, ASKING, APP = "Tasks", "Files", "View", "Marks", "Moving", "Asking", "Program"


class Command(msgspec.Struct, frozen=True):
    """Something the user can do."""

    id: str
    """Its name in the configuration."""
    keys: str
    """Default keys in Textual's names, separated by commas; empty if only the palette offers it."""
    label: str
    """Two or three words, for the palette and the footer."""
    help: str
    """One sentence for the help screen and the README."""
    group: str
    footer: int = 0
    """Place in the footer, lower first; 0: not there."""
    short: str = ""
    """One word for the footer; empty: the label."""
    why_disabled: WhyDisabled = s.always
    """Says why it cannot do anything now; `None` if it can."""


COMMANDS: Final[tuple[Command, ...]] = (
    Command("add", "a", "Add tasks", "Track one id, or all ids in a pasted text.", TASKS, 1, "add"),
    Command("detail", "enter", "Show detail", "Open or close the detail of a task.", TASKS, 2, "detail", s.needs_shown),
    Command(
        "edit", "e", "Edit label and tags", "Change label and tags of one or many.", TASKS, 7, "edit", s.needs_task
    ),
    Command(
        "remove",
        "x",
        "Remove from the list",
        "Stop tracking; the service keeps the task.",
        TASKS,
        9,
        "remove",
        s.needs_task,
    ),
    Command(
        "archive",
        "z",
        "Archive",
        "Hide from the views, or bring back; the filter `is:archived` shows what is hidden.",
        TASKS,
        0,
        "",
        s.needs_task,
    ),
    Command("undo", "u", "Undo", "Take back the last remove, edit or archive.", TASKS, 4, "undo", s.needs_undo),
    Command("notify", "n", "Tell me when it ends", "Switch the bell for a task on or off.", TASKS, 0, "", s.needs_task),
    Command("raw", "J", "Raw JSON", "Everything we hold about a task, as JSON.", TASKS, 0, "", s.needs_shown),
    Command("download", "d", "Download", "Fetch the video.", FILES, 3, "download", s.needs_video),
    Command(
        "cancel_download",
        "D",
        "Cancel the download",
        "Stop it; what is there is kept.",
        FILES,
        3,
        "cancel",
        s.needs_transfer,
    ),
    Command("copy_id", "y", "Copy id", "Copy the id by the terminal's clipboard.", FILES, 0, "", s.needs_task),
    Command("copy_url", "Y", "Copy URL", "Copy the address of the video.", FILES, 0, "", s.needs_video),
    Command(
        "open",
        "o",
        "Open file or URL",
        "Open the downloaded file, else the address; over SSH the address is shown.",
        FILES,
        8,
        "open",
        s.needs_file_or_video,
    ),
    Command(
        "preview",
        "i",
        "Frames of the video",
        "Show frames of downloaded videos in the detail pane, or hide them.",
        FILES,
        0,
        "",
        s.needs_frames,
    ),
    Command(
        "preview_source",
        "I",
        "Frames of the source",
        "Fetch the beginning of the source video and show frames of it, until you go on.",
        FILES,
        0,
        "",
        s.needs_source,
    ),
    Command(
        "refresh",
        "r",
        "Refresh",
        "Ask about it now; a missing task is tried again.",
        ASKING,
        6,
        "refresh",
        s.needs_task,
    ),
    Command("refresh_all", "R", "Refresh all", "Ask about every task now.", ASKING, 0, "", s.needs_asking),
    Command("pause", "p", "Pause or resume", "Stop asking, or go on.", ASKING, 11, "pause", s.needs_asking),
    Command("faster", "plus", "Ask more often", "Within the configured limits.", ASKING, 0, "", s.needs_asking),
    Command("slower", "minus", "Ask less often", "Within the configured limits.", ASKING, 0, "", s.needs_asking),
    Command("retry", "", "Try again now", "After a refused key or while offline.", ASKING, 0, "", s.needs_trouble),
    Command("filter", "slash", "Filter", "Narrow the list while you type.", VIEW, 5, "filter"),
    Command("sort", "s", "Sort by", "Choose the column to sort by.", VIEW, 10, "sort"),
    Command("reverse", "S", "Reverse the order", "Sort the other way round.", VIEW),
    Command("view_all", "1", "View: all", "All tasks.", VIEW),
    Command("view_active", "2", "View: active", "Tasks that may still change.", VIEW),
    Command("view_completed", "3", "View: completed", "Completed tasks.", VIEW),
    Command("view_failed", "4", "View: failed", "Failed tasks.", VIEW),
    *(
        Command(
            f"view_{4 + number}",
            str(4 + number),
            f"View: saved {number}",
            "A filter of yours, from `[views]` in the configuration.",
            VIEW,
            0,
            "",
            s.needs_saved_view(number),
        )
        for number in range(1, 6)
    ),
    Command("previous_view", "left_square_bracket", "Previous view", "One view to the left.", VIEW),
    Command("next_view", "right_square_bracket", "Next view", "One view to the right.", VIEW),
    Command("next_failure", "f", "Next failure", "Go to the next failed task.", VIEW, 0, "", s.needs_failure),
    Command("previous_failure", "F", "Previous failure", "Go to the failed task before.", VIEW, 0, "", s.needs_failure),
    Command(
        "failures",
        "exclamation_mark",
        "Failure desk",
        "Failures by reason: what they mean, what to do, a note for support.",
        VIEW,
        0,
        "",
        s.needs_any_failure,
    ),
    Command(
        "insight",
        "dollar_sign",
        "Insight",
        "How tasks fared, how long they took, what they cost.",
        VIEW,
        0,
        "",
        s.needs_tracked,
    ),
    Command("columns", "c", "Columns", "Choose and order the table's columns; the choice is remembered.", VIEW),
    Command("wrap", "w", "Wrap long text", "In the detail pane.", VIEW),
    Command("theme", "", "Change theme", "Try them while choosing; the choice is remembered.", VIEW),
    Command(
        "mark", "space", "Mark", "Mark or unmark a task; actions work on all marked ones.", MARKS, 0, "", s.needs_shown
    ),
    Command("mark_range", "v", "Mark a range", "Press it at both ends.", MARKS, 0, "", s.needs_shown),
    Command("mark_all", "A", "Mark all shown", "Again: unmark them.", MARKS, 0, "", s.needs_shown),
    Command("down", "j,down", "Down", "One row down.", MOVING),
    Command("up", "k,up", "Up", "One row up.", MOVING),
    Command("first", "g,home", "First", "To the first row.", MOVING),
    Command("last", "G,end", "Last", "To the last row.", MOVING),
    Command("half_down", "ctrl+d", "Half a page down", "Half a page down.", MOVING),
    Command("half_up", "ctrl+u", "Half a page up", "Half a page up.", MOVING),
    Command("page_down", "pagedown", "Page down", "A page down.", MOVING),
    Command("page_up", "pageup", "Page up", "A page up.", MOVING),
    Command("leave", "escape", "Leave", "In this order: dialog, filter, marks, detail. Never quits.", MOVING),
    Command(
        "profile",
        "P",
        "Change profile",
        "Go to another account, with a list of its own.",
        APP,
        0,
        "",
        s.needs_profiles,
    ),
    Command(
        "webhook",
        "",
        "Callback URL",
        "Where the service may call; `[webhook]` in the configuration.",
        APP,
        0,
        "",
        s.needs_callbacks,
    ),
    Command("help", "question_mark,f1", "Help", "All keys.", APP, 12, "help"),
    Command("palette", "colon,ctrl+p", "Command palette", "Every command by name.", APP),
    Command("suspend", "ctrl+z", "Suspend", "Back to the shell; `fg` returns.", APP, 0, "", s.needs_shell),
    Command("quit", "q", "Quit", "Asks only while a download runs.", APP, 13, "quit"),
)

BY_ID: Final[Mapping[str, Command]] = {command.id: command for command in COMMANDS}
GROUPS: Final = (TASKS, FILES, ASKING, VIEW, MARKS, MOVING, APP)


class Keymap(msgspec.Struct, frozen=True):
    """Which keys lead to which command after the user's own settings."""

    keys: Mapping[str, tuple[str, ...]]
    """Command id to its keys in Textual's names; empty if none is left."""
    overrides: Mapping[str, str]
    """What differs from the defaults, as `App.set_keymap` takes it."""
    problems: tuple[str, ...] = ()
    """Unknown ids and clashes, each in one sentence."""

    def shown(self, command_id: str) -> str:
        """The command's first key as people write it, such as `?`; empty if it has none."""
        keys = self.keys[command_id]
        return display(keys[0]) if keys else ""

    def all_shown(self, command_id: str) -> str:
        """All keys of the command as people write them."""
        return " ".join(display(key) for key in self.keys[command_id])


def keymap(settings: Mapping[str, str | Sequence[str]]) -> Keymap:
    """The effective keys. What the user set wins over a default; of two settings the first command in the table.

    Never raises: an unknown id or a key given twice is named in `problems` and the rest still holds.
    """
    problems = [f"keys: there is no command `{name}`" for name in settings if name not in BY_ID]
    defaults = {command.id: _named(command.keys) for command in COMMANDS}
    wanted = {name: _named(settings[name]) if name in settings else keys for name, keys in defaults.items()}
    if settings:
        problems += _without_unknown(wanted, [name for name in settings if name in wanted], defaults)
    owner: dict[str, str] = {}
    for own in (True, False):  # the user's settings take their keys first
        for command in COMMANDS:
            if (command.id in settings) is not own:
                continue
            for key in wanted[command.id]:
                first = owner.setdefault(key, command.id)
                if first != command.id:
                    problems.append(f"keys: {display(key)} is set for `{first}`, so `{command.id}` does not have it")
    keys = {name: tuple(key for key in keys if owner[key] == name) for name, keys in wanted.items()}
    overrides = {
        command.id: ",".join(keys[command.id]) or UNREACHABLE
        for command in COMMANDS
        if command.keys and keys[command.id] != defaults[command.id]
    }
    for command in COMMANDS:
        if not command.keys and keys[command.id]:
            overrides[command.id] = ",".join(keys[command.id])
    return Keymap(keys, overrides, tuple(problems))


def _without_unknown(
    wanted: dict[str, tuple[str, ...]], names: Sequence[str], defaults: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """Take keys that there are not out of the user's, and where nothing is left the defaults; a sentence for each."""
    from headswap_tui.config.key_names import is_key  # most starts need none

    for name in names:
        unknown = [key for key in wanted[name] if not is_key(key)]
        if unknown:
            wanted[name] = tuple(key for key in wanted[name] if key not in unknown) or defaults[name]
        yield from (f"keys: {key!r} of `{name}` is no key" for key in unknown)


UNREACHABLE: Final = "unbound"
"""Stands for a key that no terminal sends: a binding must have one."""


def bindings(ids: Sequence[str] | None = None) -> list[Binding]:
    """Textual bindings with the default keys, of these commands or of all."""
    return [
        Binding(command.keys or UNREACHABLE, f"command('{command.id}')", command.label, show=False, id=command.id)
        for command in COMMANDS
        if ids is None or command.id in ids
    ]


def in_footer() -> list[Command]:
    """Commands of the footer in their order."""
    return sorted((command for command in COMMANDS if command.footer), key=lambda command: command.footer)


def display(key: str) -> str:
    """A key as people write it: `question_mark` is `?`, `ctrl+d` is `ctrl+d`."""
    return _DISPLAY.get(key) or ("+".join((*key.split("+")[:-1], format_key(key.rsplit("+", maxsplit=1)[-1]))))


_DISPLAY: Final = {
    "pagedown": "pgdn",
    "pageup": "pgup",
    "escape": "esc",
    "enter": "enter",
    "space": "space",
    "home": "home",
    "end": "end",
    "plus": "+",
    "minus": "-",
}


def markdown_table() -> str:
    """The default keys as a Markdown table, for the README."""
    defaults = keymap({})
    lines = ["| key | command | id | |", "|---|---|---|---|"]
    for group in GROUPS:
        for command in COMMANDS:
            if command.group == group:
                keys = " ".join(f"`{display(key)}`" for key in defaults.keys[command.id]) or "palette"
                lines.append(f"| {keys} | {command.label} | `{command.id}` | {command.help} |")
    return "\n".join(lines) + "\n"


def _named(keys: str | Sequence[str]) -> tuple[str, ...]:
    """Keys in Textual's names: `?` becomes `question_mark`."""
    parts = keys.split(",") if isinstance(keys, str) and len(keys) > 1 else [keys] if isinstance(keys, str) else keys
    return tuple(dict.fromkeys(_name(part.strip()) for part in parts if part.strip()))


def _name(key: str) -> str:
    if len(key) != 1 or key.isalnum():
        return key
    made = next(iter(Binding.make_bindings([Binding(key, "")]))) if key != "," else None
    return made.key if made else "comma"
