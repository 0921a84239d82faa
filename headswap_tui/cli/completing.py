"""What may stand at the cursor: asked for by the completion scripts, so it is quick, silent and never fails."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from headswap_tui.cli.commands import COMMANDS
from headswap_tui.cli.doors import Doors
from headswap_tui.cli.output import Output
from headswap_tui.cli.parser import build_parser, command_parser
from headswap_tui.config.settings import Flags
from headswap_tui.domain.errors import HeadswapError
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.domain.text import safe

_WITH_NAMES: Final = frozenset({"zsh", "fish"})
"""Shells that show a description beside each candidate."""


class Candidate(NamedTuple):
    """Something that fits, and what it is."""

    text: str
    about: str = ""


def print_candidates(words: Sequence[str], doors: Doors, environ: Mapping[str, str]) -> int:
    """Write what fits to stdout, one a line. `words`: the shell, then the command line up to the cursor."""
    shell, *line = words or ("",)
    output = Output(sys.stdout, sys.stderr, environ)
    for candidate in candidates(line or [""], doors, environ):
        text, about = candidate.text, safe(candidate.about, 60)
        if safe(text, 4096) != text:
            continue  # nobody could type it, and the shell would draw it
        if shell == "bash":
            import shlex

            text = shlex.quote(text)
        output.document(f"{text}\t{about}\n" if about and shell in _WITH_NAMES else f"{text}\n")
    return 0


def candidates(line: Sequence[str], doors: Doors, environ: Mapping[str, str]) -> list[Candidate]:
    """What may stand in place of the last word, which may be empty."""
    *before, current = line
    entry = next((entry for word in before for entry in COMMANDS if entry.name == word), None)
    parser: argparse.ArgumentParser
    if entry is None:
        parser, words = build_parser(doors), before
    else:
        parser, words = command_parser(entry, doors), before[before.index(entry.name) + 1 :]
    options = {name: action for action in parser._actions for name in action.option_strings}  # noqa: SLF001  # argparse has no other door to them
    flags = _flags(before, options)
    last = options.get(before[-1]) if before else None
    found: Iterable[Candidate]
    if last is not None and last.nargs is None:
        found = _values(last, flags, environ)
    elif current.startswith("-"):
        found = (Candidate(name, _help(action)) for name, action in options.items() if name.startswith("--"))
    elif entry is None:
        found = (Candidate(one.name, one.summary) for one in COMMANDS)
    else:
        found = _arguments(entry.name, parser, _plain(words, options), flags, environ)
    return [candidate for candidate in found if candidate.text.startswith(current)]


def _flags(words: Sequence[str], options: Mapping[str, argparse.Action]) -> Flags:
    given = {}
    for name, value in pairwise(words):
        if name in {"--profile", "--data-dir", "--config"} and name in options:
            given[name[2:].replace("-", "_")] = value
    return Flags(**given)


def _plain(words: Sequence[str], options: Mapping[str, argparse.Action]) -> list[str]:
    """The words that are neither options nor their values."""
    plain, is_value = [], False
    for word in words:
        option = options.get(word)
        if not is_value and not word.startswith("-"):
            plain.append(word)
        is_value = option is not None and option.nargs is None
    return plain


def _arguments(
    command: str, parser: argparse.ArgumentParser, plain: Sequence[str], flags: Flags, environ: Mapping[str, str]
) -> list[Candidate]:
    positional = [action for action in parser._actions if not action.option_strings]  # noqa: SLF001  # as above
    if not positional:
        return []
    action = positional[min(len(plain), len(positional) - 1)]
    if len(plain) >= len(positional) and action.nargs not in {"*", "+"}:
        return []
    if action.choices is not None:
        return [Candidate(str(choice)) for choice in action.choices]
    if action.dest != "id" or command == "add":
        return []
    return [
        Candidate(task.id, f"{task.state} {task.name if task.name != task.id else ''}".strip())
        for task in _tasks(flags, environ).values()
        if task.id not in plain and _suits(command, task)
    ]


def _suits(command: str, task: TrackedTask) -> bool:
    if command == "download":
        return task.detail is not None and task.detail.has_video
    return task.is_active if command == "wait" else True


def _values(option: argparse.Action, flags: Flags, environ: Mapping[str, str]) -> list[Candidate]:
    if option.choices is not None:
        return [Candidate(str(choice)) for choice in option.choices]
    if option.dest == "tag":
        return [
            Candidate(tag) for tag in sorted({tag for task in _tasks(flags, environ).values() for tag in task.tags})
        ]
    if option.dest == "profile":
        return [Candidate(name) for name in _profiles(flags, environ)]
    return []


def _profiles(flags: Flags, environ: Mapping[str, str]) -> Sequence[str]:
    from headswap_tui.config.loading import load

    try:
        return load(Flags(config=flags.config), environ).profiles
    except HeadswapError:
        return ()  # the command itself will say what is wrong


def _tasks(flags: Flags, environ: Mapping[str, str]) -> Mapping[TaskId, TrackedTask]:
    from headswap_tui.config.loading import load
    from headswap_tui.store.reading import read_tasks

    try:
        return read_tasks(load(flags, environ).profile_dir)[0]
    except (HeadswapError, OSError):
        return {}  # the command itself will say what is wrong


def _help(action: argparse.Action) -> str:
    return (action.help or "") % {**vars(action), "prog": ""}
