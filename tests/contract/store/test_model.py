"""Any sequence of what users and processes do equals a plain dict."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from msgspec import structs

from headswap_tui.domain.changes import edited
from headswap_tui.domain.task import Detail, TrackedTask
from headswap_tui.store.tasks import TaskStore
from tests.contract.store.samples import START_MS, Tasks, an_id, compact, read
from tests.unit.store.strategies import details, tasks, words

IDS = st.integers(0, 6).map(an_id)
WHO = st.integers(0, 1)


class StoreMachine(RuleBasedStateMachine):
    """Two stores on one file, and a dict."""

    removed: Bundle[TrackedTask] = Bundle("removed")
    edited: Bundle[TrackedTask] = Bundle("edited")

    @initialize()
    def begin(self) -> None:
        self.directory = Path(tempfile.mkdtemp())
        self.stores = [TaskStore.open(self.directory), TaskStore.open(self.directory, decoded=True)]
        self.seen: list[Tasks] = [{}, {}]
        self.model: Tasks = {}

    @rule(who=WHO, new=st.lists(tasks(IDS), max_size=4))
    def add(self, who: int, new: list[TrackedTask]) -> None:
        really = list(dict.fromkeys(task.id for task in new if task.id not in self.model))
        assert self.stores[who].add(new) == really
        for task in new:
            self.model.setdefault(task.id, task)

    @rule(who=WHO, ids=st.lists(IDS, max_size=3, unique=True), target=removed)
    def remove(self, who: int, ids: list[str]) -> Any:
        gone = self.stores[who].remove(map(an_id, (int(one, 16) for one in ids)))
        assert gone == [self.model.pop(task.id) for task in gone]
        assert not self.model.keys() & set(ids)
        return multiple(*gone)

    @rule(who=WHO, task=removed)
    def undo_a_remove(self, who: int, task: TrackedTask) -> None:
        self.stores[who].add([task])
        self.model.setdefault(task.id, task)

    @rule(who=WHO, key=IDS, label=words, archived=st.booleans(), target=edited)
    def edit(self, who: int, key: str, label: str, archived: bool) -> Any:
        task_id = an_id(int(key, 16))
        before = self.model.get(task_id)
        result = self.stores[who].change({task_id: lambda task: edited(task, label=label, archived=archived)})
        if before is None:
            assert result == {}
            return multiple()
        self.model[task_id] = edited(before, label=label, archived=archived)
        assert result == {task_id: self.model[task_id]}
        return before

    @rule(who=WHO, before=edited)
    def undo_an_edit(self, who: int, before: TrackedTask) -> None:
        def back(task: TrackedTask) -> TrackedTask:
            return edited(task, label=before.label or "", archived=before.archived)

        self.stores[who].change({before.id: back})
        if before.id in self.model:
            self.model[before.id] = back(self.model[before.id])

    @rule(who=WHO, key=IDS, detail=details, new=tasks(st.just("x")))
    def update(self, who: int, key: str, detail: Detail, new: TrackedTask) -> None:
        task_id = an_id(int(key, 16))

        def answer(task: TrackedTask) -> TrackedTask:
            return structs.replace(
                task, detail=detail, history=new.history, answered_ms=START_MS, tags=new.tags, download=new.download
            )

        self.stores[who].change({task_id: answer})
        if task_id in self.model:
            self.model[task_id] = answer(self.model[task_id])

    @rule(who=WHO)
    def follow(self, who: int) -> None:
        self.stores[who].follow()
        assert self.stores[who].load() == self.model

    @rule(who=WHO)
    def reopen(self, who: int) -> None:
        self.stores[who].close()
        self.stores[who] = TaskStore.open(self.directory, decoded=who == 1)
        assert self.stores[who].load() == self.model

    @rule(who=WHO)
    def compact(self, who: int) -> None:
        compact(self.stores[who])

    @invariant()
    def the_file_says_the_same(self) -> None:
        if hasattr(self, "directory"):
            assert read(self.directory) == self.model

    def teardown(self) -> None:
        if hasattr(self, "directory"):
            for store in self.stores:
                store.follow()
                assert store.load() == self.model
                assert list(store.load()) == list(read(self.directory))
                store.close()
            shutil.rmtree(self.directory)


StoreMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestStore = StoreMachine.TestCase
