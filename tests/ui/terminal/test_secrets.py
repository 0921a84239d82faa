"""Keys, tokens, client secrets and signatures of addresses, planted everywhere and then looked for everywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest

from headswap_tui.simulator.server import Simulator
from headswap_tui.ui.opening import open_outside
from tests.ui.driving import dashboard
from tests.ui.terminal.conftest import PROGRAM, Start, wait_until

KEY: Final = "canary-key-5d1c9"
TOKEN: Final = "canary-token-0b7e2"
CLIENT: Final = "canary-client-93ff0"
SIGNATURE: Final = "canary-signature-77a41"
COPY: Final = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
CRASHING: Final = (
    sys.executable,
    "-c",
    # What breaks holds the key in its message and its locals, and in the error that led to it.
    "\n".join(
        (
            "import os, sys",
            "from headswap_tui.ui.screens.main import MainScreen",
            "beat = MainScreen.beat",
            "def broken(screen):",
            "    beat(screen)",
            "    if os.path.exists(os.environ['HOME'] + '/break'):",
            "        key = os.environ['HEADSWAP_API_KEY']",
            "        url = next(iter(screen.engine.tasks.values())).detail.video_url",
            "        try: raise ValueError(f'x-api-key: {key}')",
            "        except ValueError as error: raise RuntimeError(f'{key} for {url}') from error",
            "MainScreen.beat = broken",
            "from headswap_tui.__main__ import main",
            "del sys.argv[1]",
            "sys.exit(main())",
        )
    ),
)


@pytest.fixture
def planted(simulator: Simulator, environ: Mapping[str, str], tmp_path: Path) -> dict[str, str]:
    """Every secret there is, where it may stand; the key is the one that the service takes."""
    simulator.world.api_key = KEY
    config = tmp_path / "config" / "headswap-tui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        f"[profiles.default]\napi_key = '{KEY}-in-file'\ntoken = '{TOKEN}'\n[webhook]\nclient_id = 'me'\n"
        f"client_secret = '{CLIENT}'\n",
        encoding="utf-8",
    )
    config.chmod(0o600)
    return {**environ, "HEADSWAP_API_KEY": KEY}


def signed(simulator: Simulator, outcome: str) -> str:
    """A task whose addresses are signed."""
    url = f"https://files.example/v.mp4?Signature={SIGNATURE}"
    data = {"video_url": url, "source_video_url": url, "error_reason": f"cannot read {url}"}
    return simulator.create(age_s=100, queue_s=1, processing_s=1, overrides=data, outcome=outcome)


def files_in(place: Path) -> Iterator[tuple[str, bytes]]:
    """Everything that was written, but for the configuration that holds the secrets on purpose."""
    for path in place.rglob("*"):
        if path.is_file() and path.name != "config.toml":
            yield path.name, path.read_bytes()


def test_nothing_of_a_dashboard_tells_a_secret(
    start: Start, simulator: Simulator, planted: Mapping[str, str], tmp_path: Path
) -> None:
    ids = [signed(simulator, "completed"), signed(simulator, "failed")]
    terminal = start("-v", prefix=CRASHING, extra={**planted, "HEADSWAP_UI_NOTIFY": "osc9"})
    terminal.paste("\n".join(ids))
    terminal.wait_for("2 new")
    terminal.send("enter")
    terminal.wait_for("All 2", "completed", "failed")
    for key, shown in (("J", "added_ms"), ("!", "Failure desk"), ("$", "Insight"), ("?", "Keys"), ("e", "Tags are")):
        terminal.send(key)
        terminal.wait_for(shown)
        if key == "!":
            terminal.send("y")
            terminal.wait_for("support note")
        if key == "$":
            terminal.send("c")
            terminal.wait_for("Saved as CSV")
        terminal.send("esc")
        terminal.wait_gone(shown)
    command_line = Path(f"/proc/{terminal.pid}/cmdline").read_bytes()
    (tmp_path / "break").touch()
    assert terminal.wait_end(10) == 1
    output = bytes(terminal.output)
    copied = b"".join(map(b64decode, COPY.findall(output)))
    assert b"Head swap tasks that failed" in copied
    logs = [(name, data) for name, data in files_in(tmp_path) if name.startswith("headswap-tui.log")]
    assert any(b"RuntimeError" in data for _, data in logs)
    for name, data in (*files_in(tmp_path), ("output", output), ("copied", copied), ("ps", command_line)):
        for secret in (KEY, TOKEN, CLIENT):
            assert secret.encode() not in data, name
        if not name.startswith("tasks.jsonl"):  # the list has the address, or nothing could be fetched
            assert SIGNATURE.encode() not in data, name


def test_no_command_tells_a_secret(simulator: Simulator, planted: Mapping[str, str], tmp_path: Path) -> None:
    done = simulator.create(age_s=100, queue_s=1, processing_s=1)
    signature = parse_qs(urlsplit(simulator.video_url(done)).query)["Signature"][0]
    said = b""
    token = {"HEADSWAP_API_KEY": "", "HEADSWAP_TOKEN": f"{TOKEN}-given"}
    for argv, extra in (
        (["add", done], {}), (["refresh"], {}), (["list"], {}), (["show", done], {}), (["doctor"], {}),
        (["config", "show", "--json"], {}), (["wait", done, "--download"], {}), (["export", "--csv"], {}),
        (["refresh"], token), (["doctor"], token), (["config", "show"], token),
    ):  # fmt: skip
        ended = subprocess.run(
            [PROGRAM, *argv, "-v"], env={**planted, **extra}, check=False, capture_output=True, timeout=30
        )
        text = ended.stdout + ended.stderr
        said += text.replace(signature.encode(), b"") if argv[0] == "export" else text
    everything = said + b"".join(data for name, data in files_in(tmp_path) if not name.startswith("tasks.jsonl"))
    assert b"refused" in said  # the token is not the service's
    for secret in (KEY, TOKEN, CLIENT, signature):
        assert secret.encode() not in everything


@pytest.mark.parametrize(
    "bad", [f"{KEY}\n{KEY}", f"{KEY} {KEY}", f"{KEY}\u00fc", f"{KEY}\x1b[5m", f"{KEY}\r\nX-More: 1"]
)
def test_a_key_that_cannot_be_sent_is_not_told(planted: Mapping[str, str], tmp_path: Path, bad: str) -> None:
    subprocess.run(
        [PROGRAM, "add", "6a066dc58570ecbf64f761a5"], env=planted, check=True, capture_output=True, timeout=30
    )
    tries = {"refresh": {"HEADSWAP_API_KEY": bad}, "doctor": {"HEADSWAP_API_KEY": "", "HEADSWAP_TOKEN": bad}}
    for command, extra in tries.items():
        ended = subprocess.run(
            [PROGRAM, command, "-v"], env={**planted, **extra}, check=False, capture_output=True, timeout=30
        )
        assert ended.returncode == 3
        assert b"cannot be sent" in ended.stdout + ended.stderr
        assert KEY.encode() not in ended.stdout + ended.stderr
    assert not [name for name, data in files_in(tmp_path) if KEY.encode() in data]


async def test_no_picture_of_the_screen_tells_a_signature() -> None:
    """The scenes' addresses end in `secret` and a number."""
    seen = []
    async with dashboard() as desk:
        await desk.go_to(12)
        for key in ("enter", "y", "Y", "J", "!", "$", "e", "c", "s", "question_mark", "colon"):
            await desk.press(key)
            seen.append(desk.app.export_screenshot())
            await desk.press("escape")
    assert any("clipboard" in picture for picture in seen)
    assert any("hidden" in picture for picture in seen)
    assert not [picture for picture in seen if "secret" in picture]


def test_what_opens_an_address_is_lent_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text(
        f'#!/bin/sh\nenv > {tmp_path}/new; echo "$@" >> {tmp_path}/new; mv {tmp_path}/new {tmp_path}/env\n'
    )
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for name in ("HEADSWAP_API_KEY", "AKOOL_API_KEY", "HEADSWAP_TOKEN", "HEADSWAP_WEBHOOK_CLIENT_SECRET"):
        monkeypatch.setenv(name, KEY)
    assert open_outside("https://files.example/v.mp4")
    wait_until((tmp_path / "env").exists)
    lent = (tmp_path / "env").read_text(encoding="utf-8")
    assert "https://files.example/v.mp4" in lent
    assert KEY not in lent
