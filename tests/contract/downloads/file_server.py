"""A file host on loopback that misbehaves as told, one behaviour per path; standard library only."""

from __future__ import annotations

import contextlib
import email.utils
import hashlib
import random
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler", "Hosted"], None]


def box(kind: bytes, content: bytes = b"") -> bytes:
    """One box of an MP4."""
    return struct.pack(">I", 8 + len(content)) + kind + content


def mp4(size: int, seed: int = 0) -> bytes:
    """A file of exactly `size` bytes with the structure of an MP4 and random pictures."""
    head = box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"moov", box(b"mvhd", bytes(100)) + box(b"trak", bytes(64)))
    return head + box(b"mdat", random.Random(seed).randbytes(size - len(head) - 8))


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


class Hosted:
    """One hosted file and how the server behaves about it; change it while the server runs."""

    def __init__(self, content: bytes, behaviour: Behaviour | None = None) -> None:
        self.content = content
        self.behaviour = behaviour
        self.etag: str | None = f'"{digest(content)[:16]}"'
        self.last_modified: str | None = email.utils.formatdate(1_700_000_000, usegmt=True)
        self.content_type: str | None = "video/mp4"
        self.honours_range = True
        self.honours_if_range = True
        self.requests: list[dict[str, str]] = []
        """Headers of the requests so far, names in lower case."""

    def replace(self, content: bytes) -> None:
        """Another version, with other validators."""
        self.content = content
        self.etag = f'"{digest(content)[:16]}"' if self.etag else None
        self.last_modified = email.utils.formatdate(1_700_009_000, usegmt=True) if self.last_modified else None


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    server: FileServer

    def do_GET(self) -> None:
        """Answer as the path's behaviour says."""
        path = self.path.partition("?")[0]
        hosted = self.server.files.get(path)
        with self.server.lock:
            self.server.seen.append(self.path)
        self.close_connection = True
        if hosted is None:
            self.status(404)
            return
        hosted.requests.append({name.lower(): value for name, value in self.headers.items()})
        (hosted.behaviour or serve)(self, hosted)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is http.server's
        """Silent."""

    def status(self, code: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer; underscores in header names become dashes."""
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def head(self, hosted: Hosted, code: int, **headers: str) -> None:
        """The header of an answer about `hosted`."""
        self.send_response(code)
        if hosted.etag:
            self.send_header("ETag", hosted.etag)
        if hosted.last_modified:
            self.send_header("Last-Modified", hosted.last_modified)
        if hosted.content_type:
            self.send_header("Content-Type", hosted.content_type)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def reset(self) -> None:
        """End the connection with a RST instead of a FIN."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def wanted(self, hosted: Hosted) -> int | None:
        """First byte of the range to send, `None` to send it all."""
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if match is None or not hosted.honours_range:
            return None
        condition = self.headers.get("If-Range")
        if condition is not None and hosted.honours_if_range and condition not in (hosted.etag, hosted.last_modified):
            return None
        return int(match.group(1))


def serve(handler: Handler, hosted: Hosted) -> None:
    """As a good server does."""
    send(handler, hosted, len(hosted.content))


def send(handler: Handler, hosted: Hosted, most: int) -> None:
    """A right header, then at most `most` bytes of the body."""
    start, size = handler.wanted(hosted), len(hosted.content)
    if start is None:
        handler.head(hosted, 200, Content_Length=str(size), Accept_Ranges="bytes")
        handler.wfile.write(hosted.content[:most])
    elif start >= size:
        handler.status(416, Content_Range=f"bytes */{size}")
    else:
        handler.head(hosted, 206, Content_Length=str(size - start), Content_Range=f"bytes {start}-{size - 1}/{size}")
        handler.wfile.write(hosted.content[start : start + most])


def cut_after(count: int, *, with_reset: bool = False) -> Behaviour:
    """Every connection ends after `count` bytes of the body."""

    def behave(handler: Handler, hosted: Hosted) -> None:
        send(handler, hosted, count)
        if with_reset:
            handler.reset()

    return behave


def held(handler: Handler, hosted: Hosted) -> None:
    """Half of it, and the rest when the server lets go."""
    send(handler, hosted, len(hosted.content) // 2)
    handler.wfile.flush()
    handler.server.let_go.wait()


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour per request; the last one stays."""
    left = list(behaviours)

    def behave(handler: Handler, hosted: Hosted) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler, hosted)

    return behave


def answer(code: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Always the same answer."""
    return lambda handler, _hosted: handler.status(code, body, **headers)


class FileServer(ThreadingHTTPServer):
    """See the module; made by `running`."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, Hosted] = {}
        self.seen: list[str] = []
        """Paths with queries, in the order asked."""
        self.lock = threading.Lock()
        self.let_go = threading.Event()
        """Set at the end: what hangs on purpose waits for it."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is part of the tests."""

    def host(self, path: str, content: bytes, behaviour: Behaviour | None = None) -> Hosted:
        """Put a file under `path`."""
        hosted = self.files[path] = Hosted(content, behaviour)
        return hosted

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of `path`."""
        return f"http://{host}:{self.server_address[1]}{path}"


@contextlib.contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[FileServer]:
    """A server on a port of its own."""
    server = FileServer()
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()
