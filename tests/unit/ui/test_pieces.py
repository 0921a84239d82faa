"""Cutting, padding and wrapping by cells."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from headswap_tui.ui.presentation.pieces import (
    Line,
    clip,
    cut_text,
    fit,
    line_width,
    middle_cut,
    plain,
    words,
    wrap,
)

WORDS = st.text("ab 東🙂é", max_size=40)
LINES = st.lists(st.tuples(WORDS, st.sampled_from(["", "muted"])), max_size=5).map(tuple)


def test_a_text_is_cut_with_an_ellipsis() -> None:
    assert cut_text("promo_cut.mp4", 8, "…") == "promo_c…"
    assert cut_text("short", 8, "…") == "short"
    assert cut_text("東京タワー", 6, "…") == "東京…"


def test_an_id_loses_its_middle() -> None:
    assert middle_cut("6a066dc58570ecbf64f761a5", 13, "…") == "6a066d…f761a5"


def test_a_line_is_padded_on_the_side_asked_for() -> None:
    assert plain(fit((("0:10", ""),), 6, "…", "right")) == "  0:10"
    assert plain(fit((("0:10", ""),), 6, "…")) == "0:10  "


def test_roles_survive_the_cut() -> None:
    line: Line = (("Hero", "strong"), ("  ", ""), ("no face was found", "bad"))
    assert clip(line, 12, "…") == (("Hero", "strong"), ("  ", ""), ("no fa", "bad"), ("…", "bad"))


@settings(deadline=None)
@given(line=LINES, width=st.integers(0, 60))
def test_a_fitted_line_has_exactly_the_width(line: Line, width: int) -> None:
    assert line_width(fit(line, width, "…")) == width
    assert line_width(clip(line, width, "…")) <= width


def test_words_go_to_the_next_line_whole() -> None:
    line: Line = (("No face was found in the source", "bad"),)
    assert [plain(part) for part in wrap(line, 12)] == ["No face was", "found in the", "source"]


def test_further_lines_hang_under_the_first() -> None:
    line: Line = (("| ", "edge"), ("No face was found", "bad"))
    assert [plain(part) for part in wrap(line, 12, (("| ", "edge"),))] == ["| No face", "| was found"]


def test_an_address_is_broken_where_the_line_ends() -> None:
    line: Line = (("Source ", "muted"), ("https://cdn.example/abcdef", "link"))
    assert [plain(part) for part in wrap(line, 14, ((" " * 7, ""),))] == [
        "Source https:/",
        "       /cdn.ex",
        "       ample/a",
        "       bcdef",
    ]


@settings(deadline=None)
@given(line=LINES, width=st.integers(4, 40))
def test_wrapping_loses_no_word_and_no_line_is_too_long(line: Line, width: int) -> None:
    lines = wrap(line, width)
    assert all(line_width(part) <= width for part in lines)
    assert "".join(plain(part) for part in lines).replace(" ", "") == plain(line).replace(" ", "")


def test_the_words_of_a_cell_are_what_is_said_in_it_not_what_is_drawn() -> None:
    line: Line = (("━━╸", "bar"), ("───", "track"), ("   47%", "state-processing"), ("  ", ""))
    _, said, _ = words(line)
    assert said == (("47%", "state-processing"),)
    assert words((("━━╸", "bar"), ("   ", "")))[1] == ()


@settings(deadline=None)
@given(line=LINES)
def test_the_three_parts_of_a_line_are_the_line(line: Line) -> None:
    before, said, after = words(line)
    assert plain(before) + plain(said) + plain(after) == plain(line)
    assert not plain(before).strip(" ") and not plain(after).strip(" ")
    assert plain(said).strip(" ") == plain(said)
