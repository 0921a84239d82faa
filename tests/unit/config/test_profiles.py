"""Which accounts there are to choose from, and what holds for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from headswap_tui.config.loading import load
from headswap_tui.config.profiles import held_for_all, profile_names, settings_of
from headswap_tui.config.settings import Flags

TWO = '[profiles.b]\nbase_url = "https://b.example"\naccent = "orange"\n[profiles.a]\n'


@pytest.fixture
def flags(tmp_path: Path) -> Flags:
    """A file with two profiles, and a data directory."""
    path = tmp_path / "c.toml"
    path.write_text(TWO, encoding="utf-8")
    return Flags(config=str(path), data_dir=str(tmp_path / "data"))


def test_those_of_the_file_and_the_default(flags: Flags) -> None:
    assert profile_names(load(flags, {})) == ["default", "b", "a"]
    assert profile_names(settings_of("a", flags, {})) == ["default", "b", "a"]
    other = settings_of("b", flags, {"HEADSWAP_PROFILE": "a"})
    assert (other.profile, other.base_url, other.accent) == ("b", "https://b.example", "orange")


def test_without_any_in_the_file_those_used_before(tmp_path: Path) -> None:
    for name in ("work", "-odd", "empty"):
        (tmp_path / name).mkdir()
    for name in ("work", "-odd"):
        (tmp_path / name / "tasks.jsonl").touch()
    (tmp_path / "none.toml").touch()
    flags = Flags(config=str(tmp_path / "none.toml"), data_dir=str(tmp_path), profile="mine")
    assert profile_names(load(flags, {})) == ["default", "work", "mine"]
    assert profile_names(load(Flags(config=flags.config, data_dir=str(tmp_path / "nowhere")), {})) == ["default"]


def test_what_a_profile_cannot_change(flags: Flags) -> None:
    assert held_for_all(load(flags, {}), {}) == []
    environ = {"AKOOL_API_KEY": "k", "HEADSWAP_TOKEN": "t", "HEADSWAP_BASE_URL": "https://x.example"}
    assert held_for_all(load(flags, environ), environ) == ["AKOOL_API_KEY", "HEADSWAP_BASE_URL"]
    named = Flags(config=flags.config, base_url="https://y.example")
    assert held_for_all(load(named, {}), {"HEADSWAP_API_KEY": " "}) == ["--base-url"]
