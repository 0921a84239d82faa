"""export and import: nothing is lost on the way."""

from __future__ import annotations

import csv
import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from headswap_tui.cli.export import COLUMNS, as_csv
from headswap_tui.domain.changes import answered, track
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.store.tasks import TaskStore
from tests.cli.conftest import ID, OTHER_ID, Cli


def store_at(tmp_path: Path, profile: str = "default") -> TaskStore:
    """The store behind the command line."""
    return TaskStore.open(tmp_path / "data" / "headswap-tui" / profile)


def seen(task_id: str, at_ms: int, progress: float, label: str | None = None) -> TrackedTask:
    """A task that answered once."""
    detail = Detail(status=2, progress=progress, other={"strange": [1, {"a": None}]})
    return answered(track(TaskId(task_id), at_ms, label, ("one",)), detail, at_ms, at_ms)


def test_there_and_back(cli: Cli, tmp_path: Path) -> None:
    store = store_at(tmp_path)
    store.add([seen(ID, 1000, 10, "mine"), seen(OTHER_ID, 2000, 20)])
    record = msgspec.json.decode(store.records()[TaskId(ID)]) | {"field_of_tomorrow": {"x": 1}}
    store.merge([msgspec.json.encode(record)], lambda ours, _: ours)
    before = store.records()
    store.close()
    exported = cli("export")
    assert exported.status == 0
    document = json.loads(exported.out)
    assert document["format"] == "headswap-tui export"
    assert document["schema"] == 1
    assert document["profile"] == "default"
    assert [task["id"] for task in document["tasks"]] == [ID, OTHER_ID]
    assert document["tasks"][0]["field_of_tomorrow"] == {"x": 1}
    imported = cli("import", "-", "--profile", "other", stdin=exported.out)
    assert (imported.status, imported.out) == (0, "2 added.\n")
    other = store_at(tmp_path, "other")
    assert {key: json.loads(raw) for key, raw in other.records().items()} == {
        key: json.loads(raw) for key, raw in before.items()
    }
    other.close()
    assert cli("import", "-", "--profile", "other", stdin=exported.out).out == "2 unchanged.\n"


def test_merging(cli: Cli, tmp_path: Path) -> None:
    store = store_at(tmp_path)
    store.add([seen(ID, 5000, 50, "mine"), seen(OTHER_ID, 5000, 50)])
    store.close()
    theirs = [seen(ID, 4000, 40, "theirs"), seen(OTHER_ID, 6000, 60, "theirs")]
    theirs = [msgspec.structs.replace(task, tags=("two",)) for task in theirs]
    document = {"format": "headswap-tui export", "schema": 1, "tasks": msgspec.to_builtins(theirs)}
    (tmp_path / "export.json").write_text(json.dumps(document), encoding="utf-8")
    assert cli("import", str(tmp_path / "export.json")).out == "2 updated.\n"
    ours, other = cli("list", "--json").records
    assert (ours["label"], ours["progress"], ours["tags"]) == ("mine", 50, ["one", "two"])
    assert (other["label"], other["progress"], other["tags"]) == ("theirs", 60, ["one", "two"])


@pytest.mark.parametrize(
    "text",
    [
        f'{{"_default": {{"1": {{"_id": "{ID}", "label": "x", "tags": ["a"]}}, "2": {{"id": "{OTHER_ID}"}}}}}}',
        f'{{"id": "{ID}", "label": "x", "tags": ["a"]}}\n{{"id": "{OTHER_ID}"}}\n',
        f'[{{"id": "{ID}", "label": "x", "tags": ["a", 5]}}, "{OTHER_ID}"]',
    ],
)
def test_other_json(cli: Cli, text: str) -> None:
    assert cli("import", "-", stdin=text).out == "2 added.\n"
    first, second = cli("list", "--json").records
    assert (first["id"], first["label"], first["tags"]) == (ID, "x", ["a"])
    assert (second["id"], second["label"], second["tags"]) == (OTHER_ID, None, [])


