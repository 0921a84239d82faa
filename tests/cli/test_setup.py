"""config and doctor."""

from __future__ import annotations

from pathlib import Path

import pytest

from headswap_tui.config.loading import load
from headswap_tui.config.settings import Flags
from headswap_tui.simulator.server import Simulator
from headswap_tui.ui.commands import keymap
from tests.cli.conftest import ID, Cli, Result

CANARY = "canary-51c0"


def grades(result: Result) -> dict[str, str]:
    """Subject to grade."""
    return {line.split()[1]: line.split()[0] for line in result.lines}


def test_init_path_and_show(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "config" / "headswap-tui" / "config.toml"
    assert cli("config", "path").out == f"{path}\n"
    written = cli("config", "init")
    assert (written.status, written.out) == (0, "")
    assert path.stat().st_mode & 0o777 == 0o600
    fresh = cli("config", "show", "--json").records
    assert {record["from"] for record in fresh} == {"default", "not set"}
    text, _, keys = path.read_text(encoding="utf-8").partition("[keys]")
    path.write_text(f"{text}[keys]{keys.replace(chr(10) + '# ', chr(10))}", encoding="utf-8")
    assert cli("config", "show").err == ""  # what it says of the keys is right as it stands
    assert keymap(load(Flags(config=str(path)), {}).keys).keys == keymap({}).keys
    again = cli("config", "init")
    assert again.status == 2
    assert "already" in again.err
    path.write_text(
        f"[polling]\nconcurrency = 3\n[keys]\nquit = 'Q'\n[profiles.default]\napi_key = '{CANARY}'\n", encoding="utf-8"
    )
    shown = cli("config", "show", "--base-url", "http://127.0.0.1:1", HEADSWAP_UI_MOUSE="no")
    assert shown.status == 0
    for line in (
        "polling.concurrency 3 file ~/config/headswap-tui/config.toml line 2",
        "keys.quit Q file ~/config/headswap-tui/config.toml line 4",
        "base_url http://127.0.0.1:1 flag --base-url",
        "ui.mouse false environment HEADSWAP_UI_MOUSE",
        "polling.max_interval 60 default",
        "credential (hidden) file ~/config/headswap-tui/config.toml line 6",
    ):
        assert line in [" ".join(printed.split()) for printed in shown.lines]
    assert CANARY not in shown.out
    records = {record["name"]: record for record in cli("config", "show", "--json").records}
    assert records["polling.concurrency"]["value"] == 3
    assert records["credential"]["value"] == "(hidden)"


def test_a_wrong_file_ends_every_command_with_its_line(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("\n[polling]\nmax_intervall = 3\n", encoding="utf-8")
    for argv in (["list"], ["config", "show"], ["refresh"]):
        wrong = cli(*argv, "--config", str(path))
        assert (wrong.status, wrong.out) == (2, "")
        assert "x.toml, line 3" in wrong.err
        assert "`max_interval`" in wrong.err
    report = cli("doctor", HEADSWAP_CONFIG=str(path))
    assert report.status == 2
    assert grades(report)["configuration"] == "fail"


def test_doctor_when_all_is_well(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    cli("add", ID)
    report = cli("doctor", **account)
    assert (report.status, report.err) == (0, "")
    assert grades(report) == {
        "version": "ok", "configuration": "ok", "credential": "ok", "store": "ok", "service": "ok", "downloads": "ok",
        "terminal": "warn",
    }  # fmt: skip
    assert simulator.api_key not in report.out
    assert len(simulator.requests) == 1
    assert ID not in simulator.requests[0].path


def test_doctor_tells_auth_from_reachability(cli: Cli, simulator: Simulator, account: dict[str, str]) -> None:
    refused = cli("doctor", **account | {"HEADSWAP_API_KEY": CANARY})
    assert (refused.status, grades(refused)["credential"], grades(refused)["service"]) == (3, "ok", "fail")
    assert CANARY not in refused.out + refused.err
    missing = cli("doctor", HEADSWAP_BASE_URL=simulator.base_url)
    assert (missing.status, grades(missing)["credential"], grades(missing)["service"]) == (3, "fail", "warn")
    simulator.stop()
    gone = cli("doctor", **account)
    assert (gone.status, grades(gone)["service"]) == (4, "fail")


def test_doctor_restores_a_store(cli: Cli, account: dict[str, str], tmp_path: Path) -> None:
    cli("add", ID)
    store = tmp_path / "data" / "headswap-tui" / "default" / "tasks.jsonl"
    copy = store.read_bytes()
    (store.parent / "tasks.jsonl.bak").write_bytes(copy)
    (store.parent / "tasks.jsonl.bak").chmod(0o600)
    store.write_bytes(b"rubbish\n")
    told = cli("doctor", **account)
    assert (told.status, grades(told)["store"]) == (5, "fail")
    assert "--restore" in told.out
    assert store.read_bytes() == b"rubbish\n"
    restored = cli("doctor", "--restore", **account)
    assert (restored.status, grades(restored)["store"]) == (0, "ok")
    assert cli("list", "--json").record["id"] == ID


@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_a_key_in_a_file_that_others_can_read(cli: Cli, simulator: Simulator, tmp_path: Path, mode: int) -> None:
    path = tmp_path / "c.toml"
    path.write_text(
        f"[profiles.default]\napi_key = '{simulator.api_key}'\nbase_url = '{simulator.base_url}'\n", encoding="utf-8"
    )
    path.chmod(mode)
    task = simulator.create()
    cli("add", task, "--config", str(path))
    result = cli("refresh", "--config", str(path))
    assert result.status == (3 if mode == 0o644 else 0)
    assert (f"chmod 600 ~/{path.name}" in result.err) == (mode == 0o644)
    if mode == 0o644:
        assert grades(cli("doctor", "--config", str(path)))["credential"] == "fail"
    assert simulator.api_key not in result.out + result.err


def test_names_that_only_the_dashboard_uses_are_told_too(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("[keys]\ndwnload = 'd'\n", encoding="utf-8")
    shown = cli("config", "show", "--config", str(path))
    assert (shown.status, shown.out != "") == (2, True)
    assert "c.toml line 2: `keys.dwnload`" in shown.err
    assert "Did you mean `download`?" in shown.err
    report = cli("doctor", HEADSWAP_UI_THEME="headswap-drak")
    assert report.status == 2
    assert "`ui.theme`: expected the name of a theme, found 'headswap-drak'." in report.out
    path.write_text("[views]\nlate = 'staet:failed'\n", encoding="utf-8")
    for command in (["config", "show"], ["doctor"]):
        told = cli(*command, "--config", str(path))
        assert told.status == 2
        assert "c.toml line 2: `views.late`: “staet:” is no field" in told.err + told.out


def test_a_list_that_cannot_be_written_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("add", ID)
    monkeypatch.setattr("headswap_tui.cli.doctor.os.access", lambda *_args: False)  # root may write anything
    report = cli("doctor", "--base-url", "http://127.0.0.1:1", HEADSWAP_API_KEY="k" * 20)
    assert "cannot be written: permission denied or a read-only disk" in report.out
    assert report.status == 5


def test_a_configuration_that_others_can_change_is_told_of(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("[polling]\nconcurrency = 3\n", encoding="utf-8")
    for mode, told in ((0o644, False), (0o664, True), (0o602, True)):
        path.chmod(mode)
        shown = cli("config", "show", "--config", str(path))
        assert (shown.status, "can be changed by others" in shown.err) == (0, told)
        assert ("chmod go-w ~/c.toml" in shown.err) == told
        report = cli("doctor", "--config", str(path))
        assert ("can be changed by others" in report.out) == told
