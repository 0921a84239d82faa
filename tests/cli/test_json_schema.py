"""The JSON of a task is what the schema promises, from every command that prints it."""

from __future__ import annotations

import msgspec

from headswap_tui.cli.task_schema import EventJson, TaskJson
from headswap_tui.simulator.server import Simulator
from tests.cli.conftest import OTHER_ID, Cli
from tests.cli.watched import FAST, Watch


def read(text: str) -> list[TaskJson]:
    """The lines, each exactly of the promised shape. Raises `msgspec.ValidationError`."""
    return [msgspec.json.decode(line, type=TaskJson) for line in text.splitlines()]


def test_every_command_keeps_to_it(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    account = account | FAST
    done = simulator.create(age_s=1000, queue_s=1, processing_s=1, file_name="a.mp4")
    failed = simulator.create(age_s=1000, queue_s=1, processing_s=1, outcome="failed", error_reason="No face")
    running = simulator.create(age_s=10, queue_s=1, processing_s=10_000)
    odd = simulator.create(queue_s=0, processing_s=0, outcome="unknown", unknown_status=7)
    cli("add", done, failed, running, odd, OTHER_ID, "--label", "x", "--tag", "t")
    (pending, *_) = read(cli("list", "--json").out)
    assert pending.state == "pending"
    cli("refresh", done, failed, running, odd, OTHER_ID, **account)
    waited = read(cli("wait", done, failed, "--download", "--json", **account).out)
    assert {task.state for task in waited} == {"completed", "failed"}
    listed = {task.id: task for task in read(cli("list", "--json").out)}
    assert [listed[task_id].state for task_id in (done, failed, running, odd)] == [
        "completed",
        "failed",
        "processing",
        "unknown",
    ]
    assert listed[running].eta is not None
    assert listed[OTHER_ID].last_error is not None
    download = listed[done].download
    assert download is not None
    assert download.state == "done"
    for task_id, task in listed.items():
        assert read(cli("show", task_id, "--json").out) == [task] or task.eta is not None


def test_fields_come_in_the_promised_order(cli: Cli) -> None:
    cli("add", OTHER_ID)
    assert tuple(cli("list", "--json").record) == TaskJson.__struct_fields__


def test_events_hold_the_same(cli: Cli, simulator: Simulator, account: dict[str, str], home: dict[str, str]) -> None:
    cli("add", simulator.create(age_s=1000, queue_s=1, processing_s=1))
    with Watch({**home, **account}) as watch:
        watch.until("completed")
        watch.stop()
    events = [msgspec.convert(record, EventJson) for record in watch.records]
    assert [event.event for event in events][-1] == "stopped"
    assert any(event.task is not None for event in events)
