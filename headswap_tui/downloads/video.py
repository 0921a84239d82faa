"""Tells a complete video from a page, a truncated file or something else, by its container's structure alone.

Not a decoder: it follows the boxes of MP4 and MOV and the elements of WebM and MKV to the end of the file. That is
what a download can get wrong; whether every frame decodes is the service's business.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from headswap_tui.domain.errors import NotAVideo

_FIRST_BOXES: Final = frozenset({b"ftyp", b"styp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid"})
_MOST_BOXES: Final = 100_000
"""A fragmented video has two per fragment; more than this is a trap, not a video."""
_WAY_TO_CHUNKS: Final = (b"trak", b"mdia", b"minf", b"stbl")
_CHUNK_TABLES: Final = {b"stco": ">I", b"co64": ">Q"}
"""Where pieces of pictures and sound begin, counted from the beginning of the file, and how a number is written."""
_LAST_CHUNKS: Final = 4096
"""Tables go forward, so their ends say enough."""
_EBML: Final = b"\x1a\x45\xdf\xa3"
_SEGMENT: Final = 0x18538067
_CLUSTER: Final = 0x1F43B675
_TRACKS: Final = 0x1654AE6B
_DOC_TYPE: Final = 0x4282


class _Box(NamedTuple):
    kind: bytes
    start: int
    """Of what is inside."""
    end: int


def check_video(path: Path) -> None:
    """Raises `NotAVideo`, saying what is wrong, unless the file is a complete MP4, MOV, WebM or MKV; `OSError`."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(64)
        if not size:
            raise NotAVideo("The file is empty.")
        if head.startswith(_EBML):
            _check_ebml(file, size)
        elif head[4:8] in _FIRST_BOXES:
            _check_boxes(file, size)
        else:
            raise NotAVideo(f"The file is no video: it {_looks_like(head)}.")


