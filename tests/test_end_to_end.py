"""The whole product in a real terminal: the demo, driven by keys, down to the bytes of a downloaded file."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import httpx

from headswap_tui.simulator.server import Simulator
from tests.terminal import Terminal

HEADSWAP = Path(sys.executable).with_name("headswap-tui")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def test_a_task_is_added_by_keys_seen_to_complete_and_downloaded_byte_by_byte(tmp_path: Path) -> None:
    port = free_port()
    kept = tmp_path / "kept"
    argv: list[str | Path] = [HEADSWAP, "demo", "--port", str(port), "--data-dir", kept]
    with Terminal(argv, {"HOME": str(tmp_path)}, columns=120, rows=36) as terminal:
        terminal.wait_for("processing", "completed", "failed", "unknown (7)", "quit")

        life = {"queue_s": 0, "processing_s": 2, "file_name": "end-to-end.mp4", "resolution": "720p"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            task_id = client.post("/_sim/tasks", json=life).json()["id"]

            terminal.send("a")
            terminal.wait_for("Add tasks")
            terminal.send(task_id)
            terminal.wait_for("1 new")
            terminal.send("enter")
            terminal.wait_gone("Add tasks")

            terminal.send("/")
            terminal.wait_for("esc clear")
            terminal.send(task_id[:10])
            terminal.wait_for("1 of 43", "end-to-end.mp4", "completed", "100%")
            terminal.send("enter")
            terminal.wait_for("d download")
            terminal.send("d")
            terminal.wait_for("saved")
            url = f"/api/open/v4/headswap/task/detail?_id={task_id}"
            detail = client.get(url, headers={"x-api-key": Simulator().api_key}).json()["data"]
            sent = client.get(detail["video_url"]).content
            (saved,) = (kept / "videos").iterdir()
            assert (saved.name, saved.read_bytes()) == ("end-to-end.mp4", sent)

            terminal.send("q")
            assert terminal.wait_end() == 0


def test_the_demo_leaves_nothing_behind(tmp_path: Path) -> None:
    with Terminal(
        [HEADSWAP, "demo"], {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}, columns=80, rows=24
    ) as terminal:
        terminal.wait_for("processing", "quit")
        terminal.send("q")
        assert terminal.wait_end() == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
