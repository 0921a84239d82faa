"""What the process that polls leaves for those who follow, and what they make of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from headswap_tui.domain.events import Connection, Mode
from headswap_tui.engine.leadership import FILE_NAME, Leadership, Word


def pair(directory: Path) -> tuple[Leadership, Leadership]:
    """One that polls, one that follows."""
    leading, following = Leadership(directory), Leadership(directory)
    assert leading.seek()
    assert not following.seek()
    return leading, following


def heard(following: Leadership) -> Word | None:
    """The other's word as of now."""
    assert not following.seek()
    return following.word


def test_trouble_is_told_and_taken_back(tmp_path: Path) -> None:
    leading, following = pair(tmp_path)
    assert heard(following) is None
    leading.tell(Connection(Mode.OFFLINE, 5, "No route\nto the host."))
    assert heard(following) == Word(Mode.OFFLINE, 5, "No route\nto the host.")
    leading.tell(Connection(Mode.LIVE))
    assert heard(following) is None


def test_equal_words_are_written_once(tmp_path: Path) -> None:
    leading, following = pair(tmp_path)
    leading.tell(Connection(Mode.OFFLINE, 5, requests_per_s=1.0))
    (tmp_path / FILE_NAME).write_text("x")
    leading.tell(Connection(Mode.OFFLINE, 5, requests_per_s=2.0))
    assert (tmp_path / FILE_NAME).read_text() == "x"
    following.tell(Connection(Mode.SLOWED))
    assert (tmp_path / FILE_NAME).read_text() == "x", "only who polls tells"


def test_an_endless_message_is_cut(tmp_path: Path) -> None:
    leading, following = pair(tmp_path)
    leading.tell(Connection(Mode.OFFLINE, 5, "\x01" * 100_000))
    word = heard(following)
    assert word is not None and word.message.startswith("\x01" * 100)


def test_the_word_ends_with_who_said_it(tmp_path: Path) -> None:
    leading, following = pair(tmp_path)
    leading.tell(Connection(Mode.NO_CREDIT, 5))
    leading.resign()
    assert following.seek()
    assert following.word is None
    assert not leading.seek()
    assert leading.word is None


@pytest.mark.parametrize(
    "word",
    [
        b'"scribble"',
        b"null",
        b"[[[[[[[[[]]]]]]]]]",
        b'{"mode": 7}',
        b'{"mode": "live"}',
        b'{"mode": "key refused"}',
        b'{"mode": "offline", "message": 1}',
        b'{"mode": "offline", "since_ms": 1e99}',
    ],
)
def test_what_is_no_word_of_ours_says_nothing(tmp_path: Path, word: bytes) -> None:
    _leading, following = pair(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(b'{"pid": 42, "host": "h", "word": ' + word + b"}")
    assert heard(following) is None
    assert following.holder_pid == 42
