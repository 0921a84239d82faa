"""Escape characters within a paste become visible, however the input is cut into pieces; keys come through at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.ui.pasting import END, SHOWN_ESCAPE, START, PasteGuard

BODIES = st.lists(
    st.sampled_from(["x", "\x1b", "\x1b[2", "\x1b[20", "\x1b[5m", "q", "1~", "0~", "\r"]), max_size=8
).map("".join)


@given(BODIES, BODIES, BODIES, st.lists(st.integers(1, 9), max_size=20))
def test_only_what_is_pasted_changes(before: str, pasted: str, after: str, lengths: list[int]) -> None:
    if START in before + START[:-1] or END in pasted + END[:-1] or START in after:
        return  # an end within the paste ends it; only the terminal could tell
    typed = before + START + pasted + END + after
    wanted = before + START + pasted.replace("\x1b", SHOWN_ESCAPE) + END + after
    guard, got = PasteGuard(), ""
    for length in lengths:
        got, typed = got + guard(typed[:length]), typed[length:]
    assert got + guard(typed) == wanted


def test_the_escape_key_is_not_held_back() -> None:
    guard = PasteGuard()
    assert guard("\x1b") == "\x1b"
    assert guard("[200~a\x1b[20") == "[200~a"
    assert guard("x") == SHOWN_ESCAPE + "[20x"
    assert guard(END + "\x1b") == END + "\x1b"
