"""The screen as the commands see it: the list, what is chosen in it, and ways to tell, to ask and to remember."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from textual.screen import ModalScreen, Screen

from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.domain.text import safe, safe_block
from headswap_tui.ui import later_styles, memory, notices, terminal
from headswap_tui.ui.announcing import Severity
from headswap_tui.ui.commands import BY_ID
from headswap_tui.ui.lineup import Lineup
from headswap_tui.ui.presentation.extras import Extras
from headswap_tui.ui.presentation.views import VIEWS, View, saved_views
from headswap_tui.ui.screens.body import Body
from headswap_tui.ui.services import Services
from headswap_tui.ui.situation import Situation
from headswap_tui.ui.toasts import USUAL_S, Note, Toasts
from headswap_tui.ui.undo import UndoStack
from headswap_tui.ui.widgets.task_table import TaskTable

if TYPE_CHECKING:
    from headswap_tui.ui.widgets.banner import Banner
    from headswap_tui.ui.widgets.filter_bar import FilterBar

T = TypeVar("T")

ROOMY_ROWS: Final = 30
"""Below so many the title of a message that is no trouble stands in its line: each more would hide a row."""


class ListScreen(Screen[None]):
    """Decides nothing about when something is drawn: `MainScreen` does."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.is_listed = False
        """Whether the list was shown for the first time."""
        self.engine = services.engine
        self.keymap = services.keymap
        self.undo = UndoStack()
        self._toasts = Toasts()
        self.lineup = Lineup(
            services.engine.tasks,
            self.extras,
            services.now_ms,
            services.settings.retention_days,
            saved_views(services.settings.views),
        )
        self.memory = services.memory
        self.glyphs = services.glyphs
        self.settings = services.settings
        self.now_ms = services.now_ms
        self.services = services

    # -- the parts

    @property
    def body(self) -> Body:
        """Table and detail."""
        return self.query_one(Body)

    @property
    def table(self) -> TaskTable:
        """The table."""
        return self.body.table

    @cached_property
    def filter_bar(self) -> FilterBar:
        """The filter's line, there once it is asked for."""
        from headswap_tui.domain.filter_words import values_of
        from headswap_tui.ui.widgets.filter_bar import FilterBar

        bar = FilterBar(glyphs=self.glyphs, leave_key=self.by_key("leave"))
        bar.suggester.values = lambda field: values_of(field, self.engine.tasks.values())
        self.mount(bar, before=self.body)
        return bar

    @property
    def open_filter(self) -> FilterBar | None:
        """The filter's line if it is on the screen."""
        bar: FilterBar | None = self.__dict__.get("filter_bar")
        return bar if bar is not None and bar.display else None

    @property
    def takes_keys(self) -> bool:
        """Whether the list is there, and the filter's line if it was asked for; what is typed before has to wait."""
        bar: FilterBar | None = self.__dict__.get("filter_bar")
        return self.is_listed and not (bar is not None and bar.is_opening)

    @cached_property
    def banner(self) -> Banner:
        """What concerns the whole profile, there once something does."""
        from headswap_tui.ui.widgets.banner import Banner

        later_styles.read(self)
        banner = Banner(glyphs=self.glyphs)
        self.mount(banner, before="ViewTabs")
        return banner

    def tell_profile(self, text: str, level: notices.Level) -> None:
        """Say it in the banner; empty if all is well."""
        if text or "banner" in self.__dict__:
            self.banner.show(text, level)

    def extras(self, task_id: TaskId) -> Extras:
        """The live figures of a task."""
        return Extras(self.engine.forecast(task_id), self.engine.transfer(task_id), self.engine.stall(task_id))

    @property
    def views(self) -> list[View]:
        """The views with the user's own keys."""
        keys = {view.id: self.keymap.shown(f"view_{view.id}") for view in self.lineup.views}
        return [msgspec.structs.replace(view, key=keys[view.id]) for view in self.lineup.views]

    # -- what is chosen

    def by_key(self, command_id: str) -> str:
        """How the user reaches a command: its key, else its name."""
        return self.keymap.shown(command_id) or f"“{BY_ID[command_id].label}” of the palette"

    def press(self, command_id: str) -> str:
        """What the user has to do for a command, as the beginning of a sentence."""
        key = self.keymap.shown(command_id)
        return f"Press {key}" if key else f"Choose “{BY_ID[command_id].label}” in the palette"

    def situation(self) -> Situation:
        """What the commands look at."""
        return Situation(
            tasks=self.engine.tasks,
            order=self.lineup.order,
            selection=self.table.selection(),
            marked=len(self.table.marked),
            cursor_id=self.table.cursor_id,
            mode=self.engine.connection.mode,
            undoable=self.undo.words,
            leave=self.by_key("leave"),
            saved_views=len(self.lineup.views) - len(VIEWS),
            has_shell=terminal.has_shell(),
            shows_frames=self.memory.frames,
            no_pictures=lambda: self.body.filmstrip.choice.why,
            transfer=self.engine.transfer,
            has_profiles=self.services.profiles is not None,
            no_callbacks=notices.no_callbacks(self.services.webhook),
        )

    def targets(self) -> list[TrackedTask]:
        """The marked tasks that are shown; without marks, the one under the cursor."""
        tasks = self.engine.tasks
        return [tasks[task_id] for task_id in self.table.selection() if task_id in tasks]

    def cursor(self) -> TrackedTask | None:
        """The task under the cursor."""
        return self.engine.tasks.get(self.table.cursor_id) if self.table.cursor_id else None

    def named_tasks(self) -> Iterable[TrackedTask]:
        """All tasks in the order of the table, for the palette."""
        return (self.engine.tasks[task_id] for task_id in self.lineup.order if task_id in self.engine.tasks)

    def go_to(self, task_id: TaskId) -> None:
        """Put the cursor on a task that is shown."""
        self.table.move_to(task_id)

    def example(self) -> TaskId | None:
        """An id that could be added to try it, in a demo."""
        return next((task_id for task_id in self.services.examples if task_id not in self.engine.tasks), None)

    # -- telling, asking, remembering

    def work(self, doing: Coroutine[None, None, None], name: str) -> None:
        """Let it run beside the keys."""
        self.run_worker(doing, group="commands", name=name, exclusive=False)

    def tell(
        self,
        text: str,
        *,
        title: str = "",
        severity: Severity = "information",
        timeout: float | None = None,
        is_answer: bool = True,
    ) -> None:
        """The toast; any text will do. It stays for `timeout` seconds, `None` being the usual time.

        Trouble that is no answer to a key is not pushed away by what is.
        """
        note = Note(safe_block(text, 500), safe(title, 200), severity, timeout or USUAL_S, is_answer)
        shown = self._toasts.add(note, self.now_ms(), one_line=self.body.is_full)
        if shown.severity == "information" and self.app.size.height < ROOMY_ROWS:
            beside = ": ".join(filter(None, (shown.title, shown.text)))  # a hint keeps its own line
            shown = Note(beside, "", shown.severity, shown.timeout_s)
        self.app.notify(shown.text, title=shown.title, severity=shown.severity, timeout=shown.timeout_s, markup=False)

    async def ask(self, dialog: ModalScreen[T]) -> T | None:
        """Show the dialog and wait for its answer."""
        return await self.app.push_screen_wait(dialog)

    def remember(self, **changes: Any) -> None:
        """Keep how the screen is now for the next run."""
        self.memory = msgspec.structs.replace(self.memory, **changes)
        memory.save(self.services.settings.state_dir, self.memory)
