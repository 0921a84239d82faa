"""The table of commands, and what all of them take."""

from __future__ import annotations

TYPE_CHECKING = False  # importing `typing` would cost `--help` a quarter of its time
if TYPE_CHECKING:
    import argparse
    from typing import Any, Final

PROGRAM: Final = "headswap-tui"


class CommandEntry:
    """A line of the command table."""

    def __init__(self, name: str, summary: str, module: str, *, only_looks: bool = False) -> None:
        self.name = name
        self.summary = summary
        self.module = module
        """Below `headswap_tui.cli`, with `add_arguments` and `run`; empty: the simulator, a room beside this one."""
        self.only_looks = only_looks
        """Leaves nothing behind that the end of the process would have to undo or to wait for."""

    def load(self) -> Any:
        """Its module, and before it, in the shortest way, what each of them needs."""
        from importlib import import_module

        from headswap_tui.cli import lean

        lean.import_basics()
        return import_module(f"headswap_tui.cli.{self.module}")


COMMANDS: Final = (
    CommandEntry("demo", "try it: the dashboard on a built-in simulator, no key needed", "demo"),
    CommandEntry("add", "track tasks: ids, URLs or any text that holds them", "add"),
    CommandEntry("list", "what is tracked, without asking the service", "listing", only_looks=True),
    CommandEntry("show", "one task with all its fields", "show", only_looks=True),
    CommandEntry("refresh", "ask the service once, now", "refresh"),
    CommandEntry("wait", "wait until tasks are finished", "wait"),
    CommandEntry("watch", "ask and fetch without a screen, for systemd and tmux", "watch"),
    CommandEntry("download", "fetch finished videos", "download"),
    CommandEntry("label", "give a task a name of your own", "label"),
    CommandEntry("remove", "stop tracking tasks", "remove"),
    CommandEntry("export", "everything that is known, as JSON or CSV", "export"),
    CommandEntry("import", "bring in an export", "importing"),
    CommandEntry("doctor", "check configuration, credential, store, service and terminal", "doctor"),
    CommandEntry("config", "the settings in force and where each came from", "config"),
    CommandEntry("completion", "a script that makes your shell complete commands, ids and tags", "completion"),
    CommandEntry("simulate", "the simulator alone, for scripts and tests", ""),
)


def add_mouse(parser: argparse.ArgumentParser) -> None:
    """What the dashboard takes, on whichever command it opens."""
    from argparse import SUPPRESS

    parser.add_argument("--no-mouse", action="store_true", default=SUPPRESS, help="leave the mouse to the terminal")


def add_globals(parser: argparse.ArgumentParser, default: Any) -> None:
    """The options that every command takes."""
    group = parser.add_argument_group("options for every command")
    group.add_argument("--profile", metavar="NAME", default=default, help="the account to use")
    group.add_argument("--base-url", metavar="URL", default=default, help="address of the service")
    group.add_argument("--data-dir", metavar="DIR", default=default, help="where the lists of tasks are kept")
    group.add_argument("--config", metavar="FILE", default=default, help="the configuration file to read")
    group.add_argument(
        "-v",
        dest="verbose",
        action="store_true",
        default=default if default is not None else False,
        help="log to headswap-tui.log in the state directory (without secrets)",
    )
