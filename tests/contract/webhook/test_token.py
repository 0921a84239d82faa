"""The secret part of the path."""

from __future__ import annotations

from pathlib import Path

import pytest

from headswap_tui.config.callback_token import kept_token, path_token
from headswap_tui.domain.errors import ConfigError


def test_it_is_made_once_and_kept_private(tmp_path: Path) -> None:
    assert kept_token(tmp_path / "state", "work") is None
    assert not (tmp_path / "state").exists()
    first = path_token(tmp_path / "state", "work")
    assert kept_token(tmp_path / "state", "work") == first
    assert path_token(tmp_path / "state", "work") == first
    assert path_token(tmp_path / "state", "other") != first
    assert (tmp_path / "state" / "webhook-work.token").stat().st_mode & 0o777 == 0o600
    assert len(first.reveal()) >= 32
    assert first.reveal() not in repr(first)


def test_what_cannot_be_a_secret_is_refused(tmp_path: Path) -> None:
    path_token(tmp_path, "work")
    path = tmp_path / "webhook-work.token"
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        path_token(tmp_path, "work")
    path.chmod(0o600)
    path.write_text("short", encoding="utf-8")
    with pytest.raises(ConfigError, match="holds no token"):
        path_token(tmp_path, "work")
    path.unlink()
    path.mkdir()
    with pytest.raises(ConfigError, match="cannot be kept"):
        path_token(tmp_path, "work")
