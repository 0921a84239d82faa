"""The poll loop: takes who is due from the agenda as the budget allows, asks, and books what came back.

Every wait is by the monotonic clock; the wall clock only stamps records.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Final, Protocol

from headswap_tui.domain.changes import answered, asked_again, not_answered
from headswap_tui.domain.clock import Clock
from headswap_tui.domain.errors import (
    ApiError,
    AuthRefused,
    Garbled,
    OutOfCredit,
    ServerFailed,
    Throttled,
    Unreachable,
)
from headswap_tui.domain.events import Forecast
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.engine.book import Book
from headswap_tui.scheduler.agenda import Agenda
from headswap_tui.scheduler.budget import Budget
from headswap_tui.scheduler.learned import Learned
from headswap_tui.scheduler.policy import Policy

log = logging.getLogger(__name__)

IDLE_LOOK_S: Final = 5.0
"""Longest sleep of the loop: so often it looks whether the clocks diverged (the machine slept)."""
CLOCK_JUMP_S: Final = 5.0
PACES: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
OUT_OF_CREDIT_PER_S: Final = 1.0
"""Requests a second for a profile that is out of credit, however many its tasks are: every answer says the same."""
GARBLED_IN_A_ROW: Final = 3
"""One odd answer is that task's affair; so many without a good one between them is something in front of the API."""


class AsksDetail(Protocol):
    """The part of the API client that the loop needs."""

    async def detail(self, task_id: TaskId) -> Detail:
        """The task's detail; raises `ApiError`."""
        ...

    async def reset(self) -> None:
        """Throw pooled connections away: after a sleep they are dead but look fresh."""
        ...


