"""Label and tags, of one task or of many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from headswap_tui.domain.task import TrackedTask
from headswap_tui.domain.text import safe
from headswap_tui.ui.editing import Edit
from headswap_tui.ui.screens.add import field
from headswap_tui.ui.screens.dialog import Dialog


class EditDialog(Dialog[Edit]):
    """For one task both fields hold what is there; for many an untouched field leaves each as it is."""

    def __init__(self, tasks: Sequence[TrackedTask]) -> None:
        self._one = tasks[0] if len(tasks) == 1 else None
        super().__init__(f"Edit {safe(self._one.name, 50)}" if self._one else f"Edit {len(tasks)} tasks")

    def body(self) -> Iterable[Widget]:
        """The two fields."""
        one = self._one
        label = safe(one.label or "", 300) if one else ""
        tags = safe(" ".join(one.tags), 300) if one else ""
        kept = "" if one else "unchanged"
        yield from field("Label", Input(label, id="label", compact=True, placeholder=kept, select_on_focus=False))
        yield from field("Tags", Input(tags, id="tags", compact=True, placeholder=kept, select_on_focus=False))
        yield Static(Content("Tags are words; +word adds one, -word takes one away."), classes="text muted")
        with Horizontal(classes="buttons"):
            yield Button(Content(f"Cancel ({self.cancelling})"), id="cancel", compact=True)
            yield Button(Content("Save (enter)"), id="save", variant="primary", compact=True)
        self._before = (label, tags)

    def on_mount(self) -> None:
        """Begin in the label."""
        for entry in self.query(Input):
            entry.cursor_blink = False
        self.set_focus(self.query_one("#label"))

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def _save(self) -> None:
        label = self.query_one("#label", Input).value
        tags = self.query_one("#tags", Input).value
        self.dismiss(
            Edit(
                label=None if label == self._before[0] else label,
                tags=None if tags == self._before[1] else tags,
            )
        )

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
