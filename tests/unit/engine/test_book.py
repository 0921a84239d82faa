"""Records are visible at once, written later, and merged with what other processes wrote meanwhile."""

from __future__ import annotations

import asyncio
from functools import partial

from headswap_tui.domain.changes import answered, edited, track
from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.events import Event, TasksChanged
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.engine.book import Book

A, B = TaskId("a" * 24), TaskId("b" * 24)


def book() -> tuple[Book, list[Event]]:
    events: list[Event] = []
    made = Book(events.append, SystemClock())
    made.fill({A: track(A, 1), B: track(B, 1)})
    events.clear()
    return made, events


def progress(value: float, at: int) -> partial[TrackedTask]:
    return partial(answered, detail=Detail(status=2, progress=value), asked_ms=at, now_ms=at)


def shown(made: Book, task_id: TaskId) -> float | None:
    detail = made.view[task_id].detail
    return detail.progress if detail else None


def test_an_outcome_is_seen_at_once_and_waits_to_be_written() -> None:
    made, events = book()
    made.apply(A, progress(10, 100))
    assert shown(made, A) == 10
    assert events == [TasksChanged(frozenset({A}))]
    assert set(made.to_write()) == {A}
    assert not made.has_unwritten


def test_a_step_that_changes_nothing_is_neither_told_nor_written() -> None:
    made, events = book()
    made.apply(A, lambda task: task)
    assert events == []
    assert not made.has_unwritten


async def test_whoever_writes_sleeps_until_something_waits() -> None:
    made, _ = book()
    waiting = asyncio.create_task(made.wait())
    await asyncio.sleep(0)
    made.apply(A, lambda task: task)
    await asyncio.sleep(0)
    assert not waiting.done()
    made.apply(A, progress(10, 100))
    await asyncio.wait_for(waiting, 10)
    tried = made.to_write()
    again = asyncio.create_task(made.wait())
    await asyncio.sleep(0)
    assert not again.done()
    made.put_off(tried)
    await asyncio.wait_for(again, 10)
    made.accept({A: None}, {})  # removed by another process: nothing of it is left to write
    last = asyncio.create_task(made.wait())
    await asyncio.sleep(0)
    assert not last.done()
    last.cancel()


def test_what_failed_to_be_written_waits_again_with_what_came_since() -> None:
    made, _ = book()
    made.apply(A, progress(10, 100))
    tried = made.to_write()
    made.apply(A, progress(20, 200))
    made.put_off(tried)
    assert made.to_write()[A] is made.view[A]
    assert shown(made, A) == 20


def test_a_change_during_the_write_survives_the_acceptance_of_the_written_record() -> None:
    made, _ = book()
    made.apply(A, progress(10, 100))
    written = made.to_write()
    made.apply(A, progress(20, 200))
    made.accept({A: edited(written[A], label="from another window")}, written)
    assert (made.view[A].label, shown(made, A)) == ("from another window", 20)
    assert made.has_unwritten


def test_another_processs_edit_does_not_undo_an_answer_that_waits() -> None:
    made, events = book()
    before = made.view[A]
    made.apply(A, progress(10, 100))
    events.clear()
    made.accept({A: edited(before, label="theirs")}, {})
    assert (made.view[A].label, shown(made, A)) == ("theirs", 10)
    assert events == [TasksChanged(frozenset({A}))]


def test_a_removed_task_goes_with_what_waited_for_it() -> None:
    made, events = book()
    made.apply(A, progress(10, 100))
    events.clear()
    made.accept({A: None}, {})
    assert A not in made.view
    assert made.to_write() == {}
    assert events == [TasksChanged(frozenset({A}))]
    assert made.apply(A, progress(20, 200)) is None
