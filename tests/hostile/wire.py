"""What may come over the wire to a terminal, and everything else."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

_COLOUR: Final = r"(?:[0-47]|9|2[1-9]|3[0-79]|4[0-79]|9[0-7]|10[0-7]|[34]8;5;\d{1,3}|[34]8;2;\d{1,3};\d{1,3};\d{1,3})"
USUAL: Final = re.compile(
    rf"\x1b\[(?:{_COLOUR}(?:;{_COLOUR})*)?m"  # colours and weights; nothing of ours blinks or hides
    r"|\x1b\[[0-9]{1,3};[0-9]{1,3}H|\x1b\[[0-9]{1,3}C"
    r"|\x1b\[\?2026[hl]|\x1b\]22;[a-z-]+\x07"
    r"|\r\n|\n"
)
"""What the frames of the dashboard are made of, besides text. The pointer's shape is Textual's."""
ONCE: Final = frozenset(
    f"\x1b[{sequence}"
    for sequence in (
        *(f"?{mode}{state}" for mode in (7, 25, 1000, 1003, 1004, 1006, 1015, 1049, 2004) for state in "hl"),
        "?2026$p", "?2048$p", ">25u", "<u",
    )
)  # fmt: skip
"""What is sent when the screen is taken over and given back; the mouse's twice."""
_SEQUENCE: Final = re.compile(r"\x1b(?:\[[<=>?]?[0-9;:]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)?", re.DOTALL)
_MARKS_AT_MOST: Final = 4
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Me"})


def strange(output: bytes, *, rows: int, columns: int, expected: frozenset[str] = frozenset()) -> list[str]:
    """Everything in a whole run's output that the dashboard has no reason to send; `expected` may come once or more."""
    text = output.decode("utf-8", "surrogateescape")
    rest, places = USUAL.sub("", text), set(re.findall(r"\x1b\[(\d+);(\d+)H", text))
    found = [f"beyond the window: {place}" for place in places if int(place[0]) > rows or int(place[1]) > columns]
    sequences = Counter(_SEQUENCE.findall(rest))
    for sequence, times in sequences.items():
        most = 0
        if sequence in ONCE:
            most = 2 if "?100" in sequence or "?1015" in sequence else 1
        if sequence not in expected and times > most:
            found.append(f"{times} times {sequence!r}")
    return found + strange_text(_SEQUENCE.sub("", rest))


def strange_text(text: str) -> list[str]:
    """Every character that no terminal should get as text, and marks that pile up."""
    found = [f"U+{ord(char):04X}" for char in set(text) if unicodedata.category(char) in _INVISIBLE]
    if re.search(rf"[\u0300-\u036f\u20d0-\u20f0]{{{_MARKS_AT_MOST + 1},}}", text):
        found.append("a pile of combining marks")
    return found


def text_of(output: bytes) -> str:
    """What was written, without anything that moves or colours it."""
    return _SEQUENCE.sub("", USUAL.sub("", output.decode("utf-8", "surrogateescape")))
