"""A service that answers with hostile texts in every place where it can put one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

STATUSES: Final = (3, 4, 2, 1, 7)
REFUSED_OF: Final = 5
"""One of so many texts is also the message of a refusal."""
TEXT_FIELDS: Final = ("resolution", "source_video_url", "error_reason", "file_name", "model_name", "team_id", "task_id")


def task_id(number: int) -> str:
    """The id of the task that the text of that number is sent about."""
    return f"6a066dc58570ecbf64f7{number:04x}"


def detail(task: str, number: int, text: str) -> dict[str, Any]:
    """`data` with the text in every field that can hold one, and in some that should not."""
    return {
        "_id": task,
        "status": STATUSES[number % len(STATUSES)],
        "video_url": text if number % 2 else f"https://files.example/{text}",
        "progress": 50 if number % 3 else text,
        "error_code": number if number % 3 else text,
        **dict.fromkeys(TEXT_FIELDS, text),
        "remark": text,
        text[:200]: [text[:200], {text[:100]: text[:100]}],
    }


@dataclass
class Service:
    """Answers about the tasks of `texts` by their numbers, and refuses those of the numbers after them."""

    texts: Sequence[str]
    port: int = 0
    ended: bool = False
    """Whether everything that was queued or processed has ended by now."""
    trouble: dict[str, Any] | None = None
    """If set, the answer to everything."""
    asked: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        """Of the tasks that are answered about, and after them of those that are refused."""
        return len(self.texts) + len(self.texts[::REFUSED_OF])

    def text(self, number: int) -> str:
        """What is said of the task of that number."""
        return (*self.texts, *self.texts[::REFUSED_OF])[number]

    def answer(self, task: str) -> dict[str, Any]:
        """The body of the answer about a task."""
        if self.trouble is not None:
            return self.trouble
        number = int(task[-4:], 16)
        text = self.text(number)
        if number < len(self.texts):
            data = detail(task, number, text)
            if self.ended and data["status"] in {1, 2}:
                data |= {"status": 4 if number % 2 else 3}
            return {"code": 1000, "msg": text, "data": data}
        return {"code": (1003, 1009, 1015, 4711)[number % 4], "msg": text, "data": {"_id": text}}


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that has gone is no news."""


@contextmanager
def serving(texts: Sequence[str]) -> Iterator[Service]:
    """On loopback, in threads, until the block ends."""
    service = Service(texts)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            (task,) = parse_qs(urlsplit(self.path).query)["_id"]
            body = json.dumps(service.answer(task)).encode()
            self.wfile.write(
                b"HTTP/1.1 200 \x1b]0;PWNED\x07\r\nX-Note: \x1b[5m\x9b5m\r\nServer: [/b]\r\n"
                b"Content-Type: application/json; \x1b[5m\r\nContent-Length: %d\r\n\r\n" % len(body)
            )
            self.wfile.write(body)
            service.asked.add(task)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = _Server(("127.0.0.1", 0), Handler)
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
