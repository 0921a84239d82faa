"""The bounds of hooks: time, number, output, and what they may do to us."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import time
from pathlib import Path

import pytest

from headswap_tui.cli.hooks import LARGEST_OUTPUT, PARALLEL, HookRunner, environment_of
from headswap_tui.cli.task_json import task_json
from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from tests.cli.conftest import ID
from tests.cli.watched import until

TASK = TrackedTask(id=TaskId(ID), added_ms=1, detail=Detail(status=3, error_reason="a\0b", other={"x": "é" * 10**6}))


def script(tmp_path: Path, body: str) -> tuple[str, ...]:
    path = tmp_path / "hook"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o700)
    return (str(path),)


async def test_one_that_never_ends_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    runner = HookRunner(os.environ, timeout_s=0.3)
    words = script(tmp_path, f"sleep 1000 & echo $! > '{tmp_path}/pid'; trap '' TERM; wait; wait; sleep 1000")
    problem = await runner.run(words, TASK)
    assert problem is not None
    assert "was ended after 0.3 s" in problem
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_two_at_a_time(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    runner = HookRunner(os.environ)
    running = f"'{tmp_path}/'$$.on"
    words = script(tmp_path, f"mkdir {running}; ls -d '{tmp_path}/'*.on | wc -l; sleep 0.1; rmdir {running}")
    with caplog.at_level(logging.INFO, "headswap_tui.cli.hooks"):
        assert await asyncio.gather(*(runner.run(words, TASK) for _ in range(6))) == [None] * 6
    counts = [int(last) for record in caplog.records if (last := record.getMessage().rpartition(": ")[2]).isdigit()]
    assert len(counts) == 6
    assert max(counts) <= PARALLEL


async def test_one_that_reads_nothing_and_writes_much(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert (
            await HookRunner(os.environ).run(script(tmp_path, "yes $(printf %0500d 0) | head -c 1000000"), TASK) is None
        )
    assert sum(len(record.getMessage()) for record in caplog.records) < 2 * LARGEST_OUTPUT


@pytest.mark.parametrize("pipe", ["", "> /dev/null 2>&1"])
async def test_what_one_leaves_running_is_not_waited_for_and_goes_on(
    pipe: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    words = script(tmp_path, f"sleep 60 {pipe} & echo $! > '{tmp_path}/pid'; echo last words; exit 3")
    begun = time.monotonic()
    with caplog.at_level(logging.INFO):
        problem = await HookRunner(os.environ, timeout_s=30).run(words, TASK)
    assert time.monotonic() - begun < 20
    assert problem is not None
    assert problem.endswith("ended with status 3.")
    assert "last words" in caplog.text
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)  # it is there


async def test_one_that_is_given_up_is_ended(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    words = script(tmp_path, f"echo $$ > '{pid}.new'; mv '{pid}.new' '{pid}'; exec sleep 1000")
    running = asyncio.create_task(HookRunner(os.environ).run(words, TASK))
    await asyncio.to_thread(until, pid.exists)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text(encoding="utf-8")), 0)


async def test_one_that_does_not_listen_is_ended_however_often_it_is_given_up(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    words = script(tmp_path, f"trap '' TERM; echo $$ > '{pid}.new'; mv '{pid}.new' '{pid}'; while :; do sleep 1; done")
    running = asyncio.create_task(HookRunner(os.environ).run(words, TASK))
    await asyncio.to_thread(until, pid.exists)
    for _ in range(3):
        running.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.to_thread(until, lambda: not is_there(int(pid.read_text(encoding="utf-8"))))


async def test_all_of_the_task_arrives(tmp_path: Path) -> None:
    words = script(tmp_path, f"sleep 0.2; cat > '{tmp_path}/given'")
    assert await HookRunner(os.environ).run(words, TASK) is None
    given = json.loads((tmp_path / "given").read_text(encoding="utf-8"))
    assert given["other"]["x"] == "é" * 10**6


async def test_what_cannot_be_run_says_why() -> None:
    for word, why in (("/nowhere/hook", "No such file or directory"), ("a\0b", "not a program's name")):
        assert await HookRunner(os.environ).run((word,), TASK) == f"`{word}` cannot be run: {why}."


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_environment_holds_any_task() -> None:
    environ = environment_of(task_json(TASK))
    assert environ["HEADSWAP_TASK_STATE"] == "completed"
    assert environ["HEADSWAP_TASK_ERROR_REASON"] == "ab"
    assert environ["HEADSWAP_TASK_DOWNLOAD_PATH"] == ""
    assert "HEADSWAP_TASK_OTHER" not in environ
    assert all(os.fsencode(value) is not None for value in environ.values())
