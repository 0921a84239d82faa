"""The man page, made from the very definitions that the arguments are read by."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from typing import Final

from headswap_tui.cli.commands import COMMANDS, PROGRAM
from headswap_tui.cli.doors import Doors
from headswap_tui.cli.parser import EXAMPLES, build_parser, command_parser

FILES: Final = (
    ("config.toml", "the settings, in the user's configuration directory; `headswap-tui config path` says where"),
    ("tasks.jsonl", "the tracked tasks, one list per profile, in the user's data directory"),
    ("headswap-tui.log", "the log that -v writes, in the user's state directory"),
)
ENVIRONMENT: Final = (
    ("HEADSWAP_API_KEY, AKOOL_API_KEY", "the API key"),
    ("HEADSWAP_TOKEN", "a bearer token in place of a key"),
    ("HEADSWAP_CONFIG", "the configuration file"),
    ("HEADSWAP_SECTION_NAME", "any setting, such as HEADSWAP_POLLING_CONCURRENCY"),
    ("NO_COLOR", "no colours"),
)
GLOBAL_GROUP: Final = "options for every command"


def manual(doors: Doors) -> str:
    """The page in man(7) form. The same on every machine and in every terminal."""
    root = build_parser(doors)
    examples, _, status = EXAMPLES.partition("exit status:\n")
    lines = [
        '.TH HEADSWAP-TUI 1 "" "headswap-tui" "User Commands"',
        ".SH NAME",
        "headswap\\-tui \\- a terminal dashboard for head swap tasks",
        ".SH SYNOPSIS",
        f".B {_text(PROGRAM)}",
        "[\\fIoptions\\fR] [\\fIcommand\\fR] ...",
        ".SH DESCRIPTION",
        *_paragraph(root.description),
        ".SH OPTIONS",
        *_options(root, everything=True),
        ".SH COMMANDS",
    ]
    for entry in COMMANDS:
        parser = command_parser(entry, doors)
        lines += [f".SS {_text(_usage(parser))}", *_paragraph(parser.description), *_options(parser, everything=False)]
        lines += _verbatim(parser.epilog or "")
    lines += [".SH EXIT STATUS", *_verbatim(status), ".SH ENVIRONMENT", *_terms(ENVIRONMENT)]
    lines += [".SH FILES", *_terms(FILES), ".SH EXAMPLES", *_verbatim(examples.partition("\n")[2])]
    return "\n".join(lines) + "\n"


def _usage(parser: argparse.ArgumentParser) -> str:
    usage = (parser.usage or "").replace("%%", "%").removeprefix(f"{PROGRAM} ")
    return " ".join(word for word in usage.split() if word != "[-h]")


def _options(parser: argparse.ArgumentParser, *, everything: bool) -> Iterator[str]:
    for group in parser._action_groups:  # noqa: SLF001  # argparse has no other door to what was added
        if group.title == GLOBAL_GROUP and not everything:
            continue
        for action in group._group_actions:  # noqa: SLF001  # as above
            if isinstance(action, argparse._SubParsersAction | argparse._HelpAction):  # noqa: SLF001  # as above
                continue
            if action.help == argparse.SUPPRESS or not (action.option_strings or action.help):
                continue
            yield from (".TP", _term(action), _text((action.help or "") % {**vars(action), "prog": parser.prog}))


def _term(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else action.metavar or action.dest.upper()
    if not action.option_strings:
        return f"\\fI{_text(str(value))}\\fR"
    shown = f" [{value}]" if action.nargs == "?" else f" {value}" if value else ""
    return ", ".join(f"\\fB{_text(name)}\\fR" for name in action.option_strings) + _text(shown)


def _terms(terms: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, about in terms:
        yield from (".TP", f"\\fB{_text(term)}\\fR", _text(about))


def _paragraph(text: str | None) -> Iterator[str]:
    for line in (text or "").splitlines():
        yield _text(line) if line.strip() else ".PP"


def _verbatim(text: str) -> list[str]:
    if not text.strip():
        return []
    return [".PP", ".nf", *(_text(line) for line in text.strip("\n").splitlines()), ".fi"]


def _text(text: str) -> str:
    """Text that troff shows as it is."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + escaped if escaped.startswith((".", "'")) else escaped
