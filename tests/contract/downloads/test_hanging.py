"""A resolver, a network, a service or a file host that never answers holds nothing up: not a cancel, not an end."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from headswap_tui.domain.task import DownloadState, TaskId
from headswap_tui.downloads.hosts import HostRules, Resolver
from tests.contract.downloads.file_server import FileServer, Handler, Hosted, held, mp4, send
from tests.contract.downloads.support import Place, Watched, eventually, task

VIDEO = mp4(300_000)
A = TaskId("a" * 24)


class Hangs:
    """Resolver, network, service and server of which one never answers."""

    def __init__(self, what: str, server: FileServer, keep: contextlib.ExitStack) -> None:
        """`keep` ends with the test."""
        self.what = what
        self.server = server
        self.hung = threading.Event()
        self.url = server.url("/v.mp4") if what != "connect" else self.full_house(keep)
        server.host("/v.mp4", VIDEO, self.answer)

    def full_house(self, keep: contextlib.ExitStack) -> str:
        """The address of a server that lets nobody in any more, as one does that is not there."""
        door = keep.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            guest = keep.enter_context(socket.socket())
            guest.setblocking(False)
            guest.connect_ex(door.getsockname())
        return f"http://127.0.0.1:{door.getsockname()[1]}/v.mp4"

    def hang(self) -> None:
        """Until the test is over."""
        self.hung.set()
        self.server.let_go.wait()

    def look_up(self, host: str, _port: int) -> list[str]:
        """The resolver."""
        if self.what == "look-up":
            self.hang()
        if self.what == "connect":
            self.hung.set()  # the next that happens
        return [host]

    def renew(self, _task_id: TaskId) -> str:
        """The service."""
        self.hang()
        return self.server.url("/v.mp4")

    def answer(self, handler: Handler, hosted: Hosted) -> None:
        """The server."""
        if self.what == "renewal":
            handler.status(403)
        elif self.what == "backoff":
            self.hung.set()
            handler.status(503, Retry_After="800")
        else:
            send(handler, hosted, 1000)
            handler.wfile.flush()
            self.hang()


HANGING = ["read", "look-up", "connect", "renewal", "backoff"]


@pytest.fixture
def keep() -> Iterator[contextlib.ExitStack]:
    """Closes at the end what was put into it."""
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.mark.parametrize("what", HANGING)
def test_closing_is_quick_whatever_hangs(
    what: str, watch: Callable[..., Watched], server: FileServer, keep: contextlib.ExitStack
) -> None:
    hangs = Hangs(what, server, keep)
    watched = watch(parallel=3, renew=hangs.renew, rules=HostRules("127.0.0.1", (), Resolver(hangs.look_up)))
    for number in range(5):
        watched.queue.submit(task(hangs.url, f"{number:024x}"))
    assert hangs.hung.wait(10)
    began = time.monotonic()
    assert watched.queue.close(5.0)  # no thread of the queue hangs on
    assert time.monotonic() - began < 1.0
    told = len(watched.changes)
    server.let_go.set()
    for thread in threading.enumerate():
        if thread.name.startswith(("look-up", "fresh address")):
            thread.join(10)
    assert watched.done == {}
    assert len(watched.changes) == told
    assert not watched.queue.submit(task(server.url("/v.mp4"), A))


@pytest.mark.parametrize("what", HANGING)
def test_cancelling_frees_the_place_at_once_whatever_hangs(
    what: str, watch: Callable[..., Watched], server: FileServer, keep: contextlib.ExitStack
) -> None:
    hangs = Hangs(what, server, keep)
    watched = watch(parallel=1, renew=hangs.renew, rules=HostRules("127.0.0.1", (), Resolver(hangs.look_up)))
    watched.queue.submit(task(hangs.url, A))
    assert hangs.hung.wait(10)
    began = time.monotonic()
    assert watched.queue.cancel(A)
    eventually(lambda: A in watched.done)
    assert time.monotonic() - began < 1.0
    assert watched.done[A][0].state is DownloadState.CANCELLED


def test_a_process_ends_soon_after_it_closes_whatever_hangs(server: FileServer, place: Place) -> None:
    server.host("/v.mp4", VIDEO, held)
    command = [sys.executable, "-m", "tests.contract.downloads.quitter", server.url("/v.mp4"), str(place.directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "closing\n"
            began = time.monotonic()
            child.wait(10)
            assert time.monotonic() - began < 1.0
            assert child.returncode == 0
        finally:
            child.kill()
    assert any(name.endswith(".part") for name in place.names())  # the third may have held the first name
