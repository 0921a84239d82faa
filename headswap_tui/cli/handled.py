"""Which finished tasks a `watch` has dealt with, kept beside the store so that a killed one loses nothing.

A text file with one id a line, appended to as each is done. It is made when somebody watches a profile for the first
time: what had finished before that is nobody's business any more. Only one `watch` at a time deals with a profile.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.store.lock import FileLock

FILE_NAME: Final = "watched.txt"
LOCK_NAME: Final = "watch.lock"
LARGEST_FILE: Final = 64 << 20


class Handled:
    """The ids that are done. Nothing is read or written until `claim` succeeded."""

    def __init__(self, profile_dir: Path) -> None:
        self._path = profile_dir / FILE_NAME
        self._lock = FileLock(profile_dir / LOCK_NAME)
        self._ids: set[TaskId] = set()
        self.is_ours = False
        """Whether this process deals with what finishes."""

    def claim(self, tasks: Mapping[TaskId, TrackedTask]) -> bool:
        """Try to become the one that deals with them; cheap, never blocks.

        Raises `StoreError` where no lock can be had and `OSError` if the file cannot be read or made.
        """
        if not self.is_ours and self._lock.try_acquire():
            try:
                self._load(tasks)
            except OSError:
                self._lock.release()
                raise
            self.is_ours = True
        return self.is_ours

    @property
    def holder_pid(self) -> int | None:
        """Process that deals with them instead of us, as far as known."""
        holder = None if self.is_ours else self._lock.holder()
        return holder.pid if holder else None

    def __contains__(self, task_id: TaskId) -> bool:
        return task_id in self._ids

    def add(self, task_id: TaskId) -> None:
        """This one is done. Raises `OSError` if that could not be written; it counts as done all the same."""
        if task_id not in self._ids:
            self._ids.add(task_id)
            self._append(f"{task_id}\n")

    def forget(self, ids: Iterable[TaskId]) -> None:
        """These are not tracked any more; should they come back, they are dealt with again. Raises `OSError`."""
        gone = self._ids.intersection(ids)
        if gone:
            self._ids -= gone
            self._write()

    def close(self) -> None:
        """Let another process deal with them."""
        self.is_ours = False
        self._lock.close()

    def _load(self, tasks: Mapping[TaskId, TrackedTask]) -> None:
        try:
            with self._path.open("rb") as file:
                text = file.read(LARGEST_FILE).decode("utf-8", "replace")
        except FileNotFoundError:
            self._ids = {task.id for task in tasks.values() if task.is_finished}
        else:
            # A last line without its end was cut short by a kill: that id comes again.
            whole = text[: text.rfind("\n") + 1]
            self._ids = {task_id for line in whole.splitlines() if (task_id := TaskId(line)) in tasks}
        self._write()

    def _append(self, text: str) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)

    def _write(self) -> None:
        draft = self._path.with_name(FILE_NAME + ".new")
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{task_id}\n" for task_id in sorted(self._ids))
        draft.replace(self._path)
