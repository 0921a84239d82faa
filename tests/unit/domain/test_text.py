"""Outside text becomes harmless, and stays what it was where it was harmless."""

from __future__ import annotations

import json
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.domain.text import safe, safe_block, unsigned, visible_json, without_query

ANY_TEXT = st.text(alphabet=st.characters())  # with control characters and lone surrogates
FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Me"}


def is_harmless(text: str) -> bool:
    return not any(unicodedata.category(char) in FORBIDDEN for char in text)


@given(ANY_TEXT, st.integers(min_value=1, max_value=60))
def test_a_line_is_harmless_short_and_stays_as_it_is_the_second_time(text: str, limit: int) -> None:
    once = safe(text, limit)
    assert is_harmless(once)
    assert len(once) <= limit
    assert safe(once, limit) == once


@given(ANY_TEXT, st.integers(min_value=1, max_value=60))
def test_a_block_is_harmless_but_for_its_line_ends(text: str, limit: int) -> None:
    once = safe_block(text, limit)
    assert is_harmless(once.replace("\n", ""))
    assert len(once) <= limit
    assert safe_block(once, limit) == once


@given(st.text(alphabet=string.printable[:95], max_size=500))
def test_printable_ascii_is_left_alone(text: str) -> None:
    assert safe(text) == text
    assert safe_block(text) == text


def test_every_character_there_is_becomes_harmless() -> None:
    codes = [*range(0x33000), *range(0xE0000, 0xE0200), *range(0xF0000, 0xF0010)]  # between them nothing is assigned
    for start in range(0, len(codes), 4000):
        once = safe("".join("x" + chr(code) for code in codes[start : start + 4000]), 20_000)
        assert is_harmless(once), hex(codes[start])
        assert safe(once, 20_000) == once, hex(codes[start])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a␛[2Jb"),
        ("one\ntwo\tthree\r", "one␊two␉three␍"),
        ("\x9b31m\x9d0;title\x07", "�31m�0;title␇"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("half \ud83d", "half �"),
        ("日本語 ✓", "日本語 ✓"),
        ("e\u0301", "é"),
        ("\u0301x", "\u25cc\u0301x"),
        ("z" + "\u0336" * 40, "z" + "\u0336" * 4),
        ("no\xa0break", "no break"),
        ("\U0001f1e9\U0001f1ea", "DE"),
        ("[/x] [@click=app.quit]", "[/x] [@click=app.quit]"),
        ("", ""),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_a_long_text_is_cut_with_a_mark() -> None:
    assert safe("x" * 600) == "x" * 499 + "…"
    assert safe("x" * 500) == "x" * 500
    assert safe("\u200b" * 5000 + "x", 10) == "…"


def test_a_block_keeps_its_lines() -> None:
    assert safe_block("one\r\ntwo\rthree\u2028four\n") == "one\ntwo\nthree\nfour\n"
    assert safe_block("a\tb\x1bc") == "a    b␛c"


@given(ANY_TEXT.filter(lambda text: text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)))
def test_json_means_the_same_and_hides_nothing(text: str) -> None:
    shown = visible_json(json.dumps({text: text}, ensure_ascii=False))
    assert json.loads(shown) == {text: text}
    assert not any(unicodedata.category(char) in {"Cc", "Zl", "Zp"} or "\u2066" <= char <= "\u2069" for char in shown)


def test_json_with_what_terminals_obey() -> None:
    assert visible_json('"\x9b5m\u202e\U000e0041"') == r'"\u009b5m\u202e\udb40\udc41"'


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://host/a/b.mp4?X-Signature=1#t", "https://host/a/b.mp4"),
        ("https://user:pass@host:8443/a", "https://host:8443/a"),
        ("https://user:p@ss@host/a@b", "https://host/a@b"),
        ("//user:pass@host/a", "//host/a"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("http://[broken", "http://[broken"),
        ("host/a?b", "host/a"),
        ("https://host/\x1b[2J", "https://host/␛[2J"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_what_is_secret_in_it(url: str, shown: str) -> None:
    assert without_query(url) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cannot read https://h/a.mp4?Signature=x&y=1, try again", "cannot read https://h/a.mp4?(hidden) try again"),
        ('{"a": "HTTP://h/a#t", "b": "?x"}', '{"a": "HTTP://h/a?(hidden)", "b": "?x"}'),
        ('{"a": "https://h/a?b=\\"&Signature=x"}', '{"a": "https://h/a?(hidden)"}'),
        ("https://h/a and what?", "https://h/a and what?"),
    ],
)
def test_addresses_in_a_text_lose_what_signs_them(text: str, shown: str) -> None:
    assert unsigned(text) == shown


@given(ANY_TEXT)
def test_showing_an_address_never_fails(text: str) -> None:
    assert is_harmless(without_query(text))
    assert "?" not in without_query(text)
