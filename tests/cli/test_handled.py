"""The list of finished tasks that were dealt with."""

from __future__ import annotations

from pathlib import Path

import pytest

from headswap_tui.cli.handled import FILE_NAME, Handled
from headswap_tui.domain.task import Detail, TaskId, TrackedTask

FIRST, SECOND, THIRD = (TaskId(f"6a066dc58570ecbf64f761{number:02x}") for number in (1, 2, 3))
FAILED = Detail(status=4)
TASKS = {task_id: TrackedTask(id=task_id, added_ms=1, detail=FAILED) for task_id in (FIRST, SECOND)} | {
    THIRD: TrackedTask(id=THIRD, added_ms=1)
}


def test_what_had_finished_before_the_first_watch_is_dealt_with(tmp_path: Path) -> None:
    handled = Handled(tmp_path)
    assert handled.claim(TASKS)
    assert [task_id in handled for task_id in TASKS] == [True, True, False]
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_it_outlives_a_kill(tmp_path: Path) -> None:
    first = Handled(tmp_path)
    first.claim({})
    first.add(FIRST)
    first.add(FIRST)
    with (tmp_path / FILE_NAME).open("a") as file:
        file.write(SECOND)  # cut short: the end of the line is missing
    first.close()
    second = Handled(tmp_path)
    assert second.claim(TASKS)
    assert [task_id in second for task_id in TASKS] == [True, False, False]
    second.forget([FIRST, THIRD])
    assert FIRST not in second
    second.close()
    third = Handled(tmp_path)
    assert third.claim(TASKS)
    assert FIRST not in third


def test_one_at_a_time(tmp_path: Path) -> None:
    first, second = Handled(tmp_path), Handled(tmp_path)
    assert first.claim(TASKS)
    assert not second.claim(TASKS)
    assert second.holder_pid is not None
    first.close()
    assert second.claim(TASKS)


def test_a_disk_that_takes_nothing(tmp_path: Path) -> None:
    handled = Handled(tmp_path)
    handled.claim({})
    (tmp_path / FILE_NAME).unlink()
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(OSError, match="directory"):
        handled.add(FIRST)
    assert FIRST in handled
    handled.close()
    with pytest.raises(OSError, match="directory"):
        Handled(tmp_path).claim({})