def test_plain_ids(cli: Cli) -> None:
    assert cli("import", "-", stdin=f"# ids\n{ID}\n{OTHER_ID}, {ID}\n").out == "2 added.\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no tasks"),
        ("hello", "no tasks"),
        ('{"format": "headswap-tui export", "schema": 2, "tasks": []}', "newer version"),
        ('{"format": "headswap-tui export", "schema": 1}', "damaged"),
        ('{"format": "headswap-tui export", "schema": 1, "tasks": [{"label": 1}]}', "no id"),
        (
            f'{{"format": "headswap-tui export", "schema": 1, "tasks": [{{"id": "{ID}", "added_ms": "x"}}]}}',
            "cannot be read",
        ),
        ("[" * 5000, "no tasks"),
    ],
)
def test_what_cannot_be_imported(cli: Cli, text: str, words: str) -> None:
    wrong = cli("import", "-", stdin=text)
    assert (wrong.status, wrong.out) == (2, "")
    assert words in wrong.err
    assert cli("list", "--json").out == ""
    assert cli("import", "/nowhere/x.json").status == 2


def test_files_are_replaced_only_by_their_like(cli: Cli, tmp_path: Path) -> None:
    cli("add", ID)
    path, sheet = tmp_path / "x.json", tmp_path / "x.csv"
    first = cli("export", str(path))
    assert (first.out, first.err) == ("", f"headswap-tui: Exported to {path}.\n")
    assert path.stat().st_mode & 0o777 == 0o600
    cli("add", OTHER_ID)
    assert cli("export", str(path)).err == f"headswap-tui: Exported to {path}, in place of what was there.\n"
    assert len(json.loads(path.read_text(encoding="utf-8"))["tasks"]) == 2
    assert cli("export", "--csv", str(sheet)).status == 0
    assert cli("export", "--csv", str(sheet)).status == 0
    backup, table = path.read_bytes(), sheet.read_bytes()
    for argv, why in (
        (["--csv", str(path)], "is an export of the other kind"),
        ([str(sheet)], "is an export of the other kind"),
        ([str(path), "--profile", "other"], "is an export of another profile"),
    ):
        wrong = cli("export", *argv)
        assert (wrong.status, why in wrong.err, "--force" in wrong.err) == (2, True, True)
    assert (path.read_bytes(), sheet.read_bytes()) == (backup, table)
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


def test_a_foreign_file_is_replaced_only_by_force(cli: Cli, tmp_path: Path) -> None:
    cli("add", ID)
    path = tmp_path / "x.json"
    path.write_text("precious", encoding="utf-8")
    wrong = cli("export", str(path))
    assert (wrong.status, path.read_text(encoding="utf-8")) == (2, "precious")
    assert cli("export", str(path), "--force").status == 0
    assert json.loads(path.read_text(encoding="utf-8"))["tasks"]
    path.write_text("", encoding="utf-8")
    assert cli("export", str(path)).status == 0, "an empty file, as `mktemp` makes it, is no loss"
    assert cli("export", str(tmp_path / "no" / "x")).status == 2


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_pipe_is_written_into_and_stays_one(cli: Cli, tmp_path: Path, force: tuple[str, ...]) -> None:
    """As a shell's `>(...)` names one; so does `/dev/stdout`."""
    cli("add", ID)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(pipe.read_text, encoding="utf-8")
        assert cli("export", str(pipe), *force).status == 0
        assert [task["id"] for task in json.loads(reading.result(10))["tasks"]] == [ID]
    assert pipe.is_fifo()
    assert cli("export", str(tmp_path), *force).status == 2


def test_a_link_goes_on_leading_to_the_export(cli: Cli, tmp_path: Path) -> None:
    cli("add", ID)
    (tmp_path / "disk").mkdir()
    path, link = tmp_path / "disk" / "x.json", tmp_path / "link.json"
    link.symlink_to(path)
    for _ in range(2):  # it leads to nothing the first time
        assert cli("export", str(link)).status == 0
        assert (link.is_symlink(), path.is_file()) == (True, True)


