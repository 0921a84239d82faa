"""The dashboard's one screen: composes the widgets, passes on what they say, and runs commands."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input

from headswap_tui.domain.task import TaskId
from headswap_tui.ui import announcing, footer, later_styles, notices
from headswap_tui.ui.announcing import Announcement
from headswap_tui.ui.commands import BY_ID, bindings
from headswap_tui.ui.place import place_in
from headswap_tui.ui.presentation.columns import chosen_columns
from headswap_tui.ui.screens.body import Body, shape_for
from headswap_tui.ui.screens.listing import ROOMY_ROWS, ListScreen
from headswap_tui.ui.screens.painting import PaintedOnce
from headswap_tui.ui.screens.pulse import Pulse
from headswap_tui.ui.services import Services
from headswap_tui.ui.widgets.key_line import Entry, KeyLine
from headswap_tui.ui.widgets.status_line import StatusLine
from headswap_tui.ui.widgets.task_table import TaskTable
from headswap_tui.ui.widgets.view_tabs import ViewTabs

if TYPE_CHECKING:
    from textual.timer import Timer

    from headswap_tui.ui.actions.runner import Runner
    from headswap_tui.ui.widgets.filter_bar import FilterBar

LASTING_S: Final = 20.0
"""Messages about what may be lost stay so long."""


class MainScreen(PaintedOnce, ListScreen):
    """Everything the user works on; dialogs lie above it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]
    AUTO_FOCUS = "TaskTable"

    class Listed(Message):
        """For the app: the list is there and takes keys."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._pulse = Pulse(
            services.engine,
            self.lineup,
            services.now_ms,
            show_order=self.show_order,
            announce=self._announce,
            rescues=services.settings.download.rescue,
            by_key=self.by_key,
            gone=self._gone,
        )

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        glyphs, services, shape = self.services.glyphs, self.services, shape_for(*self.app.size)
        if shape != "beside" or glyphs.is_ascii:
            later_styles.read(self)
        yield StatusLine(glyphs=glyphs, accent=self.settings.accent)
        tabs = ViewTabs(glyphs=glyphs)
        tabs.views = self.views
        yield tabs
        yield Body(
            services.now_ms,
            self.extras,
            glyphs,
            flash=not services.terminal.is_remote,
            opened=self.memory.detail,
            shape=shape,
            pictures=services.pictures,
            write=services.write,
        )
        yield KeyLine(glyphs=glyphs)

    def on_mount(self) -> None:
        """Show what the store holds and begin to beat."""
        self.query("ToastRack").set(display=False)  # Textual does so itself, but only after the first paint
        self.table.columns = chosen_columns(self.memory.columns)
        self.body.detail.wrap = self.memory.wrap
        self.body.show_frames(self.memory.frames)
        self.body.detail.keys = {name: self.keymap.shown(name) for name in BY_ID}
        self.body.detail.retention_days = self.settings.retention_days
        self.lineup.sort_by(self.memory.sort, self.memory.reverse)
        self.show_order()
        self.is_listed = True
        self.app.post_message(self.Listed())
        self._beating = self.set_interval(1 / self.services.refresh_hz, self._beat_if_needed)
        self._resting: Timer | None = None
        self._stop_listening = self._pulse.begin(self._beating.resume)
        self.watch(self.table, "scroll_y", self._pulse.look_again, init=False)
        self.call_after_refresh(self._furnish)

    def _furnish(self) -> None:
        """Make what the first frame does not show, so that no key has to wait for it."""
        if self.is_attached:  # else left before the frame was out
            later_styles.read(self)
            _ = self._runner, self.filter_bar

    def on_unmount(self) -> None:
        """Leave the engine alone."""
        self._stop_listening()

    def _pop_result_callback(self) -> None:
        """The screen at the bottom has none, which `App.switch_screen` does not expect."""
        if self._result_callbacks:
            super()._pop_result_callback()

    # -- what is shown

    def _beat_if_needed(self) -> None:
        if not self._pulse.rests:
            self.beat()
        if self._pulse.rests:  # else an idle program would wake five times a second to find nothing
            self._beating.pause()
            if self._resting is not None:
                self._resting.stop()
            self._resting = self.set_timer(self._pulse.rest_s, self._beating.resume)

    def beat(self) -> None:
        """Bring what changed to the screen; called some times a second."""
        if not self.services.fence.is_open:
            return
        if self._pulse.beat(self.body, self.query_one(StatusLine), self.query_one(ViewTabs), self.tell_profile):
            self.show_footer()
            self.call_after_refresh(self.services.fence.close)

    def show_order(self) -> None:
        """Bring the line-up to the table, with all that hangs on it."""
        lineup, table, mode = self.lineup, self.table, self.engine.connection.mode
        table.sort = (lineup.sort, lineup.descending)
        words = notices.nothing_shown(
            tracked=len(self.engine.tasks),
            filter_text=lineup.filter_text,
            view=lineup.view,
            mode=mode,
            press=self.press,
        )
        table.show_empty(*words)
        self.body.set_empty(not self.engine.tasks)
        table.show(self.engine.tasks, lineup.order)
        self._pulse.show_lines(self.query_one(StatusLine), self.query_one(ViewTabs), self.tell_profile)
        if (filter_bar := self.open_filter) is not None:
            filter_bar.show_result(lineup.filter, len(lineup.order), len(self.engine.tasks))
        self._show_place()
        self.show_footer()
        self._pulse.look_again()

    def _show_place(self) -> None:
        """Order, marks and the cursor's row."""
        self.query_one(ViewTabs).show_place(place_in(self.table, self.lineup))

    def show_footer(self) -> None:
        """The keys that work now."""
        self.query_one(KeyLine).show(self._footer())

    def on_screen_suspend(self) -> None:
        """A dialog has the keys now, and says itself which ones work and what is to be told."""
        self.query("ToastRack").add_class("-covered")  # else what is wider, or older, would look out below its own
        self.show_footer()

    def on_screen_resume(self) -> None:
        """The keys are ours again."""
        self.query("ToastRack").remove_class("-covered")
        self.show_footer()

    def _footer(self) -> list[Entry]:
        if not self.is_active:
            return []
        if isinstance(self.focused, Input):
            return footer.while_filtering(self.glyphs)
        if self.body.detail.has_focus:
            return footer.in_detail(self.keymap, self.situation(), leaves=self._leaves())
        return footer.entries(self.keymap, self.situation())

    def _leaves(self) -> str:
        """What `leave` does in the detail pane, in its order."""
        if not self.body.is_full:
            if self.lineup.is_narrowed:
                return "clear"
            if self.table.marked or self.table.is_ranging:
                return "unmark"
        return "table"

    # -- what the widgets say

    def on_resize(self, event: events.Resize) -> None:
        """Arrange for the terminal's size."""
        self.body.fit(event.size.width, event.size.height)
        self.set_class(event.size.height < ROOMY_ROWS, "-short")
        self._show_shape()
        if not self.is_active:  # Textual would paint what was there before, and of what is there now the old size
            above = self.app.screen
            above.call_after_refresh(above.refresh)

    def _show_shape(self) -> None:
        """Where only one of table and detail fits, every line counts."""
        self.set_class(self.body.is_full, "-tight")
        self.set_class(self.body.is_full and self.body.is_open, "-detail-only")

    def on_descendant_focus(self) -> None:
        """Other keys work now; a filter that was clicked away from stays."""
        filter_bar = self.open_filter
        if filter_bar is not None and filter_bar.is_typing and not isinstance(self.focused, Input):
            self._runner.keep_filter()
        self.show_footer()

    @on(TaskTable.Highlighted)
    def _moved(self) -> None:
        self._pulse.cursor_moved()
        self._show_place()
        self._detail_changed()

    @on(Body.Changed)
    def _detail_changed(self) -> None:
        if self.body.is_open:
            self._pulse.show_detail(self.body)
        self._show_shape()
        self.show_footer()

    @on(TaskTable.MarksChanged)
    def _marks_changed(self) -> None:
        self._show_place()
        self.show_footer()

    @on(TaskTable.Opened)
    def _opened(self) -> None:
        self._runner.run("detail")

    @on(TaskTable.HeaderClicked)
    def _header_clicked(self, event: TaskTable.HeaderClicked) -> None:
        self._runner.sort_by(event.column)

    @on(ViewTabs.Chosen)
    def _view_chosen(self, event: ViewTabs.Chosen) -> None:
        self._runner.run(f"view_{event.view}")

    @on(KeyLine.Chosen)
    def _key_chosen(self, event: KeyLine.Chosen) -> None:
        if event.command == footer.KEEP:
            self.filter_bar.action_leave(True)
        else:
            self._runner.run(event.command)

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """By name, so that the class is not loaded before the first frame."""
        self.lineup.narrow_by(event.text)
        self.show_order()

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        """Done typing."""
        if event.keep and self.lineup.is_narrowed:
            self._runner.keep_filter()
        else:
            self._runner.run("leave")
        self.app.post_message(self.filter_bar.Settled())

    def on_filter_bar_wanted(self) -> None:
        """To be edited again."""
        self._runner.run("filter")

    def on_paste(self, event: events.Paste) -> None:
        """A paste with no dialog open adds."""
        event.stop()
        self._runner.add(event.text)

    # -- commands

    @cached_property
    def _runner(self) -> Runner:
        """Made after the first frame, which all that commands need would hold up."""
        from headswap_tui.ui.actions.runner import Runner

        return Runner(self, self.services)

    def action_command(self, command_id: str) -> None:
        """What every binding leads to."""
        self._runner.run(command_id)

    def run_command(self, command_id: str) -> None:
        """Run a command, or say why it cannot be run now."""
        self._runner.run(command_id)

    # -- telling and asking

    def welcome(self) -> None:
        """The first words of a demo."""
        does = (("add", "adds"), ("view_failed", "failures"), ("view_completed", "finished"))
        keys = ", ".join(f"{self.by_key(command)} {what}" for command, what in does)
        self.tell(f"{keys}, {self.by_key('quit')} quits", title="A simulator plays the service", timeout=15)

    def _announce(self, announcement: Announcement) -> None:
        timeout = LASTING_S if announcement.lasts else None
        self.tell(
            announcement.text,
            title=announcement.title,
            severity=announcement.severity,
            timeout=timeout,
            is_answer=False,
        )
        self.services.ring(announcement)

    def _gone(self, ids: Collection[TaskId]) -> Announcement | None:
        """What to say of videos that were gone before they were saved: of each once, not at every start."""
        now_ms, told_ms = self.now_ms(), self.memory.gone_told_ms
        announcement = announcing.of_gone(
            ids,
            self.engine.tasks,
            now_ms,
            retention_days=self.settings.retention_days,
            since_ms=told_ms.get(self.engine.profile, 0),
        )
        if announcement is not None:
            self.remember(gone_told_ms=told_ms | {self.engine.profile: now_ms})
        return announcement

    def window_focus_changed(self, has_focus: bool) -> None:
        """The terminal's window lost or regained the focus."""
        self.beat()  # what the engine told until now belongs to the time before
        digest = self._pulse.focus_changed(has_focus)
        if digest is not None:
            self.tell(digest.text, title=digest.title, severity=digest.severity)
