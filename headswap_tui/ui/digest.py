"""What happened while the terminal's window was not looked at, as one message on return. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from headswap_tui.domain.task import DownloadState, State, TaskId, TrackedTask
from headswap_tui.ui.announcing import Announcement, Severity, named
from headswap_tui.ui.presentation.times import exact_span

SHORT_MS: Final = 10_000
"""Who was away for less still sees the messages themselves."""


class Digest:
    """Collects between losing and regaining the focus; without a terminal that tells of it nothing is ever said."""

    def __init__(self) -> None:
        self._since_ms: int | None = None
        self._finished: set[TaskId] = set()
        self._fetched: set[TaskId] = set()

    def leave(self, now_ms: int) -> None:
        """The window lost the focus."""
        if self._since_ms is None:
            self._since_ms = now_ms

    def note(self, finished: Collection[TaskId], fetched: Collection[TaskId]) -> None:
        """These ended just now: tasks, and downloads."""
        if self._since_ms is not None:
            self._finished.update(finished)
            self._fetched.update(fetched)

    def come_back(self, now_ms: int, tasks: Mapping[TaskId, TrackedTask]) -> Announcement | None:
        """The window has the focus again: what to say; `None` if nothing happened or it was only a moment."""
        since, self._since_ms = self._since_ms, None
        finished = [tasks[task_id] for task_id in self._finished if task_id in tasks]
        fetched = [tasks[task_id] for task_id in self._fetched if task_id in tasks]
        self._finished, self._fetched = set(), set()
        if since is None or now_ms - since < SHORT_MS:
            return None
        failed = [task for task in finished if task.state in (State.FAILED, State.MISSING)]
        done = [task for task in finished if task.state not in (State.FAILED, State.MISSING)]
        saved = [task for task in fetched if task.download and task.download.state is DownloadState.DONE]
        broken = [task for task in fetched if task.download and task.download.state is DownloadState.FAILED]
        parts = ((failed, "failed"), (done, "completed"), (broken, "not downloaded"), (saved, "saved"))
        lines = [f"{len(some)} {what}: {named(_newest_first(some))}" for some, what in parts if some]
        if not lines:
            return None
        severity: Severity = "error" if failed or broken else "information"
        return Announcement(f"While you were away ({exact_span((now_ms - since) / 1000)})", "\n".join(lines), severity)


def _newest_first(tasks: list[TrackedTask]) -> list[TrackedTask]:
    return sorted(tasks, key=lambda task: (task.finished_ms, task.id), reverse=True)
