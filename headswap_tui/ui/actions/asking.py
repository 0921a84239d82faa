"""Asking the service: now, not at all, more or less often."""

from __future__ import annotations

from headswap_tui.domain.events import Mode
from headswap_tui.ui.actions.desk import Desk, Handlers


class Asking:
    """Commands about when the service is asked."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> Handlers:
        """By command id."""
        return {
            "refresh": self.refresh,
            "refresh_all": self.refresh_all,
            "pause": self.pause,
            "faster": lambda: self._pace(faster=True),
            "slower": lambda: self._pace(faster=False),
            "retry": self.retry,
        }

    def refresh(self) -> None:
        """Ask about the targets now."""
        targets = self._desk.targets()
        self._desk.engine.refresh([task.id for task in targets])
        self._desk.tell("Asking about it now." if len(targets) == 1 else f"Asking about {len(targets)} tasks.")

    def refresh_all(self) -> None:
        """Ask about all that may still change."""
        self._desk.engine.refresh_all()
        self._desk.tell("Asking about every task that may still change.")

    def pause(self) -> None:
        """Stop asking, or go on."""
        engine = self._desk.engine
        if engine.paused:
            engine.resume()
            self._desk.tell("Asking again.")
        else:
            engine.pause()
            self._desk.tell(f"Paused: this window asks nothing by itself; {self._desk.by_key('pause')} goes on.")
        self._desk.show_footer()

    def _pace(self, *, faster: bool) -> None:
        before = self._desk.engine.connection.pace
        pace = self._desk.engine.pace(faster)
        if pace == before:
            limit = "min_interval" if faster else "max_interval"
            self._desk.tell(f"That is the limit; the settings polling.{limit} and requests_per_second hold.")
        elif pace == 1:
            self._desk.tell("Asking as often as usual.")
        else:
            times = 1 / pace if pace < 1 else pace
            self._desk.tell(f"Asking {times:g} times {'more' if pace < 1 else 'less'} often than usual.")

    def retry(self) -> None:
        """Look for the key again and ask at once."""
        self._desk.engine.retry()
        what = "Looking for the key again." if self._desk.situation().mode is Mode.NO_KEY else "Trying again."
        self._desk.tell(what)
