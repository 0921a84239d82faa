"""The terminal's pen: what it takes to go from one style to the next, instead of each from nothing."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from rich.color import ColorSystem
from rich.style import Style


class Pen(msgspec.Struct, frozen=True):
    """How the terminal writes, each part as the numbers that set it; empty where nothing is set."""

    attributes: str = ""
    foreground: str = ""
    background: str = ""

    def after(self, before: Pen) -> str:
        """The sequence that makes this of `before`; empty if it is the same."""
        numbers: list[str] = []
        if before.attributes and before.attributes != self.attributes:
            numbers, before = ["0"], UNTOUCHED  # attributes are taken back all together
        if self.attributes != before.attributes:
            numbers.append(self.attributes)
        if self.foreground != before.foreground:
            numbers.append(self.foreground or "39")
        if self.background != before.background:
            numbers.append(self.background or "49")
        return f"\x1b[{';'.join(numbers)}m" if numbers else ""


UNTOUCHED = Pen()
"""A terminal that nothing was set in."""


@lru_cache(maxsize=2048)
def pen_of(style: Style | None, system: ColorSystem) -> Pen:
    """The pen for a style, whose link is none of its business."""
    if style is None:
        return UNTOUCHED
    rendered = style.update_link(None).render("x", color_system=system)
    numbers = rendered[2 : rendered.index("m")].split(";") if rendered.startswith("\x1b[") else []
    attributes: list[str] = []
    colors = {"3": "", "4": ""}
    while numbers:
        number = numbers.pop(0)
        if number in ("38", "48"):  # an index follows a 5, red, green and blue follow a 2
            count = 2 if numbers[0] == "5" else 4
            colors[number[0]] = ";".join((number, *numbers[:count]))
            del numbers[:count]
        elif len(number) > 1 and number[:-1] in ("3", "9"):
            colors["3"] = number
        elif len(number) > 1 and number[:-1] in ("4", "10"):
            colors["4"] = number
        else:
            attributes.append(number)
    return Pen(";".join(attributes), colors["3"], colors["4"])
