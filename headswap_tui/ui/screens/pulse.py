"""The beat that brings what changed to the screen: nothing changed, nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final, TypeAlias

from headswap_tui.domain.events import Event
from headswap_tui.domain.task import TaskId
from headswap_tui.ui import announcing, notices
from headswap_tui.ui.announcing import Announcement
from headswap_tui.ui.digest import Digest
from headswap_tui.ui.doors import EngineDoor
from headswap_tui.ui.feed import Feed
from headswap_tui.ui.lineup import CALM_MS, Lineup
from headswap_tui.ui.presentation.extras import NO_EXTRAS, Extras
from headswap_tui.ui.screens.body import Body
from headswap_tui.ui.tally import Tally
from headswap_tui.ui.widgets.status_line import StatusLine
from headswap_tui.ui.widgets.view_tabs import ViewTabs

Say: TypeAlias = Callable[[str, notices.Level], None]
"""Takes what is to be said of the whole profile, and how bad it is; empty if all is well."""

MOVING_MS: Final = 1500
"""So long after the cursor moved the rows keep their order."""

SLOWLY_MS: Final = 10_000
"""So often is looked at what only the clock changes, where nothing moves: hours, and ages of a minute and more."""

TELL_MS: Final = 2000
"""At least so long between two messages about tasks or downloads that ended."""


class Pulse:
    """Reads the feed at each beat and tells only those widgets that it concerns."""

    def __init__(
        self,
        engine: EngineDoor,
        lineup: Lineup,
        now_ms: Callable[[], int],
        *,
        show_order: Callable[[], None],
        announce: Callable[[Announcement], None],
        rescues: bool = False,
        by_key: Callable[[str], str] = str,
        gone: Callable[[Collection[TaskId]], Announcement | None] = lambda _ids: None,
    ) -> None:
        """`rescues`: the engine fetches by itself what may soon be gone; `gone`: what to say of videos that are.

        `by_key` says how a command is reached.
        """
        self._engine = engine
        self._lineup = lineup
        self._now_ms = now_ms
        self._show_order = show_order
        self._announce = announce
        self._rescues = rescues
        self._by_key = by_key
        self._gone = gone
        self._wake: Callable[[], None] = lambda: None
        self._feed = Feed()
        self._digest = Digest()
        self._tally = Tally(engine.tasks)
        self._second = 0
        self._next_ms = 0
        """When the clock next changes what is shown."""
        self._moved_ms = 0
        self._untold = Feed()
        self._told_ms = 0
        self._on_screen: tuple[Sequence[TaskId], TaskId | None] = ((), None)

    def begin(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Listen to the engine; returns what ends it. `wake` is called whenever a beat rests no longer."""
        self._wake = wake

        def listen(event: Event) -> None:
            self._feed.listen(event)
            wake()

        return self._engine.subscribe(listen)

    def cursor_moved(self) -> None:
        """The user is looking around: rows stay where they are for a while."""
        self._moved_ms = self._now_ms()
        self._wake()

    def look_again(self) -> None:
        """Other rows are in view: some of them may change by themselves."""
        self._next_ms = 0
        self._wake()

    @property
    def rests(self) -> bool:
        """Whether a beat would find nothing: no news, nothing that the clock changed, and nobody is looking around."""
        now_ms = self._now_ms()
        is_same_time = self._second * 1000 <= now_ms < self._next_ms  # before it: the clock was set back
        return not self._feed and is_same_time and now_ms - self._moved_ms > MOVING_MS + CALM_MS

    @property
    def rest_s(self) -> float:
        """How long until the clock ends a rest."""
        return max(0.01, (self._next_ms - self._now_ms()) / 1000)  # none of 0 s can be set

    def focus_changed(self, has_focus: bool) -> Announcement | None:
        """The terminal's window lost or regained the focus: what happened meanwhile, if anything did."""
        if has_focus:
            return self._digest.come_back(self._now_ms(), self._engine.tasks)
        self._digest.leave(self._now_ms())
        return None

    def beat(self, body: Body, status: StatusLine, tabs: ViewTabs, banner: Say) -> bool:
        """Bring what changed to these widgets; whether the keys that work may be others now."""
        now_ms = self._now_ms()
        news = self._feed.take()
        ticks, slowly = now_ms // 1000 != self._second, now_ms // SLOWLY_MS != self._second * 1000 // SLOWLY_MS
        self._second = now_ms // 1000
        table = body.table
        if news.changed:
            lost = self._tally.take(news.changed)
            # Of an end that nobody calls an end only those hear who asked for it.
            news.finished |= {task_id for task_id in lost if self._engine.tasks[task_id].notify}
        if self._lineup.take(news.changed, table.cursor_id, calm=now_ms - self._moved_ms < MOVING_MS):
            self._show_order()
        table.mark_dirty(news.changed | news.moved)
        table.flush()
        if news or slowly:
            self.show_lines(status, tabs, banner)
        if body.is_open and (news or slowly or (ticks and self._is_moving(table.cursor_id, now_ms))):
            self.show_detail(body)
        self._tell(news)
        self._report(table.visible_ids(), table.cursor_id)
        self._next_ms = self._next_change_ms(body, now_ms)
        return bool(news)

    def _next_change_ms(self, body: Body, now_ms: int) -> int:
        next_second = now_ms - now_ms % 1000 + 1000
        is_ticking = body.is_open and self._is_moving(body.table.cursor_id, now_ms)
        if is_ticking or self._untold or self._lineup.is_unsettled:
            return next_second
        return max(next_second, min(now_ms - now_ms % SLOWLY_MS + SLOWLY_MS, body.table.steady_until_ms))

    def _is_moving(self, task_id: TaskId | None, now_ms: int) -> bool:
        """Whether what is said of it changes from second to second."""
        task = self._engine.tasks.get(task_id) if task_id else None
        if task is None:
            return False
        has_just_ended = now_ms - task.finished_ms < 60_000
        return task.is_active or has_just_ended or self._engine.transfer(task.id) is not None

    def show_lines(self, status: StatusLine, tabs: ViewTabs, banner: Say) -> None:
        """Status line, views and banner as things stand."""
        connection, now_ms = self._engine.connection, self._now_ms()
        status.show(connection, self._tally.states, self._engine.profile, now_ms, self._engine.downloading)
        tabs.show(self._tally.views, self._lineup.view)
        banner(*notices.banner(connection, now_ms, self._by_key))

    def show_detail(self, body: Body) -> None:
        """The pane as things stand."""
        engine, task_id = self._engine, body.table.cursor_id
        task = engine.tasks.get(task_id) if task_id else None
        extras = NO_EXTRAS
        if task is not None:
            extras = Extras(
                engine.forecast(task.id), engine.transfer(task.id), engine.stall(task.id), engine.due_s(task.id)
            )
        body.detail.show(task, extras, self._now_ms())
        body.follow()

    def _tell(self, news: Feed) -> None:
        """The first end is told at once, those that follow within two seconds together."""
        self._digest.note(news.finished, news.fetched)
        self._untold.finished |= news.finished
        self._untold.fetched |= news.fetched
        self._untold.stalled |= news.stalled
        self._untold.expiring |= news.expiring
        self._untold.gone |= news.gone
        if not self._untold or self._now_ms() - self._told_ms < TELL_MS:
            return
        self._told_ms = self._now_ms()
        untold = self._untold.take()
        for announcement in (
            announcing.of_tasks(untold.finished, self._engine.tasks),
            announcing.of_downloads(untold.fetched, self._engine.tasks),
            announcing.of_stalls(untold.stalled, self._engine.tasks, self._engine.stall),
            announcing.of_expiring(untold.expiring, self._engine.tasks, rescues=self._rescues),
            self._gone(untold.gone) if untold.gone else None,
        ):
            if announcement is not None:
                self._announce(announcement)

    def _report(self, visible: Sequence[TaskId], cursor: TaskId | None) -> None:
        if (visible, cursor) != self._on_screen:
            self._on_screen = (visible, cursor)
            self._engine.show(visible, cursor)
