"""The command line's grammar. A command's own part is built only when that command is asked for."""

from __future__ import annotations

import argparse
import os
from functools import cache, partial

from headswap_tui import __version__
from headswap_tui.cli.commands import COMMANDS, PROGRAM, CommandEntry, add_globals, add_mouse

TYPE_CHECKING = False  # as in `cli.commands`
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Final, NoReturn

    from headswap_tui.cli.doors import Doors

# All our texts are English, so its own must be too; and each of its look-ups of a translation goes to the disk.
argparse._ = lambda text: text  # type: ignore[attr-defined]  # its name for `gettext`


EXAMPLES: Final = """\
examples:
  headswap-tui demo                          look around; needs no key
  export HEADSWAP_API_KEY=...                or `headswap-tui config init`
  headswap-tui add 6a066dc58570ecbf64f761a5  track a task, by its _id
  headswap-tui                               the dashboard (? for keys)
  headswap-tui wait --download && echo done  until all are fetched
  headswap-tui list --state failed --json    one JSON object per line

exit status:
  0 done   1 a task failed or some ids could not be done
  2 usage or configuration   3 credential refused   4 service unreachable
  5 store   124 --timeout passed   130 interrupted
"""


@cache
def _width() -> int:
    """Columns for help. argparse makes a formatter for each argument; its own look-up is a slow import."""
    try:
        columns = int(os.environ.get("COLUMNS") or 0) or os.get_terminal_size(1).columns
    except (ValueError, OSError):
        columns = 80
    return max(40, min(columns, 110)) - 2


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Wide enough for our tables; the commands stand in one list without a heading of argparse's own."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=_width())

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        import textwrap

        lines = (textwrap.fill(line, width, initial_indent=indent) for line in text.splitlines())
        return "\n".join(lines)

    def _format_action(self, action: argparse.Action) -> str:
        if not isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  # the only name that argparse has for it
            return super()._format_action(action)
        lines = [argparse.HelpFormatter._format_action(self, one) for one in action._get_subactions()]  # noqa: SLF001  # same
        return "".join(lines)


class Parser(argparse.ArgumentParser):
    """A parser that is filled when it is first used, and takes options between its arguments."""

    def __init__(self, *, fill: Callable[[Parser], None] | None = None, **kwargs: Any) -> None:
        super().__init__(**{"formatter_class": _Formatter, "allow_abbrev": False, **kwargs})
        self._fill = fill
        self._is_filled = False

    def error(self, message: str) -> NoReturn:
        """One line that says what is wrong and where help is; exit status 2."""
        from headswap_tui.domain.text import safe  # only a mistake needs it

        self.exit(2, f"{PROGRAM}: {safe(message, 2000)} (`{self.prog} --help` shows what there is)\n")

    def short_usage(self) -> str:
        """The usage line of the arguments so far."""
        return self.format_usage().removeprefix("usage: ").rstrip().replace("[-h] ", "").replace("%", "%%")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        import difflib

        close = difflib.get_close_matches(str(value), [str(choice) for choice in action.choices], n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"choose from {', '.join(map(str, action.choices))}"
        what = action.metavar if action.dest == "command" else "/".join(action.option_strings) or action.metavar
        raise argparse.ArgumentError(None, f"{what}: no such choice: {value!r}; {hint}")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As the base class, for a command after its arguments were added."""
        if self._fill is None:
            return super().parse_known_args(args, namespace)
        if not self._is_filled:
            self._is_filled = True
            self._fill(self)
            if self._get_positional_actions():
                # `add ID --label x ID`: without it the second ID would be unrecognized.
                return super().parse_known_intermixed_args(args, namespace)
        return super().parse_known_args(args, namespace)


def build_parser(doors: Doors) -> Parser:
    """The whole grammar, where a command has its arguments as soon as it is used."""
    parser = Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [options] [command] ...",
        description="A terminal dashboard for head swap tasks. Without a command it opens the dashboard.",
        epilog=EXAMPLES,
    )
    add_mouse(parser)
    version = f"{PROGRAM} {__version__}"
    parser.add_argument("--version", action="version", version=version, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="command", title="commands", parser_class=Parser)
    for entry in COMMANDS:
        own = commands.add_parser(entry.name, help=entry.summary, **_about(entry, doors, argparse.SUPPRESS))
        own.set_defaults(entry=entry)
    add_globals(parser, None)
    return parser


def command_parser(entry: CommandEntry, doors: Doors) -> Parser:
    """A command's own part of the grammar, with all its arguments."""
    parser = Parser(**_about(entry, doors, None) | {"fill": None})
    _fill(entry, doors, None, parser)
    return parser


def _about(entry: CommandEntry, doors: Doors, default: Any) -> dict[str, Any]:
    return {
        "prog": f"{PROGRAM} {entry.name}",
        "description": entry.summary[0].upper() + entry.summary[1:] + ".",
        "fill": partial(_fill, entry, doors, default),
    }


def _fill(entry: CommandEntry, doors: Doors, default: Any, parser: Parser) -> None:
    if entry.module:
        entry.load().add_arguments(parser)
    else:
        doors.simulator_arguments(parser)
    parser.usage = parser.short_usage()
    add_globals(parser, default)


def parse(argv: Sequence[str], doors: Doors) -> argparse.Namespace:
    """The arguments, with `entry` for the command asked for (absent: the dashboard). Raises `SystemExit`."""
    entry = next((entry for entry in COMMANDS if argv and entry.name == argv[0]), None)
    if entry is None:
        return build_parser(doors).parse_args(argv)
    # The usual case is spared the other commands' grammar: a tenth of the time that `list` takes.
    args = Parser(**_about(entry, doors, None)).parse_args(argv[1:])
    args.entry = entry
    return args
