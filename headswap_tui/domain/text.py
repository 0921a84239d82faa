"""The one way from outside text (file names, error reasons, URLs, server messages) to a screen, terminal or log.

A terminal obeys control characters wherever they come from, and no screen library filters all of them out: they are
made visible here. What terminals disagree on (bidi, zero width, joiners, odd blanks) goes, so that rows stay aligned.
Markup is not touched: show the result as plain text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

ONE_LINE_LIMIT: Final = 500
BLOCK_LIMIT: Final = 20_000
_URL_LIMIT: Final = 2_000
_MARKS_IN_A_ROW: Final = 4
"""Combining marks kept on one character; more of them pile up over the neighbouring rows."""

_SPACES: Final = frozenset({0xA0, 0x1680, 0x202F, 0x205F, 0x2800, *range(0x2000, 0x200B)})
_IGNORABLE: Final = frozenset({0x115F, 0x1160, 0x3164, 0xFFA0, *range(0x1F3FB, 0x1F400)})
"""Hangul fillers (letters that show nothing) and skin tones (drawn apart by some terminals)."""
_VARIATION: Final = frozenset({0x34F, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)})
# Patterns stay texts, which `re` compiles when they are first used: many runs meet nothing to use them on.
_LOOSE_JAMO: Final = "[\u1161-\u11ff\ud7b0-\ud7ff]"
"""Hangul parts that composed with nothing: drawn over their neighbours by some terminals."""
_CACHE_LIMIT: Final = 20_000


_UNSEEN: Final = (
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What JSON leaves as it is although a terminal obeys or reorders it."""


_QUERY: Final = r'(?i)(https?://[^\s"\\?#]*)[?#](?:[^"\\\s]|\\.)*'
"""An address, also in JSON text, and what comes after its path."""


class _Visible(dict[int, str]):
    """What each code point becomes, filled as they are met; for `str.translate`."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: set[str] = set()
        """Combining marks met so far, to see quickly that a text holds none."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _CACHE_LIMIT:  # hostile text that walks through all of Unicode
            self.clear()
        shown = self[code] = _shown(code)
        if shown and unicodedata.category(shown)[0] == "M":
            self.marks.add(shown)
        return shown


def _shown(code: int) -> str:
    category = unicodedata.category(chr(code))
    if code < 0x20:
        shown = chr(0x2400 + code)
    elif code == 0x7F:
        shown = "\u2421"
    elif code in _SPACES:
        shown = " "
    elif code in _IGNORABLE or code in _VARIATION or 0xE0000 <= code <= 0xE0FFF or category in {"Cf", "Me"}:
        shown = ""
    elif 0x1F1E6 <= code <= 0x1F1FF:  # halves of a flag: as the letters that they stand for
        shown = chr(code - 0x1F1E6 + ord("A"))
    elif category in {"Zl", "Zp"}:
        shown = "\u240a"
    elif category[0] == "C":  # C1, lone surrogates, private use, unassigned
        shown = "\ufffd"
    else:
        shown = chr(code)
    return shown


_VISIBLE: Final = _Visible()


def safe(text: str, limit: int = ONE_LINE_LIMIT) -> str:
    """`text` as one harmless line of at most `limit` (at least 1) characters, cut with `…`.

    Control characters, newline and tab become visible marks. Idempotent; printable ASCII stays as it is.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    # Cut first, so that a huge text costs no more than a long one; four times leaves room for what goes.
    start = text[: 4 * limit]
    shown = _harmless(start)
    return _cut(shown, limit, more=len(start) < len(text))


def safe_all(texts: Sequence[str]) -> Sequence[str]:
    """Each of them as `safe` makes it: in a list of thousands one look mostly shows that nothing is to be done."""
    together = "".join(texts)
    if together.isascii() and together.isprintable() and max(map(len, texts), default=0) <= ONE_LINE_LIMIT:
        return texts
    return [safe(text) for text in texts]


def safe_block(text: str, limit: int = BLOCK_LIMIT) -> str:
    """As `safe`, but line ends of any kind stay as `\\n` and a tab becomes four blanks."""
    start = text[: 4 * limit]
    lines = (start.replace("\t", "    ") + ".").splitlines()  # the dot keeps a line end that comes last
    lines[-1] = lines[-1][:-1]
    return _cut("\n".join(map(_harmless, lines)), limit, more=len(start) < len(text))


def visible_json(text: str) -> str:
    """JSON with everything invisible in it as `\\uXXXX`: it means the same, and no terminal obeys it."""
    if text.isascii() and "\x7f" not in text:
        return text
    return re.sub(_UNSEEN, _escaped, text)


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def without_query(url: str) -> str:
    """`url` for showing: harmless, without query (it may hold a signature), fragment, user name and password."""
    bare = re.split(r"[?#]", url, maxsplit=1)[0]
    scheme, separator, rest = bare.rpartition("://") if "://" in bare else ("", "", bare)
    if not separator and rest.startswith("//"):
        separator, rest = "//", rest[2:]
    host, slash, path = rest.partition("/")
    return safe(scheme + separator + host.rpartition("@")[2] + slash + path, _URL_LIMIT)


def unsigned(text: str) -> str:
    """`text` with `?(hidden)` in place of the query of each address in it: such a one may be signed."""
    return re.sub(_QUERY, r"\1?(hidden)", text) if "://" in text else text


def _cut(text: str, limit: int, *, more: bool) -> str:
    return text[: limit - 1] + "…" if more or len(text) > limit else text


def _harmless(text: str) -> str:
    if text.isascii():
        return text if text.isprintable() else text.translate(_VISIBLE)
    composed = unicodedata.normalize("NFC", text.translate(_VISIBLE))
    shown = re.sub(_LOOSE_JAMO, "\ufffd", composed.translate(_VISIBLE))
    return shown if _VISIBLE.marks.isdisjoint(shown) else _with_few_marks(shown)


def _with_few_marks(text: str) -> str:
    kept: list[str] = []
    row = 0
    for char in text:
        if char not in _VISIBLE.marks:
            row = 0
        else:
            if not kept:
                kept.append("\u25cc")  # something of its own to sit on, not the border of a box
            row += 1
            if row > _MARKS_IN_A_ROW:
                continue
        kept.append(char)
    return "".join(kept)
