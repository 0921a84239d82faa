"""Where the credential is looked for, what is refused, and that nothing ever shows it."""

from __future__ import annotations

import pickle
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from headswap_tui.config import credential as room
from headswap_tui.config.credential import Credential, find_credential, named_source
from headswap_tui.config.secret import Secret, redact
from headswap_tui.config.settings import CredentialSource, Settings
from headswap_tui.domain.errors import CredentialError

CANARY = "canary-7f3a"


def settings(tmp_path: Path, **source: object) -> Settings:
    """Settings whose profile says this of its credential."""
    return Settings(data_dir=tmp_path, state_dir=tmp_path, credential=CredentialSource(**source))  # type: ignore[arg-type]  # any of its fields


def refused(tmp_path: Path, environ: dict[str, str] | None = None, **source: object) -> str:
    """What the error says; never the key."""
    with pytest.raises(CredentialError) as caught:
        find_credential(settings(tmp_path, **source), environ or {})
    assert CANARY not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A key file that nobody else can read."""
    path = tmp_path / "key"
    path.write_text(f"{CANARY}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_the_first_place_that_has_one_wins(tmp_path: Path, key_file: Path) -> None:
    source = {
        "api_key_command": (sys.executable, "-c", "print('by-command')"),
        "api_key_file": key_file,
        "api_key": Secret("in-config"),
        "token": Secret("config-token"),
    }
    environ = {"HEADSWAP_API_KEY": "one", "AKOOL_API_KEY": "two", "HEADSWAP_TOKEN": "three"}
    found = []
    for name in [*environ, *source]:
        credential = find_credential(settings(tmp_path, **source), environ)
        found.append((credential.kind, credential.secret.reveal()))
        environ.pop(name, None)
        source.pop(name, None)
    assert found == [
        ("api_key", "one"),
        ("api_key", "two"),
        ("token", "three"),
        ("api_key", "by-command"),
        ("api_key", CANARY),
        ("api_key", "in-config"),
        ("token", "config-token"),
    ]
    assert "No credential is set" in refused(tmp_path)
    assert named_source(settings(tmp_path), {"HEADSWAP_API_KEY": " "}) is None
    assert named_source(settings(tmp_path), {"HEADSWAP_TOKEN": "x"}) == "environment HEADSWAP_TOKEN"


def test_exactly_one_header() -> None:
    assert Credential("api_key", Secret("the-key"), "here").header() == ("x-api-key", "the-key")
    assert Credential("token", Secret("a-token"), "here").header() == ("Authorization", "Bearer a-token")


def test_blanks_around_and_the_word_bearer_go(tmp_path: Path) -> None:
    assert find_credential(settings(tmp_path), {"HEADSWAP_API_KEY": f"  {CANARY}\r\n"}).secret.reveal() == CANARY
    assert find_credential(settings(tmp_path), {"HEADSWAP_TOKEN": f"Bearer {CANARY}"}).secret.reveal() == CANARY


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a\nb", "a control character"),
        ("a\x7fb", "a control"),
        ("a b", "a space"),
        ("aéb", "no ASCII"),
        ("a\u200bb", "no ASCII"),
        ("a\udcffb", "no ASCII"),
    ],
)
def test_what_cannot_be_sent_is_refused_without_quoting(tmp_path: Path, text: str, what: str) -> None:
    message = refused(tmp_path, {"HEADSWAP_API_KEY": CANARY + text})
    assert what in message
    assert f"character {len(CANARY) + 2}" in message


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o620])
def test_a_file_that_others_can_read_is_refused_with_the_chmod(tmp_path: Path, key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    assert f"chmod 600 {key_file}" in refused(tmp_path, api_key_file=key_file)


def test_files_that_are_none(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path, api_key_file=tmp_path / "none")
    assert "no ordinary file" in refused(tmp_path, api_key_file=tmp_path)
    empty = tmp_path / "empty"
    empty.touch(0o600)
    assert "is empty" in refused(tmp_path, api_key_file=empty)


@pytest.mark.parametrize("kind", ["api_key", "token"])
def test_a_config_file_with_a_key_that_others_can_read_is_refused(tmp_path: Path, kind: str) -> None:
    config = tmp_path / "config.toml"
    config.touch()
    config.chmod(0o644)
    source: dict[str, Any] = {kind: Secret(CANARY), "config_file": config}
    assert f"chmod 600 {config}" in refused(tmp_path, **source)
    config.chmod(0o600)
    assert find_credential(settings(tmp_path, **source), {}).source == f"`{kind}` in {config}"
    config.chmod(0o644)
    assert find_credential(settings(tmp_path, **source), {"HEADSWAP_API_KEY": "k"}).source.startswith("environment")


def test_a_command_is_run_without_a_shell_and_gives_its_first_line(tmp_path: Path) -> None:
    program = f"import sys; print(sys.argv[1]); print('second'); print({CANARY!r}, file=sys.stderr)"
    found = find_credential(settings(tmp_path, api_key_command=(sys.executable, "-c", program, "$HOME;`id`")), {})
    assert found.secret.reveal() == "$HOME;`id`"


def test_commands_that_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "status 3" in refused(tmp_path, api_key_command=(sys.executable, "-c", f"print({CANARY!r}); exit(3)"))
    assert "cannot be run" in refused(tmp_path, api_key_command=("no-such-program-here",))
    assert "is empty" in refused(tmp_path, api_key_command=("true",))
    monkeypatch.setattr(room, "COMMAND_TIMEOUT_S", 0.2)
    begun = time.monotonic()
    assert "within 0.2 s" in refused(tmp_path, api_key_command=("sh", "-c", "sleep 20; true"))
    assert time.monotonic() - begun < 5


def test_a_secret_hides_itself() -> None:
    secret = Secret(CANARY)
    credential = Credential("api_key", secret, "here")
    for text in (
        str(secret),
        repr(secret),
        f"{secret}",
        repr(credential),
        repr(CredentialSource(api_key=secret)),
        f"{[secret]!r:}",
    ):
        assert CANARY not in text
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        msgspec.json.encode(credential)
    assert redact(f"x {CANARY} y") == "x (hidden) y"
    assert secret == Secret(CANARY)
    assert secret != CANARY
