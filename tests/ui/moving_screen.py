"""A program for a real terminal: our widgets around records that change by a fixed script, one step per key `n`.

`c` lets the marks of changed cells run out, `F` paints everything anew, from nothing kept. The last line names the
step whose frame is out.
"""

from __future__ import annotations

import random
from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from headswap_tui.domain.events import Connection, Forecast, Mode, Transfer
from headswap_tui.domain.task import DownloadState, LastError, TrackedTask
from headswap_tui.ui.presentation.extras import NO_EXTRAS, Extras
from headswap_tui.ui.presentation.views import count_states, count_views
from headswap_tui.ui.widgets.detail_pane import DetailPane
from headswap_tui.ui.widgets.status_line import StatusLine
from headswap_tui.ui.widgets.view_tabs import ViewTabs
from tests.ui.table_host import TableApp
from tests.unit.ui.records import completed, failed, processing, tracked

NAMES = ("promo.mp4", "東京タワー夜景.mp4", "[red]x[/b]", "a\x1b[2Jb", "\u202eevil", "long name " * 6, "e\u0301\u0301a")


def record(dice: random.Random, number: int) -> TrackedTask:
    made: TrackedTask = dice.choice((
        processing(number, dice.uniform(0, 100)), completed(number), completed(number, url=None), failed(number),
        tracked(number), tracked(number, status=1), tracked(number, status=7, progress=12.0),
    ))  # fmt: skip
    trouble = LastError("unreachable", "no answer", made.added_ms) if dice.random() < 0.2 else None
    return msgspec.structs.replace(made, label=dice.choice((*NAMES, None)), last_error=trouble)


class MovingScreen(TableApp):
    """Steps through a script drawn with a fixed seed."""

    CSS = "DetailPane { width: 40; } #step { height: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [("n", "step"), ("c", "calm"), ("F", "afresh")]

    def __init__(self) -> None:
        self.dice = random.Random(7)
        super().__init__(record(self.dice, number) for number in range(60))
        self.done = 0

    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield ViewTabs()
        with Horizontal():
            yield self.table
            yield DetailPane()
        yield Static("started", id="step")

    def on_mount(self) -> None:
        super().on_mount()
        self.draw_increments()
        self.follow()

    def follow(self) -> None:
        cursor = self.table.cursor_id
        task = self.tasks.get(cursor) if cursor else None
        extras = self.extras.get(task.id, NO_EXTRAS) if task else NO_EXTRAS
        self.query_one(DetailPane).show(task, extras, self.now_ms)
        live = Connection(Mode.LIVE, requests_per_s=self.dice.uniform(0, 5), next_due_s=self.dice.uniform(0, 9))
        self.query_one(StatusLine).show(live, count_states(self.tasks.values()), "default", self.now_ms)
        self.query_one(ViewTabs).show(count_views(self.tasks.values()), self.dice.choice(("all", "active")))

    def action_step(self) -> None:
        dice, table = self.dice, self.table
        kind = dice.choice(("change", "change", "live", "cursor", "cursor", "order", "mark", "clock", "page"))
        if kind == "change":
            self.put(*(record(dice, number) for number in dice.sample(range(60), 15)))
        elif kind == "live":
            for task_id in dice.sample(list(self.tasks), 15):
                forecast = Forecast(self.now_ms + dice.randrange(10**6), 9.0, dice.uniform(0, 99))
                transfer = Transfer(DownloadState.RUNNING, dice.randrange(100), 100, 5.0, 3.0)
                self.extras[task_id] = dice.choice((Extras(forecast), Extras(None, transfer), NO_EXTRAS))
            table.mark_dirty(self.extras)
        elif kind == "cursor":
            table.cursor_down(dice.randrange(-5, 6))
        elif kind == "page":
            table.page(dice.choice((0.5, -0.5, 1)))
        elif kind == "order":
            order = dice.sample(list(self.tasks), dice.choice((0, 5, 40, 60)))
            table.show(self.tasks, order)
        elif kind == "mark":
            dice.choice((table.toggle_mark, table.toggle_range, table.mark_all, table.clear_marks))()
        self.now_ms += 700 if kind == "clock" else 100
        table.flush()
        self.follow()
        self.done += 1
        self.say(f"step {self.done} out")

    def action_calm(self) -> None:
        self.now_ms += 3000
        self.table.flush()
        self.follow()
        self.say("calm again")

    def action_afresh(self) -> None:
        self.table._rows.clear()
        for widget in self.screen.walk_children():
            widget.notify_style_update()
            widget.refresh()
        self.say("painted afresh")

    def say(self, text: str) -> None:
        """In a frame of its own, after the one with what was done."""
        self.call_after_refresh(lambda: self.query_one("#step", Static).update(text, layout=False))


if __name__ == "__main__":
    MovingScreen().run()
