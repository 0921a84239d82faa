"""Adding tasks: one id or a paste of hundreds, with a preview of what was understood."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Iterable
from typing import Final, TypeAlias

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Input, Static, TextArea

from headswap_tui.domain.errors import HeadswapError
from headswap_tui.domain.task import TaskId
from headswap_tui.domain.text import safe
from headswap_tui.engine.tracking import Added
from headswap_tui.ui.adding import AddRequest, Preview, preview
from headswap_tui.ui.editing import tag_words
from headswap_tui.ui.screens.dialog import Dialog

PASTE_GAP_S: Final = 0.12
"""An enter that is followed by more within this time belongs to an unbracketed paste and does not submit."""


Adding: TypeAlias = Callable[[AddRequest], Awaitable[Added]]
"""Tracks what was asked for; what it raises of `HeadswapError` is shown in the dialog."""


class IdArea(TextArea):
    """Many lines; enter submits unless it is part of a paste that came as single keys."""

    class Submitted(Message):
        """Enter was meant."""

    def __init__(self, text: str) -> None:
        super().__init__(
            text, soft_wrap=True, tab_behavior="focus", compact=True, highlight_cursor_line=False, id="ids"
        )
        self.cursor_blink = False
        self.placeholder = "An id, an address with _id=, or any text that holds ids"
        self._enter: Timer | None = None

    async def _on_key(self, event: events.Key) -> None:
        if self._enter is not None:
            self._enter.stop()
            self._enter = None
            self.insert("\n")
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self._enter = self.set_timer(PASTE_GAP_S, self._meant)
            return
        await super()._on_key(event)

    def _meant(self) -> None:
        self._enter = None
        self.post_message(self.Submitted())


class AddDialog(Dialog[Added]):
    """Answers with what became of the ids, at least one; stays open with all that was typed if it cannot be kept."""

    def __init__(
        self, tracked: Container[TaskId], text: str = "", *, add: Adding, example: TaskId | None = None
    ) -> None:
        """`text` or, in a demo, an `example` is there to begin with; whatever is typed takes the example's place."""
        super().__init__("Add tasks")
        self._tracked = tracked
        self._text = text or example or ""
        self._example = example
        self._add = add
        self._is_adding = False
        self._preview = Preview()
        self._confirming = False

    def body(self) -> Iterable[Widget]:
        """The text, its preview, label and tags."""
        yield IdArea(self._text)
        yield Static("", id="preview", markup=False)
        yield from field("Label", Input(id="label", compact=True, placeholder="optional"))
        yield from field("Tags", Input(id="tags", compact=True, placeholder="optional, separated by blanks"))
        with Horizontal(classes="buttons"):
            yield Button(Content(f"Cancel ({self.cancelling})"), id="cancel", compact=True)
            yield Button(Content("Add (enter)"), id="add", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Begin in the text, at its end."""
        for entry in self.query(Input):
            entry.cursor_blink = False
        area = self.query_one(IdArea)
        if self._example:
            area.select_all()
        else:
            area.move_cursor(area.document.end)
        self.set_focus(area)
        self._understand()

    @on(TextArea.Changed)
    def _understand(self) -> None:
        self._confirming = False
        self._preview = preview(self.query_one(IdArea).text, self._tracked)
        found = bool(self._preview.ids)
        is_example = self._example is not None and self._preview.ids == (self._example,)
        words = "1 new: an example of the demo's; type or paste to replace it" if is_example else self._preview.words
        self._say(words, "good" if found else "bad" if self._preview.problem else "warn")
        self.query_one("#add", Button).disabled = not (found or self._preview.unusual)

    def _say(self, words: str, how: str) -> None:
        line = self.query_one("#preview", Static)
        line.set_classes(how)
        line.update(Content(words))

    @on(IdArea.Submitted)
    @on(Input.Submitted)
    @on(Button.Pressed, "#add")
    def _submit(self) -> None:
        found = self._preview
        if found.unusual and not self._confirming:
            self._confirming = True
            self._say(f"{found.words} Press enter again to track it all the same.", "warn")
            return
        ids = (found.unusual,) if found.unusual else found.ids
        if not ids:
            self._say(found.problem or "Type or paste at least one id.", "bad")
            return
        label = self.query_one("#label", Input).value.strip() or None
        request = AddRequest(ids, label, tag_words(self.query_one("#tags", Input).value))
        if not self._is_adding:
            self._is_adding = True
            self.run_worker(self._track(request), name="add")

    async def _track(self, request: AddRequest) -> None:
        try:
            added = await self._add(request)
        except HeadswapError as error:
            self._say(safe(f"Not added: {error}"), "bad whole")
        else:
            self.dismiss(added)
        finally:
            self._is_adding = False

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)


def field(name: str, entry: Input) -> ComposeResult:
    """A one-line field with its name before it."""
    with Horizontal(classes="field"):
        yield Static(Content(name), classes="name")
        yield entry
