"""Terminals that know ASCII only: every other character becomes something of the same width."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len

_LOOKALIKES: Final = {
    **dict.fromkeys("─━═▔▁▀▄╌┄", "-"),
    **dict.fromkeys("│┃║▌▐▎▏▊▕╎┆", "|"),
    **dict.fromkeys("█▇▆▅▃▂▓▒░", "#"),
    **dict.fromkeys("·•∙●○◐◆", "*"),
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("‘’‚", "'"),
    **dict.fromkeys("–—−", "-"),
    "…": ".",
    "×": "x",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "✓": "+",
    "✗": "x",
}


def plain(text: str) -> str:
    """`text` in ASCII, as wide on the screen as before; escape sequences pass as they are."""
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(character: str) -> str:
    if character.isascii():
        return character
    known = _LOOKALIKES.get(character)
    if known is not None:
        return known
    return "+" if "\u2500" <= character <= "\u257f" else "?" * cell_len(character)
