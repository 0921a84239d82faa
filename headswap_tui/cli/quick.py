"""Command lines as people mostly type them, read without argparse: to load and fill it takes a tenth of `list`.

Only what can have no other meaning is read here: a command, its arguments in number, and its long options spelled out,
each value a word of its own. Everything else, help and mistakes too, is argparse's.
"""

from __future__ import annotations

from types import SimpleNamespace

from headswap_tui.cli.commands import COMMANDS, add_globals

TYPE_CHECKING = False  # as in `cli.commands`
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

_PLAIN: Final = frozenset({"action", "choices", "default", "dest", "help", "metavar"})
"""What may be said of an argument that is read here."""
_ACTIONS: Final = frozenset({"store", "store_true", "append"})


class _Unusual(Exception):
    """Something that is argparse's."""


class _Grammar:
    """Takes what a command says to argparse of its arguments."""

    def __init__(self) -> None:
        self.description = self.epilog = ""
        self.places: list[str] = []
        """Names of the arguments."""
        self.options: dict[str, tuple[str, str]] = {}
        """Each spelling with its name and action."""
        self.choices: dict[str, Sequence[str]] = {}
        self.values: dict[str, Any] = {}
        """By name: the defaults, then what was read."""

    def add_argument_group(self, title: str) -> _Grammar:
        """As argparse's."""
        del title  # matters in help only
        return self

    def add_mutually_exclusive_group(self) -> _Grammar:
        """As argparse's, which has to look at it itself."""
        raise _Unusual

    def add_argument(self, *spellings: str, **about: Any) -> None:
        """As argparse's. Raises `_Unusual` for what is not read here."""
        action = about.get("action", "store")
        if not about.keys() <= _PLAIN or action not in _ACTIONS:
            raise _Unusual
        first = spellings[0]
        name = about.get("dest") or first.lstrip("-").replace("-", "_")
        self.values[name] = about.get("default", False if action == "store_true" else None)
        if "choices" in about:
            self.choices[name] = about["choices"]
        if first.startswith("-"):
            self.options.update(dict.fromkeys(spellings, (name, action)))
        else:
            self.places.append(name)

    def read(self, words: Sequence[str]) -> None:
        """Put into `values` what the words say. Raises `_Unusual`."""
        rest = iter(words)
        plain = []
        for word in rest:
            if not word.startswith("-"):
                plain.append(word)
                continue
            if word not in self.options:
                raise _Unusual
            name, action = self.options[word]
            if action == "store_true":
                self.values[name] = True
                continue
            value = self._checked(name, next(rest, "-"))
            self.values[name] = [*self.values[name], value] if action == "append" else value
        if len(plain) != len(self.places):
            raise _Unusual
        for name, word in zip(self.places, plain, strict=True):
            self.values[name] = self._checked(name, word)

    def _checked(self, name: str, value: str) -> str:
        if value.startswith("-") or value not in self.choices.get(name, (value,)):
            raise _Unusual
        return value


def parse_quickly(argv: Sequence[str]) -> Any:
    """The arguments as `cli.parser.parse` gives them, with `entry`; `None` where that has to look itself."""
    entry = next((entry for entry in COMMANDS if argv and entry.name == argv[0]), None)
    if entry is None or not entry.module:
        return None
    grammar: Any = _Grammar()
    try:
        entry.load().add_arguments(grammar)
        add_globals(grammar, None)
        grammar.read(argv[1:])
    except _Unusual:
        return None
    return SimpleNamespace(**grammar.values, entry=entry)
