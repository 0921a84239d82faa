"""Settings from file, environment and flags: what wins, what is refused and in which words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from headswap_tui.config import file, loading
from headswap_tui.config.given import SECTIONS, ProfileSection, plain_names
from headswap_tui.config.settings import Flags, General, Settings
from headswap_tui.domain.errors import ConfigError

TEMPLATE = Path(file.__file__).with_name("template.toml")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A place for a configuration file."""
    return tmp_path / "config.toml"


def load(config: Path | None, text: str = "", environ: dict[str, str] | None = None, **flags: str) -> Settings:
    """The settings with this file, environment and flags."""
    if config is not None:
        config.write_text(text, encoding="utf-8")
    return loading.load(Flags(config=str(config) if config else None, **flags), environ or {})


def refused(config: Path, text: str = "", environ: dict[str, str] | None = None, **flags: str) -> str:
    """What the error says."""
    with pytest.raises(ConfigError) as caught:
        load(config, text, environ, **flags)
    return str(caught.value)


def test_defaults_without_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    settings = load(None)
    assert settings.base_url == "https://openapi.akool.com"
    assert settings.detail_path == "/api/open/v4/headswap/task/detail"
    assert (settings.polling.concurrency, settings.polling.requests_per_second) == (8, 5.0)
    assert (settings.polling.min_interval, settings.polling.max_interval) == (2.0, 60.0)
    assert settings.download.filename == "{file_name}"
    assert settings.data_dir == tmp_path / "data" / "headswap-tui"
    assert settings.profile_dir == settings.data_dir / "default"
    assert settings.config_file is None
    assert set(settings.origins.values()) == {"default"}
    assert list(tmp_path.iterdir()) == []


def test_flag_over_environment_over_file_over_default(config: Path) -> None:
    text = 'base_url = "https://file.example"\n[polling]\nconcurrency = 3\nmin_interval = 4\n'
    assert load(config, text).base_url == "https://file.example"
    environ = {"HEADSWAP_BASE_URL": "https://environment.example", "HEADSWAP_POLLING_CONCURRENCY": "5"}
    settings = load(config, text, environ)
    assert (settings.base_url, settings.polling.concurrency) == ("https://environment.example", 5)
    assert settings.polling.min_interval == 4.0
    settings = load(config, text, environ, base_url="https://flag.example/")
    assert settings.base_url == "https://flag.example"
    origins = settings.origins
    assert origins["base_url"] == "flag --base-url"
    assert origins["polling.concurrency"] == "environment HEADSWAP_POLLING_CONCURRENCY"
    assert origins["polling.min_interval"].endswith("config.toml line 4")
    assert origins["polling.max_interval"] == "default"


def test_every_setting_has_a_variable(config: Path) -> None:
    texts = {
        "profile": "work",
        "base_url": "http://127.0.0.1:1",
        "data_dir": "/data",
        "accent": "red",
        "api.detail_path": "/v5/detail",
        "download.directory": "/videos",
        "download.filename": "{id}.mp4",
        "download.allow_hosts": "one.example, two.example",
        "ui.theme": "dark",
        "ui.notify": "osc9",
        "ui.images": "sixel",
        "billing.price_per_unit": "0.05",
        "webhook.listen": "[::1]:80",
    }
    for name in plain_names():
        if "." in name:
            section, field = name.split(".")
        else:
            section, field = "", name
        default = getattr((SECTIONS[section] if section else General)(), field)
        text = texts.get(name) or ("yes" if default in {None, False, True} and name != "ui.refresh_hz" else "7")
        variable = "HEADSWAP_" + name.replace(".", "_").upper()
        settings = load(config, "", {variable: text})
        assert settings.origins[name] == f"environment {variable}"
    settings = load(
        config, "", {"HEADSWAP_DOWNLOAD_ALLOW_HOSTS": "one.example, two.example", "HEADSWAP_UI_MOUSE": "off"}
    )
    assert settings.download.allow_hosts == ("one.example", "two.example")
    assert settings.ui.mouse is False


def test_an_empty_variable_says_nothing(config: Path) -> None:
    assert load(config, "", {"HEADSWAP_POLLING_CONCURRENCY": "", "HEADSWAP_PROFILE": ""}).polling.concurrency == 8


