"""Choosing the column to sort by."""

from __future__ import annotations

from textual.content import Content

from headswap_tui.ui.glyphs import Glyphs
from headswap_tui.ui.presentation.columns import COLUMNS
from headswap_tui.ui.screens.choice import ChoiceDialog


class SortDialog(ChoiceDialog):
    """All columns, shown or not; the one in force carries its arrow and choosing it again reverses."""

    def __init__(self, column: str, descending: bool, glyphs: Glyphs) -> None:
        arrow = glyphs.down if descending else glyphs.up
        choices = [
            (each.id, Content(f"{each.header}  {arrow}" if each.id == column else each.header)) for each in COLUMNS
        ]
        super().__init__("Sort by", choices, column)
