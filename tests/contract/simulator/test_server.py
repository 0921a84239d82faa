"""Starting, stopping and watching."""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from headswap_tui.simulator.faults import Fault
from headswap_tui.simulator.server import Simulator, running_simulator
from tests.contract.simulator.conftest import Ask


def test_it_starts_and_stops_fast_and_leaves_nothing() -> None:
    threads, handlers = threading.active_count(), signal.getsignal(signal.SIGINT)
    began = time.monotonic()
    with running_simulator() as simulator:
        started = time.monotonic()
        assert httpx.get(f"{simulator.base_url}/_sim/", trust_env=False).status_code == 200
        assert signal.getsignal(signal.SIGINT) is handlers
        leaving = time.monotonic()
    ended = time.monotonic()

    assert started - began < 0.5
    assert ended - leaving < 1
    assert threading.active_count() == threads


def test_it_stops_although_clients_wait_for_answers() -> None:
    with running_simulator() as simulator, ThreadPoolExecutor(3) as pool:
        task_id = simulator.create(queue_s=0, processing_s=0, size=50_000_000, bandwidth=1000)
        simulator.faults.set(Fault.HANG)
        url = f"{simulator.base_url}{simulator.detail_path}"
        with httpx.Client(timeout=30, trust_env=False) as client:
            waiting = [
                pool.submit(client.get, url),
                pool.submit(client.get, url),
                pool.submit(client.get, simulator.video_url(task_id)),
            ]
            simulator.requests.wait_for(lambda log: len(log) == 3)
            began = time.monotonic()
            simulator.stop()
            took = time.monotonic() - began
            errors = [one.exception(timeout=5) for one in waiting]

    assert took < 1
    assert all(isinstance(error, httpx.TransportError) for error in errors)
    assert simulator.requests.in_flight == 0


def test_starting_and_stopping_twice_is_harmless() -> None:
    simulator = Simulator()
    simulator.stop()
    simulator.start()
    url = simulator.base_url
    simulator.start()
    assert simulator.base_url == url
    simulator.stop()
    simulator.stop()


def test_a_taken_port_is_an_error(simulator: Simulator) -> None:
    with pytest.raises(OSError, match="in use"), running_simulator(port=simulator.port):
        pass


def test_the_log_tells_what_was_sent(still_simulator: Simulator, client: httpx.Client, finished: str, ask: Ask) -> None:
    ask(finished)
    client.get(still_simulator.video_url(finished), headers={"Range": "bytes=0-9"})

    asked, fetched = still_simulator.requests
    assert (asked.method, asked.path, asked.query) == ("GET", still_simulator.detail_path, {"_id": finished})
    assert asked.headers["x-api-key"] == still_simulator.api_key
    assert "x-api-key" not in fetched.headers
    assert fetched.headers["range"] == "bytes=0-9"
    assert asked.at_s <= fetched.at_s <= time.monotonic()
    assert still_simulator.requests.details(finished) == [asked]
    assert still_simulator.requests.media(finished) == [fetched]
    assert still_simulator.requests.details("another") == []
    still_simulator.requests.clear()
    assert len(still_simulator.requests) == 0


def test_the_log_knows_how_many_were_in_flight(simulator: Simulator) -> None:
    simulator.faults.set(Fault.HANG)
    url = f"{simulator.base_url}{simulator.detail_path}"
    with httpx.Client(trust_env=False) as client, ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(client.get, url) for _ in range(4)]
        simulator.requests.wait_for(lambda log: len(log) == 4)
        during = simulator.requests.in_flight
        simulator.stop()
        assert all(one.exception(timeout=5) for one in asked)

    assert during == simulator.requests.peak_in_flight == 4
    assert simulator.requests.in_flight == 0


def test_waiting_for_requests_has_a_limit(simulator: Simulator) -> None:
    with pytest.raises(TimeoutError, match="0 requests"):
        simulator.requests.wait_for(bool, timeout_s=0.01)
