"""What the user does to the list: each one transaction in the store, durable before it returns, then in the book."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import msgspec

from headswap_tui.domain.changes import edited, track
from headswap_tui.domain.clock import Clock
from headswap_tui.domain.errors import StoreError
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.engine.book import Book, Step
from headswap_tui.engine.writer import Writer
from headswap_tui.store.tasks import TaskStore


class Added(msgspec.Struct, frozen=True):
    """What became of ids that were to be tracked."""

    new: tuple[TaskId, ...]
    known: tuple[TaskId, ...]
    """Tracked already; nothing about them changed."""


class Tracking:
    """Adds, removes and edits. Every method raises `StoreError` if it could not be written; then nothing changed."""

    def __init__(
        self,
        store: TaskStore,
        book: Book,
        writer: Writer,
        clock: Clock,
        on_change: Callable[[Iterable[TaskId]], None],
    ) -> None:
        """`on_change` is told the ids that were added or removed."""
        self._store = store
        self._book = book
        self._writer = writer
        self._clock = clock
        self._on_change = on_change

    async def add(self, ids: Sequence[TaskId], label: str | None, tags: tuple[str, ...]) -> Added:
        """Track these from now on."""
        wanted = tuple(dict.fromkeys(ids))
        now_ms = self._clock.now_ms()
        new = await self.put([track(task_id, now_ms, label, tags) for task_id in wanted])
        return Added(new=tuple(new), known=tuple(task_id for task_id in wanted if task_id not in new))

    async def put(self, tasks: Sequence[TrackedTask]) -> dict[TaskId, TrackedTask]:
        """Put these records into the list, but for those that are in it already; returns those put."""
        new = dict.fromkeys(await self._writer.in_store(partial(self._store.add, list(tasks))))
        put = {task.id: task for task in tasks if task.id in new}
        self._book.accept(put, {})
        self._on_change(put)
        return put

    async def remove(self, ids: Sequence[TaskId]) -> list[TrackedTask]:
        """Take these off the list; returns their records."""
        with contextlib.suppress(StoreError):  # what cannot be written now goes with the task
            await self._writer.flush()
        removed = await self._writer.in_store(partial(self._store.remove, ids))
        self._book.accept(dict.fromkeys(ids), {})
        self._on_change(ids)
        return removed

    async def edit(
        self,
        ids: Iterable[TaskId],
        *,
        label: str | None,
        tags: tuple[str, ...] | None,
        archived: bool | None,
        notify: bool | None,
    ) -> list[TrackedTask]:
        """Change the user's own fields; `None` leaves one. Returns the records before."""
        before = [self._book.view[task_id] for task_id in ids if task_id in self._book.view]
        step = partial(edited, label=label, tags=tags, archived=archived, notify=notify)
        await self._change({task.id: step for task in before})
        return before

    async def put_back(self, before: Iterable[TrackedTask]) -> None:
        """The user's own fields as they were in these records."""
        await self._change(
            {
                task.id: partial(
                    edited, label=task.label or "", tags=task.tags, archived=task.archived, notify=task.notify
                )
                for task in before
            }
        )

    async def follow(self) -> None:
        """Take over what other processes wrote."""
        changed = await self._writer.in_store(self._store.follow)
        if changed:
            self._book.accept(changed, {})
            self._on_change(changed)

    async def _change(self, steps: Mapping[TaskId, Step]) -> None:
        self._book.accept(await self._writer.in_store(partial(self._store.change, steps)), {})
