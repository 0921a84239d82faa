"""Choosing the account to work with."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from headswap_tui.config.paths import shown
from headswap_tui.config.settings import Settings
from headswap_tui.domain.errors import HeadswapError
from headswap_tui.domain.text import safe
from headswap_tui.ui.doors import ChoiceDoor, ProfilesDoor
from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.screens.choice import ChoiceDialog, ChoiceList

NAME_WIDTH: Final = 24


class ProfileDialog(ChoiceDialog):
    """Two lines for each: name and tasks (counted as it opens); address and where its credential comes from."""

    def __init__(self, profiles: ProfilesDoor, current: str, settings: Settings, glyphs: Glyphs) -> None:
        """Raises `ConfigError` if the configuration file cannot be read any more."""
        self._profiles = profiles
        self._glyphs = glyphs
        self._entries = profiles.choices(current)
        self._file = settings.config_file
        super().__init__("Profile", [(one.name, self._entry(one, "", current)) for one in self._entries], current)

    def body(self) -> Iterable[Widget]:
        """The list, and below it how there come to be more."""
        choices, keys = super().body()
        where = shown(self._file) if self._file else "the configuration (`headswap-tui config init` writes one)"
        yield choices
        yield Static(Content(f"A section [profiles.NAME] in {where} makes another."), classes="text muted")
        yield keys

    def on_mount(self) -> None:
        """Begin to count."""
        self.run_worker(self._count(), group="counts", name="count tasks")

    async def _count(self) -> None:
        choices = self.query_one(ChoiceList)
        for at, one in enumerate(self._entries):
            words = await asyncio.to_thread(self._tasks, one.name)
            choices.replace_option_prompt_at_index(at, self._entry(one, words, self._current))

    def _tasks(self, profile: str) -> str:
        try:
            counts = self._profiles.counts(profile)
        except HeadswapError:
            return "its list cannot be read"  # choosing it says why
        if counts is None:
            return "many tasks"
        active, tracked = counts
        return f"{tracked} task{'s' * (tracked != 1)}, {active} active" if tracked else "no tasks"

    def _entry(self, one: ChoiceDoor, tasks: str, current: str) -> Content:
        mark = self._glyphs.live if one.name == current else " "
        name = safe(one.name, NAME_WIDTH)
        chip = Content.assemble((f" {name} ", f"bold auto on {one.accent}" if one.accent else "bold"))
        gap = " " * max(2, NAME_WIDTH - len(name))
        place = f"{safe(one.base_url, 100)}, {safe(one.credential or 'no credential', 100)}"
        # The rest without colours of its own: those could not be read on the highlighted line.
        return Content.assemble(f"{mark} ", chip, gap, tasks, f"\n   {place}")
