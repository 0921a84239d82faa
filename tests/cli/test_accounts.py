"""The profiles as the dashboard gets them, on real files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from headswap_tui.__main__ import Doors
from headswap_tui.cli import accounts as module
from headswap_tui.cli.accounts import Accounts
from headswap_tui.cli.dashboard import with_mouse
from headswap_tui.cli.parser import parse
from headswap_tui.config.settings import Flags
from headswap_tui.domain.errors import ConfigError, StoreForeign
from tests.contract.store.samples import filled

CONFIG = """
[profiles.work]
accent = "orange"
api_key = "k-work"
[profiles.lab]
base_url = "https://lab.example"
[webhook]
listen = "127.0.0.1:0"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "c.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def made(config: Path, **environ: str) -> Accounts:
    """As the dashboard's command makes them, called with `--no-mouse`."""
    flags = Flags(config=str(config), data_dir=str(config.parent / "data"))
    return Accounts(flags, environ, Doors(), partial(with_mouse, parse(["--no-mouse"], Doors())))


def test_what_there_is_to_choose(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(config.parent / "data" / "work", 3).close()
    accounts = made(config)
    default, work, lab = accounts.choices("work")
    assert (default.name, default.credential) == ("default", None)
    assert (work.accent, work.credential) == ("orange", f"file {config} line 4")
    assert (lab.base_url, lab.accent) == ("https://lab.example", None)
    assert (accounts.counts("work"), accounts.counts("lab")) == ((3, 3), (0, 0))
    assert not (config.parent / "data" / "lab").exists()  # nothing is made by looking
    monkeypatch.setattr(module, "LARGEST_COUNTED", 10)
    assert accounts.counts("work") is None
    (by_key,) = {choice.credential for choice in made(config, AKOOL_API_KEY="k").choices("work")}
    assert by_key == "environment AKOOL_API_KEY"


def test_a_profile_is_opened_by_what_the_file_says_now(config: Path) -> None:
    accounts = made(config)
    config.write_text(CONFIG.replace("orange", "teal"), encoding="utf-8")
    opened = accounts.open("work")
    assert (opened.engine.profile, opened.settings.accent, opened.settings.ui.mouse) == ("work", "teal", False)
    assert opened.webhook is not None and not opened.warning
    assert made(config, HEADSWAP_API_KEY="k", HEADSWAP_BASE_URL="https://x.example").open("lab").warning == (
        "HEADSWAP_API_KEY is used for every profile, this one too.\n"
        "HEADSWAP_BASE_URL is used for every profile, this one too."
    )


def test_what_cannot_be_opened(config: Path) -> None:
    directory = config.parent / "data" / "work"
    directory.mkdir(parents=True, mode=0o700)
    (directory / "tasks.jsonl").write_text("not ours\n", encoding="utf-8")
    accounts = made(config)
    for look in (accounts.open, accounts.counts):
        with pytest.raises(StoreForeign):
            look("work")
    with pytest.raises(ConfigError, match=r"\[profiles\.wrok\] in the file makes it"):
        accounts.open("wrok")
    config.write_text("[profiles", encoding="utf-8")
    with pytest.raises(ConfigError, match="not valid TOML"):
        accounts.choices("work")
