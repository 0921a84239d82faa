"""Who is due when, and who goes next when more are due than the budget allows.

Tasks wait in a heap by time until they are due; then they stand in a queue by due time and in a heap by urgency.
Urgency changes with time, but it grows by at most one second per second (it is an expected delay), so what was
computed a while ago plus the time since is a bound, and the order of these bounds never changes. A choice therefore
looks again at the few with the highest bounds only: it costs the same with ten due tasks as with ten thousand.

Fairness: every `LANES`-th choice goes to the task that is due for the longest, if that is longer than `PATIENCE_S`.
A task that comes due with n others due before it is therefore taken, at r requests a second and not counting what the
user refreshes by hand (that never comes here), within `PATIENCE_S + LANES * (n + 1) / r` seconds.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Collection
from typing import Final

from headswap_tui.domain.task import TaskId

LANES: Final = 4
"""Choices in a round: the longest due at most once, visible rows at most twice, the most urgent the rest."""
PATIENCE_S: Final = 90.0
"""Being due for less than this gives no claim on the first of these."""
LOOKS: Final = 16
"""Urgencies computed anew for one choice. With 10 the ends of a crowd were noticed a seventh later; with 32 a tenth
sooner, but choosing cost more."""
ARRIVALS: Final = 32
"""Tasks that may join the due ones per choice: when thousands are due at once, not all are looked at at once."""

Urgency = Callable[[TaskId], float]
"""What asking a task is worth now, in seconds; grows by at most one a second."""


class Agenda:
    """The plan of one profile. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._planned: dict[TaskId, tuple[float, int]] = {}
        self._later: list[tuple[float, int, TaskId]] = []
        self._by_due: deque[tuple[int, TaskId]] = deque()
        self._by_worth: list[tuple[float, int, TaskId, float]] = []
        self._serial = 0
        self._turn = 0

    def __len__(self) -> int:
        """Tasks planned."""
        return len(self._planned)

    def __contains__(self, task_id: object) -> bool:
        return task_id in self._planned

    def due_at(self, task_id: TaskId) -> float | None:
        """When this one is due; `None` if it is not planned."""
        planned = self._planned.get(task_id)
        return planned[0] if planned else None

    def put(self, task_id: TaskId, at: float) -> None:
        """Plan it for `at`, in place of any other plan for it; an infinite time drops it."""
        self.drop(task_id)
        if at == math.inf:
            return
        self._serial += 1
        self._planned[task_id] = (at, self._serial)
        heapq.heappush(self._later, (at, self._serial, task_id))
        if len(self._later) > 64 + 4 * len(self._planned):
            self._later = [entry for entry in self._later if self._is_current(entry[2], entry[1])]
            heapq.heapify(self._later)

    def drop(self, task_id: TaskId) -> None:
        """Forget its plan; unknown ones are no error."""
        self._planned.pop(task_id, None)

    def next_at(self) -> float | None:
        """When the next task may be taken, in the past if one is due; `None` if nothing is planned."""
        longest = self._longest_due()
        if longest is not None:
            return self._planned[longest][0]
        while self._later and not self._is_current(self._later[0][2], self._later[0][1]):
            heapq.heappop(self._later)
        return self._later[0][0] if self._later else None

    def take(self, now: float, urgency: Urgency, first: Collection[TaskId] = ()) -> TaskId | None:
        """The task to ask now, its plan dropped; `None` if none is due.

        `first`: the selected and visible ones; `urgency`: decides among these and among the others.
        """
        self._come_due(now, urgency)
        longest = self._longest_due()
        chosen = longest and self._by_lane(now, longest, urgency, first)
        if chosen is not None:
            self.drop(chosen)
        return chosen

    def _come_due(self, now: float, urgency: Urgency) -> None:
        for _ in range(ARRIVALS):
            if not self._later or self._later[0][0] > now:
                break
            _, serial, task_id = heapq.heappop(self._later)
            if self._is_current(task_id, serial):
                self._by_due.append((serial, task_id))
                heapq.heappush(self._by_worth, (now - urgency(task_id), serial, task_id, now))
        if len(self._by_due) > 64 + 4 * len(self._planned):
            self._by_due = deque(entry for entry in self._by_due if self._is_current(entry[1], entry[0]))
        if len(self._by_worth) > 64 + 4 * len(self._planned):
            self._by_worth = [entry for entry in self._by_worth if self._is_current(entry[2], entry[1])]
            heapq.heapify(self._by_worth)

    def _by_lane(self, now: float, longest: TaskId, urgency: Urgency, first: Collection[TaskId]) -> TaskId:
        self._turn = (self._turn + 1) % LANES
        if self._turn == 0 and now - self._planned[longest][0] >= PATIENCE_S:
            return longest
        if self._turn % 2:
            visible = [task_id for task_id in first if self._planned.get(task_id, (math.inf, 0))[0] <= now]
            if visible:
                return max(visible, key=urgency) if len(visible) > 1 else visible[0]
        return self._most_urgent(now, urgency)

    def _longest_due(self) -> TaskId | None:
        while self._by_due:
            serial, task_id = self._by_due[0]
            if self._is_current(task_id, serial):
                return task_id
            self._by_due.popleft()
        return None

    def _most_urgent(self, now: float, urgency: Urgency) -> TaskId:
        """The highest worth; the caller has seen that a task is due.

        Entries are `time of computing - worth`, serial, id and time of computing. One that was computed now and stands
        first is the best of all; with that many looks spent, the best of those looked at will do.
        """
        entries, best = self._by_worth, None
        looks = 0
        while True:
            _, serial, task_id, at = entries[0]
            if not self._is_current(task_id, serial):
                heapq.heappop(entries)
            elif at == now:
                return task_id
            elif looks == LOOKS and best is not None:
                return best[2]
            else:
                looks += 1
                entry = (now - urgency(task_id), serial, task_id, now)
                heapq.heapreplace(entries, entry)
                best = entry if best is None else min(best, entry)

    def _is_current(self, task_id: TaskId, serial: int) -> bool:
        planned = self._planned.get(task_id)
        return planned is not None and planned[1] == serial
