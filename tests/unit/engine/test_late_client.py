"""The API client is made by the first question, once, and behind the loop's back."""

from __future__ import annotations

import asyncio
import threading

import pytest

from headswap_tui.domain.errors import Unreachable
from headswap_tui.domain.task import Detail, TaskId
from headswap_tui.engine.late_client import LateClient

ONE, OTHER = TaskId("6a066dc58570ecbf64f761a5"), TaskId("6a066dc58570ecbf64f761a6")


class Service:
    """Stands for the real client; whoever makes it waits until `may_be_made` is set."""

    def __init__(self) -> None:
        self.may_be_made = threading.Event()
        self.made = 0
        self.asked: list[TaskId] = []
        self.is_closed = False
        self.resets = 0

    def make(self) -> Service:
        self.made += 1
        assert self.may_be_made.wait(10)
        return self

    async def detail(self, task_id: TaskId) -> Detail:
        if self.is_closed:
            raise Unreachable("closed")
        self.asked.append(task_id)
        return Detail(status=2)

    async def reset(self) -> None:
        self.resets += 1

    async def aclose(self) -> None:
        self.is_closed = True


async def test_all_who_ask_wait_for_one_client_while_the_loop_goes_on() -> None:
    service = Service()
    late = LateClient(service.make)
    await late.reset()
    asking = [asyncio.create_task(late.detail(task_id)) for task_id in (ONE, OTHER)]
    await asyncio.sleep(0)  # the loop is not held up: else nobody could allow it to be made
    service.may_be_made.set()
    assert await asyncio.gather(*asking) == [Detail(status=2)] * 2
    assert (service.made, service.asked, service.resets) == (1, [ONE, OTHER], 0)
    await late.reset()
    assert service.resets == 1


async def test_one_who_gives_up_takes_nothing_from_the_others() -> None:
    service = Service()
    late = LateClient(service.make)
    impatient, patient = asyncio.create_task(late.detail(ONE)), asyncio.create_task(late.detail(OTHER))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    service.may_be_made.set()
    assert await patient == Detail(status=2)
    assert service.asked == [OTHER]


async def test_closed_while_it_is_made_it_asks_nothing_more() -> None:
    service = Service()
    late = LateClient(service.make)
    asking = asyncio.create_task(late.detail(ONE))
    await asyncio.sleep(0)
    await late.aclose()
    service.may_be_made.set()
    with pytest.raises(Unreachable):
        await asking
    assert service.is_closed
    assert service.asked == []


async def test_one_that_was_never_asked_has_nothing_to_close() -> None:
    service = Service()
    await LateClient(service.make).aclose()
    assert service.made == 0


async def test_what_cannot_be_loaded_is_like_a_service_that_cannot_be_reached() -> None:
    service = Service()
    service.may_be_made.set()
    tries = iter([OSError(24, "Too many open files"), ImportError("no httpx"), None])

    def make() -> Service:
        if (trouble := next(tries)) is not None:
            raise trouble
        return service.make()

    late = LateClient(make)
    for words in ("Too many open files", "no httpx"):
        with pytest.raises(Unreachable, match=words):
            await late.detail(ONE)
    assert await late.detail(ONE) == Detail(status=2)
