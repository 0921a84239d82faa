"""The dashboard's small pure parts: adding, editing, undo, memory, messages, counts, terminal."""

from __future__ import annotations

import stat
from pathlib import Path

import msgspec
import pytest

from headswap_tui.domain.errors import StoreWriteFailed
from headswap_tui.domain.events import (
    Connection,
    ConnectionChanged,
    DownloadFinished,
    Mode,
    Stall,
    TasksChanged,
    TasksFinished,
    TransfersChanged,
)
from headswap_tui.domain.task import Detail, Download, DownloadState, State, TaskId, TrackedTask
from headswap_tui.ui import announcing, memory, notices, terminal
from headswap_tui.ui.adding import preview, words_for
from headswap_tui.ui.commands import keymap
from headswap_tui.ui.editing import tags_after
from headswap_tui.ui.feed import Feed
from headswap_tui.ui.presentation.views import VIEWS
from headswap_tui.ui.run import prepare
from headswap_tui.ui.tally import Tally
from headswap_tui.ui.terminal import Terminal
from headswap_tui.ui.undo import LIMIT, Step, UndoStack
from tests import scenes
from tests.conftest import NOON_MS

ONE, TWO, THREE = (TaskId(f"6a066dc58570ecbf64f761a{digit}") for digit in "123")


# -- adding


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        (f"{ONE}\n{TWO}", "1 new, 1 already tracked"),
        (f"{ONE} hello, world {THREE}", "2 new, 2 not ids"),
        (f"x {TWO}", "1 already tracked, 1 not an id"),
        (f'{{"_id": "{ONE}", "msg": "OK"}}', "1 new"),
        (f"https://host/x?_id={ONE}&a=b", "1 new"),
        ("job_17", "job_17 does not look like a task id."),
    ],
)
def test_preview(text: str, words: str) -> None:
    assert preview(text, {TWO}).words == words


def test_preview_names_what_was_wrong() -> None:
    found = preview("this is not it", set())
    assert (found.new, found.known, found.unusual) == ((), (), None)
    assert found.words == found.problem != ""


def test_a_tracked_unusual_id_needs_no_question() -> None:
    assert preview("job_17", {TaskId("job_17")}).known == ("job_17",)


@pytest.mark.parametrize(
    ("new", "known", "words"),
    [
        (1, 0, "Tracking it."),
        (12, 0, "Tracking 12 tasks."),
        (0, 1, "It is already tracked."),
        (0, 3, "All 3 are already tracked."),
        (1, 3, "Tracking 1 new task; 3 already tracked."),
    ],
)
def test_one_message_after_adding(new: int, known: int, words: str) -> None:
    assert words_for(new, known) == words


# -- editing


@pytest.mark.parametrize(
    ("text", "after"),
    [("", ()), ("x, y", ("x", "y")), ("+c", ("a", "b", "c")), ("-a +b", ("b",)), ("+c d", ("+c", "d")), ("-", ("-",))],
)
def test_tags_after(text: str, after: tuple[str, ...]) -> None:
    assert tags_after(text, ("a", "b")) == after


# -- undo


async def test_undo_takes_back_the_newest_first_and_keeps_what_failed() -> None:
    done: list[str] = []
    broken = True

    def step(name: str) -> Step:
        async def take_back() -> None:
            if broken and name == "second":
                raise StoreWriteFailed("full")
            done.append(name)

        return Step(name, f"{name} is as before", take_back)

    stack = UndoStack()
    assert (stack.words, await stack.undo()) == ("", None)
    stack.push(step("first"))
    stack.push(step("second"))
    with pytest.raises(StoreWriteFailed):
        await stack.undo()
    assert stack.words == "second"
    broken = False
    await stack.undo()
    await stack.undo()
    assert done == ["second", "first"]
    for number in range(LIMIT + 5):
        stack.push(step(str(number)))
    assert len(stack._steps) == LIMIT


# -- memory


