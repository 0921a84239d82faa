"""The rooms stay apart: a fresh interpreter loads one and shows what came along."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "headswap_tui"
ROOMS = ("domain", "config", "api", "store", "scheduler", "downloads", "preview", "engine", "cli", "simulator", "ui")
NETWORK = ("httpx", "httpcore", "anyio", "h11")
SERVER = ("starlette", "uvicorn")
SCREEN = ("textual", "rich")
PICTURES = ("av", "PIL", "textual_image")
HEAVY = (*NETWORK, *SERVER, *SCREEN)


def modules_of(room: str) -> list[str]:
    """All modules of a room."""
    paths = (PACKAGE / room).rglob("*.py")
    return sorted(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in paths)


def environment(tmp_path: Path) -> dict[str, str]:
    """Nothing of the user's."""
    return {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def loaded_by(code: str, environ: Mapping[str, str]) -> set[str]:
    """Top-level names of the modules that are loaded after `code` ran in a fresh interpreter."""
    code += "\nimport sys; names = {name.partition('.')[0] for name, module in sys.modules.items() if module}"
    code += "\nsys.stderr.write('\\n'.join(names))"
    ended = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    return set(ended.stderr.split())


@pytest.mark.parametrize(
    ("room", "unwanted"),
    [
        ("domain", (*HEAVY, "tinydb")),
        ("config", (*HEAVY, "tinydb")),
        ("scheduler", (*HEAVY, "tinydb")),
        ("store", HEAVY),
        ("api", (*SERVER, "textual", "tinydb")),
        ("downloads", (*SERVER, "textual", "tinydb")),
        ("preview", (*HEAVY, *PICTURES, "tinydb")),
        ("engine", (*SERVER, "httpx", "textual")),
        ("cli", (*SERVER, "textual")),
        ("simulator", ("httpx", "tinydb", "textual")),
        ("ui", PICTURES),
    ],
)
def test_what_a_room_loads(room: str, unwanted: tuple[str, ...], tmp_path: Path) -> None:
    imports = "\n".join(f"import {name}" for name in modules_of(room))
    assert loaded_by(imports, environment(tmp_path)) & set(unwanted) == set()


@pytest.mark.parametrize(
    ("argv", "unwanted"),
    [
        (["--version"], (*HEAVY, "tinydb", "msgspec", "argparse", "asyncio", "typing")),
        (["--help"], (*HEAVY, "tinydb", "asyncio", "msgspec", "typing", "pathlib", "gettext")),
        (
            ["list"],
            (
                *HEAVY,
                "argparse",
                "threading",
                "platform",
                "urllib",
                "asyncio",
                "logging",
                "tinydb",
                "platformdirs",
                "random",
            ),
        ),
        (["list", "--json"], (*HEAVY, "argparse", "asyncio", "logging", "tinydb", "platformdirs", "random")),
        (["add", "6a066dc58570ecbf64f761a5"], (*HEAVY, "asyncio", "logging")),
        (["show", "6a"], (*HEAVY, "argparse", "asyncio", "logging", "tinydb", "platformdirs", "random")),
        (["config", "show"], (*HEAVY, "asyncio", "tinydb")),
        (["export"], (*HEAVY, "asyncio", "logging")),
    ],
)
def test_what_a_command_loads(argv: list[str], unwanted: tuple[str, ...], tmp_path: Path) -> None:
    code = f"from headswap_tui.__main__ import main\nmain({argv!r})"
    environ = environment(tmp_path)
    subprocess.run(
        [sys.executable, "-m", "headswap_tui", "add", "6a066dc58570ecbf64f761a5"],
        env=environ, check=True, capture_output=True,
    )  # fmt: skip
    assert loaded_by(code, environ) & set(unwanted) == set()


def test_nothing_about_pictures_is_loaded_before_somebody_wants_one(tmp_path: Path) -> None:
    code = "import headswap_tui.ui.app, sys\nrooms = ('headswap_tui.preview', 'headswap_tui.ui.pictures')\n"
    code += "assert not [name for name in sys.modules if name.startswith(rooms)]"
    assert "textual" in loaded_by(code, environment(tmp_path))


def test_a_store_that_is_only_read_loads_no_tinydb(tmp_path: Path) -> None:
    code = "from pathlib import Path\nfrom headswap_tui.store.tasks import TaskStore\n"
    code += f"store = TaskStore.open(Path({str(tmp_path / 'default')!r}), decoded=True)\nstore.load()\nstore.close()"
    assert "tinydb" not in loaded_by(code, environment(tmp_path))


def test_an_engine_without_anything_to_ask_loads_no_http(tmp_path: Path) -> None:
    environ = environment(tmp_path)
    ended = f"""
import asyncio
from pathlib import Path
from headswap_tui.config.settings import Settings
from headswap_tui.domain.changes import answered, track
from headswap_tui.domain.events import Mode
from headswap_tui.domain.task import Detail
from headswap_tui.engine.connecting import Connector
from headswap_tui.engine.engine import Engine

class Key:
    source = "a test"
    def header(self):
        return "x-api-key", "k" * 40

async def main():
    place = Path({str(tmp_path)!r})
    settings = Settings(base_url="http://127.0.0.1:9", data_dir=place, state_dir=place)
    engine = Engine(settings, Connector(settings, Key))
    engine.open()
    await engine.restore([answered(track("6a066dc58570ecbf64f761a5", 1), Detail(status=4), 2, 3)])
    connected = asyncio.Event()
    engine.subscribe(lambda event: connected.set() if engine.connection.mode is Mode.LIVE else None)
    await engine.start()
    await asyncio.wait_for(connected.wait(), 30)
    await engine.stop()

asyncio.run(main())
"""
    assert loaded_by(ended, environ) & set(NETWORK) == set()


def test_importing_everything_creates_nothing_and_asks_nothing(tmp_path: Path) -> None:
    names = [name for room in ROOMS for name in modules_of(room)]
    code = "import importlib, threading\n"
    code += "".join(f"importlib.import_module({name!r})\n" for name in [*names, "headswap_tui.__main__"])
    code += "assert threading.active_count() == 1\n"
    loaded_by(code, environment(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_what_a_lean_import_left_out_is_there_when_it_is_asked_for(tmp_path: Path) -> None:
    code = """
from headswap_tui.cli import lean
lean.import_msgspec(), lean.import_pathlib(), lean.import_argparse()
import sys
left_out = {"datetime", "typing_extensions", "platform", "textwrap", "msgspec.inspect", "urllib.parse", "gettext"}
assert not left_out & sys.modules.keys()
import argparse, datetime, gettext, msgspec, pathlib, platform, typing_extensions, urllib.parse
assert platform.system() and urllib.parse.quote("%") == "%25" and gettext.gettext("a") == "a"
assert pathlib.Path("/a b").as_uri() == "file:///a%20b"
assert argparse._("usage") == "usage" and argparse.ngettext("one", "more", 2) == "more"
class S(msgspec.Struct):
    x: typing_extensions.Annotated[int, msgspec.Meta(ge=1)]
    at: datetime.datetime | None = None
assert msgspec.json.decode(b'{"x": 3, "at": "2026-05-15T00:50:13Z"}', type=S).at.tzinfo is datetime.UTC
assert msgspec.json.schema(S)["$defs"]["S"]["properties"]["x"]["minimum"] == 1
from msgspec import inspect
assert inspect.type_info(int) == inspect.IntType() and msgspec.inspect is inspect
"""
    assert "msgspec" in loaded_by(code, environment(tmp_path))


def test_what_the_dashboard_starts_without_is_there_when_it_is_asked_for(tmp_path: Path) -> None:
    code = """
from headswap_tui.cli import lean
lean.import_asyncio(), lean.import_textual()
import sys
left_out = {"ssl", "typing_extensions", "textual.types", "textual.canvas", "rich.table", "platformdirs"}
assert not (left_out | {"textual.widgets._select", "textual.widgets._tree"}) & sys.modules.keys()
import asyncio, textual.app, textual.design, textual.layout
from textual.canvas import Canvas
from textual.types import CallbackType, DirEntry
from textual.widgets import Select, Tree
assert isinstance(textual.layout.Canvas(3, 1), Canvas)
colors = textual.design.ColorSystem("#336699")
assert textual.design.show_design(colors, colors).row_count
assert textual.app.user_downloads_path().name
"""
    assert "textual" in loaded_by(code, environment(tmp_path))


def test_tls_needs_nothing_of_the_asyncio_that_was_imported_without_it(tmp_path: Path) -> None:
    certificate = PACKAGE.parent / "tests" / "contract" / "api" / "tls" / "localhost.pem"
    code = f"""
from headswap_tui.cli import lean
lean.import_asyncio()
import asyncio, socket, ssl, threading, httpx
serves, trusts = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile={str(certificate)!r})
serves.load_cert_chain({str(certificate)!r})
server = socket.create_server(("127.0.0.1", 0))
def serve():
    with serves.wrap_socket(server.accept()[0], server_side=True) as connection:
        connection.recv(10_000)
        connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
threading.Thread(target=serve, daemon=True).start()
async def main():
    async with httpx.AsyncClient(verify=trusts) as client:
        return (await client.get(f"https://localhost:{{server.getsockname()[1]}}/")).text
assert asyncio.run(main()) == "ok"
"""
    assert "httpx" in loaded_by(code, environment(tmp_path))


def test_a_library_that_needs_more_than_a_stand_in_has_is_imported_as_ever(tmp_path: Path) -> None:
    code = """
from headswap_tui.cli import lean
lean._import("email.message", {"email._policybase": lean._stand_in("email._policybase", "nothing")})
from email import _policybase, message
assert message.compat32 is _policybase.compat32
"""
    assert "email" in loaded_by(code, environment(tmp_path))


def test_httpx_comes_without_its_command_line(tmp_path: Path) -> None:
    code = "from headswap_tui.cli.lean import spare_httpx_command\nspare_httpx_command()\n"
    code += "import httpx, headswap_tui.api.client\nassert callable(httpx.main)\n"
    loaded = loaded_by(code, environment(tmp_path))
    assert "httpx" in loaded and loaded & {"click", "pygments", "rich"} == set()
