"""The command palette: every command, disabled ones with the reason, and the tasks by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol, runtime_checkable

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider

from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.domain.text import safe
from headswap_tui.ui.commands import COMMANDS, Command, Keymap
from headswap_tui.ui.situation import Situation

TASK_HITS = 8
"""Tasks offered at most: the palette is no list."""


@runtime_checkable
class Commanded(Protocol):
    """A screen whose commands the palette offers."""

    keymap: Keymap

    def situation(self) -> Situation: ...
    def run_command(self, command_id: str) -> None: ...
    def named_tasks(self) -> Iterable[TrackedTask]: ...
    def go_to(self, task_id: TaskId) -> None: ...


class CommandProvider(Provider):
    """Feeds Textual's palette from the table of commands."""

    async def discover(self) -> Hits:
        """All commands."""
        for command, run, help_text in self._commands():
            yield DiscoveryHit(_title(command, self._keymap), run, text=command.label, help=help_text)

    async def search(self, query: str) -> Hits:
        """The commands that fit what is typed, then the tasks."""
        matcher = self.matcher(query)
        for command, run, help_text in self._commands():
            score = max(matcher.match(command.label), matcher.match(command.id.replace("_", " ")))
            if score > 0:
                yield Hit(score, _title(command, self._keymap), run, text=command.label, help=help_text)
        found = 0
        for task in self._screen.named_tasks() if self._screen else ():
            if query.casefold() not in f"{task.name} {task.id}".casefold():
                continue
            go = partial(self._screen.go_to, task.id) if self._screen else None
            if go is not None:
                yield Hit(0.01, Text(f"Go to {safe(task.name, 60)}"), go, text=f"Go to {task.id}", help=str(task.state))
            found += 1
            if found == TASK_HITS:
                break

    @property
    def _screen(self) -> Commanded | None:
        screen = self.screen
        return screen if isinstance(screen, Commanded) else None

    @property
    def _keymap(self) -> Keymap | None:
        return self._screen.keymap if self._screen else None

    def _commands(self) -> Iterable[tuple[Command, Callable[[], None], str]]:
        screen = self._screen
        if screen is None:
            return
        now = screen.situation()
        for command in COMMANDS:
            if command.id in ("palette", "leave"):
                continue
            why = command.why_disabled(now)
            yield (
                command,
                partial(screen.run_command, command.id),
                _literal((f"not now: {why}" if why else command.help).replace("`", "")),
            )


def _literal(text: str) -> str:
    """Markup that shows `text` as it is: the palette reads help as markup; a title of its own can be a `Text`."""
    return text.replace("[", "\\[")


def _title(command: Command, keymap: Keymap | None) -> Text:
    """The label, and the key that it could have been."""
    keys = keymap.all_shown(command.id) if keymap else ""
    return Text.assemble(command.label, ("  " + keys, "dim") if keys else "")