def test_memory_comes_back_and_is_nobody_elses_business(tmp_path: Path) -> None:
    kept = memory.Memory(theme="headswap-light", sort="name", reverse=False, detail=False)
    assert memory.save(tmp_path / "state", kept)
    assert memory.load(tmp_path / "state") == kept
    assert stat.S_IMODE((tmp_path / "state" / "ui.json").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["ui.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"sort": 3}', b"\xff\xfe"])
def test_a_memory_that_cannot_be_read_is_forgotten(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ui.json").write_bytes(content)
    assert memory.load(tmp_path) == memory.Memory()


def test_fields_of_a_newer_version_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "ui.json").write_text('{"sort": "name", "new": 1}')
    assert memory.load(tmp_path).sort == "name"


def test_a_disk_that_refuses_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not memory.save(tmp_path / "file", memory.Memory())


# -- messages


def ended(task_id: TaskId, state: State, label: str = "", *, notify: bool = False, reason: str = "") -> TrackedTask:
    status = 3 if state is State.COMPLETED else 4
    detail = Detail(status=status, video_url="https://x/y" if status == 3 else None, error_reason=reason or None)
    return TrackedTask(task_id, 0, label or None, detail=detail, notify=notify)


def test_many_ends_are_one_message() -> None:
    tasks = {TaskId(f"t{number}"): ended(TaskId(f"t{number}"), State.COMPLETED) for number in range(5)}
    told = announcing.of_tasks(tasks, tasks)
    assert told == announcing.Announcement("5 tasks completed", "t0, t1, t2 and 2 more")


def test_a_failure_leads_and_says_why() -> None:
    tasks = {
        ONE: ended(ONE, State.COMPLETED, "good"),
        TWO: ended(TWO, State.FAILED, "bad [/b]", reason="[red]no\x1bface", notify=True),
    }
    told = announcing.of_tasks([ONE, TWO], tasks)
    assert told == announcing.Announcement(
        "Task failed: bad [/b] (and 1 completed)", "[red]no␛face", "error", rings=True
    )


def test_a_failure_names_its_task_in_the_title_and_several_are_counted() -> None:
    tasks = {ONE: ended(ONE, State.FAILED, "first"), TWO: ended(TWO, State.FAILED, "second", reason="no face")}
    assert announcing.of_tasks([ONE], tasks) == announcing.Announcement(
        "Task failed: first", "the service gave no reason", "error"
    )
    assert announcing.of_tasks([ONE, TWO], tasks) == announcing.Announcement("2 tasks failed", "first, second", "error")


def test_ends_of_removed_tasks_are_nobodys_business() -> None:
    assert announcing.of_tasks([ONE], {}) is None
    assert announcing.of_downloads([ONE], {}) is None
    assert announcing.of_stalls([ONE], {}, lambda _: None) is None


def test_one_stall_is_told_with_its_figures_and_many_are_counted() -> None:
    since_ms = NOON_MS - 14 * 60_000
    tasks = {one: TrackedTask(one, NOON_MS, label="teaser", answered_ms=NOON_MS) for one in (ONE, TWO)}

    def stall_of(_: TaskId) -> Stall:
        return Stall(since_ms, 180.0)

    told = announcing.of_stalls([ONE], tasks, stall_of)
    assert told == announcing.Announcement(
        "Task makes no progress", "teaser: none for 14m 00s; normal is 3m 00s at most", "warning"
    )
    told = announcing.of_stalls([ONE, TWO], tasks, stall_of)
    assert told is not None
    assert (told.title, told.text) == ("2 tasks make no progress", "teaser, teaser: for longer than is normal")


def test_downloads() -> None:
    def fetched(task_id: TaskId, state: DownloadState, error: str | None = None) -> TrackedTask:
        return TrackedTask(task_id, 0, download=Download(state, path=f"/v/{task_id}.mp4", error=error))

    tasks = {
        ONE: fetched(ONE, DownloadState.DONE),
        TWO: fetched(TWO, DownloadState.FAILED, "the hosted file is gone"),
        THREE: fetched(THREE, DownloadState.CANCELLED),
    }
    assert announcing.of_downloads([THREE], tasks) is None
    assert announcing.of_downloads([ONE], tasks) == announcing.Announcement("Video saved", f"/v/{ONE}.mp4")
    told = announcing.of_downloads([ONE, TWO, THREE], tasks)
    assert told == announcing.Announcement(f"Download failed: {TWO} (and 1 saved)", "the hosted file is gone", "error")


def test_the_feed_collects_until_it_is_taken() -> None:
    feed = Feed()
    assert not feed
    for event in (
        TasksChanged(frozenset({ONE})),
        TasksChanged(frozenset({TWO})),
        TasksFinished(frozenset({ONE})),
        TransfersChanged(frozenset({TWO})),
        DownloadFinished(THREE),
        ConnectionChanged(Connection(Mode.LIVE)),
    ):
        feed.listen(event)
    taken = feed.take()
    assert (taken.changed, taken.finished, taken.moved, taken.fetched) == ({ONE, TWO, THREE}, {ONE}, {TWO}, {THREE})
    assert taken.connection
    assert not feed


def test_the_tally_follows() -> None:
    tasks = {ONE: ended(ONE, State.COMPLETED), TWO: TrackedTask(TWO, 0)}
    tally = Tally(tasks)
    assert (tally.states[State.COMPLETED], tally.views["active"], tally.views["all"]) == (1, 1, 2)
    tasks[TWO] = ended(TWO, State.FAILED)
    tally.take([TWO])
    del tasks[ONE]
    tally.take([ONE])
    assert dict(+tally.states) == {State.FAILED: 1}
    assert dict(+tally.views) == {"all": 1, "failed": 1}


def test_the_tally_counts_as_the_views_do() -> None:
    tasks = {task.id: task for task in scenes.few_tasks()}
    assert Tally(tasks).views == {view.id: sum(map(view.includes, tasks.values())) for view in VIEWS}


# -- what is said in place


@pytest.mark.parametrize(
    ("connection", "says", "level"),
    [
        (Connection(Mode.LIVE), "", "info"),
        (Connection(Mode.PAUSED), "Paused: this window asks nothing by itself; p goes on.", "info"),
        (Connection(Mode.SLOWED), "The service wants to be asked less", "info"),
        (Connection(Mode.NO_KEY), "No key is set", "error"),
        (Connection(Mode.KEY_REFUSED, message="Refused: 1101."), "Refused: 1101. R tries again.", "error"),
        (Connection(Mode.OFFLINE, message="No route."), "Offline: No route.", "warning"),
        (Connection(Mode.NO_CREDIT, message="No credit."), "No credit.", "warning"),
        (Connection(Mode.LIVE, store_trouble="The disk is full."), "The disk is full.", "error"),
    ],
)
def test_the_banner(connection: Connection, says: str, level: str) -> None:
    words, found = notices.banner(connection, 0, keymap({}).shown)
    assert (words.startswith(says), bool(words), found) == (True, bool(says), level)


@pytest.mark.parametrize("message", ["", "No route.", "a.example cut it short. It is tried again by itself."])
def test_the_banner_says_once_that_it_goes_on(message: str) -> None:
    words, _level = notices.banner(Connection(Mode.OFFLINE, message=message), 0, keymap({}).shown)
    assert words.count("tried again") == 1
    assert words.startswith(f"Offline: {message}" if message else "Offline.")


def test_the_banner_of_one_who_follows_says_who_is_in_trouble() -> None:
    connection = Connection(Mode.FOLLOWING, leader_pid=4711, leader_mode=Mode.OFFLINE, message="No route.")
    words, level = notices.banner(connection, 0, keymap({}).shown)
    assert (words, level) == (
        "Offline: No route. It is tried again by itself. So says process 4711.",
        "warning",
    )


def test_the_banner_says_since_when() -> None:
    connection = Connection(Mode.OFFLINE, since_ms=1_000, message="No route.")
    assert notices.banner(connection, 2_000, keymap({}).shown)[0].startswith("Offline since ")


@pytest.mark.parametrize(
    ("tracked", "filter_text", "view", "mode", "title", "helps"),
    [
        (0, "", "all", Mode.LIVE, "Nothing is tracked yet", "Press a to add"),
        (0, "", "all", Mode.NO_KEY, "Nothing is tracked yet", "HEADSWAP_API_KEY"),
        (5, "zzz", "all", Mode.LIVE, "No task matches the filter", "Press esc to clear it"),
        (5, "", "failed", Mode.LIVE, "No failed tasks", "Press 1 to see all 5"),
    ],
)
def test_nothing_shown(tracked: int, filter_text: str, view: str, mode: Mode, title: str, helps: str) -> None:
    keys = keymap({})
    said = notices.nothing_shown(
        tracked=tracked, filter_text=filter_text, view=view, mode=mode, press=lambda name: f"Press {keys.shown(name)}"
    )
    assert said[0] == title
    assert helps in said[1]


# -- terminal

SSH = {"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22", "DISPLAY": ":0"}


def test_over_ssh() -> None:
    far, near = Terminal(SSH, "linux"), Terminal({"DISPLAY": ":0"}, "linux")
    assert (far.is_remote, far.has_display, far.refresh_hz(None)) == (True, False, 2.0)
    assert (near.is_remote, near.has_display, near.refresh_hz(None)) == (False, True, 5.0)
    assert far.refresh_hz(7.0) == 7.0
    assert not Terminal({}, "linux").has_display
    assert Terminal({}, "darwin").has_display


@pytest.mark.parametrize(
    ("environ", "is_ascii"),
    [
        ({}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "C.UTF-8", "PYTHONIOENCODING": "ascii:strict"}, True),
        ({"LANG": "de_DE.UTF-8"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, True),
        ({"LC_ALL": "en_US.utf8", "LANG": "de_DE.ISO-8859-1"}, False),
    ],
)
def test_locale(environ: dict[str, str], is_ascii: bool) -> None:
    assert Terminal(environ).is_ascii is is_ascii


def test_copy_hints() -> None:
    assert "set-clipboard" in Terminal({"TMUX": "/tmp/x"}).copy_hint
    assert "set-clipboard" in Terminal({"TERM": "tmux-256color", "SSH_TTY": "/dev/pts/1"}).copy_hint
    assert Terminal({}).copy_hint == ""


def test_notifications_and_what_they_are_wrapped_in() -> None:
    assert terminal.notification("osc9", "Done", "x") == "\x1b]9;Done: x\x1b\\"
    assert terminal.notification("osc777", "a;b", "c;d") == "\x1b]777;notify;a,b;c,d\x1b\\"
    assert terminal.wrapped("\x1b]9;x\x1b\\", {"TMUX": "x"}) == "\x1bPtmux;\x1b\x1b]9;x\x1b\x1b\\\x1b\\"
    assert terminal.wrapped("\x1b]9;x\x1b\\", {"STY": "x"}) == "\x1bP\x1b]9;x\x07\x1b\\"
    assert terminal.wrapped("\x1b]9;x\x1b\\", {}) == "\x1b]9;x\x1b\\"


def test_the_environment_before_textual_is_imported() -> None:
    environ = {"COLUMNS": "60", "LINES": "10", "TEXTUAL_COLOR_SYSTEM": "none", **SSH}
    prepare(environ)
    assert environ == {"ESCDELAY": "250", **SSH}
    environ = {"ESCDELAY": "400", "TEXTUAL_COLOR_SYSTEM": "256", **SSH}
    prepare(environ)
    assert environ == {"ESCDELAY": "400", "TEXTUAL_COLOR_SYSTEM": "256", **SSH}


def test_memory_is_small() -> None:
    assert len(msgspec.json.encode(memory.Memory())) < 10
