"""Looking at many tasks at once: what failed and why, how all fared and what they cost."""

from __future__ import annotations

from collections.abc import Callable

from headswap_tui import __version__
from headswap_tui.config.secret import redact
from headswap_tui.domain.failures import FailureGroup, filter_for
from headswap_tui.domain.insight import GROUPINGS, Insight, as_csv
from headswap_tui.domain.support import support_note
from headswap_tui.domain.task import TaskId
from headswap_tui.ui.actions.desk import Handlers
from headswap_tui.ui.actions.panes import Stage
from headswap_tui.ui.following import FactsNow, FailuresNow
from headswap_tui.ui.presentation import times
from headswap_tui.ui.saving import save_new

Copy = Callable[[str, str], None]
"""Puts a text into the terminal's clipboard; the second says what it is."""


class Reports:
    """Commands that open a report over the list."""

    def __init__(self, desk: Stage, copy: Copy) -> None:
        self._desk = desk
        self._copy = copy

    def handlers(self) -> Handlers:
        """By command id."""
        return {"failures": self.failures, "insight": self.insight}

    async def failures(self) -> None:
        """Failures by reason; the chosen ones are shown in the list."""
        from headswap_tui.ui.screens.failures import FailureDesk

        desk = self._desk
        failing = FailuresNow(desk.engine)
        try:
            if not failing.groups:
                desk.tell("Nothing has failed.")
                return
            chosen = await desk.ask(FailureDesk(failing, now_ms=desk.now_ms, glyphs=desk.glyphs, copy=self._copy_note))
        finally:
            failing.stop()
        if chosen is not None:
            self._show(filter_for(chosen, desk.engine.tasks), chosen.tasks[0].id)

    def _show(self, words: str, first: TaskId) -> None:
        """Show in the list what this filter leaves of all tasks, beginning with that one."""
        desk = self._desk
        if desk.body.is_full and desk.body.is_open:
            desk.body.close()
        desk.lineup.look_at("all")
        desk.lineup.narrow_by(words)
        desk.filter_bar.keep(words)
        desk.show_order()
        desk.table.move_to(first)
        desk.table.focus()

    async def insight(self) -> None:
        """Figures of all tasks, archived ones too."""
        from headswap_tui.ui.presentation.insight_table import Money
        from headswap_tui.ui.screens.insight import InsightScreen

        desk = self._desk
        if not desk.engine.tasks:
            desk.tell("Nothing is tracked yet, so there is nothing to count.")
            return
        known = FactsNow(desk.engine)
        billing = desk.settings.billing
        money = Money(billing.price_per_unit, billing.currency)
        try:
            await known.begin()
            shown = await known.by(GROUPINGS[0])
            await desk.ask(InsightScreen(known, shown, money, glyphs=desk.glyphs, save=self._save_csv))
        finally:
            known.stop()

    def _save_csv(self, shown: Insight) -> None:
        desk, billing = self._desk, self._desk.settings.billing
        text = as_csv(shown, billing.price_per_unit, billing.currency)
        stem = f"headswap-insight-{shown.grouping}-{times.day(desk.now_ms())}"
        try:
            path = save_new(desk.settings.download.directory, stem, ".csv", text)
        except OSError as error:
            desk.tell(error.strerror or str(error), title="Not saved", severity="error")
            return
        desk.tell(str(path), title="Saved as CSV")

    def _copy_note(self, group: FailureGroup) -> None:
        note = support_note(group.tasks, version=__version__, now_ms=self._desk.now_ms(), hide=redact)
        count = len(group.tasks)
        self._copy(note, f"a support note about {'one task' if count == 1 else f'{count} tasks'}")
