"""The format of `tasks.jsonl`: JSON Lines, each sealed by a checksum.

    {"format":"headswap-tui tasks","schema_version":1,"store":"<id>","seq":40,"lines":1,"bytes":911   ,"crc":"..."}
    {"at":0,"tasks":{"<task id>":{<record>}, ... up to 128 records},"crc":"..."}          `lines` of these: the snapshot
    {"seq":41,"put":{"<task id>":{<record>}},"patch":{"<task id>":{<merge patch>}},"drop":["<task id>"],"crc":"..."}

- `crc` is the CRC-32, in eight lower-case hex digits, of the line up to the comma before it. It is the last member.
- `seq` counts transactions over the whole life of a store: the header has the one that the snapshot includes, each line
  after the snapshot is one transaction and one more. `lines` and `bytes` tell a cut snapshot from an unfinished tail.
- `store` is made anew when a store begins a life of its own, so that a restored copy is not taken for a continuation.
- `schema_version` changes when an older program would read the file wrongly; added fields do not change it: they are
  kept by programs that do not know them. This first line keeps its form in all versions.
- A bad line at the very end that is cut short, or has holes as a power cut leaves them, is a transaction that was never
  acknowledged. Any other bad line is damage.

Annotations are no texts here, as in `domain.task`: msgspec would have to compile each of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, Final
from zlib import crc32

import msgspec

from headswap_tui.domain.errors import StoreDamaged, StoreForeign, StoreTooNew
from headswap_tui.domain.task import TrackedTask
from headswap_tui.store.stored import Stored, text_of

FORMAT: Final = "headswap-tui tasks"
SCHEMA_VERSION: Final = 1
RECORDS_PER_LINE: Final = 128
HEADER_LIMIT: Final = 4096
"""Bytes within which the first line of a file of ours ends."""

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding foreign bytes may raise."""

_HEADER_BODY: Final = 200
_SEAL: Final = b',"crc":"'
_SEAL_LENGTH: Final = len(_SEAL) + 8 + len(b'"}\n')


class Header(msgspec.Struct, frozen=True):
    """The first line: what the file is and where its snapshot ends."""

    format: str
    schema_version: int
    store: str
    """Id of this life of the store."""
    seq: int
    """Number of the last transaction that the snapshot includes."""
    lines: int
    """Lines of the snapshot."""
    bytes: int
    """Length of the snapshot, without this line."""


class _Versioned(msgspec.Struct, frozen=True):
    schema_version: int


class SnapshotLine(msgspec.Struct, frozen=True):
    """A piece of the snapshot."""

    at: int
    """Its place, from 0."""
    tasks: dict[str, msgspec.Raw]


class _DecodedLine(msgspec.Struct, frozen=True):
    at: int
    tasks: dict[str, TrackedTask]


class Transaction(msgspec.Struct, frozen=True, omit_defaults=True):
    """Changes that became durable together. `put` comes first, then `patch`, then `drop`."""

    seq: int
    put: dict[str, msgspec.Raw] = {}
    """Whole records, new or replacing."""
    patch: dict[str, msgspec.Raw] = {}
    """Merge patches of records that are there."""
    drop: list[str] = []
    """Ids of records that go."""


_header_decoder = msgspec.json.Decoder(Header)
_snapshot_decoder = msgspec.json.Decoder(SnapshotLine)
_transaction_decoder = msgspec.json.Decoder(Transaction)
_encode = msgspec.json.Encoder().encode


def sealed(body: bytes) -> bytes:
    """A line from a JSON object that lacks its closing brace."""
    return b'%b,"crc":"%08x"}\n' % (body, crc32(body))


def is_sound(line: bytes) -> bool:
    """Whether a line is complete and its checksum is right."""
    body = memoryview(line)[:-_SEAL_LENGTH]
    return line[-_SEAL_LENGTH:] == b'%b%08x"}\n' % (_SEAL, crc32(body)) and len(line) > _SEAL_LENGTH


def header_line(header: Header) -> bytes:
    """The first line; all have the same length, so that it can be written last."""
    return sealed(_encode(header)[:-1].ljust(_HEADER_BODY))


HEADER_LENGTH: Final = _HEADER_BODY + _SEAL_LENGTH


def snapshot_lines(records: Mapping[str, Stored]) -> Iterator[bytes]:
    """The snapshot of these records, line by line."""
    items = iter(records.items())
    at = 0
    while some := list(islice(items, RECORDS_PER_LINE)):
        body = b",".join([b"%b:%b" % (_encode(task_id), text_of(record)) for task_id, record in some])
        yield sealed(b'{"at":%d,"tasks":{%b}' % (at, body))
        at += 1


