"""The bounds of hooks: time, number, output, and what they may do to us."""

from __future__ import annotations

import asyncio
import logging
import os
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


async def test_one_that_leaves_something_running_is_not_waited_for(tmp_path: Path) -> None:
    words = script(tmp_path, "sleep 2 > /dev/null 2>&1 & exit 0")
    async with asyncio.timeout(1.5):
        assert await HookRunner(os.environ).run(words, TASK) is None


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


def test_the_environment_holds_any_task() -> None:
    environ = environment_of(task_json(TASK))
    assert environ["HEADSWAP_TASK_STATE"] == "completed"
    assert environ["HEADSWAP_TASK_ERROR_REASON"] == "ab"
    assert environ["HEADSWAP_TASK_DOWNLOAD_PATH"] == ""
    assert "HEADSWAP_TASK_OTHER" not in environ
    assert all(os.fsencode(value) is not None for value in environ.values())
