"""The client against the simulator, which was written from the platform's documents alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headswap_tui.api.client import ApiClient
from headswap_tui.domain import errors
from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.task import Detail, TaskId
from tests.contract.api.asking import Key, client_of, failure_of

if TYPE_CHECKING:
    from headswap_tui.simulator.server import Simulator

READABLE = {"text_code", "mistyped", "nan", "latin1"}


async def asked(simulator: Simulator, task_id: str, timeout_s: float = 5.0) -> Detail | errors.ApiError:
    client = ApiClient(
        simulator.base_url,
        simulator.detail_path,
        Key(value=simulator.api_key),
        clock=SystemClock(),
        timeout_s=timeout_s,
    )
    try:
        return await client.detail(TaskId(task_id))
    except errors.ApiError as error:
        return error
    finally:
        await client.aclose()


async def test_a_whole_life(still_simulator: Simulator) -> None:
    task_id = still_simulator.create(queue_s=10, processing_s=100)
    seen = []
    for skipped_s in (0, 60, 60):
        still_simulator.advance(skipped_s)
        detail = await asked(still_simulator, task_id)
        assert isinstance(detail, Detail)
        assert detail.other == {}
        seen.append(detail)
    assert [detail.status for detail in seen] == [1, 2, 3]
    assert [detail.has_video for detail in seen] == [False, False, True]
    assert seen[1].progress is not None
    assert 0 < seen[1].progress < 100


async def test_every_way_to_garble(simulator: Simulator) -> None:
    from headswap_tui.simulator.garbled import VARIANTS

    task_id = simulator.create(queue_s=0, processing_s=1000)
    assert READABLE.issubset(VARIANTS)
    for variant in (*VARIANTS, "redirect"):
        simulator.faults.garble(variant, times=1)
        result = await asked(simulator, task_id)
        assert type(result) is (Detail if variant in READABLE else errors.Garbled), variant
        assert not isinstance(result, Detail) or result.status == 2


@pytest.mark.parametrize(
    ("fault", "value", "kind", "wait_s"),
    [
        ("throttle", None, errors.Throttled, None),
        ("throttle", "7", errors.Throttled, 7.0),
        ("throttle", "date:30", errors.Throttled, 30.0),
        ("throttle", "junk", errors.Throttled, None),
        ("code", "1005", errors.Throttled, None),
        ("code", "1103", errors.OutOfCredit, None),
        ("code", "1009", errors.TaskRefused, None),
        ("server_error", "502", errors.ServerFailed, None),
        ("drop", "before", errors.Unreachable, None),
        ("drop", "inside", errors.Unreachable, None),
        ("drop", "noise", errors.Garbled, None),
        ("hang", "headers", errors.Unreachable, None),
        ("drip", "5", errors.Unreachable, None),
        ("revoked", None, errors.AuthRefused, None),
        ("revoked", "403", errors.AuthRefused, None),
        ("offline", None, errors.Unreachable, None),
    ],
)
async def test_every_other_fault(
    simulator: Simulator, fault: str, value: str | None, kind: type[errors.ApiError], wait_s: float | None
) -> None:
    task_id = simulator.create(queue_s=0, processing_s=1000)
    simulator.faults.set(fault, value)
    error = await asked(simulator, task_id, timeout_s=0.5 if fault in {"hang", "drip"} else 5.0)
    assert type(error) is kind
    # A date has whole seconds only.
    assert error.retry_after_s == (wait_s if wait_s is None else pytest.approx(wait_s, abs=2))


async def test_an_id_it_does_not_know_and_a_key_it_does_not_know(simulator: Simulator) -> None:
    assert type(await asked(simulator, "6a066dc58570ecbf64f761a5")) is errors.TaskRefused
    async with client_of(simulator.base_url) as client:
        assert type(await failure_of(client)) is errors.AuthRefused
