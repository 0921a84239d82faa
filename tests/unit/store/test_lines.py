"""Sealed lines: what is sound, what is torn, what is damage."""

from __future__ import annotations

import msgspec
import pytest

from headswap_tui.domain.errors import StoreDamaged, StoreForeign, StoreTooNew
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.store import lines

HEADER = lines.Header(lines.FORMAT, 1, "0123456789abcdef", 3, 1, 500)


def transactions(*numbers: int) -> list[bytes]:
    return [lines.transaction_line(lines.Transaction(seq=number, drop=["x"])) for number in numbers]


def read(content: list[bytes], seq: int = 0) -> list[int]:
    return [one.seq for one, _ in lines.read_transactions(content, seq, 0, "f")]


def test_every_header_has_the_same_length() -> None:
    far = lines.Header(lines.FORMAT, 10**6, "f" * 32, 10**15, 10**9, 10**15)
    assert len(lines.header_line(HEADER)) == len(lines.header_line(far)) == lines.HEADER_LENGTH
    assert lines.read_header(lines.header_line(HEADER), "f") == HEADER


def test_a_line_is_json_with_its_checksum_last() -> None:
    line = lines.sealed(b'{"a":1')
    assert list(msgspec.json.decode(line)) == ["a", "crc"]
    assert lines.is_sound(line)
    assert not lines.is_sound(line[:-1])
    assert not lines.is_sound(line.replace(b"1", b"2", 1))
    assert not lines.is_sound(line[:-1] + b"\r\n")
    assert not lines.is_sound(b"")


def test_an_unsound_last_line_ends_the_transactions() -> None:
    assert read([*transactions(1, 2), b'{"seq":3']) == [1, 2]
    assert read([*transactions(1, 2), b"\0\0\0\0"]) == [1, 2]


@pytest.mark.parametrize(
    "content",
    [
        [*transactions(1), b"rubbish\n", *transactions(2)],
        transactions(1, 3),
        transactions(1, 1),
        [lines.sealed(b'{"sequence":1')],
        [lines.sealed(b'{"seq":1,"put":5')],
    ],
    ids=["rubbish between", "one missing", "one twice", "another shape", "another type"],
)
def test_anything_else_is_damage(content: list[bytes]) -> None:
    with pytest.raises(StoreDamaged):
        read(content)


@pytest.mark.parametrize(
    ("line", "kind", "word"),
    [
        (b"", StoreDamaged, "empty"),
        (b"hello\n", StoreForeign, "not a file of"),
        (b'{"_default": {"1": {"a": 1}}}', StoreForeign, "import"),
        (b"[1]", StoreForeign, "another data directory"),
        (lines.header_line(HEADER)[:50], StoreDamaged, "first line"),
        (lines.sealed(b'{"format":"another"'), StoreDamaged, "cannot be read"),
        (lines.header_line(msgspec.structs.replace(HEADER, format="other")), StoreForeign, "not a file of"),
        (lines.header_line(msgspec.structs.replace(HEADER, schema_version=99)), StoreTooNew, "99"),
    ],
)
def test_first_lines_that_are_refused(line: bytes, kind: type[Exception], word: str) -> None:
    with pytest.raises(kind, match=word):
        lines.read_header(line, "the file")


def test_snapshot_lines_know_their_place() -> None:
    records = {f"{number:024x}": b'{"n":%d}' % number for number in range(300)}
    made = list(lines.snapshot_lines(records))
    assert len(made) == 3
    back: dict[str, bytes] = {}
    for at, line in enumerate(made):
        back |= {key: bytes(raw) for key, raw in lines.read_snapshot_line(line, at, "f").items()}
    assert back == records and list(back) == list(records)
    with pytest.raises(StoreDamaged, match="line 2"):
        lines.read_snapshot_line(made[1], 0, "f")


def test_records_are_decoded_with_their_line_unless_one_cannot_be_read() -> None:
    records = {f"{number:024x}": b'{"id":"%024x","added_ms":5}' % number for number in range(3)}
    (line,) = lines.snapshot_lines(records)
    assert lines.read_decoded_line(line, 0, "f") == {key: TrackedTask(TaskId(key), 5) for key in records}
    records[f"{1:024x}"] = b'{"id":"of a newer version"}'
    (line,) = lines.snapshot_lines(records)
    back = lines.read_decoded_line(line, 0, "f")
    assert {key: bytes(raw) for key, raw in back.items() if isinstance(raw, msgspec.Raw)} == records
    with pytest.raises(StoreDamaged, match="line 3"):
        lines.read_decoded_line(line, 1, "f")
