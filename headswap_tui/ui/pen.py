"""The terminal's pen: what it takes to go from one style to the next, instead of each from nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec
from rich.color import ColorSystem
from rich.style import Style

LIFT: Final = "\x1b[m"
"""Every attribute off, every colour the terminal's own."""
_OFF: Final[Mapping[str, str]] = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29"}
"""What takes an attribute back, and only what is in one with it (ECMA-48, SGR)."""


class Pen(msgspec.Struct, frozen=True):
    """How the terminal writes, each part as the numbers that set it; empty where nothing is set."""

    attributes: str = ""
    foreground: str = ""
    background: str = ""

    @lru_cache(maxsize=4096)  # noqa: B019  # pens are few, and kept by `pen_of` too
    def after(self, before: Pen) -> str:
        """The shortest sequence that makes this of `before`; empty if it is the same."""
        if self == before:
            return ""
        anew = ["0", *self._changes(UNTOUCHED)] if self != UNTOUCHED else []
        if before.attributes == self.attributes or all(one in _OFF for one in before.attributes.split(";") if one):
            changes = self._changes(before)
            return min((f"\x1b[{';'.join(numbers)}m" for numbers in (changes, anew)), key=len)
        return f"\x1b[{';'.join(anew)}m"

    def _changes(self, before: Pen) -> list[str]:
        numbers: list[str] = []
        if self.attributes != before.attributes:
            mine, its = (set(filter(None, pen.attributes.split(";"))) for pen in (self, before))
            off = {_OFF[one] for one in its - mine}
            numbers += sorted(off)
            numbers += sorted(one for one in mine if one not in its or _OFF.get(one) in off)
        if self.foreground != before.foreground:
            numbers.append(self.foreground or "39")
        if self.background != before.background:
            numbers.append(self.background or "49")
        return numbers


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
