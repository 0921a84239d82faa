"""Files made from the code are those that the code makes today."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from headswap_tui.cli import parser
from headswap_tui.cli.commands import COMMANDS
from tests.generated import GENERATED, ROOT, man_page


@pytest.fixture(params=["47", "200"])
def columns(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The width of the terminal, which must not matter."""
    parser._width.cache_clear()
    monkeypatch.setenv("COLUMNS", request.param)
    yield request.param
    parser._width.cache_clear()


@pytest.mark.usefixtures("columns")
@pytest.mark.parametrize("path", list(GENERATED), ids=lambda path: path.name)
def test_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == GENERATED[path](), "`make man` makes it anew"


def test_the_page_has_every_command_and_can_be_shown() -> None:
    page = man_page()
    for entry in COMMANDS:
        assert f"\n.SS {entry.name}".replace("-", "\\-") in page
    assert str(Path.home()) not in page
    if shutil.which("man") and shutil.which("groff"):
        done = subprocess.run(
            ["man", "--warnings", "-l", str(ROOT / "man" / "headswap-tui.1")],
            env={**os.environ, "MANPAGER": "cat", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert (done.stderr, "--fail-fast" in done.stdout) == ("", True)