def _looks_like(head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<!--")):
        return "is a web page"
    if text.startswith(b"<"):
        return "begins like XML"
    if text.startswith((b"{", b"[")):
        return "begins like JSON"
    if head.startswith(b"\x1f\x8b"):
        return "is packed with gzip"
    if not head.strip(b"\0"):
        return "begins with zeros"
    return "does not begin like MP4, MOV, WebM or MKV"


def _truncated(what: str, end: int, size: int) -> NotAVideo:
    return NotAVideo(f"The video is cut off: {what} should go on to byte {end:,}, the file ends at {size:,}.")


def _check_boxes(file: BinaryIO, size: int) -> None:
    seen: dict[bytes, _Box] = {}
    for box in _boxes(file, 0, size):
        if box.end > size:
            raise _truncated(f"its part {box.kind.decode('ascii')!r}", box.end, size)
        seen.setdefault(box.kind, box)
    missing = [name for name, kinds in (("index", (b"moov",)), ("pictures", (b"mdat",))) if not seen.keys() & {*kinds}]
    if missing:
        raise NotAVideo(f"The video is incomplete: it has no {' and no '.join(missing)}.")
    index = seen[b"moov"]
    inside = list(_boxes(file, index.start, index.end))
    if any(box.end > index.end for box in inside) or not any(box.kind == b"trak" for box in inside):
        raise NotAVideo("The video's index is damaged.")
    _check_chunks(file, index, size)


def _check_chunks(file: BinaryIO, parent: _Box, size: int, depth: int = 0) -> None:
    """What the index points at must be there: pictures said to go on to the end of the file do so wherever it ends."""
    for box in _boxes(file, parent.start, parent.end):
        end = min(box.end, parent.end)
        if depth < len(_WAY_TO_CHUNKS) and box.kind == _WAY_TO_CHUNKS[depth]:
            _check_chunks(file, box._replace(end=end), size, depth + 1)
        elif depth == len(_WAY_TO_CHUNKS) and box.kind in _CHUNK_TABLES:
            number = struct.Struct(_CHUNK_TABLES[box.kind])
            first = box.start + 8  # version, flags and the count, which the length of the box tells as well
            count = max(0, end - first) // number.size
            last = min(count, _LAST_CHUNKS)
            file.seek(first + (count - last) * number.size)
            offsets = [offset for (offset,) in number.iter_unpack(file.read(last * number.size))]
            if offsets and max(offsets) >= size:
                raise _truncated("its pictures", max(offsets) + 1, size)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[_Box]:
    """The boxes that follow each other from `start` up to `end`; the last one may claim to reach beyond."""
    at = start
    for _ in range(_MOST_BOXES):
        if at >= end:
            return
        file.seek(at)
        header = file.read(min(16, end - at))
        if not header.strip(b"\0"):
            _check_zeros(file, at, end)
            return
        length, kind, offset = int.from_bytes(header[:4]), header[4:8], 8
        if length == 1 and len(header) == 16:
            length, offset = int.from_bytes(header[8:16]), 16
        elif length == 0:
            length = end - at
        if len(kind) < 4 or length < offset or not all(32 <= byte < 127 or byte == 0xA9 for byte in kind):
            raise NotAVideo(f"The video is damaged at byte {at:,}.")
        yield _Box(kind, at + offset, at + length)
        at += length
    raise NotAVideo("The file has too many parts to be a video.")


def _check_zeros(file: BinaryIO, at: int, end: int) -> None:
    """Some writers pad the end with zeros, and an index ends with four; anything among them is damage."""
    file.seek(at)
    left = end - at
    while left > 0:
        piece = file.read(min(left, 1 << 20))
        if not piece or piece.strip(b"\0"):
            raise NotAVideo(f"The video is damaged at byte {at:,}.")
        left -= len(piece)


def _check_ebml(file: BinaryIO, size: int) -> None:
    header = _element(file, 0)
    if header is None or header[2] is None or header[2] > size:
        raise NotAVideo("The file begins like WebM or MKV but ends in its header.")
    if _doc_type(file, header[1], header[2]) not in (b"webm", b"matroska"):
        raise NotAVideo("The file begins like WebM or MKV but is neither.")
    segment = _element(file, header[2])
    while segment is not None and segment[0] == 0xEC and segment[2] is not None:  # padding
        segment = _element(file, segment[2])
    if segment is None or segment[0] != _SEGMENT:
        raise NotAVideo("The file has a WebM or MKV header and no video behind it.")
    if segment[2] is not None and segment[2] > size:
        raise _truncated("it", segment[2], size)
    if not {_TRACKS, _CLUSTER} <= _elements(file, segment[1], size):
        raise NotAVideo("The video is incomplete: it has no tracks or no pictures.")


def _elements(file: BinaryIO, at: int, size: int) -> set[int]:
    """Ids of the elements from `at` up to the end of the file, which must be that of the last one."""
    seen = set()
    for _ in range(_MOST_BOXES):
        if at >= size:
            break
        element = _element(file, at)
        if element is None:
            raise NotAVideo(f"The video is cut off or damaged at byte {at:,}.")
        seen.add(element[0])
        at = element[1] if element[2] is None else element[2]  # of unknown length: what is in it comes next
        if at > size:
            raise _truncated("a part of it", at, size)
    return seen


def _doc_type(file: BinaryIO, start: int, end: int) -> bytes:
    at: int | None = start
    while at is not None and at < end:
        element = _element(file, at)
        if element is None:
            break
        if element[0] == _DOC_TYPE and element[2] is not None:
            file.seek(element[1])
            return file.read(min(element[2] - element[1], 32)).rstrip(b"\0")
        at = element[2]
    return b""


def _element(file: BinaryIO, at: int) -> tuple[int, int, int | None] | None:
    """Id, start of the content and its end (`None` if unknown) of the element at `at`; `None` if there is none."""
    file.seek(at)
    head = file.read(12)
    if not head or not head[0] or (id_length := 9 - head[0].bit_length()) > 4 or len(head) <= id_length:
        return None
    first = head[id_length]
    if not first or len(head) < id_length + (length := 9 - first.bit_length()):
        return None
    value = int.from_bytes(head[id_length : id_length + length])
    ones = (1 << (7 * length)) - 1
    content = value & ones
    start = at + id_length + length
    return int.from_bytes(head[:id_length]), start, None if content == ones else start + content
