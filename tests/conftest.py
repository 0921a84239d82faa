"""What many tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from headswap_tui.simulator.server import Simulator

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")  # on a busy machine anything may take a second

for name in [name for name in os.environ if name.startswith(("HEADSWAP_", "AKOOL_"))]:
    del os.environ[name]  # settings of whoever runs the tests

NOON_MS = 1_800_000_000_000
"""A wall clock for tests that hold it still."""


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A platform of its own for the test, listening on loopback; starts and stops in milliseconds.

    Its clock runs; `simulator.advance(seconds)` skips time for every task and link at once.
    """
    from headswap_tui.simulator.server import running_simulator  # most tests need no server

    with running_simulator() as running:
        yield running


@pytest.fixture
def still_simulator() -> Iterator[Simulator]:
    """The same with a clock that stands at `NOON_MS` and moves by `advance` alone."""
    from headswap_tui.simulator.server import running_simulator  # most tests need no server

    with running_simulator(now_ms=lambda: NOON_MS) as running:
        yield running