def test_csv_holds_no_formula() -> None:
    labels = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", 'a "quoted", b', "new\nline", "plain"]
    tasks = [
        msgspec.structs.replace(track(TaskId(f"{at:024x}"), 0), label=label, detail=Detail(deduction_duration=-1.5))
        for at, label in enumerate(labels)
    ]
    rows = list(csv.DictReader(io.StringIO(as_csv(tasks), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row["label"] for row in rows] == [*(f"'{label}" for label in labels[:5]), "␍=1", *labels[6:]]
    assert {row["deduction_duration"] for row in rows} == {"-1.5"}
    assert rows[0]["added_at"] == "1970-01-01T00:00:00.000Z"


def test_csv_holds_no_control_characters() -> None:
    detail = Detail(status=4, error_reason="\x1b[31mred\x07\x9b2J\r\n\x7f\0\u202e\ud800 é 🎬", other={"a": "\x1b"})
    text = as_csv([msgspec.structs.replace(track(TaskId(ID), 0, "\x1b]0;title\x07"), detail=detail)])
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["error_reason"] == "␛[31mred␇\ufffd2J␍\n␡␀\ufffd\ufffd é 🎬"
    assert row["label"] == "␛]0;title␇"
    assert {char for char in text if not char.isprintable()} == {"\r", "\n"}


LABELS = ["=1+1", "'=1", "it's", 'a "quoted", b; c', "two\nlines", "plain", ""]


def exported_csv(cli: Cli, tmp_path: Path) -> str:
    """Tasks that answered, with ids of the service's own in other columns, as CSV."""
    detail = Detail(status=4, team_id="6805fb69e92d9edc7ca0b409", provider_task_id="6a066dc58570ecbf64f761ff")
    store = store_at(tmp_path)
    for at, label in enumerate(LABELS):
        task = track(
            TaskId(f"{at:024x}"), 1000 + at, label, ("one", "-two", "two words", "it's", 'a "b"\\c', "a,b", "c\\d")
        )
        store.add([answered(task, detail, 2000, 2000)])
    store.add([track(TaskId("-unusual_id"), 5000)])
    store.close()
    return cli("export", "--csv").out


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_there_and_back(cli: Cli, tmp_path: Path, delimiter: str) -> None:
    text = exported_csv(cli, tmp_path)
    again = io.StringIO(newline="")
    again.write("\ufeff")
    csv.writer(again, delimiter=delimiter).writerows(csv.reader(io.StringIO(text, newline="")))
    imported = cli("import", "-", "--profile", "other", stdin=again.getvalue())
    assert (imported.status, imported.out) == (0, f"{len(LABELS) + 1} added.\n")
    kept = ("id", "label", "tags", "added_at", "state")
    was = [{key: record[key] for key in kept} | {"state": "pending"} for record in cli("list", "--json").records]
    now = [{key: record[key] for key in kept} for record in cli("list", "--json", "--profile", "other").records]
    assert now == was


def test_tags_of_a_sheet_without_our_quotes(cli: Cli) -> None:
    sheet = "id,label,tags,added_at\n" + f"{ID},x,it's 'cause 5\"," + "\n"
    assert cli("import", "-", stdin=sheet).status == 0
    assert cli("show", ID, "--json").record["tags"] == ["it's", "'cause", '5"']


def test_csv_that_is_damaged(cli: Cli) -> None:
    header = "id,label,tags,added_at\n"
    wrong = cli("import", "-", stdin=f"{header}{ID},x,,\n,y,,\n")
    assert (wrong.status, wrong.out) == (2, "")
    assert "line 3" in wrong.err
    assert "not valid CSV" in cli("import", "-", stdin=f'{header}{ID},"x"y,,\n').err
    assert cli("list", "--json").out == ""
    assert cli("import", "-", stdin=f"{header}{ID},x,,15.03.2026\n,,,\n").out == "1 added.\n"
    assert cli("list", "--json").record["label"] == "x"
