"""Processes that are killed and machines that lose their power."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.store import checks


def test_killed_at_random_instants(tmp_path: Path) -> None:
    assert checks.survives_kills(tmp_path, kills=200, seed=1) > 300


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_killed_at_random_instants_for_long(tmp_path: Path) -> None:
    assert checks.survives_kills(tmp_path, kills=2_000, seed=2) > 3_000


def test_killed_at_every_system_call(tmp_path: Path) -> None:
    assert checks.survives_a_kill_at_every_call(tmp_path) > 30


def test_power_lost_at_every_system_call(tmp_path: Path) -> None:
    assert checks.survives_power_loss(tmp_path) > 100


def test_others_are_locked_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checks.locks_out_others(tmp_path, monkeypatch)


def test_torn_tails_are_cut(tmp_path: Path) -> None:
    checks.cuts_torn_tails(tmp_path)
