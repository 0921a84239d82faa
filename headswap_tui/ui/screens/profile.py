"""Choosing the account to work with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from headswap_tui.config.paths import shown
from headswap_tui.config.settings import Settings
from headswap_tui.domain.text import safe
from headswap_tui.ui.doors import ChoiceDoor
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.screens.choice import ChoiceDialog

NAME_WIDTH: Final = 24


class ProfileDialog(ChoiceDialog):
    """Two lines for each: name and tasks; address and where its credential comes from."""

    def __init__(self, choices: Sequence[ChoiceDoor], current: str, settings: Settings, glyphs: Glyphs) -> None:
        entries = [(choice.name, _entry(choice, choice.name == current, glyphs)) for choice in choices]
        super().__init__("Profile", entries, current)
        self._file = settings.config_file

    def body(self) -> Iterable[Widget]:
        """The list, and below it how there come to be more."""
        choices, keys = super().body()
        where = shown(self._file) if self._file else "the configuration (`headswap-tui config init` writes one)"
        yield choices
        yield Static(Content(f"A section [profiles.NAME] in {where} makes another."), classes="text muted")
        yield keys


def _entry(choice: ChoiceDoor, is_current: bool, glyphs: Glyphs) -> Content:
    mark = glyphs.live if is_current else " "
    name = safe(choice.name, NAME_WIDTH)
    if choice.accent:
        chip = Content.assemble((f" {name} ", f"bold auto on {choice.accent}"))
    else:
        chip = Content.assemble((f" {name} ", "bold"))
    if choice.problem:
        tasks = "its list cannot be read"  # choosing it says why
    elif choice.tracked is None:
        tasks = "many tasks"
    elif not choice.tracked:
        tasks = "no tasks"
    else:
        tasks = f"{choice.tracked} task{'s' * (choice.tracked != 1)}, {choice.active} active"
    place = f"{safe(choice.base_url, 100)}, {safe(choice.credential or 'no credential', 100)}"
    gap = " " * max(2, NAME_WIDTH - len(name))
    # Without colours of their own: those could not be read on the highlighted line.
    return Content.assemble(f"{mark} ", chip, gap, tasks, f"\n   {place}")