class Poller:
    """Asks about the tasks of one profile. Runs in the event loop's thread; knows no screen and no disk."""

    def __init__(
        self,
        book: Book,
        policy: Policy,
        budget: Budget,
        clock: Clock,
        rnd: random.Random,
        *,
        on_outcome: Callable[[TaskId, TrackedTask, TrackedTask, ApiError | None], None],
        on_end: Callable[[asyncio.Task[None]], None],
        may_poll: Callable[[], bool],
        may_ask: Callable[[], bool],
    ) -> None:
        self.policy = policy
        self.budget = budget
        self.learned = Learned()
        self._book = book
        self._agenda = Agenda()
        self._clock = clock
        self._rnd = rnd
        self._client: AsksDetail | None = None
        self._on_outcome = on_outcome
        self._on_end = on_end
        self._may_poll = may_poll
        self._may_ask = may_ask
        self._wake = asyncio.Event()
        self._manual: dict[TaskId, None] = {}
        self._asking: dict[TaskId, asyncio.Task[None]] = {}
        self._first: Collection[TaskId] = ()
        self._clock_gap: float | None = None
        self._garbled = 0
        self._is_out_of_credit = False
        self._credential_no = 0

    def connect(self, client: AsksDetail) -> None:
        """Use this client from now on. Refusals of credentials that were tried before it do not count any more."""
        self._client = client
        self._credential_no += 1
        self.wake()

    def wake(self) -> None:
        """Look again at once: something that the loop waits for has changed."""
        self._wake.set()

    def retry(self) -> None:
        """Probe at once: there is a reason to think that the service can be reached again."""
        self.budget.retry(self._clock.monotonic())
        self.wake()

    def pace(self, faster: bool) -> float:
        """One step more or less often, within the safe limits; returns the factor on the intervals."""
        now = self.policy
        steps = [pace for pace in PACES if (pace < now.pace if faster else pace > now.pace)]
        if steps:
            self.policy = Policy(now.min_interval_s, now.max_interval_s, max(steps) if faster else min(steps))
            self.plan(self._book.view)
        return self.policy.pace

    def show(self, first: Collection[TaskId]) -> None:
        """Who is on screen, the selected one first: they are preferred when the budget is short."""
        self._first = first

    def plan(self, ids: Iterable[TaskId]) -> None:
        """Work out anew when to ask about these; those that are gone or finished leave the agenda."""
        now, now_ms = self._clock.monotonic(), self._clock.now_ms()
        for task_id in ids:
            task = self._book.view.get(task_id)
            if task is None or not task.is_active:
                self._agenda.drop(task_id)
            elif task_id not in self._asking:
                self._agenda.put(task_id, now + self.policy.wait_s(task, now_ms, self.learned, self._rnd))
        self.wake()

    def refresh(self, ids: Iterable[TaskId]) -> None:
        """Ask about these before anything else, also when polling is paused or they are finished."""
        for task_id in ids:
            if self._book.apply(task_id, asked_again) is not None and task_id not in self._asking:
                self._manual[task_id] = None
        self.wake()

    def hint(self, ids: Iterable[TaskId]) -> None:
        """Somebody says that these changed: ask about those that are not finished, with nothing else done to them."""
        for task_id in ids:
            task = self._book.view.get(task_id)
            if task is None or task.is_finished:
                continue
            if (asking := self._asking.get(task_id)) is not None:
                # The answer under way may be older than the change.
                asking.add_done_callback(partial(self._hint_again, task_id))
            else:
                self._manual[task_id] = None
        self.wake()

    def _hint_again(self, task_id: TaskId, asked: asyncio.Task[None]) -> None:
        if not asked.cancelled():
            self.hint((task_id,))

    def forget_manual(self) -> None:
        """Drop refreshes that wait, because nothing can be asked now."""
        self._manual.clear()

    def forecast(self, task_id: TaskId) -> Forecast | None:
        """When the task is expected to end; `None` if nothing is known or it is not active."""
        task = self._book.view.get(task_id)
        return None if task is None else self.policy.forecast(task, self._clock.now_ms(), self.learned)

    def due_s(self, task_id: TaskId) -> float | None:
        """Seconds until this one is due, 0 while it is asked or waits for its turn; `None` if it is not planned."""
        if task_id in self._asking or task_id in self._manual:
            return 0.0
        at = self._agenda.due_at(task_id)
        return None if at is None else max(0.0, at - self._clock.monotonic())

    def next_due_s(self) -> float | None:
        """Seconds until the next request, 0 while the next must wait for those under way; `None`: none is planned."""
        now = self._clock.monotonic()
        at = now if self._manual else self._agenda.next_at()
        ready_s = self.budget.ready_in_s(now)
        if at is None or math.isinf(ready_s):
            return None if at is None else 0.0
        return max(0.0, at - now, ready_s)

    async def run(self) -> None:
        """Ask for ever; cancel to end. Requests in flight are cancelled with it."""
        try:
            while True:
                self._wake.clear()
                await self._notice_sleep()
                while (wait_s := self._step()) <= 0:  # at most as many as may be in flight
                    pass
                await self._sleep(min(wait_s, IDLE_LOOK_S))
        finally:
            asking = list(self._asking.values())
            for request in asking:
                request.cancel()
            await asyncio.gather(*asking, return_exceptions=True)  # their connections close before the client does

    def _step(self) -> float:
        """Start one request if one may start now; returns the seconds until the next look, 0 for at once."""
        if self._client is None or not self._may_ask():
            return IDLE_LOOK_S
        now = self._clock.monotonic()
        ready_s = self.budget.ready_in_s(now)
        if self._manual:
            if ready_s > 0:
                return ready_s
            task_id = next(iter(self._manual))
            del self._manual[task_id]
            self._agenda.drop(task_id)
            self._start(task_id, self._client, now)
            return 0.0
        next_at = self._agenda.next_at() if self._may_poll() else None
        if next_at is None:
            return IDLE_LOOK_S
        if (wait_s := max(ready_s, next_at - now)) > 0:
            return wait_s
        chosen = self._agenda.take(now, self._urgency, self._first)
        if chosen is not None:
            self._start(chosen, self._client, now)
        return 0.0

    def _urgency(self, task_id: TaskId) -> float:
        task = self._book.view.get(task_id)
        return 0.0 if task is None else self.policy.urgency(task, self._clock.now_ms(), self.learned)

    def _start(self, task_id: TaskId, client: AsksDetail, now: float) -> None:
        if task_id not in self._book.view:
            return
        self.budget.spend(now)
        asking = asyncio.create_task(self._ask(task_id, client, self._clock.now_ms()), name=f"ask {task_id}")
        asking.add_done_callback(self._on_end)
        self._asking[task_id] = asking

    async def _ask(self, task_id: TaskId, client: AsksDetail, asked_ms: int) -> None:
        self.budget.started()
        credential_no = self._credential_no
        error: ApiError | None = None
        try:
            detail = await client.detail(task_id)
        except ApiError as caught:
            error = caught
            log.info("%s: %s: %s", task_id, error.kind, error.message)
        finally:
            self.budget.ended()
            del self._asking[task_id]
        if isinstance(error, AuthRefused) and credential_no != self._credential_no:
            self.plan((task_id,))
            return
        now_ms = self._clock.now_ms()
        self._tell_budget(error)
        if error is None:
            booked = self._book.apply(task_id, partial(answered, detail=detail, asked_ms=asked_ms, now_ms=now_ms))
        else:
            booked = self._book.apply(task_id, partial(not_answered, error=error, asked_ms=asked_ms, now_ms=now_ms))
        if booked is None:
            self._agenda.drop(task_id)
            return
        before, after = booked
        if after.is_finished and not before.is_finished:
            self.learned.note(after)
        self._reschedule(after, error)
        self._notice_credit(error)
        self._on_outcome(task_id, before, after, error)
        self.wake()

    def _reschedule(self, task: TrackedTask, error: ApiError | None) -> None:
        if not task.is_active:
            self._agenda.drop(task.id)
            return
        wait_s = self.policy.wait_s(task, self._clock.now_ms(), self.learned, self._rnd)
        if isinstance(error, OutOfCredit):
            wait_s = max(wait_s, self.policy.max_interval_s, len(self._agenda) / OUT_OF_CREDIT_PER_S)
        self._agenda.put(task.id, self._clock.monotonic() + wait_s)

    def _notice_credit(self, error: ApiError | None) -> None:
        """The first good answer after the credit was used up is news for all."""
        if isinstance(error, OutOfCredit):
            self._is_out_of_credit = True
        elif error is None and self._is_out_of_credit:
            self._is_out_of_credit = False
            self.plan(list(self._book.view))

    def _tell_budget(self, error: ApiError | None) -> None:
        now = self._clock.monotonic()
        self._garbled = self._garbled + 1 if isinstance(error, Garbled) else 0
        if isinstance(error, Throttled):
            self.budget.throttled(now, error.retry_after_s)
        elif isinstance(error, Unreachable | ServerFailed) or self._garbled >= GARBLED_IN_A_ROW:
            self.budget.failed(now)
        elif not isinstance(error, AuthRefused | Garbled):
            self.budget.succeeded(now)

    async def _notice_sleep(self) -> None:
        """After a sleep of the machine (the wall clock ran, the monotonic one stood) connections are dead."""
        gap = self._clock.now_ms() / 1000 - self._clock.monotonic()
        if self._clock_gap is not None and abs(gap - self._clock_gap) > CLOCK_JUMP_S and self._client is not None:
            log.info("the clocks diverged by %.0f s: new connections, everything planned anew", gap - self._clock_gap)
            await self._client.reset()
            self.budget.settle(self._clock.monotonic())
            self.plan(list(self._book.view))
        self._clock_gap = gap

    async def _sleep(self, seconds: float) -> None:
        alarm = asyncio.get_running_loop().call_later(seconds, self._wake.set)
        try:
            await self._wake.wait()
        finally:
            alarm.cancel()
