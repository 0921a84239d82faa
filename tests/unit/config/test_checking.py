"""Names of the dashboard in the settings, checked without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual._keyboard_protocol import FUNCTIONAL_KEYS  # no public list
from textual.color import Color
from textual.keys import Keys
from textual.theme import BUILTIN_THEMES as LIBRARY_THEMES

from headswap_tui.config.checking import mistakes
from headswap_tui.config.colours import NAMES, check_colour
from headswap_tui.config.key_names import is_key, key_name
from headswap_tui.config.loading import load
from headswap_tui.config.screen_names import BUILTIN_THEMES, DEFAULT_KEYS, SHIPPED_THEMES
from headswap_tui.config.settings import Flags
from headswap_tui.domain.errors import ConfigError
from headswap_tui.ui import themes
from headswap_tui.ui.commands import COMMANDS, keymap


def found(tmp_path: Path, text: str, **environ: str) -> list[tuple[str, str, bool]]:
    """Texts, hints and gravity of the mistakes in a configuration file."""
    path = tmp_path / "c.toml"
    path.write_text(text, encoding="utf-8")
    settings = load(Flags(config=str(path)), environ)
    return [(mistake.text, mistake.hint, mistake.is_wrong) for mistake in mistakes(settings, tmp_path / "themes")]


def test_the_names_are_those_of_the_dashboard() -> None:
    assert {command.id: command.keys for command in COMMANDS} == DEFAULT_KEYS
    assert list(SHIPPED_THEMES) == [theme.name for theme in themes.load(themes.shipped_directory())[0]]
    assert set(BUILTIN_THEMES) == set(LIBRARY_THEMES)


def test_the_colours_are_those_of_the_screens_library() -> None:
    for name in NAMES:
        assert Color.parse(check_colour(name)).rgb
    assert Color.parse(check_colour("#5FAFff")) == Color.parse("#5fafff")


@pytest.mark.parametrize(("text", "hint"), [("oragne", "Did you mean `orange`?"), ("#12345", ""), ("", "")])
def test_what_is_no_colour(text: str, hint: str) -> None:
    with pytest.raises(ConfigError, match="expected a colour such as #5fafff or orange") as raised:
        check_colour(text)
    assert raised.value.hint == hint


@pytest.mark.parametrize("key", ["?", "/", "-", "+", "@", "_", "!", "$", "[", ",", "a", "Q", "f1", "ctrl+d"])
def test_keys_are_named_as_on_the_dashboard(key: str) -> None:
    assert keymap({"quit": [key]}).keys["quit"] == (key_name(key),)


def test_a_key_that_there_is_not(tmp_path: Path) -> None:
    text = "[keys]\nquit = ['Q', 'ctrl+foo']\nhelp = 'crtl+h'\n"
    assert [mistake[0].partition(": ")[2] for mistake in found(tmp_path, text)] == [
        "`keys.help`: expected a key such as `x`, `?`, `f5` or `ctrl+d`, found 'crtl+h'.",
        "`keys.quit`: expected a key such as `x`, `?`, `f5` or `ctrl+d`, found 'ctrl+foo'.",
    ]
    made = keymap({"quit": ["ctrl+foo"], "help": ["f5", "crtl+h"], "sort": []})
    assert made.problems == ("keys: 'ctrl+foo' of `quit` is no key", "keys: 'crtl+h' of `help` is no key")
    assert [made.keys[name] for name in ("quit", "help", "sort")] == [("q",), ("f5",), ()], "no command is out of reach"


def test_every_key_of_textual_is_known() -> None:
    names = {key.value for key in Keys if not key.value.startswith("<")} | set(FUNCTIONAL_KEYS.values())
    names |= {key_name(chr(code)) for code in range(33, 0x250) if chr(code).isprintable()}
    assert [name for name in sorted(names) if not is_key(name)] == ["ctrl-at"]


def test_unknown_commands_and_clashes(tmp_path: Path) -> None:
    text = "[keys]\ndwnload = 'd'\nquit = ['Q', '?']\nraw = 'Q'\nhelp = 'h'\n"
    unknown, clash = found(tmp_path, text)
    assert unknown == (
        f"file {tmp_path}/c.toml line 2: `keys.dwnload`: expected the id of a command, found 'dwnload'.",
        "Did you mean `download`?",
        True,
    )
    assert clash[0].startswith(f"file {tmp_path}/c.toml line 3: `keys.quit`: expected a key of its own, found 'Q'")
    assert "`raw`" in clash[0]
    assert found(tmp_path, "[keys]\nquit = 'd'\n") == [
        (
            f"file {tmp_path}/c.toml line 2: `keys.quit`: 'd' is taken from `download`, which has it by default.",
            "",
            False,
        )
    ]
    assert found(tmp_path, "[keys]\nquit = 'd'\ndownload = 'q'\n") == []


def test_views_whose_filter_makes_no_sense(tmp_path: Path) -> None:
    text = "[views]\nlate = 'staet:failed age<soon'\nmine = 'tag:x state:failed'\n"
    field, age = found(tmp_path, text)
    place = f"file {tmp_path}/c.toml line 2: `views.late`: "
    assert field[0].startswith(f"{place}“staet:” is no field; there are ")
    assert age == (f"{place}“age<soon” is no age; expected such as age<2h (s, m, h, d or w).", "", True)


def test_more_views_than_there_is_room_for(tmp_path: Path) -> None:
    text = "[views]\n" + "".join(f"v{number} = 'x'\n" for number in range(6))
    assert found(tmp_path, text) == [
        (f"file {tmp_path}/c.toml line 7: `views.v5`: there is room for 5 views; this one is not shown.", "", False)
    ]


def test_unknown_themes(tmp_path: Path) -> None:
    ((text, hint, is_wrong),) = found(tmp_path, "", HEADSWAP_UI_THEME="headswap-drak")
    assert text == "environment HEADSWAP_UI_THEME: `ui.theme`: expected the name of a theme, found 'headswap-drak'."
    assert (hint, is_wrong) == ("Did you mean `headswap-dark`?", True)
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "mine.toml").write_text("[colors]\n", encoding="utf-8")
    (tmp_path / "themes" / "other.toml").write_text("name = 'night'\n", encoding="utf-8")
    (tmp_path / "themes" / "broken.toml").write_text("=", encoding="utf-8")
    for name in ("mine", "night", "nord", "headswap-light"):
        assert found(tmp_path, f"[ui]\ntheme = '{name}'\n") == []
    assert "line 2" in found(tmp_path, "[ui]\ntheme = 'other'\n")[0][0]
