"""Names of keys in `[keys]`, as Textual has them."""

from __future__ import annotations

import unicodedata
from typing import Final

_SHORTER: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_MODIFIERS: Final = frozenset({"alt", "ctrl", "hyper", "meta", "shift", "super"})
_NAMED: Final = frozenset({
    *("backspace", "begin", "delete", "down", "end", "enter", "escape", "home", "insert", "left", "menu", "pagedown"),
    *("pageup", "pause", "return", "right", "space", "tab", "up", "caps_lock", "num_lock", "print_screen"),
    *("scroll_lock", "add", "decimal", "divide", "equal", "multiply", "separator", "subtract"),
    *(f"f{number}" for number in range(1, 36)),
})  # fmt: skip
_FAMILIES: Final = ("kp_", "media_", "iso_level", "left_", "right_", "lower_", "raise_", "mute_")
"""How the names of keys begin that few keyboards have."""


def key_name(key: str) -> str:
    """A key in Textual's name: `?` is `question_mark`."""
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return _SHORTER.get(name, name)


def is_key(name: str) -> bool:
    """Whether there is a key of that name, alone or with modifiers before it (`ctrl+d`)."""
    *modifiers, last = name.split("+")
    if not set(modifiers) <= _MODIFIERS:
        return False
    if len(last) == 1 or last in _NAMED or last in _SHORTER.values() or last.startswith(_FAMILIES):
        return True
    for words in (last, last.replace("_", "-"), last.replace("_", "-", 1)):  # QUESTION MARK, LESS-THAN SIGN
        try:
            unicodedata.lookup(words.replace("_", " ").upper())
        except KeyError:
            continue
        return True
    return False
