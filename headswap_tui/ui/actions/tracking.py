"""The list itself: add, edit, remove, undo, tell me when it ends."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from headswap_tui.domain.changes import normal_tags
from headswap_tui.domain.errors import StoreError
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.domain.text import safe
from headswap_tui.engine.tracking import Added
from headswap_tui.ui.actions.desk import Desk, Handlers
from headswap_tui.ui.adding import AddRequest, words_for
from headswap_tui.ui.editing import Edit, tags_after
from headswap_tui.ui.undo import Step


class Tracking:
    """Commands about which tasks are tracked and under which names."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> Handlers:
        """By command id."""
        return {
            "add": self.add,
            "edit": self.edit,
            "remove": self.remove,
            "archive": self.archive,
            "undo": self.take_back,
            "notify": self.notify,
        }

    async def add(self, text: str = "") -> None:
        """Ask for ids, beginning with `text`, and track them; the dialog stays until they are on disk."""
        from headswap_tui.ui.screens.add import AddDialog

        desk = self._desk
        example = None if text else desk.example()
        added = await desk.ask(AddDialog(desk.engine.tasks, text, add=self._add, example=example))
        if added is None:
            return
        desk.tell(words_for(len(added.new), len(added.known)))
        desk.beat()
        if ids := (added.new or added.known):
            desk.table.move_to(ids[0])

    async def _add(self, request: AddRequest) -> Added:
        return await self._desk.engine.add(request.ids, request.label, request.tags)

    async def edit(self) -> None:
        """Change label and tags of the targets."""
        from headswap_tui.ui.screens.edit import EditDialog

        desk, targets = self._desk, self._desk.targets()
        edit = await desk.ask(EditDialog(targets))
        if edit is None or edit == Edit():
            return
        before = await self._edited(targets, edit)
        changed = [task for task in before if _own(desk.engine.tasks.get(task.id)) != _own(task)]
        if changed:
            words = f"edited {_named(changed)}"
            back = f"{_named(changed)} {_is(changed)} as before the edit"
            desk.undo.push(Step(words, back, partial(desk.engine.put_back, changed)))
            said = words.capitalize() if len(changed) > 1 else "Saved"
            desk.tell(f"{said}; {desk.by_key('undo')} takes it back.")
        desk.show_footer()

    async def _edited(self, targets: list[TrackedTask], edit: Edit) -> list[TrackedTask]:
        """Edit in as few writes as there are different outcomes; returns the records before."""
        groups: dict[tuple[str, ...] | None, list[TrackedTask]] = {}
        for task in targets:
            tags = None if edit.tags is None else normal_tags(tags_after(edit.tags, task.tags))
            groups.setdefault(tags, []).append(task)
        before: list[TrackedTask] = []
        for tags, tasks in groups.items():
            before += await self._desk.engine.edit([task.id for task in tasks], label=edit.label, tags=tags)
        return before

    async def remove(self) -> None:
        """Stop tracking the targets; for more than one ask first."""
        from headswap_tui.ui.screens.confirm import ConfirmDialog

        desk, targets = self._desk, self._desk.targets()
        if len(targets) > 1:
            question = f"Remove {len(targets)} tasks from the list?"
            until = "you quit or go to another profile" if desk.situation().has_profiles else "you quit"
            back = f"{desk.by_key('undo')} brings them back until {until}."
            detail = f"They go on running at the service; {back}" if any(task.is_active for task in targets) else back
            if not await desk.ask(ConfirmDialog(question, detail, yes="Remove")):
                return
        going = {task.id for task in targets}
        oldest_first = [task_id for task_id in desk.engine.tasks if task_id in going]  # so undo adds them in that order
        removed = await desk.engine.remove(oldest_first)
        if not removed:
            return
        words = f"removed {_named(removed)}"
        back = f"{_named(removed)} {_is(removed)} in the list again"
        desk.undo.push(Step(words, back, partial(self._restore, removed), _ids(removed)))
        desk.tell(f"{words[0].upper()}{words[1:]}; {desk.by_key('undo')} brings {_them(removed)} back.")
        desk.show_footer()

    async def _restore(self, removed: list[TrackedTask]) -> None:
        await self._desk.engine.restore(removed)

    async def archive(self) -> None:
        """Hide the targets from the views, or bring them back if all are hidden."""
        desk, targets = self._desk, self._desk.targets()
        hide = not all(task.archived for task in targets)
        changing = [task.id for task in targets if task.archived is not hide]
        before = await desk.engine.edit(changing, archived=hide)
        words = f"{'archived' if hide else 'brought back'} {_named(before)}"
        back = f"{_named(before)} {_is(before)} {'in the views again' if hide else 'archived again'}"
        desk.undo.push(Step(words, back, partial(desk.engine.put_back, before), _ids(before)))
        desk.table.clear_marks()
        desk.beat()
        desk.lineup.look_at(desk.lineup.view)  # the user sent it away, so it does not stay for the cursor's sake
        desk.show_order()
        undone = f"brings {_them(before)} back" if hide else f"archives {_them(before)} again"
        desk.tell(f"{words[0].upper()}{words[1:]}; {desk.by_key('undo')} {undone}.")

    async def take_back(self) -> None:
        """Undo the last remove, edit or archive, and go to the first task that it brings back."""
        desk = self._desk
        step = await desk.undo.undo()
        if step is not None:
            desk.tell(f"Taken back: {step.taken_back}.")
            desk.beat()
            if step.brings and (first := next((one for one in desk.lineup.order if one in step.brings), None)):
                desk.table.move_to(first)
        desk.show_footer()

    async def notify(self) -> None:
        """Switch the bell of the targets on, or off if all have it."""
        targets = self._desk.targets()
        ended = [task for task in targets if not task.is_active]
        on = not all(task.notify for task in targets)
        if on and len(ended) == len(targets):
            self._desk.tell("It has ended already." if len(targets) == 1 else "They have all ended already.")
            return
        try:
            await self._desk.engine.edit([task.id for task in targets], notify=on)
        except StoreError as error:
            self._desk.tell(str(error), title="Not saved", severity="error")
            return
        self._desk.tell(f"{'Will ring' if on else 'Will not ring'} for {_named(targets)}.")


def _named(tasks: list[TrackedTask]) -> str:
    return safe(tasks[0].name, 60) if len(tasks) == 1 else f"{len(tasks)} tasks"


def _ids(tasks: Iterable[TrackedTask]) -> frozenset[TaskId]:
    return frozenset(task.id for task in tasks)


def _is(tasks: list[TrackedTask]) -> str:
    return "is" if len(tasks) == 1 else "are"


def _them(tasks: list[TrackedTask]) -> str:
    return "it" if len(tasks) == 1 else "them"


def _own(task: TrackedTask | None) -> tuple[str | None, Iterable[str]] | None:
    return None if task is None else (task.label, task.tags)
