"""What is said to somebody who comes back, and how a terminal is called for attention."""

from __future__ import annotations

import pytest

from headswap_tui.domain.task import Detail, Download, DownloadState, LastError, TaskId, TrackedTask
from headswap_tui.ui import announcing, terminal
from headswap_tui.ui.digest import Digest
from headswap_tui.ui.terminal import Calls, Terminal


def task(number: int, status: int, download: DownloadState | None = None) -> TrackedTask:
    detail = Detail(status=status, video_url="https://x/y" if status == 3 else None)
    loaded = Download(download) if download else None
    return TrackedTask(TaskId(f"t{number}"), 0, detail=detail, finished_ms=number, download=loaded)


TASKS = {
    made.id: made
    for made in (
        *(task(number, 3) for number in range(5)),
        task(5, 4),
        task(6, 3, DownloadState.DONE),
        task(7, 3, DownloadState.FAILED),
        task(8, 3, DownloadState.CANCELLED),
    )
}


def test_everything_of_the_absence_is_one_message() -> None:
    digest = Digest()
    digest.note([TaskId("t6")], [])
    digest.leave(1_000)
    digest.note([TaskId(f"t{number}") for number in range(6)], [])
    digest.leave(50_000)
    digest.note([TaskId("gone")], [TaskId(f"t{number}") for number in (6, 7, 8)])
    told = digest.come_back(721_000, TASKS)
    assert told is not None
    assert (told.title, told.severity) == ("While you were away (12m 00s)", "error")
    assert told.text.splitlines() == [
        "1 failed: t5",
        "5 completed: t4, t3, t2 and 2 more",
        "1 not downloaded: t7",
        "1 saved: t6",
    ]
    assert digest.come_back(800_000, TASKS) is None


def test_a_moment_or_an_absence_without_news_says_nothing() -> None:
    digest = Digest()
    assert digest.come_back(1, TASKS) is None
    digest.leave(0)
    assert digest.come_back(60_000, TASKS) is None
    digest.leave(100_000)
    digest.note([TaskId("t5")], [])
    assert digest.come_back(109_000, TASKS) is None
    digest.leave(200_000)
    assert digest.come_back(300_000, TASKS) is None


def test_a_task_that_went_missing_is_an_end_too() -> None:
    lost = TrackedTask(TaskId("x"), 0, "Clip", refusals=5, last_error=LastError("refused", "no", 1), notify=True)
    told = announcing.of_tasks([lost.id], {lost.id: lost})
    assert told is not None
    assert (told.title, told.severity, told.rings) == ("Task failed: Clip", "error", True)
    assert told.text == "the service does not know this task (any more)"


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        ({}, ""),
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "xterm-kitty"}, "osc99"),
        ({"KITTY_WINDOW_ID": "1", "TERM": "tmux-256color"}, "osc99"),
        ({"TERM_PROGRAM": "WezTerm"}, "osc777"),
        ({"TERM": "foot-extra"}, "osc777"),
        ({"VTE_VERSION": "7600"}, "osc777"),
        ({"TERM_PROGRAM": "iTerm.app"}, "osc9"),
        ({"LC_TERMINAL": "iTerm2"}, "osc9"),
    ],
)
def test_what_a_terminal_is_known_for(environ: dict[str, str], kind: str) -> None:
    assert Terminal(environ).notification_kind == kind


@pytest.mark.parametrize(
    ("setting", "asked", "plain", "kitty"),
    [
        ("off", False, (False, ""), (False, "")),
        ("off", True, (True, ""), (True, "osc99")),
        ("bell", False, (True, ""), (True, "")),
        ("auto", False, (True, ""), (False, "osc99")),
        ("auto", True, (True, ""), (True, "osc99")),
        ("osc777", False, (False, "osc777"), (False, "osc777")),
        ("osc777", True, (True, "osc777"), (True, "osc777")),
    ],
)
def test_how_attention_is_called_for(
    setting: str, asked: bool, plain: tuple[bool, str], kitty: tuple[bool, str]
) -> None:
    assert Terminal({}).calls(setting, asked=asked) == Calls(*plain)
    assert Terminal({"TERM": "xterm-kitty"}).calls(setting, asked=asked) == Calls(*kitty)


def test_kittys_notification_passes_through_tmux_whole() -> None:
    sequence = terminal.notification("osc99", "Done", "Clip; 1")
    assert sequence == "\x1b]99;i=headswap:d=0;Done\x1b\\\x1b]99;i=headswap:d=1:p=body;Clip; 1\x1b\\"
    through = terminal.wrapped(sequence, {"TMUX": "x"})
    assert through.startswith("\x1bPtmux;\x1b\x1b]99;")
    assert through.count("\x1b\x1b") == sequence.count("\x1b")
