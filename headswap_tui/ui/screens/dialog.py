"""What all dialogs share: a titled box in the middle, esc leaves, no key of the screen below gets through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from headswap_tui.ui.commands import UNREACHABLE, display

T = TypeVar("T")

SMALL_ROWS: Final = 18


class Dialog(ModalScreen[T], Generic[T]):
    """A modal box; its answer is what it is dismissed with, `None` if the user left it."""

    CSS_PATH = "dialogs.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False, id="leave")]

    class Opened(Message, namespace="dialog"):
        """For the app: it takes keys now."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.takes_keys = False
        """Whether the keys have someone to go to."""

    def compose(self) -> ComposeResult:
        """The box around what `body` gives."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            yield from self.body()

    def body(self) -> Iterable[Widget]:
        """What stands in the box."""
        return ()

    @property
    def leaving(self) -> tuple[str, str]:
        """For `hints`: the user's key and what it does."""
        return self.key_of("leave") or "esc", "leave"

    @property
    def cancelling(self) -> str:
        """The key that leaves a dialog with fields, where a letter would be typed."""
        key = self.leaving[0]
        return key if len(key) > 1 else "esc"

    def key_of(self, command_id: str) -> str:
        """The user's key for a command that the dialog knows too; empty if there is none."""
        keys = (key for key, active in self.active_bindings.items() if active.binding.id == command_id)
        return next((display(key) for key in keys if key != UNREACHABLE), "")

    def on_mount(self) -> None:
        """Called after the one of the subclass, which gave the focus to someone."""
        self.takes_keys = True
        self.app.post_message(self.Opened())

    def on_resize(self, event: events.Resize) -> None:
        """In a small terminal every line counts."""
        self.set_class(event.size.height < SMALL_ROWS, "-small")

    def key_escape(self, event: events.Key) -> None:
        """Leave, whatever key the user gave that command: no dialog is a trap."""
        event.stop()  # it would go on to the screen below
        self.action_leave()

    def action_leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


def hints(*pairs: tuple[str, str]) -> Static:
    """A line of keys and what they do here."""
    parts: list[Content] = []
    for key, does in pairs:
        if not key:
            continue  # the user took it away
        parts.append(Content.assemble((key, "bold $footer-key-foreground"), (f" {does}", "$muted")))
    return Static(Content("   ").join(parts), classes="hints", markup=False)
