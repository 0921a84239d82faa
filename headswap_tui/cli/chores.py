"""What is to be done for each task that ends: fetch its video, run the hook, remember that it was done."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from typing import Final

from headswap_tui.cli.handled import Handled
from headswap_tui.cli.happenings import Kind
from headswap_tui.cli.hooks import HookRunner
from headswap_tui.cli.watching import Watching
from headswap_tui.config.settings import Hooks
from headswap_tui.domain.errors import StoreError
from headswap_tui.domain.task import Download, DownloadState, State, TaskId, TrackedTask
from headswap_tui.engine.engine import Engine

_OVER: Final = frozenset({DownloadState.DONE, DownloadState.FAILED, DownloadState.CANCELLED})


class Chores:
    """Deals with finished tasks, at least once each, also those that finished while no `watch` ran."""

    def __init__(
        self, engine: Engine, watching: Watching, handled: Handled, hooks: Hooks, runner: HookRunner, *, downloads: bool
    ) -> None:
        self._engine = engine
        self._watching = watching
        self._handled = handled
        self._hooks = hooks
        self._runner = runner
        self._downloads = downloads
        self._waiting: dict[TaskId, None] = {}
        self._fetching: dict[TaskId, Download | None] = {}
        """Downloads asked for, with the record before."""
        self._running: dict[TaskId, asyncio.Task[None]] = {}
        self._trouble = ""

    def look(self) -> None:
        """Go on with whatever can go on. Never blocks."""
        fresh, self._watching.finished = self._watching.finished, {}
        if self._handled.is_ours or self._claim():
            self._waiting |= fresh
        for task_id in list(self._waiting):
            task = self._engine.tasks.get(task_id)
            if task is None or task_id in self._handled:
                del self._waiting[task_id]
                self._fetching.pop(task_id, None)
            elif self._is_fetched(task):
                del self._waiting[task_id]
                self._end(task)
        self._forget_removed()

    async def stop(self) -> None:
        """End the hooks that run; those tasks are dealt with again by the next `watch`."""
        running = list(self._running.values())
        for hook in running:
            hook.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._handled.close()

    def _claim(self) -> bool:
        tasks = self._engine.tasks
        try:
            is_ours = self._handled.claim(tasks)
        except (OSError, StoreError) as error:
            self._say(str(error))
            return False
        if not is_ours:
            pid = self._handled.holder_pid
            self._say(f"another watch{f' (process {pid})' if pid else ''} downloads and runs the hooks")
            return False
        self._say("")
        for task in tasks.values():
            if task.is_finished and task.id not in self._handled:
                self._waiting[task.id] = None
                if task.id not in self._watching.told:
                    self._watching.ended(task)
        return True

    def _say(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            self._watching.note(Kind.STORE, trouble)
        self._trouble = trouble

    def _is_fetched(self, task: TrackedTask) -> bool:
        """Whether nothing more is to be waited for."""
        if not self._downloads or task.state is not State.COMPLETED:
            return True
        if task.id not in self._fetching:
            if task.download is not None and task.download.state is DownloadState.DONE:
                return True
            self._fetching[task.id] = task.download
            self._engine.download([task.id])
            return False
        download = task.download
        return download is not None and download is not self._fetching[task.id] and download.state in _OVER

    def _end(self, task: TrackedTask) -> None:
        self._fetching.pop(task.id, None)
        words = self._hooks.on_failed if task.state is State.FAILED else self._hooks.on_completed
        if not words:
            self._written(partial(self._handled.add, task.id))
        elif task.id not in self._running:
            hook = asyncio.create_task(self._hook(words, task), name=f"hook {task.id}")
            self._running[task.id] = hook
            hook.add_done_callback(lambda _hook: self._running.pop(task.id, None))

    async def _hook(self, words: tuple[str, ...], task: TrackedTask) -> None:
        problem = await self._runner.run(words, task)
        if problem is not None:
            self._watching.note(Kind.HOOK_FAILED, problem, task)
        self._written(partial(self._handled.add, task.id))

    def _forget_removed(self) -> None:
        removed, self._watching.removed = self._watching.removed, set()
        if removed and self._handled.is_ours:
            self._written(partial(self._handled.forget, removed))

    def _written(self, write: Callable[[], None]) -> None:
        with contextlib.suppress(OSError):
            write()
            return
        self._say("what was dealt with could not be written down: it is done again after a restart")
