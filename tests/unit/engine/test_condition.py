"""What the status line says about asking: the worst cause first, and the next one when it ends."""

from __future__ import annotations

from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.errors import AuthRefused, CredentialError, OutOfCredit, Unreachable
from headswap_tui.domain.events import Connection, Mode
from headswap_tui.engine.condition import Condition


class StandingClock(SystemClock):
    """A wall clock that is set by hand."""

    ms = 1_000

    def now_ms(self) -> int:
        return self.ms


def condition() -> tuple[Condition, StandingClock]:
    clock = StandingClock()
    made = Condition(clock)
    made.is_leader = True
    return made, clock


def now(made: Condition, *, offline: bool = False, slowed: bool = False, rate: float = 0.0) -> Connection:
    return made.connection(is_offline=offline, is_slowed=slowed, requests_per_s=rate, next_due_s=1.4, pace=1.0)


def test_nothing_wrong_is_live_and_may_poll() -> None:
    made, _ = condition()
    assert now(made).mode is Mode.LIVE
    assert made.may_poll


def test_the_worst_cause_is_shown_and_its_end_uncovers_the_next() -> None:
    made, _ = condition()
    made.outcome(OutOfCredit("Credit is used up.", code=1104))
    assert now(made, slowed=True).mode is Mode.NO_CREDIT
    made.outcome(Unreachable("No route to host."))
    assert now(made, offline=True).mode is Mode.OFFLINE
    assert now(made, offline=True).message == "No route to host."
    made.paused = True
    assert now(made, offline=True).mode is Mode.PAUSED
    made.outcome(AuthRefused("The key was refused.", "Set another."))
    assert now(made, offline=True).mode is Mode.KEY_REFUSED
    assert now(made).message == "The key was refused. Set another."
    made.credential_missing(CredentialError("No key."))
    assert now(made).mode is Mode.NO_KEY
    made.credential_found()
    made.paused = False
    assert now(made, slowed=True).mode is Mode.NO_CREDIT
    made.outcome(None)
    assert now(made, slowed=True).mode is Mode.SLOWED


def test_since_when_stays_while_the_mode_stays() -> None:
    made, clock = condition()
    made.outcome(Unreachable("x"))
    assert now(made, offline=True).since_ms == 1_000
    clock.ms = 9_000
    assert now(made, offline=True).since_ms == 1_000
    assert now(made).since_ms == 9_000


def test_who_cannot_ask_does_not_lead() -> None:
    made, _ = condition()
    before = made.wants_to_lead
    made.outcome(AuthRefused("refused"))
    assert (before, made.wants_to_lead, made.may_ask) == (True, False, False)


def test_figures_are_rounded_to_what_is_shown_so_that_equal_means_nothing_to_draw() -> None:
    made, _ = condition()
    assert now(made, rate=0.301) == now(made, rate=0.299)
    assert now(made, rate=0.3).next_due_s == 1.0
