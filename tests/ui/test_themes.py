"""Palettes: ours are complete and readable, the user's never stop the program."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

from headswap_tui.domain.errors import ConfigError
from headswap_tui.ui import themes
from headswap_tui.ui.theme_variables import theme_variable_defaults

OURS = {theme.name: theme for theme in themes.load(themes.shipped_directory())[0]}
RGB = [name for name, theme in OURS.items() if not theme.ansi]
TEXTS = ("muted", "faint", "stale", "download", "remark-failed")
GROUNDS = ("row-cursor", "row-cursor-blurred", "row-marked", "row-zebra", "row-changed", "table-header")


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours."""

    def luminance(color: str) -> float:
        linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in Color.parse(color).normalized]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_ours_are_shipped_and_sound() -> None:
    loaded, problems = themes.load(themes.shipped_directory())
    assert problems == []
    assert [theme.name for theme in loaded] == ["headswap-ansi", "headswap-contrast", "headswap-dark", "headswap-light"]
    assert [theme.dark for theme in loaded] == [True, True, True, False]


@pytest.mark.parametrize("name", RGB)
def test_every_text_is_readable_on_every_ground(name: str) -> None:
    theme = OURS[name]
    variables = {**theme_variable_defaults(theme), **theme.variables}
    texts = [variables[key] for key in variables if key.startswith("state-") or key in TEXTS]
    texts += [str(getattr(theme, key)) for key in ("foreground", "primary", "accent", "success", "warning", "error")]
    grounds = [str(getattr(theme, key)) for key in ("background", "surface", "panel")]
    grounds += [variables[key] for key in GROUNDS]
    worst = min((contrast(text, ground), text, ground) for text in texts for ground in grounds)
    assert worst[0] >= 4.5, worst


@pytest.mark.parametrize("name", RGB)
def test_chips_and_keys_are_readable_and_bars_can_be_seen(name: str) -> None:
    theme = OURS[name]
    generated = theme.to_color_system().generate()
    variables = {**generated, **theme_variable_defaults(theme), **theme.variables}
    pairs = [
        (str(theme.foreground), "chip"),
        (variables["text-error"], "chip"),
        (variables["text-accent"], "bar-track"),
    ]
    worst = min((contrast(text, variables[ground]), text, ground) for text, ground in pairs)
    assert worst[0] >= 4.5, worst
    bars = ("bar-estimate", "bar-completed", "bar-failed", "state-processing", "download")
    dimmest = min((contrast(variables[bar], str(theme.background)), bar) for bar in bars)
    assert dimmest[0] >= 3.0, dimmest


@pytest.mark.parametrize("name", RGB)
def test_each_overrides_all_variables_of_the_widgets(name: str) -> None:
    assert theme_variable_defaults(OURS[name]).keys() <= OURS[name].variables.keys()


def test_the_terminals_palette_names_no_rgb_colour() -> None:
    theme = OURS["headswap-ansi"]
    values = [value for name, value in theme.variables.items() if not name.endswith("-style")]
    assert theme.ansi
    assert all(value.startswith("ansi_") for value in values)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("= 1", "cannot be read"),
        ("name = 'x'", "colors.primary is missing"),
        ("[colors]\nprimary = 'notacolor'", "colors.primary: expected a color, found 'notacolor'"),
        ("[colors]\nprimary = 'red'\nprimry = 'red'", "unknown color `primry`"),
        ("name = 'A [b]'\n[colors]\nprimary = 'red'", "`name`"),
        ("dark = 'yes'\n[colors]\nprimary = 'red'", "`dark`: expected true or false"),
        ("[colors]\nprimary = 'red'\n[variables]\nlink-style = 'loud'", "variables.link-style"),
        ("colors = 3", "`colors` must be a table"),
        ("colour = 3\n[colors]\nprimary = 'red'", "unknown key `colour`"),
    ],
)
def test_a_broken_file_is_one_notice(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"theme mine\.toml") as caught:
        themes.read(path)
    assert says in caught.value.message
    loaded, problems = themes.load(tmp_path)
    assert (loaded, len(problems)) == ([], 1)


def test_the_users_palette_is_read(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[colors]\nprimary = '#abcdef'\n[variables]\nborder = 'red 50%'\n")
    loaded, problems = themes.load(tmp_path)
    assert problems == []
    assert (loaded[0].name, loaded[0].primary, loaded[0].variables) == ("mine", "#abcdef", {"border": "red 50%"})


def test_no_directory_is_no_problem(tmp_path: Path) -> None:
    assert themes.load(tmp_path / "none") == ([], [])


@pytest.mark.parametrize(
    ("wanted", "no_color", "few_colors", "chosen"),
    [
        (None, False, False, "headswap-dark"),
        (None, False, True, "headswap-ansi"),
        (None, True, True, "headswap-dark"),
        ("headswap-light", False, True, "headswap-light"),
        ("headswap-ansi", True, False, "headswap-dark"),
        ("gone", False, False, "headswap-dark"),
    ],
)
def test_the_first_theme(wanted: str | None, no_color: bool, few_colors: bool, chosen: str) -> None:
    known: dict[str, Theme] = OURS
    assert themes.choose(wanted, known, no_color=no_color, few_colors=few_colors) == chosen
