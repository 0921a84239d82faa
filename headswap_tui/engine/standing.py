"""Whether this process polls and with which credential, and what the status line says about it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from headswap_tui.domain.clock import Clock
from headswap_tui.domain.errors import ApiError, CredentialError, HeadswapError
from headswap_tui.domain.events import ConnectionChanged, Event, Mode
from headswap_tui.engine.condition import Condition
from headswap_tui.engine.connecting import Connector
from headswap_tui.engine.knocking import Knocker
from headswap_tui.engine.leadership import Leadership
from headswap_tui.engine.poller import Poller

LOOK_S: Final = 0.5
REST_S: Final = 5.0
CREDENTIAL_LOOK_S: Final = 2.0
"""So often the files that hold the credential are looked at while there is none that works."""


class Standing:
    """Leads or follows, connects, and tells when the connection is another one."""

    def __init__(
        self,
        condition: Condition,
        leadership: Leadership,
        connector: Connector,
        poller: Poller,
        *,
        clock: Clock,
        knocker: Knocker,
        emit: Callable[[Event], None],
        on_lead: Callable[[], None],
    ) -> None:
        """`on_lead` is called whenever this process becomes the one that polls."""
        self._condition = condition
        self._leadership = leadership
        self._connector = connector
        self._poller = poller
        self._clock = clock
        self._emit = emit
        self._on_lead = on_lead
        self._knocker = knocker
        self._credential_look_at = 0.0
        self._stirred = asyncio.Event()

    def listen(self, event: Event) -> None:
        """The engine's listener."""
        del event  # whatever it is, figures may move again
        self.stir()

    def stir(self) -> None:
        """Look again soon: something has moved."""
        self._stirred.set()

    async def run(self) -> None:
        """Look for ever: some times a second while anything moves, seldom while all rests."""
        while True:
            self._stirred.clear()
            await self.look()
            if self._rests:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(REST_S):
                        await self._stirred.wait()
            else:
                await self._clock.sleep(LOOK_S)

    @property
    def _rests(self) -> bool:
        """Whether nothing that `look` looks at comes about without an event or a call."""
        shown = self._condition.shown
        is_calm = shown.mode is Mode.PAUSED or (shown.mode is Mode.LIVE and self._condition.is_leader)
        return is_calm and self._condition.may_ask and shown.next_due_s is None and not shown.requests_per_s

    async def connect(self) -> None:
        """Find the credential and make the client, off the loop's thread; try at once whatever held polling up."""
        try:
            client = await self._connector.client(self._clock)
        except CredentialError as error:
            self._condition.credential_missing(error)
        except HeadswapError as error:
            self._condition.credential_missing(CredentialError(error.message, error.hint))
        else:
            self._condition.credential_found()
            self._poller.connect(client)
            self._poller.retry()
        self.lead()
        self.show()

    def lead(self) -> None:
        """Become the poller if nobody else is and it makes sense; resign if it does not."""
        led = self._condition.is_leader
        if self._condition.wants_to_lead:
            self._condition.is_leader = self._leadership.seek()
        else:
            self._leadership.resign()
            self._condition.is_leader = False
        self._condition.leader_pid = self._leadership.holder_pid
        self._condition.leader_word = self._leadership.word
        if self._condition.is_leader and not led:
            self._on_lead()

    async def look(self) -> None:
        """What has to be looked at some times a second: whether to take over polling, what the status line says."""
        now = self._clock.monotonic()
        if not self._condition.may_ask and now >= self._credential_look_at:
            self._credential_look_at = now + CREDENTIAL_LOOK_S
            if await self._connector.has_other_credential():
                await self.connect()
        self.lead()
        is_out = self._condition.may_poll and self._poller.budget.is_offline
        self._knocker.look(self._condition.outage if is_out else None, now)
        self.show()

    def pause(self, paused: bool) -> None:
        """By the user: ask nothing by ourselves, or poll again."""
        self._condition.paused = paused
        self.lead()
        self.show()

    def store_trouble(self, message: str) -> None:
        """Why changes cannot be written; empty if they can again."""
        self._condition.store_trouble = message
        self.show()

    def outcome(self, error: ApiError | None) -> None:
        """Learn from one request."""
        self._condition.outcome(error)
        if not self._condition.may_ask:
            self._poller.forget_manual()
            self.lead()
        shown = self._condition.shown
        if error is not None or shown.mode is not Mode.LIVE or shown.next_due_s is None:
            self.show()  # else only figures moved, and `look` tells these twice a second

    def show(self) -> None:
        """Tell if the connection is another one."""
        now = self._clock.monotonic()
        budget = self._poller.budget
        connection = self._condition.connection(
            is_offline=budget.is_offline,
            is_slowed=budget.is_slowed,
            requests_per_s=budget.requests_per_s(now),
            next_due_s=self._poller.next_due_s() if self._condition.may_poll else None,
            pace=self._poller.policy.pace,
        )
        if connection != self._condition.shown:
            self._condition.shown = connection
            self._leadership.tell(connection)
            self._emit(ConnectionChanged(connection))

    def resign(self) -> None:
        """Let another process poll."""
        self._leadership.resign()
