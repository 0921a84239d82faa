"""The colours that every theme gets."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from headswap_tui.ui.presentation.roles import ROLES
from headswap_tui.ui.theme_variables import ANSI_DEFAULTS, READABLE, _contrast, theme_variable_defaults
from headswap_tui.ui.widgets.paint import INKS

OWN = set(ANSI_DEFAULTS)
PLAIN = [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi]


@pytest.mark.parametrize("name", sorted(BUILTIN_THEMES))
def test_every_theme_has_every_variable_as_a_plain_colour(name: str) -> None:
    variables = theme_variable_defaults(BUILTIN_THEMES[name])
    assert set(variables) == OWN
    assert all(Color.parse(value) for value in variables.values())


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_words_can_be_read_on_the_background(name: str) -> None:
    theme = BUILTIN_THEMES[name]
    background = Color.parse(theme.to_color_system().generate()["background"])
    variables = theme_variable_defaults(theme)
    for word in ("state-processing", "state-completed", "state-failed", "state-unknown", "download", "stale"):
        assert _contrast(Color.parse(variables[word]), background) >= READABLE, word


def test_every_role_has_its_ink_of_known_variables() -> None:
    assert set(ROLES) <= set(INKS)
    used = {name for ink in INKS.values() for name in (ink.color, ink.ground) if name}
    textuals = BUILTIN_THEMES["textual-dark"].to_color_system().generate()
    assert used <= OWN | textuals.keys()
    assert {name for name in used - OWN if not Color.parse(textuals[name])} == set()