def transaction_line(transaction: Transaction) -> bytes:
    """One transaction as one line."""
    return sealed(_encode(transaction)[:-1])


def read_header(line: bytes, path: object) -> Header:
    """The first line of a file. Raises `StoreForeign`, `StoreDamaged` or `StoreTooNew`; `path` is for the words."""
    if not line:
        raise StoreDamaged(f"{path} is empty.", _RESTORE)
    if not is_sound(line):
        if line.startswith(b'{"format":"headswap-tui'):
            _check_version(line, path)
            raise StoreDamaged(f"{path} is damaged in its first line.", _RESTORE)
        raise StoreForeign(f"{path} is not a file of headswap-tui.", _foreign_hint(line))
    try:
        header = _header_decoder.decode(line)
    except UNREADABLE as error:
        raise StoreDamaged(f"{path} has a first line that cannot be read ({error}).", _RESTORE) from error
    if header.format != FORMAT:
        raise StoreForeign(f"{path} is not a file of headswap-tui.", "Move it away.")
    _check_known(header.schema_version, path)
    return header


def _check_version(line: bytes, path: object) -> None:
    """Raises `StoreTooNew`, sound or not: a newer version may seal in another way."""
    try:
        version = msgspec.json.decode(line, type=_Versioned).schema_version
    except UNREADABLE:
        return
    _check_known(version, path)


def _check_known(version: int, path: object) -> None:
    if version > SCHEMA_VERSION:
        raise StoreTooNew(
            f"{path} was written by a newer headswap-tui (format {version}; this one knows {SCHEMA_VERSION}).",
            "Use the newer version. Nothing was changed.",
        )


def read_snapshot_line(line: bytes, at: int, path: object) -> dict[str, msgspec.Raw]:
    """The records of one line of the snapshot. Raises `StoreDamaged`."""
    try:
        if is_sound(line) and (piece := _snapshot_decoder.decode(line)).at == at:
            return piece.tasks
    except UNREADABLE:
        pass  # reported below, like a wrong checksum
    raise StoreDamaged(f"{path} is damaged in line {at + 2}.", _RESTORE)


def read_decoded_line(line: bytes, at: int, path: object) -> Mapping[str, Stored]:
    """As `read_snapshot_line`, with the records decoded in one go if this version can read each of them.

    For whoever writes nothing back: a decoded record lacks what only a newer version knows.
    """
    try:
        if is_sound(line) and (piece := _decoded_decoder().decode(line)).at == at:
            return piece.tasks
    except UNREADABLE:
        pass  # looked at one by one
    return read_snapshot_line(line, at, path)


@cache
def _decoded_decoder() -> msgspec.json.Decoder[_DecodedLine]:
    return msgspec.json.Decoder(_DecodedLine)


def read_transactions(lines: Iterable[bytes], seq: int, offset: int, path: object) -> Iterator[tuple[Transaction, int]]:
    """Each transaction after number `seq`, with the offset at which its line ends in the file.

    `lines` begin at byte `offset`. An unfinished last line ends them: it was never acknowledged. Raises `StoreDamaged`.
    """
    pending = iter(lines)
    for line in pending:
        if not is_sound(line):
            # What was written whole has its end and no holes: then a wrong seal is damage to an acknowledged change.
            is_unfinished = not line.endswith(b"\n") or b"\0" in line
            if is_unfinished and next(pending, None) is None:
                return
            raise StoreDamaged(f"{path} is damaged at byte {offset}.", _RESTORE)
        try:
            transaction = _transaction_decoder.decode(line)
        except UNREADABLE as error:
            raise StoreDamaged(f"{path} cannot be read at byte {offset} ({error}).", _RESTORE) from error
        seq += 1
        if transaction.seq != seq:
            raise StoreDamaged(f"{path} has change {transaction.seq} where {seq} belongs, at byte {offset}.", _RESTORE)
        offset += len(line)
        yield transaction, offset


_RESTORE: Final = "It was left untouched. `headswap-tui doctor` offers to restore the last good copy."


def _foreign_hint(line: bytes) -> str:
    try:
        content: Any = msgspec.json.decode(line)
    except UNREADABLE:
        return "It was left untouched; move it away, or choose another data directory."
    if isinstance(content, dict) and all(isinstance(table, dict) for table in content.values()):
        return "It looks like a plain TinyDB file: move it away and `headswap-tui import` it."
    return "It was left untouched; move it away, or choose another data directory."
