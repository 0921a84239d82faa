"""Ends of videos that are far away are not kept in mind one by one, and none is missed for that."""

from __future__ import annotations

from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.events import Event, VideosExpiring
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.engine.alarms import HORIZON_MS, Alarms
from headswap_tui.engine.book import Book
from headswap_tui.scheduler.learned import Learned

DAY_MS = 86_400_000
START_MS = 1_800_000_000_000


class SetClock(SystemClock):
    """A wall clock that stands where it was set."""

    def __init__(self) -> None:
        self.at_ms = START_MS

    def now_ms(self) -> int:
        return self.at_ms


def completed(number: int, finished_ms: int) -> TrackedTask:
    detail = Detail(status=3, video_url="https://files.example/v.mp4")
    return TrackedTask(TaskId(f"{number:024x}"), finished_ms, detail=detail, finished_ms=finished_ms)


async def test_each_end_is_told_when_it_is_near_however_far_away_it_was() -> None:
    clock, events = SetClock(), list[Event]()
    book = Book(lambda _event: None, clock)
    soon, later = completed(1, START_MS - 5 * DAY_MS), completed(2, START_MS)
    book.fill({task.id: task for task in (soon, later)})
    alarms = Alarms(book, clock, 7.0, Learned(), emit=events.append, rescue=None)
    while clock.at_ms < START_MS + 7 * DAY_MS:
        await alarms.look()
        clock.at_ms += HORIZON_MS // 4
    assert events == [VideosExpiring(frozenset({soon.id})), VideosExpiring(frozenset({later.id}))]
