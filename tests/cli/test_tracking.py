"""add, list, show, label, remove: the store alone."""

from __future__ import annotations

import unicodedata
from functools import partial
from pathlib import Path

import msgspec
import pytest

from headswap_tui.config.paths import default_download_dir
from headswap_tui.domain.changes import track, with_download
from headswap_tui.domain.task import Detail, Download, DownloadState, LastError, TaskId
from headswap_tui.store.tasks import TaskStore
from tests.cli.conftest import ID, OTHER_ID, Cli

FIELDS = [
    "id",
    "state",
    "status",
    "progress",
    "resolution",
    "video_duration",
    "created_at",
    "added_at",
    "updated_at",
    "checked_at",
    "eta",
    "label",
    "tags",
    "file_name",
    "model_name",
    "video_url",
    "source_video_url",
    "error_code",
    "error_reason",
    "deduction_duration",
    "priority",
    "uid",
    "team_id",
    "task_id",
    "download",
    "last_error",
    "other",
]


def ids(cli: Cli) -> list[str]:
    """What is tracked."""
    return [record["id"] for record in cli("list", "--json").records]


def test_add_and_list(cli: Cli, tmp_path: Path) -> None:
    added = cli("add", ID, "--label", "teaser, take 2", "--tag", "a", "--tag", " b ", "--tag", "a")
    assert (added.status, added.out, added.err) == (0, f"{ID} added.\n", "")
    record = cli("list", "--json").record
    assert list(record) == FIELDS
    assert (record["id"], record["state"], record["label"], record["tags"]) == (
        ID,
        "pending",
        "teaser, take 2",
        ["a", "b"],
    )
    assert record["added_at"].endswith("Z")
    assert record["other"] == {}
    assert record["download"] is record["last_error"] is record["checked_at"] is None
    assert (tmp_path / "data" / "headswap-tui" / "default" / "tasks.jsonl").stat().st_mode & 0o777 == 0o600
    again = cli("add", ID, "--label", "other")
    assert (again.status, again.out) == (0, f"{ID} already tracked.\n")
    assert "keeps its label" in again.err
    assert cli("show", ID, "--json").record["label"] == "teaser, take 2"


def test_any_text_with_ids(cli: Cli) -> None:
    created = f'{{"code": 1000, "data": {{"_id": "{OTHER_ID}", "team_id": "6805fb69e92d9edc7ca0b409"}}}}'
    added = cli("add", f"https://x.example/detail?_id={ID}&x=1", "-", stdin=created)
    assert (added.status, added.out) == (0, "2 added.\n")
    assert ids(cli) == [ID, OTHER_ID]
    many = "\n".join(f"{number:024x}" for number in range(500))
    assert cli("add", "-", stdin=many).out == "500 added.\n"


def test_what_is_no_id(cli: Cli) -> None:
    wrong = cli("add", "hello, world")
    assert (wrong.status, wrong.out) == (2, "")
    assert "No task id" in wrong.err
    assert cli("add").status == 2
    unusual = cli("add", "my_task-1")
    assert (unusual.status, unusual.out) == (2, "")
    assert "--force" in unusual.err
    assert cli("add", "my_task-1", "--force").status == 0
    some = cli("add", ID, "xy")
    assert (some.status, some.out) == (1, f"{ID} added.\n")
    assert ids(cli) == ["my_task-1", ID]


def test_unusual_ids(cli: Cli) -> None:
    assert cli("add", "--force", "one_task1,two_task2; three_task3").out == "3 added.\n"
    assert ids(cli) == ["one_task1", "two_task2", "three_task3"]
    again = cli("add", "two_task2")
    assert (again.status, again.out, again.err) == (0, "two_task2 already tracked.\n", "")
    for word in (ID[:-1], ID + "0"):
        wrong = cli("add", word)
        assert (wrong.status, wrong.out) == (2, "")
        assert f"“{word}” has {len(word)} hex digits; a task id has 24; --force" in wrong.err
        assert cli("add", word, "--force").out == f"{word} added.\n"


def test_how_tasks_stand(cli: Cli, tmp_path: Path) -> None:
    store = TaskStore.open(tmp_path / "data" / "headswap-tui" / "default")
    reason = "No face \x1b[2J\nfound " + "x" * 100
    details = [Detail(status=7), Detail(status=3), Detail(status=4, error_reason=reason)]
    tasks = [
        msgspec.structs.replace(track(TaskId(f"{at:024x}"), 0, "clip"), detail=detail)
        for at, detail in enumerate(details)
    ]
    error = LastError("throttled", "Too many requests.", 1)
    tasks.append(msgspec.structs.replace(track(TaskId(f"{3:024x}"), 0), last_error=error))
    store.add(tasks)
    store.close()
    header, unknown, waiting, failed, troubled = cli("list").lines
    assert header.startswith("STATE")
    assert unknown.startswith("unknown (7)  ")
    assert waiting.startswith("completed…  ")
    assert "clip  No face ␛[2J found xxx" in failed
    assert failed.endswith("x…")
    assert troubled.endswith("asked too often")
    shown = [cli("show", task.id).lines[0] for task in tasks]
    assert shown[0].endswith("  unknown (7)")
    assert shown[1].endswith("  completed, waiting for its file")


def test_filters(cli: Cli) -> None:
    cli("add", ID, "--tag", "a", "--tag", "b")
    cli("add", OTHER_ID, "--tag", "a")
    assert len(cli("list", "--tag", "a", "--json").records) == 2
    assert len(cli("list", "--tag", "a", "--tag", "b", "--json").records) == 1
    assert len(cli("list", "--state", "pending", "--state", "failed", "--json").records) == 2
    none = cli("list", "--state", "failed")
    assert (none.status, none.out) == (0, "")
    assert "None of the 2" in none.err
    wrong = cli("list", "--state", "faild")
    assert (wrong.status, wrong.out) == (2, "")
    assert "did you mean `failed`" in wrong.err


