"""The settings of hooks and of the webhook."""

from __future__ import annotations

from pathlib import Path

import pytest

from headswap_tui.config.client_keys import find_client_keys
from headswap_tui.config.listening import listen_address
from headswap_tui.config.loading import load
from headswap_tui.config.settings import Flags, Settings
from headswap_tui.domain.errors import ConfigError, CredentialError


def settings_of(tmp_path: Path, text: str, **environ: str) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load(Flags(config=str(path)), environ)


def test_a_hook_is_words_or_a_text_of_words(tmp_path: Path) -> None:
    hooks = settings_of(tmp_path, "[hooks]\non_completed = ['say', 'a b']\non_failed = \"say 'a b' $HOME\"").hooks
    assert hooks.on_completed == ("say", "a b")
    assert hooks.on_failed == ("say", "a b", "$HOME")
    assert settings_of(tmp_path, "", HEADSWAP_HOOKS_ON_FAILED="say x").hooks.on_failed == ("say", "x")
    with pytest.raises(ConfigError, match=r"hooks.on_failed.*words as for a shell"):
        settings_of(tmp_path, '[hooks]\non_failed = "say \'a"')
    with pytest.raises(ConfigError, match=r"line 2: `hooks.on_failed`: expected text or a list of texts"):
        settings_of(tmp_path, "[hooks]\non_failed = 3")


def test_what_a_hook_is_told_is_no_setting(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "", HEADSWAP_TASK_ID="x").profile == "default"


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1", "127.0.0.1", 8734),
        ("127.0.0.1:0", "127.0.0.1", 0),
        ("localhost:99", "127.0.0.1", 99),
        ("::1", "::1", 8734),
        ("[::1]:80", "::1", 80),
        ("0.0.0.0:65535", "0.0.0.0", 65535),
    ],
)
def test_addresses(text: str, host: str, port: int) -> None:
    assert listen_address(text) == (host, port)


@pytest.mark.parametrize("text", ["", "yes", "127.0.0.1:x", "127.0.0.1:65536", "[::1]80", "[::1", "1.2.3.4:-1", ":80"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ConfigError, match=r"expected an address"):
        listen_address(text)


def test_the_clients_secret_is_found_and_hidden(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("file-canary\n", encoding="utf-8")
    file.chmod(0o600)
    base = "[webhook]\nclient_id = 'me'\n"
    for text, expected in [
        (base + "client_secret = 'canary'", "canary"),
        (base + f"client_secret_file = '{file}'", "file-canary"),
        (base + "client_secret_command = 'echo spoken-canary'", "spoken-canary"),
    ]:
        settings = settings_of(tmp_path, text)
        assert settings.config_file is not None
        settings.config_file.chmod(0o600)
        keys = find_client_keys(settings)
        assert keys is not None
        assert (keys.client_id, keys.secret.reveal()) == ("me", expected)
        assert "canary" not in repr(keys)
        assert "'canary'" not in repr(settings)
    assert find_client_keys(settings_of(tmp_path, base)) is None
    assert find_client_keys(settings_of(tmp_path, "[webhook]\nclient_secret = 'canary'")) is None
    file.chmod(0o644)
    with pytest.raises(CredentialError, match=r"webhook.client_secret_file.*read by others"):
        find_client_keys(settings_of(tmp_path, base + f"client_secret_file = '{file}'"))
    open_to_all = settings_of(tmp_path, base + "client_secret = 'canary'")
    assert open_to_all.config_file is not None
    open_to_all.config_file.chmod(0o644)
    with pytest.raises(CredentialError, match=r"webhook.client_secret.*read by others"):
        find_client_keys(open_to_all)
    with pytest.raises(ConfigError) as wrong:
        settings_of(tmp_path, "[webhook]\nclient_secret = ['canary']")
    assert "canary" not in str(wrong.value)
