"""The filter: finished terms as chips, the one being typed behind them, and below it how it could go on."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from headswap_tui.domain.filters import Filter, Word, is_age, split
from headswap_tui.domain.text import safe
from headswap_tui.ui.glyphs import UNICODE, Glyphs
from headswap_tui.ui.presentation.pieces import Line
from headswap_tui.ui.widgets.chips import Chips
from headswap_tui.ui.widgets.contents import content
from headswap_tui.ui.widgets.suggesting import FilterSuggester
from headswap_tui.ui.widgets.term_input import TermInput

PLAIN_HINT: Final = "looked for in id, label, tags, file, model and error"
AGE_HINT: Final = "age<2h: younger than that, age>2h: older; in s, m, h, d or w"


class Offers(Static):
    """How the term could go on, or what is wrong with it."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Offers {
        height: 1;
        padding: 0 1 0 3;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        &.-problem { height: auto; max-height: 2; text-wrap: wrap; }
    }
    """

    def show(self, offers: list[str], *, taken: bool, hint: str = PLAIN_HINT) -> None:
        """These; tab takes the first if `taken`. Without any the `hint`."""
        line = [(f"{safe(offer, 60)}  ", "accent" if taken and not at else "muted") for at, offer in enumerate(offers)]
        self._say(tuple(line) or ((hint, "muted"),), problem=False)

    def show_problem(self, problem: str) -> None:
        """What is wrong, and what was expected."""
        self._say(((safe(problem, 400), "bad"),), problem=True)

    def _say(self, line: Line, *, problem: bool) -> None:
        self.set_class(problem, "-problem")
        self.update(content(line, ansi=self.app.current_theme.ansi))


class FilterBar(Vertical):
    """Hidden until opened. While it is typed in, its field and help are there; a filter that is kept stays in sight."""

    DEFAULT_CSS = """
    FilterBar {
        display: none;
        height: auto;
        background: $table-header;
        & > .filter-bar--line { height: 1; }
        & .filter-bar--sign { width: 3; color: $text-accent; text-style: bold; }
        & Chips { max-width: 70%; }
        & Input { width: 1fr; min-width: 8; height: 1; border: none; padding: 0; background: transparent; }
        & Input > .input--suggestion { color: $faint; }
        & Input > .input--placeholder { color: $faint; }
        & .filter-bar--note { width: auto; max-width: 50%; color: $muted; padding: 0 1; }
        & .filter-bar--note.-problem { color: $text-error; text-style: bold; }
        &.-kept { background: $row-marked; }
        &.-kept Input, &.-kept Offers { display: none; }
        &.-kept Chips { width: 1fr; max-width: 100%; }
        &.-kept .filter-bar--note { max-width: 60%; color: $foreground; }
        &:ansi .filter-bar--sign { text-style: reverse; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(False)", "Clear", show=False),
        Binding("enter", "leave(True)", "Keep", show=False),
        Binding("tab", "complete", "Complete", show=False),
    ]

    class Changed(Message):
        """The filter reads so now."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The user is done typing: `keep` the filter (enter) or drop it (escape)."""

        def __init__(self, keep: bool) -> None:
            super().__init__()
            self.keep = keep

    class Settled(Message):
        """For the app: what `Left` or `open` asked for is done, the keys have someone to go to."""

    class Wanted(Message):
        """The user clicked a filter that is kept, to edit it."""

    def __init__(self, *, glyphs: Glyphs = UNICODE, leave_key: str = "esc") -> None:
        """`leave_key` clears the filter from outside the field."""
        super().__init__()
        self.suggester = FilterSuggester()
        """Knows how the last word could go on; its `values` say what the tasks hold."""
        self.is_opening = False
        """Whether `open` was called and the field is not there yet: what is typed meanwhile has to wait."""
        self._leave_key = leave_key
        self._done: list[str] = []
        self._told = ""
        self._chips = Chips(glyphs=glyphs)
        self._field = TermInput(compact=True, select_on_focus=False, suggester=self.suggester)
        self._field.cursor_blink = False
        self._result = Static("", classes="filter-bar--note", markup=False)
        self._offers = Offers("", markup=False)

    def compose(self) -> ComposeResult:
        """A sign, the chips, the field, a note at the right; below them the offers."""
        sign = Static(" / ", classes="filter-bar--sign", markup=False)
        yield Horizontal(sign, self._chips, self._field, self._result, classes="filter-bar--line")
        yield self._offers

    @property
    def text(self) -> str:
        """The whole filter."""
        return " ".join(filter(None, (*self._done, self._field.value)))

    @property
    def is_typing(self) -> bool:
        """Whether its field is on the screen."""
        return self.display and not self.has_class("-kept")

    def open(self, text: str = "") -> None:
        """Show it with that text and put the focus there."""
        if not self._field.is_attached:  # it was made for this
            self.is_opening = True
            self.call_after_refresh(self.open, text)
            return
        self.suggester.renew()
        self._take(text)
        self.remove_class("-kept")
        self.display = True
        self.screen.set_focus(self._field)  # `focus()` comes a moment late: what is typed at once would run commands
        if self.is_opening:
            self.is_opening = False
            self.app.post_message(self.Settled())

    def keep(self, text: str) -> None:
        """Show that filter as being in force, without a field; hide if there is none."""
        self._take(text)
        self.set_class(bool(self._done), "-kept")
        self.display = bool(self._done)

    def close(self) -> None:
        """Hide and empty it."""
        self.keep("")

    def show_result(self, parsed: Filter, shown: int, total: int) -> None:
        """Mark what makes no sense in what `text` was parsed to; else say how many of how many it leaves."""
        count = len(self._done)
        plain = [Word(typed) for typed in self._done]
        self._chips.show(parsed.words[:count] if len(parsed.words) >= count else plain)
        problem, found = parsed.problem, f"{shown} of {total}"
        if not self.is_typing:
            self._note(problem or f"{found}   {self._leave_key} clears", problem=bool(problem))
            return
        self._note(found)
        if problem:
            self._offers.show_problem(problem)
        else:
            typed = self._field.value
            taken = self.suggester.taken(typed) is not None
            hint = AGE_HINT if is_age(typed) else PLAIN_HINT
            self._offers.show(self.suggester.offered(typed), taken=taken, hint=hint)

    def action_complete(self) -> None:
        """Take what is suggested, or the first that is offered; without any tab does nothing, the focus stays."""
        field = self._field
        whole = self.suggester.taken(field.value) if field.cursor_position == len(field.value) else None
        if whole is not None:
            field.value = whole
            field.cursor_position = len(whole)

    def action_leave(self, keep: bool) -> None:
        """Tell that the user is done."""
        self.post_message(self.Left(keep))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if not self.is_typing:
            return
        field = self._field
        done, rest = split(field.value)
        if done:
            at = max(0, field.cursor_position - (len(field.value) - len(rest)))
            self._done += done
            field.value = rest
            field.cursor_position = at
        self._tell(anew=bool(done))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_leave(True)

    @on(TermInput.BackedUp)
    def _backed_up(self, event: TermInput.BackedUp) -> None:
        event.stop()
        if not self._done:
            return
        last = self._done.pop()
        if event.every:
            self._done.clear()
        if event.edits:
            field = self._field
            field.value = f"{last} {field.value}".rstrip() if field.value else last
            field.cursor_position = len(last)
        self._tell()

    @on(Chips.Removed)
    def _removed(self, event: Chips.Removed) -> None:
        event.stop()
        del self._done[event.number : event.number + 1]
        if not self.text:
            self.action_leave(False)
        else:
            self._tell()

    @on(Chips.Chosen)
    def _chosen(self, event: Chips.Chosen) -> None:
        event.stop()
        self.post_message(self.Wanted())

    def _tell(self, *, anew: bool = False) -> None:
        """A word that became a chip is told of although the text is the same."""
        if anew or self.text != self._told:
            self._told = self.text
            self.post_message(self.Changed(self.text))

    def _take(self, text: str) -> None:
        done, rest = split(text)
        self._done = [*done, rest] if rest else done
        self._field.value = ""
        self._told = self.text

    def _note(self, text: str, *, problem: bool = False) -> None:
        self._result.set_class(problem, "-problem")
        self._result.update(Content(safe(text)))
