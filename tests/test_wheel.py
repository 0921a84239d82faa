"""The built wheel works from an empty environment and brings its themes and stylesheets."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from headswap_tui import __version__

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built without a network."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_has_everything_that_is_not_code(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "headswap_tui"
    expected = {f"headswap_tui/themes/{path.name}" for path in (ROOT / "themes").glob("*.toml")}
    for kind in ("*.tcss", "*.mp4", "py.typed"):
        expected |= {f"headswap_tui/{path.relative_to(package).as_posix()}" for path in package.rglob(kind)}
    assert expected <= names
    assert any(name.endswith(".data/data/share/man/man1/headswap-tui.1") for name in names)
    assert sum(name.endswith(".toml") for name in expected) >= 4
    assert any(name.endswith(".tcss") for name in expected)
    assert any(name.endswith(".mp4") for name in expected)


def test_the_wheel_runs_from_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    pip = [str(tmp_path / "venv/bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--constraint", str(ROOT / "constraints.txt"), str(wheel)], check=True, capture_output=True)
    command = tmp_path / "venv/bin/headswap-tui"
    env = {"HOME": str(tmp_path), "HEADSWAP_DATA_DIR": str(tmp_path / "data")}

    def run(*args: str) -> str:
        return subprocess.run(
            [command, *args], env=env, cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    assert run("--version").strip() == f"headswap-tui {__version__}"
    run("add", "6a066dc58570ecbf64f761a5")
    assert "6a066dc58570ecbf64f761a5" in run("list", "--json")
