"""Notices what nobody is told of by an answer: tasks that stopped moving, and videos that may soon be gone."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
from collections.abc import Callable, Iterable
from typing import Final

from headswap_tui.domain.clock import Clock
from headswap_tui.domain.events import Event, Stall, TasksChanged, TasksStalled, VideosExpiring, VideosGone
from headswap_tui.domain.expiry import deadline, is_expired, is_unsaved, near_ms
from headswap_tui.domain.task import DownloadState, State, TaskId, TrackedTask
from headswap_tui.engine.book import Book
from headswap_tui.scheduler import stall
from headswap_tui.scheduler.learned import Learned

LOOK_S: Final = 1.0
"""At least so long between two looks."""
REST_S: Final = 60.0
"""The longest rest: the wall clock may be set, and what is near goes by it."""
HORIZON_MS: Final = 6 * 3_600_000
"""Ends that are near within this time are remembered one by one; for the others all records are looked at again."""
AT_ONCE: Final = 200
"""Records looked at before others have their turn in the loop."""
SAME_STALL_MS: Final = 1_000
MOVING: Final = frozenset({DownloadState.QUEUED, DownloadState.RUNNING})


class Alarms:
    """Each alarm goes off once: per stall, and per video in this process's life."""

    def __init__(
        self,
        book: Book,
        clock: Clock,
        retention_days: float,
        learned: Learned,
        *,
        emit: Callable[[Event], None],
        rescue: Callable[[Iterable[TaskId]], None] | None,
    ) -> None:
        """`rescue` is told the videos that may soon be gone, to fetch them; `None`: they are only announced."""
        self._book = book
        self._clock = clock
        self._retention_days = retention_days
        self._learned = learned
        self._emit = emit
        self._rescue = rescue
        self._changed: set[TaskId] = set()
        self._stalls: dict[TaskId, tuple[TrackedTask, Stall | None]] = {}
        self._stalls_told: dict[TaskId, int] = {}
        self._near: list[tuple[int, TaskId]] = []
        self._horizon_ms = 0
        self._stirred = asyncio.Event()
        self._ends_told: set[TaskId] = set()

    def listen(self, event: Event) -> None:
        """The engine's listener."""
        if isinstance(event, TasksChanged):
            self._changed |= event.ids
            self._stirred.set()

    def stall(self, task_id: TaskId) -> Stall | None:
        """Whether the task stopped moving, by its last good answer; `None` if not."""
        task = self._book.view.get(task_id)
        if task is None or task.state is not State.PROCESSING:
            self._stalls.pop(task_id, None)
            return None
        known = self._stalls.get(task_id)
        if known is None or known[0] is not task:
            known = self._stalls[task_id] = (task, stall.check(task, self._clock.now_ms(), self._learned))
        return known[1]

    async def run(self) -> None:
        """Look at everything once, then for ever at what changes and at what time brings."""
        gone = await self._survey()
        if gone:
            self._emit(VideosGone(gone))
        while True:
            await self.look()
            await self._clock.sleep(LOOK_S)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._rest_s()):
                    await self._stirred.wait()

    async def _survey(self) -> frozenset[TaskId]:
        """Look at everything; returns the videos whose time has passed."""
        self._horizon_ms = self._clock.now_ms() + HORIZON_MS
        gone = set()
        for number, task in enumerate(list(self._book.view.values())):
            self._note_end(task)
            if not task.archived and is_expired(task, self._clock.now_ms(), self._retention_days):
                gone.add(task.id)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        return frozenset(gone)

    def _rest_s(self) -> float:
        """Seconds until time brings something."""
        next_ms = min(self._near[0][0], self._horizon_ms) if self._near else self._horizon_ms
        return max(0.0, min(REST_S, (next_ms - self._clock.now_ms()) / 1000))

    async def look(self) -> None:
        """What changed since the last look, and whose time has come."""
        self._stirred.clear()
        if self._clock.now_ms() >= self._horizon_ms:
            await self._survey()
        changed, self._changed = list(self._changed), set()
        stalled = set()
        for number, task_id in enumerate(changed):
            task = self._book.view.get(task_id)
            if task is None:
                continue
            self._note_end(task)
            found = self.stall(task_id)
            if found is not None and abs(self._stalls_told.get(task_id, 0) - found.since_ms) > SAME_STALL_MS:
                self._stalls_told[task_id] = found.since_ms
                stalled.add(task_id)
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
        if stalled:
            self._emit(TasksStalled(frozenset(stalled)))
        expiring = self._expiring()
        if expiring:
            self._emit(VideosExpiring(expiring))
            if self._rescue is not None:
                self._rescue(expiring)

    def _note_end(self, task: TrackedTask) -> None:
        """Remember when the end of its video comes near, if that is soon."""
        if task.id in self._ends_told or task.archived or not is_unsaved(task):
            return
        now_ms = self._clock.now_ms()
        end = deadline(task, now_ms, self._retention_days)
        if end is not None and end.at_ms > now_ms and (at_ms := near_ms(task, end)) <= self._horizon_ms:
            heapq.heappush(self._near, (at_ms, task.id))

    def _expiring(self) -> frozenset[TaskId]:
        now_ms = self._clock.now_ms()
        found = set()
        while self._near and self._near[0][0] <= now_ms:
            _, task_id = heapq.heappop(self._near)
            task = self._book.view.get(task_id)
            if task is None or task_id in self._ends_told or task.archived or not is_unsaved(task):
                continue
            end = deadline(task, now_ms, self._retention_days)
            if end is None or end.at_ms <= now_ms or (task.download and task.download.state in MOVING):
                continue
            if near_ms(task, end) > now_ms:  # it has another address by now, which lives longer
                self._note_end(task)
                continue
            self._ends_told.add(task_id)
            found.add(task_id)
        return frozenset(found)
