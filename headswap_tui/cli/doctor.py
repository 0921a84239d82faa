"""`doctor`: each link from the configuration to the service, tested; one line each, with what to do."""

from __future__ import annotations

import argparse
import locale
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from headswap_tui import __version__
from headswap_tui.cli import exit_codes
from headswap_tui.cli.columns import size
from headswap_tui.cli.context import Context
from headswap_tui.cli.finding import Finding, Grade
from headswap_tui.cli.logs import silence
from headswap_tui.config.checking import mistakes
from headswap_tui.config.credential import Credential
from headswap_tui.config.paths import shown
from headswap_tui.domain.errors import ConfigError, CredentialError, StoreError
from headswap_tui.domain.text import safe
from headswap_tui.store.tasks import inspect, restore_backup

COLOURS: Final = {Grade.OK: ("green",), Grade.WARN: ("yellow",), Grade.FAIL: ("red", "bold")}
WORST_FIRST: Final = (exit_codes.USAGE, exit_codes.STORE, exit_codes.CREDENTIAL, exit_codes.UNREACHABLE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `doctor` takes."""
    parser.description = (
        "Check configuration, credential, store, service and terminal. The service is asked once, about a task that "
        "cannot exist. The credential is never printed."
    )
    parser.epilog = "exit status: 0 all well, 2 configuration, 5 store, 3 credential, 4 service not reachable"
    parser.add_argument("--restore", action="store_true", help="put the last good copy of a damaged store back")


def run(args: argparse.Namespace, context: Context) -> int:
    """Check everything; returns the status of the worst finding."""
    silence()
    statuses = set()
    for finding in _findings(args, context):
        advice = f"  {safe(finding.advice)}" if finding.advice else ""
        grade = context.output.styled(finding.grade.ljust(4), *COLOURS[finding.grade])
        context.output.result(f"{grade}  {finding.subject.ljust(13)}  {safe(finding.text, 1000)}{advice}")
        context.output.flush()
        statuses.add(finding.status)
    return next((status for status in WORST_FIRST if status in statuses), exit_codes.DONE)


def _findings(args: argparse.Namespace, context: Context) -> Iterator[Finding]:
    yield Finding("version", Grade.OK, f"{__version__}, Python {sys.version.split()[0]}")
    try:
        settings = context.settings
    except ConfigError as error:
        yield Finding("configuration", Grade.FAIL, error.message, error.hint, exit_codes.USAGE)
        yield from _terminal(context)
        return
    source = shown(settings.config_file) if settings.config_file else "no file, all defaults"
    yield Finding("configuration", Grade.OK, f"{source}; profile {settings.profile}, {settings.base_url}")
    for mistake in mistakes(settings):
        grade, status = (Grade.FAIL, exit_codes.USAGE) if mistake.is_wrong else (Grade.WARN, exit_codes.DONE)
        yield Finding("configuration", grade, mistake.text, mistake.hint, status)
    credential, finding = _credential(context)
    yield finding
    yield from _store(context, restore=args.restore)
    from headswap_tui.cli.service_check import check_service

    yield check_service(settings, credential)
    yield _downloads(context)
    yield from _terminal(context)


def _credential(context: Context) -> tuple[Credential | None, Finding]:
    from headswap_tui.config.credential import find_credential

    try:
        credential = find_credential(context.settings, context.environ)
    except CredentialError as error:
        return None, Finding("credential", Grade.FAIL, error.message, error.hint, exit_codes.CREDENTIAL)
    kind = "an API key" if credential.kind == "api_key" else "a token"
    text = f"{kind} from {credential.source}, sent as {credential.header()[0]}"
    return credential, Finding("credential", Grade.OK, text)


def _store(context: Context, *, restore: bool) -> Iterator[Finding]:
    directory = context.settings.profile_dir
    try:
        found = inspect(directory)
    except StoreError as error:
        yield Finding("store", Grade.FAIL, error.message, error.hint, exit_codes.STORE)
        return
    file = found.file
    if file.problem is None and (file.exists or not found.can_restore):
        torn = f"; an incomplete last change of {file.torn_bytes} bytes will be set aside" if file.torn_bytes else ""
        text = f"{file.tasks} tasks, {size(file.size_bytes)}{torn}" if file.exists else "none yet"
        yield Finding("store", Grade.WARN if torn else Grade.OK, f"{shown(file.path)}: {text}")
        yield from _writable(file.path)
        return
    problem = str(file.problem.message) if file.problem else f"{shown(file.path)} is missing, but a copy is there."
    if not found.can_restore:
        yield Finding("store", Grade.FAIL, problem, "There is no good copy to restore.", exit_codes.STORE)
        return
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(found.backup.modified_ms / 1000))
    copy = f"the copy of {when} with {found.backup.tasks} tasks"
    if not restore and not _agrees(context, f"{problem} Restore {copy}?"):
        yield Finding("store", Grade.FAIL, problem, f"`doctor --restore` puts {copy} back.", exit_codes.STORE)
        return
    try:
        restored = restore_backup(directory)
    except StoreError as error:
        yield Finding("store", Grade.FAIL, error.message, error.hint, exit_codes.STORE)
        return
    kept = f"; the damaged file is kept as {shown(restored.kept)}" if restored.kept else ""
    yield Finding("store", Grade.OK, f"restored {copy}{kept}")


def _writable(path: Path) -> Iterator[Finding]:
    """Nothing, or why the list can only be read; asked of the file, or of the nearest directory that is there."""
    place = next(place for place in (path, *path.parents) if place.exists())
    if not os.access(place, os.W_OK):
        text = f"{shown(place)} cannot be written: permission denied or a read-only disk"
        yield Finding("store", Grade.FAIL, text, "Tasks are shown, but none can be added.", exit_codes.STORE)


def _agrees(context: Context, question: str) -> bool:
    """Ask on a terminal; elsewhere the answer is no."""
    if not (context.stdin.isatty() and context.output.is_terminal):
        return False
    context.output.say(f"{question} [y/N]")
    return context.stdin.readline().strip().lower() in {"y", "yes"}


def _downloads(context: Context) -> Finding:
    directory = context.settings.download.directory
    place = next(path for path in (directory, *directory.parents) if path.exists())
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        return Finding("downloads", Grade.WARN, f"{shown(directory)}: {error.strerror}")
    return Finding("downloads", Grade.OK, f"{shown(directory)}, {size(free)} free")


def _terminal(context: Context) -> Iterator[Finding]:
    environ = context.environ
    if not (context.stdin.isatty() and context.output.is_terminal):
        advice = "The dashboard needs one; the other commands do not."
        yield Finding("terminal", Grade.WARN, "this is not a terminal.", advice)
        return
    term = environ.get("TERM", "")
    columns, rows = shutil.get_terminal_size()
    encoding = locale.getpreferredencoding(do_setlocale=False)
    parts = [f"TERM={term or '(not set)'}", f"{columns}x{rows}", encoding]
    parts += [name for name in ("TMUX", "STY", "SSH_CONNECTION", "NO_COLOR") if environ.get(name)]
    parts = [
        part if part not in environ else {"STY": "screen", "SSH_CONNECTION": "SSH"}.get(part, part) for part in parts
    ]
    text = ", ".join(parts)
    if term in {"", "dumb", "unknown"}:
        yield Finding("terminal", Grade.WARN, text, "The dashboard needs a TERM that can move the cursor.")
    elif columns < 40 or rows < 10:
        yield Finding("terminal", Grade.WARN, text, "The dashboard wants 40x10 at least.")
    elif encoding.upper().replace("-", "") != "UTF8":
        yield Finding("terminal", Grade.WARN, text, "Without a UTF-8 locale the dashboard draws with ASCII.")
    else:
        yield Finding("terminal", Grade.OK, text)
