"""The demo's world."""

from __future__ import annotations

from collections import Counter

import httpx

from headswap_tui.simulator.demo import populate
from headswap_tui.simulator.server import Simulator
from tests.conftest import NOON_MS
from tests.contract.simulator.conftest import Ask


def statuses(simulator: Simulator) -> Counter[int]:
    return Counter(simulator.world.stage(task).status for task in simulator.world.tasks())


def test_every_state_is_there_at_once(still_simulator: Simulator, ask: Ask) -> None:
    demo = populate(still_simulator)
    answers = {task.id: ask(task.id).json() for task in demo}

    codes = Counter(answer["code"] for answer in answers.values())
    data = [answer["data"] for answer in answers.values() if answer["code"] == 1000]
    assert len(demo) == len(answers) >= 40
    assert (codes[1008], codes[1009]) == (1, 1)
    by_status = Counter(one["status"] for one in data)
    assert min(by_status[status] for status in (1, 2, 3, 4)) >= 5
    assert by_status[7] == 1
    finished = [bool(one["video_url"]) for one in data if one["status"] == 3]
    assert Counter(finished)[False] == 2
    assert len({one["error_reason"] for one in data if one["status"] == 4}) >= 5
    assert any("[/x]" in one["error_reason"] and "\x1b[2J" in one["error_reason"] for one in data)


def test_what_the_user_would_have_written_is_suggested(still_simulator: Simulator) -> None:
    demo = populate(still_simulator)

    assert sum(task.label is not None for task in demo) > 10
    assert len({tag for task in demo for tag in task.tags}) > 5
    assert all(task.age_s >= 0 for task in demo)


def test_progress_moves_within_two_seconds_and_the_world_for_minutes(still_simulator: Simulator) -> None:
    populate(still_simulator)

    def progress() -> list[float]:
        return [still_simulator.world.stage(task).progress for task in still_simulator.world.tasks()]

    before = progress()
    still_simulator.advance(2)
    assert sum(now != then for now, then in zip(progress(), before, strict=True)) >= 5
    counts = [statuses(still_simulator)]
    for _ in range(5):
        still_simulator.advance(60)
        counts.append(statuses(still_simulator))
    assert counts[0][3] + 6 <= counts[-1][3]
    assert counts[-1][1] < counts[0][1]
    assert counts[-1][2] >= 3


def test_any_number_of_tasks(still_simulator: Simulator) -> None:
    few = populate(still_simulator, 5)
    many = populate(still_simulator, 300)
    none = populate(still_simulator, 0)

    assert (len(few), len(many), len(none)) == (5, 300, 0)
    assert len({task.id for task in few + many}) == 305


def test_the_same_seed_gives_the_same_demo() -> None:
    def told(seed: int) -> list[tuple[str, str | None]]:
        return [(task.id, task.label) for task in populate(Simulator(seed=seed, now_ms=lambda: NOON_MS), 60)]

    assert told(1) == told(1) != told(2)


def test_every_hosted_video_can_be_fetched(still_simulator: Simulator, client: httpx.Client, ask: Ask) -> None:
    links = [(ask(task.id).json().get("data") or {}).get("video_url") for task in populate(still_simulator)]

    found = [client.head(link).status_code for link in links if link]
    assert len(found) >= 8
    assert set(found) == {200}
