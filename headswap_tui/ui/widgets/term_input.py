"""The field for one term of the filter, behind its chips."""

from __future__ import annotations

from textual.message import Message
from textual.widgets import Input


class TermInput(Input):
    """Where the last term is typed; at its beginning the editing keys reach for the chips before it."""

    class BackedUp(Message):
        """Back over the beginning: to take chips away, or (`edits`) to get the last one back into the field."""

        def __init__(self, *, edits: bool = False, every: bool = False) -> None:
            super().__init__()
            self.edits = edits
            self.every = every

    def action_delete_left(self) -> None:
        """One character, or the last chip."""
        if not self._backs_up(self.BackedUp()):
            super().action_delete_left()

    def action_delete_left_word(self) -> None:
        """One word, or the last chip."""
        if not self._backs_up(self.BackedUp()):
            super().action_delete_left_word()

    def action_delete_left_all(self) -> None:
        """All that is typed, or all chips."""
        if not self._backs_up(self.BackedUp(every=True)):
            super().action_delete_left_all()

    def action_cursor_left(self, select: bool = False) -> None:
        """One character to the left, or into the last chip."""
        if select or not self._backs_up(self.BackedUp(edits=True)):
            super().action_cursor_left(select)

    def _backs_up(self, message: BackedUp) -> bool:
        if self.cursor_position or not self.selection.is_empty:
            return False
        self.post_message(message)
        return True
