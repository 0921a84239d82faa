"""How the profile's polling stands, put together from its causes: what the status line and the banner say."""

from __future__ import annotations

from headswap_tui.domain.clock import Clock
from headswap_tui.domain.errors import ApiError, AuthRefused, CredentialError, OutOfCredit
from headswap_tui.domain.events import Connection, Mode
from headswap_tui.engine.leadership import Word


class Condition:
    """Keeps each cause apart, so that the end of one uncovers the next. The worst decides the mode."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.paused = False
        self.is_leader = False
        self.leader_pid: int | None = None
        self.leader_word: Word | None = None
        """What the process that polls instead says of itself."""
        self.store_trouble = ""
        self.shown = Connection(mode=Mode.LIVE)
        """What was told last."""
        self._no_key: CredentialError | None = None
        self._auth: AuthRefused | None = None
        self._credit: OutOfCredit | None = None
        self._outage: ApiError | None = None
        self._since: dict[Mode, int] = {}

    @property
    def may_ask(self) -> bool:
        """Whether a request makes sense at all: there is a credential and it was not refused."""
        return self._no_key is None and self._auth is None

    @property
    def may_poll(self) -> bool:
        """Whether this process asks by itself."""
        return self.may_ask and self.is_leader and not self.paused

    @property
    def wants_to_lead(self) -> bool:
        """A process that cannot ask must not keep others from asking."""
        return self.may_ask and not self.paused

    @property
    def outage(self) -> ApiError | None:
        """What the last request ran into, if that concerns everybody; `None` since one went well."""
        return self._outage

    def credential_found(self) -> None:
        """There is a credential, perhaps a new one: ask with it."""
        self._no_key = self._auth = None

    def credential_missing(self, error: CredentialError) -> None:
        """Nothing can be asked."""
        self._no_key = error

    def outcome(self, error: ApiError | None) -> None:
        """Learn from one request: what went wrong, or that it went well."""
        if isinstance(error, AuthRefused):
            self._auth = error
        elif isinstance(error, OutOfCredit):
            self._credit = error
        elif error is None:
            self._credit = self._outage = None
        elif error.kind in {"unreachable", "server", "garbled"}:
            self._outage = error

    def connection(
        self, *, is_offline: bool, is_slowed: bool, requests_per_s: float, next_due_s: float | None, pace: float
    ) -> Connection:
        """The whole of it now. Figures are rounded to what is shown, so that equal means nothing to draw."""
        mode = self._mode(is_offline, is_slowed)
        if mode not in self._since:
            self._since = {mode: self._clock.now_ms()}
        word = self.leader_word if mode is Mode.FOLLOWING else None
        return Connection(
            mode=mode,
            since_ms=word.since_ms if word else self._since[mode],
            message=word.message if word else self._message(mode),
            leader_pid=self.leader_pid if mode is Mode.FOLLOWING else None,
            leader_mode=word.mode if word else None,
            requests_per_s=round(requests_per_s, 1),
            next_due_s=None if next_due_s is None else float(round(next_due_s)),
            pace=pace,
            store_trouble=self.store_trouble,
        )

    def _mode(self, is_offline: bool, is_slowed: bool) -> Mode:
        holds = {
            Mode.NO_KEY: self._no_key is not None,
            Mode.KEY_REFUSED: self._auth is not None,
            Mode.PAUSED: self.paused,
            Mode.FOLLOWING: not self.is_leader,
            Mode.OFFLINE: is_offline,
            Mode.NO_CREDIT: self._credit is not None,
            Mode.SLOWED: is_slowed,
        }
        return next((mode for mode, held in holds.items() if held), Mode.LIVE)

    def _message(self, mode: Mode) -> str:
        causes: dict[Mode, CredentialError | ApiError | None] = {
            Mode.NO_KEY: self._no_key,
            Mode.KEY_REFUSED: self._auth,
            Mode.OFFLINE: self._outage,
            Mode.NO_CREDIT: self._credit,
        }
        cause = causes.get(mode)
        return "" if cause is None else str(cause)
