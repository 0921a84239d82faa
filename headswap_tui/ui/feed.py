"""Collects what the engine tells until the screen has time for it. Adding to a set is all that an event costs."""

from __future__ import annotations

import msgspec

from headswap_tui.domain.events import (
    ConnectionChanged,
    DownloadFinished,
    Event,
    TasksChanged,
    TasksFinished,
    TasksStalled,
    TransfersChanged,
    VideosExpiring,
    VideosGone,
)
from headswap_tui.domain.task import TaskId


class Feed(msgspec.Struct):
    """What happened since the last `take`."""

    changed: set[TaskId] = set()
    """Records that are other ones now."""
    moved: set[TaskId] = set()
    """Downloads whose figures moved."""
    finished: set[TaskId] = set()
    fetched: set[TaskId] = set()
    """Downloads that ended, well or not."""
    stalled: set[TaskId] = set()
    expiring: set[TaskId] = set()
    gone: set[TaskId] = set()
    connection: bool = False
    """Whether the status line has something new to say."""

    def __bool__(self) -> bool:
        return bool(self.changed or self.moved or self.connection or self.is_telling)

    @property
    def is_telling(self) -> bool:
        """Whether something happened that the user is told of."""
        return bool(self.finished or self.fetched or self.stalled or self.expiring or self.gone)

    def listen(self, event: Event) -> None:
        """The engine's listener."""
        match event:
            case TasksChanged(ids=ids):
                self.changed |= ids
            case TransfersChanged(ids=ids):
                self.moved |= ids
            case TasksFinished(ids=ids):
                self.finished |= ids
            case DownloadFinished(id=task_id):
                self.fetched.add(task_id)
                self.changed.add(task_id)
            case TasksStalled(ids=ids):
                self.stalled |= ids
            case VideosExpiring(ids=ids):
                self.expiring |= ids
            case VideosGone(ids=ids):
                self.gone |= ids
            case ConnectionChanged():
                self.connection = True

    def take(self) -> Feed:
        """What was collected; from now on anew."""
        taken = msgspec.structs.replace(self)
        empty = Feed()
        for name in self.__struct_fields__:
            setattr(self, name, getattr(empty, name))
        return taken
