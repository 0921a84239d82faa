"""What the pen sends leads to the same picture as setting every style from nothing."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorSystem
from rich.style import Style

from headswap_tui.ui.pen import UNTOUCHED, pen_of
from tests.terminal import picture

COLORS = st.none() | st.sampled_from(["#102030", "#405060", "color(1)", "color(12)", "color(200)", "default"])
FLAGS = st.none() | st.booleans()
STYLES = st.none() | st.builds(Style, color=COLORS, bgcolor=COLORS, bold=FLAGS, underline=FLAGS, reverse=FLAGS)


def shown(data: str) -> list[list[tuple[object, ...]]]:
    screen = pyte.Screen(40, 1)
    pyte.Stream(screen).feed(data)
    return picture(screen)


@pytest.mark.parametrize("system", [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD])
@given(styles=st.lists(STYLES, max_size=20))
def test_the_pen_paints_what_whole_styles_paint(system: ColorSystem, styles: list[Style | None]) -> None:
    pen, short, whole = UNTOUCHED, "", ""
    for number, style in enumerate(styles):
        text = chr(ord("a") + number)
        wanted = pen_of(style, system)
        short += wanted.after(pen) + text
        pen = wanted
        whole += text if style is None else style.render(text, color_system=system)
    assert shown(short) == shown(whole)


def test_only_the_colour_that_differs_is_sent() -> None:
    ground = Color.parse("#101010")
    one, other = (
        pen_of(Style(color=Color.parse(name), bgcolor=ground), ColorSystem.TRUECOLOR) for name in ("#ff0000", "#00ff00")
    )
    assert other.after(one) == "\x1b[38;2;0;255;0m"
    assert one.after(one) == ""


def test_an_attribute_is_taken_back_alone() -> None:
    color = Color.parse("#ff0000")
    plain, bold, both = (
        pen_of(Style(color=color, bold=bold, dim=dim), ColorSystem.TRUECOLOR)
        for bold, dim in ((None, None), (True, None), (True, True))
    )
    assert plain.after(bold) == "\x1b[22m"
    assert bold.after(both) == "\x1b[22;1m", "bold and dim are taken back together"
    assert UNTOUCHED.after(both) == "\x1b[m"
