"""Choosing the theme, seen at once on the screen below."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.content import Content
from textual.widgets import OptionList

from headswap_tui.ui.screens.choice import ChoiceDialog


class ThemeDialog(ChoiceDialog):
    """Each highlighted theme is tried on; whoever opened this puts the old one back if it was left."""

    def __init__(self, current: str, names: Sequence[str]) -> None:
        own = sorted(name for name in names if name.startswith("headswap"))
        others = sorted(name for name in names if not name.startswith("headswap"))
        super().__init__("Theme", [(name, Content(name)) for name in (*own, *others)], current)

    @on(OptionList.OptionHighlighted)
    def _try(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id is not None:
            self.app.theme = event.option_id
