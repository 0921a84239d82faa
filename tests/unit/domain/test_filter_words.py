"""How a filter being typed could go on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.domain.filter_words import continued, values_of
from headswap_tui.domain.filters import parse
from headswap_tui.domain.task import Detail, TaskId, TrackedTask

TASKS = [
    TrackedTask(TaskId("1"), 0, "My clip", ("Client-A", "rush"), Detail(resolution="720p", model_name="akool-premium")),
    TrackedTask(TaskId("2"), 0, None, ("client-b", "a,b", 'q"', "bad\x1b"), Detail(resolution="1080p")),
    TrackedTask(TaskId("3"), 0, None, ("client-b",), Detail(resolution="720p")),
]


def values(field: str) -> tuple[str, ...]:
    return values_of(field, TASKS)


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("st", "state:"),
        ("x !ta", "x !tag:"),
        ("ag", "age<"),
        ("state:f", "state:failed"),
        ("state:failed,mi", "state:failed,missing"),
        ("word tag:CL", "word tag:CLient-b"),
        ("tag:client-a", None),
        ("tag:r", "tag:rush"),
        ("!tag:ru", "!tag:rush"),
        ("res:7", "res:720p"),
        ("model:ak", "model:akool-premium"),
        ("is:arch", "is:archived"),
        ("label:my", None),
        ('label:"my', 'label:"my clip"'),
        ("state:", None),
        ("nothing:x", None),
        ("zz", None),
        ("", None),
        ("st ", None),
        ('"st', None),
        ("http://st", None),
    ],
)
def test_the_last_word_goes_on(typed: str, whole: str | None) -> None:
    assert continued(typed, values) == whole


def test_the_likeliest_value_comes_first_and_odd_ones_are_left_out() -> None:
    assert values("tag") == ("client-b", "Client-A", "rush")
    assert values("res") == ("720p", "1080p")
    assert values("id") == ()


@given(st.text(max_size=30) | st.from_regex(r"!?(state|tag|is|res|label):\"?[a-z,\" ]{0,8}", fullmatch=True))
def test_it_only_ever_adds_and_never_makes_a_filter_worse(typed: str) -> None:
    whole = continued(typed, values)
    if whole is not None:
        assert whole.startswith(typed)
        assert len(whole) > len(typed)
        assert not parse(whole).problem or parse(typed).problem or whole.endswith((":", "<"))