def test_an_empty_list_helps(cli: Cli, tmp_path: Path) -> None:
    empty = cli("list")
    assert (empty.status, empty.out) == (0, "")
    assert "headswap-tui add" in empty.err
    assert cli("list", "--json").out == ""
    assert not (tmp_path / "data").exists()


def test_unique_beginnings(cli: Cli) -> None:
    cli("add", ID, OTHER_ID, "abcdef000000000000000000")
    assert cli("show", "ABCD", "--json").record["id"] == "abcdef000000000000000000"
    assert cli("show", f"https://x.example/detail?_id={ID}", "--json").record["id"] == ID
    twice = cli("show", "6a06")
    assert (twice.status, twice.out) == (1, "")
    assert "fits 2 tasks" in twice.err
    assert "is not tracked" in cli("show", "ff").err
    assert cli("label", "abc", "my name").status == 0
    assert cli("show", "abc", "--json").record["label"] == "my name"
    assert "has no label" in cli("label", "abc", "").out
    assert cli("label", "ff", "x").status == 1


def test_remove(cli: Cli) -> None:
    cli("add", ID, OTHER_ID, "abcdef000000000000000000")
    assert cli("remove", "abc").out == "abcdef000000000000000000 removed.\n"
    some = cli("remove", "-", "nothere", stdin=f"{ID}\n{OTHER_ID}\n")
    assert (some.status, some.out) == (1, "2 removed.\n")
    assert ids(cli) == []


def test_remove_takes_the_part_of_an_unfinished_download_along(cli: Cli, home: dict[str, str]) -> None:
    cli("add", ID, OTHER_ID)
    directory = default_download_dir()
    directory.mkdir(parents=True)
    store = TaskStore.open(Path(home["XDG_DATA_HOME"]) / "headswap-tui" / "default")
    started = partial(with_download, download=Download(DownloadState.CANCELLED, at_ms=1))
    store.change({TaskId(ID): started, TaskId(OTHER_ID): started})
    store.close()
    for name, task_id in (("a.mp4", ID), ("b.mp4", OTHER_ID)):
        (directory / f"{name}.part").write_bytes(b"half")
        (directory / f"{name}.part.state").write_text(f'{{"task": "{task_id}"}}')
    assert cli("remove", ID).status == 0
    assert {path.name for path in directory.iterdir()} == {"b.mp4.part", "b.mp4.part.state"}


def test_profiles_have_lists_of_their_own(cli: Cli) -> None:
    cli("add", ID)
    cli("--profile", "work", "add", OTHER_ID)
    assert ids(cli) == [ID]
    assert cli("list", "--json", "--profile", "work").record["id"] == OTHER_ID
    assert cli("list", "--json", HEADSWAP_PROFILE="work").record["id"] == OTHER_ID
    assert cli("list", "--data-dir", "/nowhere/else").status == 0


@pytest.mark.parametrize("label", ["a\x1b[2Jb\nc\u202ed", "\ud800 \udcff", "x" * 3000, "=cmd|' /C calc'!A0"])
def test_foreign_text_never_reaches_the_terminal_raw(cli: Cli, label: str) -> None:
    cli("add", ID, "--label", label)
    for result in (cli("list"), cli("show", ID), cli("label", ID, label)):
        assert result.status == 0
        for line in result.lines:
            assert len(line) < 800
            assert not [char for char in line if unicodedata.category(char) in {"Cc", "Cf", "Cs"}]
    assert len(cli("show", ID, "--json").record["label"]) >= 3


def test_usage_errors(cli: Cli) -> None:
    for argv in (["lst"], ["list", "--profle", "x"], ["show"], ["--frobnicate"], ["wait", "--timeout", "soon"]):
        wrong = cli(*argv)
        assert (wrong.status, wrong.out) == (2, "")
        assert wrong.err.startswith("headswap-tui: ")
        assert wrong.err.count("\n") == 1
    assert "did you mean `list`" in cli("lst").err
    bad = cli("list", HEADSWAP_POLLING_CONCURENCY="3")
    assert (bad.status, bad.out) == (2, "")
    assert "HEADSWAP_POLLING_CONCURRENCY" in bad.err


def test_every_command_has_help(cli: Cli) -> None:
    overview = cli("--help")
    assert overview.status == 0
    names = [line.split()[0] for line in overview.out.split("commands:")[1].splitlines()[1:15]]
    assert names[:3] == ["demo", "add", "list"]
    for name in names:
        text = cli(name, "--help")
        assert (text.status, text.err) == (0, "")
        assert "--profile" in text.out
    assert cli("--version").out.startswith("headswap-tui ")


def test_a_damaged_store_is_named_and_left_alone(cli: Cli, tmp_path: Path) -> None:
    store = tmp_path / "data" / "headswap-tui" / "default" / "tasks.jsonl"
    store.parent.mkdir(parents=True, mode=0o700)
    store.write_text("{this is not ours}\n", encoding="utf-8")
    for argv in (["list"], ["add", ID], ["refresh"], ["export"]):
        wrong = cli(*argv, HEADSWAP_API_KEY="k")
        assert (wrong.status, wrong.out) == (5, "")
        assert "tasks.jsonl" in wrong.err
    assert store.read_text(encoding="utf-8") == "{this is not ours}\n"
