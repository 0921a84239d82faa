"""Who is due when, and who goes next when more are due than the budget allows.

Tasks wait in a heap until they are due, then in an unordered pool and, at the same time, in a queue by due time.
Each choice looks at a bounded number of them, so it costs the same with ten tasks as with ten thousand.

Fairness: of every `LANES` choices one goes to the task that is due for the longest. A task that comes due with n
others due before it is therefore taken within `LANES * (n + 1)` choices, manual refreshes not counted: at r requests
a second nobody waits longer than `LANES * (n + 1) / r` seconds.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import deque
from collections.abc import Callable, Collection
from typing import Final

from headswap_tui.domain.task import TaskId

LANES: Final = 4
"""Choices in a round: the longest due once, visible rows at most twice, the most urgent the rest."""
SAMPLE: Final = 64
"""Due tasks whose urgency is compared for one choice."""
SHORTLIST: Final = 24
"""Of these, how many stay in the comparison next time."""


class Agenda:
    """The plan of one profile. Times are seconds of a monotonic clock."""

    def __init__(self, rnd: random.Random | None = None) -> None:
        self._rnd = rnd or random.Random()
        self._planned: dict[TaskId, tuple[float, int]] = {}
        self._later: list[tuple[float, int, TaskId]] = []
        self._by_due: deque[tuple[int, TaskId]] = deque()
        self._due: list[TaskId] = []
        self._place: dict[TaskId, int] = {}
        self._shortlist: list[TaskId] = []
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
        if self._planned.pop(task_id, None) is None:
            return
        place = self._place.pop(task_id, None)
        if place is not None:
            last = self._due.pop()
            if last != task_id:
                self._due[place] = last
                self._place[last] = place

    def next_at(self, asap: Collection[TaskId] = ()) -> float | None:
        """When the next task may be taken, in the past if one is due; `None` if nothing is planned."""
        if any(task_id in self._planned for task_id in asap):
            return -math.inf
        if self._due:
            return self._planned[self._due[0]][0]
        while self._later and not self._is_current(self._later[0][2], self._later[0][1]):
            heapq.heappop(self._later)
        return self._later[0][0] if self._later else None

    def take(
        self,
        now: float,
        urgency: Callable[[TaskId], float],
        first: Collection[TaskId] = (),
        asap: Collection[TaskId] = (),
    ) -> TaskId | None:
        """The task to ask now, its plan dropped; `None` if none is due.

        `asap`: those the user refreshed by hand, due or not, in this order; `first`: the selected and visible ones,
        most important first; `urgency`: what asking one is worth, compared among the others.
        """
        self._come_due(now)
        chosen = next((task_id for task_id in asap if task_id in self._planned), None)
        if chosen is None and self._due:
            chosen = self._by_lane(urgency, first)
        if chosen is not None:
            self.drop(chosen)
        return chosen

    def _come_due(self, now: float) -> None:
        while self._later and self._later[0][0] <= now:
            _, serial, task_id = heapq.heappop(self._later)
            if self._is_current(task_id, serial):
                self._place[task_id] = len(self._due)
                self._due.append(task_id)
                self._by_due.append((serial, task_id))
        if len(self._by_due) > 64 + 4 * len(self._due):
            self._by_due = deque(entry for entry in self._by_due if self._is_current(entry[1], entry[0]))

    def _by_lane(self, urgency: Callable[[TaskId], float], first: Collection[TaskId]) -> TaskId:
        self._turn = (self._turn + 1) % LANES
        if self._turn == 0:
            return self._longest_due()
        if self._turn % 2:
            visible = next((task_id for task_id in first if task_id in self._place), None)
            if visible is not None:
                return visible
        return self._most_urgent(urgency)

    def _longest_due(self) -> TaskId:
        while True:
            serial, task_id = self._by_due.popleft()
            if self._is_current(task_id, serial):
                return task_id

    def _most_urgent(self, urgency: Callable[[TaskId], float]) -> TaskId:
        if len(self._due) <= SAMPLE:
            return max(self._due, key=urgency)
        looked_at = {task_id for task_id in self._shortlist if task_id in self._place}
        while len(looked_at) < SAMPLE:
            looked_at.add(self._due[self._rnd.randrange(len(self._due))])
        ranked = heapq.nlargest(SHORTLIST + 1, looked_at, key=urgency)
        self._shortlist = ranked[1:]
        return ranked[0]

    def _is_current(self, task_id: TaskId, serial: int) -> bool:
        planned = self._planned.get(task_id)
        return planned is not None and planned[1] == serial
