"""Which keys the footer shows. Pure."""

from __future__ import annotations

from typing import Final

from headswap_tui.ui.commands import Keymap, in_footer
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.situation import Situation
from headswap_tui.ui.widgets.key_line import Entry

KEEP: Final = "keep"
"""What a click on `enter keep` means: no command, as it has a meaning only while a filter is typed."""


def entries(keymap: Keymap, now: Situation) -> list[Entry]:
    """The commands of the footer that have a key and can be used now."""
    return [
        (keymap.shown(command.id), command.short or command.label, command.id)
        for command in in_footer()
        if keymap.keys[command.id] and command.why_disabled(now) is None
    ]


def in_detail(keymap: Keymap, now: Situation, *, leaves: str) -> list[Entry]:
    """While the detail pane has the keys; `leaves` says in one word what `leave` does then."""
    own = [
        (f"{keymap.shown('down')} {keymap.shown('up')}".strip(), "scroll", "down"),
        (keymap.shown("detail"), "close", "detail"),
        (keymap.shown("leave"), leaves, "leave"),
    ]
    return [entry for entry in own if entry[0]] + [entry for entry in entries(keymap, now) if entry[2] != "detail"]


def while_filtering(glyphs: Glyphs) -> list[Entry]:
    """While a filter is typed."""
    return [("enter", "keep", KEEP), ("esc", "clear", "leave"), (f"{glyphs.up}{glyphs.down}", "move", "down")]