def test_paths_start_where_they_were_written(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.chdir("/")
    settings = load(config, 'data_dir = "here"\n[download]\ndirectory = "~/videos"')
    assert settings.data_dir == config.parent / "here"
    assert settings.download.directory == Path("/home/somebody/videos")
    assert load(config, "", data_dir="there").data_dir == Path("/there")


def test_profiles_bring_their_own_values(config: Path) -> None:
    text = """
base_url = "https://all.example"
[profiles.default]
[profiles.work]
base_url = "https://work.example"
retention_days = 3
accent = "orange"
api_key_command = "pass show 'my key'"
"""
    settings = load(config, text)
    assert (settings.base_url, settings.retention_days, settings.profiles) == (
        "https://all.example",
        7.0,
        ("default", "work"),
    )
    settings = load(config, text, profile="work")
    assert (settings.base_url, settings.retention_days, settings.accent) == ("https://work.example", 3.0, "orange")
    assert settings.credential.api_key_command == ("pass", "show", "my key")
    assert settings.profile_dir.name == "work"
    assert (
        load(config, text, {"HEADSWAP_PROFILE": "work", "HEADSWAP_BASE_URL": "https://env.example"}).base_url
        == "https://env.example"
    )


def test_the_credential_may_come_as_file_or_command_from_the_environment(config: Path) -> None:
    settings = load(config, '[profiles.default]\napi_key_file = "a"', {"HEADSWAP_API_KEY_FILE": "/run/key"})
    assert settings.credential.api_key_file == Path("/run/key")


def test_an_unknown_profile_is_refused_with_the_nearest(config: Path) -> None:
    assert "Did you mean `work`?" in refused(config, "[profiles.work]\n", profile="wrok")
    assert load(config, "", profile="any").profile == "any"  # no profiles in the file: a list of its own is fine


@pytest.mark.parametrize("name", ["..", "a/b", "", ".hidden", "a b", "x" * 65, "a\nb"])
def test_a_profile_name_is_a_safe_directory_name(config: Path, name: str) -> None:
    assert "profile name" in refused(config, "", profile=name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[polling]\n\nconcurency = 3",
            ["config.toml, line 3", "`concurency`", "[polling]", "Did you mean `concurrency`?"],
        ),
        ("[poling]\nconcurrency = 3", ["line 1", "`poling`", "`polling`"]),
        ("concurrency = 3", ["line 1", "unknown setting `concurrency`"]),
        (
            "[polling]\nconcurrency = 'many'",
            ["line 2", "`polling.concurrency`", "a whole number from 1 to 64", "the text 'many'"],
        ),
        ("[polling]\nconcurrency = 65", ["a whole number from 1 to 64", "the number 65"]),
        ("[polling]\nrequests_per_second = 0", ["a number above 0 and up to 50", "the number 0"]),
        ("[polling]\nrequests_per_second = nan", ["a number above 0 and up to 50", "nan"]),
        ("[polling]\nmin_interval = 0.5", ["a number from 1 to 3600"]),
        (
            "[polling]\nmin_interval = 70",
            ["`polling.max_interval` to be no less than `polling.min_interval`", "60 and 70"],
        ),
        ("[download]\nauto = 'yes'", ["true or false", "the text 'yes'"]),
        ("[download]\nallow_hosts = 'a'", ["a list of texts"]),
        ("[download]\ndirectory = 5", ["a path", "the number 5"]),
        ("[download]\nfilename = '{nme}'", ["{id} {label} {file_name}", "found {nme}"]),
        ("[download]\nfilename = '{id'", ["cannot be read"]),
        ("[ui]\nnotify = 'loud'", ['one of "', "the text 'loud'"]),
        ("polling = 3", ["expected a section"]),
        ("base_url = 'http://example.com'", ["line 1", "expected https", "in clear"]),
        ("[api]\ndetail_path = 'detail'", ["a path such as"]),
        ("[profiles.a]\napi_kye = 'x'", ["line 2", "`api_kye`", "`api_key`"]),
        ("[profiles.'../b']", ["profile name"]),
        ("[keys]\nquit = 5", ["`keys.quit`", "text or a list of texts", "the number 5"]),
        ("x = = 3", ["not valid TOML", "line 1"]),
        ("a = 1\na = 2", ["not valid TOML"]),
    ],
)
def test_a_wrong_setting_is_named_with_its_place(config: Path, text: str, words: list[str]) -> None:
    message = refused(config, text)
    assert [word for word in words if word not in message] == [], message


