"""Where things are kept."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs
import pytest

from headswap_tui.config import paths

NAMED = {name: f"/named/{name.lower()}" for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs itself is asked")
@pytest.mark.parametrize(
    "environ",
    [
        {},
        {**NAMED, "XDG_DOWNLOAD_DIR": "/named/downloads"},
        {**NAMED, "XDG_DATA_HOME": "relative", "XDG_STATE_HOME": "", "XDG_DOWNLOAD_DIR": "~/x"},
        {"HOME": "/"},
        {"HOME": ""},
        {"HOME": "relative"},
    ],
)
@pytest.mark.parametrize("user_dirs", [None, 'XDG_DOWNLOAD_DIR="$HOME/Téléchargements"\n'])
def test_it_is_what_platformdirs_says(
    environ: dict[str, str], user_dirs: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in (*NAMED, "XDG_DOWNLOAD_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    if user_dirs is not None and not environ:
        (tmp_path / ".config").mkdir()
        (tmp_path / ".config" / "user-dirs.dirs").write_text(user_dirs, encoding="utf-8")
        assert paths.default_download_dir().parent.name == "Téléchargements"
    assert paths.default_config_file() == platformdirs.user_config_path(paths.APP, appauthor=False) / "config.toml"
    assert paths.default_data_dir() == platformdirs.user_data_path(paths.APP, appauthor=False)
    assert paths.default_state_dir() == platformdirs.user_state_path(paths.APP, appauthor=False)
    assert paths.default_download_dir() == platformdirs.user_downloads_path() / "headswap"
