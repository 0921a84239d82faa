"""What the documents say is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from headswap_tui import __version__
from headswap_tui.cli.commands import COMMANDS
from headswap_tui.config.loading import load
from headswap_tui.config.settings import Flags
from tests.docs import KEYS, README, ROOT, with_keys

TEXT = README.read_text(encoding="utf-8")
SETTINGS = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def test_the_key_table_is_that_of_the_commands() -> None:
    assert KEYS.search(TEXT)
    assert with_keys(TEXT) == TEXT, "run `make docs`"


def test_every_picture_exists() -> None:
    pictures = re.findall(r"\]\((screenshots/[^)]+)\)", TEXT)
    assert len(pictures) >= 5
    assert [picture for picture in pictures if not (ROOT / picture).is_file()] == []


def test_the_changelog_begins_with_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    assert versions[0] == __version__


def test_every_command_is_told_of() -> None:
    assert [command.name for command in COMMANDS if f"`{command.name}" not in TEXT] == []


@pytest.mark.parametrize("block", SETTINGS)
def test_the_settings_shown_are_valid(block: str, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(block, encoding="utf-8")
    assert load(Flags(config=str(config)), {"HOME": str(tmp_path)}).config_file == config