@pytest.mark.parametrize(
    ("variable", "text", "words"),
    [
        (
            "HEADSWAP_POLLING_CONCURENCY",
            "3",
            ["HEADSWAP_POLLING_CONCURENCY", "Did you mean `HEADSWAP_POLLING_CONCURRENCY`?"],
        ),
        (
            "HEADSWAP_POLLING_CONCURRENCY",
            "x",
            ["environment variable HEADSWAP_POLLING_CONCURRENCY", "whole number", "'x'"],
        ),
        ("HEADSWAP_DOWNLOAD_AUTO", "perhaps", ["true or false", "'perhaps'"]),
    ],
)
def test_a_wrong_variable_is_named(config: Path, variable: str, text: str, words: list[str]) -> None:
    message = refused(config, "", {variable: text})
    assert [word for word in words if word not in message] == [], message


def test_no_error_quotes_a_credential(config: Path) -> None:
    for text in (
        "[profiles.a]\napi_key = ['canary-1']",
        "[profiles.a]\ntoken = {x = 'canary-1'}",
        "[profiles.a]\napi_keys = 'canary-1'",
    ):
        assert "canary" not in refused(config, text)
    assert "canary" not in refused(config, "base_url = 'https://me:canary-1@host.example'")


def test_files_that_cannot_be_read(config: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such configuration file"):
        loading.load(Flags(config=str(config)), {})
    with pytest.raises(ConfigError, match="cannot be read"):
        loading.load(Flags(), {"HEADSWAP_CONFIG": str(tmp_path)})
    config.write_bytes(b"a = 1\n# \xff\n")
    with pytest.raises(ConfigError, match="line 2: not UTF-8"):
        loading.load(Flags(config=str(config)), {})
    config.write_bytes(b"#" * (file.LARGEST_FILE + 1))
    with pytest.raises(ConfigError, match="too big"):
        loading.load(Flags(config=str(config)), {})


def test_keys_come_as_text_or_lists(config: Path) -> None:
    settings = load(config, "[keys]\ndownload = 'd'\nquit = ['q', 'ctrl+q']", {"HEADSWAP_KEYS_REFRESH_ALL": "ctrl+r"})
    assert settings.keys == {"download": "d", "quit": ["q", "ctrl+q"], "refresh_all": "ctrl+r"}


def test_the_template_shows_every_setting_with_its_default(config: Path) -> None:
    as_shipped = load(config, TEMPLATE.read_text(encoding="utf-8"))
    assert set(as_shipped.origins.values()) == {"default"}
    lines = TEMPLATE.read_text(encoding="utf-8").splitlines()
    shown = "\n".join(re.sub(r"^# (?=\[?[a-z_.]+\]? *(=|$|#))", "", line) for line in lines if '= "..."' not in line)
    document = tomllib.loads(shown)
    settings = load(config, shown)
    for name in plain_names():
        section, _, field = name.rpartition(".")
        place = document[section] if section else document
        if name in {"ui.theme", "webhook.client_secret"}:
            continue
        assert field in place, name
        struct = SECTIONS[section] if section else General
        default = getattr(struct(), field)
        if default is not None and not isinstance(default, Path):
            assert place[field] == (list(default) if isinstance(default, tuple) else default), name
    assert settings.profiles == ("default", "work")
    for field in ProfileSection.__struct_fields__:
        assert field in "\n".join(lines)


def test_views_are_names_with_filters(config: Path) -> None:
    settings = load(config, "[views]\nmine = 'tag:a'\n\"Client A. Ltd\" = 'state:failed'")
    assert list(settings.views.items()) == [("mine", "tag:a"), ("Client A. Ltd", "state:failed")]
    assert settings.origins["views.mine"].endswith("line 2")
    with pytest.raises(ConfigError, match=r"line 2: `views.mine`: expected text, found the number 5"):
        load(config, "[views]\nmine = 5")
