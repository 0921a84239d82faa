"""Telling a whole video from everything else that a file host may send."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from headswap_tui import simulator
from headswap_tui.domain.errors import NotAVideo
from headswap_tui.downloads.video import check_video
from tests.contract.downloads.file_server import box, mp4

FTYP = box(b"ftyp", b"isom\0\0\2\0isommp41")
MOOV = box(b"moov", box(b"mvhd", bytes(100)) + box(b"trak", bytes(64)))
MDAT = box(b"mdat", bytes(range(256)))


def element(identifier: bytes, content: bytes) -> bytes:
    """One EBML element with an eight-byte length."""
    return identifier + b"\x01" + len(content).to_bytes(7, "big") + content


TRACKS = element(b"\x16\x54\xae\x6b", b"tracks")
CLUSTER = element(b"\x1f\x43\xb6\x75", b"pictures")
SEGMENT = b"\x18\x53\x80\x67"


def ebml(doc_type: bytes) -> bytes:
    return element(b"\x1a\x45\xdf\xa3", element(b"\x42\x86", b"\x01") + element(b"\x42\x82", doc_type))


WEBM = ebml(b"webm") + element(SEGMENT, TRACKS + CLUSTER)
OPEN = b"\x01" + b"\xff" * 7
"""A length that is not known."""
BLOCK = b"\xa3\x87picture"
LIVE = ebml(b"webm") + SEGMENT + OPEN + TRACKS + (b"\x1f\x43\xb6\x75" + OPEN + BLOCK * 3) * 2
"""As a camera writes it, which does not know when it will be turned off."""


def index_of(table: bytes) -> bytes:
    """A `moov` whose chunk table is this box."""
    return box(b"moov", box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", table)))))


def chunks(*offsets: int, wide: bool = False) -> bytes:
    """A table of where pictures begin."""
    kind, code = (b"co64", "Q") if wide else (b"stco", "I")
    return box(kind, bytes(4) + struct.pack(f">I{len(offsets)}{code}", len(offsets), *offsets))


TO_THE_END = struct.pack(">I", 0) + b"mdat" + bytes(100)


@pytest.mark.parametrize(
    "content",
    [
        FTYP + MOOV + MDAT,
        FTYP + MDAT + MOOV,
        box(b"wide") + MDAT + MOOV,
        MOOV + MDAT,
        FTYP + MOOV + struct.pack(">I", 0) + b"mdat" + bytes(100),
        FTYP + MOOV + b"\0\0\0\1mdat" + struct.pack(">Q", 16 + 50) + bytes(50),
        FTYP + MOOV + MDAT + box(b"free") + box(b"\xa9xyz"),
        FTYP + MOOV + MDAT + bytes(3),
        FTYP + MOOV + MDAT + bytes(5000),
        FTYP + MOOV + box(b"moof") + MDAT + box(b"moof") + MDAT,
        mp4(10_000),
        WEBM,
        ebml(b"matroska\0") + element(SEGMENT, TRACKS + CLUSTER),
        ebml(b"webm") + SEGMENT + b"\x01" + b"\xff" * 7 + TRACKS + CLUSTER,
        ebml(b"webm") + element(b"\xec", bytes(10)) + element(SEGMENT, TRACKS + CLUSTER),
        LIVE,
        FTYP + index_of(chunks(120, 190)) + TO_THE_END,
        FTYP + index_of(chunks(120, 190, wide=True)) + TO_THE_END,
        FTYP + index_of(chunks()) + TO_THE_END,
    ],
)
def test_whole_videos_pass(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "v"
    path.write_bytes(content)
    check_video(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\n  <HTML lang=en>", "web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Error>", "XML"),
        (b'{"code": 1102}', "JSON"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (bytes(1000), "zeros"),
        (b"hello", "does not begin"),
        (b"RIFF\0\0\0\0AVI ", "does not begin"),
        (FTYP, "no index and no pictures"),
        (FTYP + MDAT, "no index"),
        (FTYP + MOOV, "no pictures"),
        ((FTYP + MOOV + MDAT)[:-1], "cut off"),
        ((FTYP + MDAT + MOOV)[:-20], "cut off"),
        (FTYP[:10], "cut off"),
        (mp4(10_000)[:5000], "should go on to byte 10,000, the file ends at 5,000"),
        (FTYP + MOOV + MDAT + b"\x07garbage", "cut off"),
        (FTYP + MOOV + MDAT + b"\x07garb\xffge", "damaged at byte"),
        (FTYP + MOOV + MDAT + b"\0\0\0\4ftyp", "damaged"),
        (FTYP + MOOV + MDAT + bytes(100) + b"x", "damaged"),
        (FTYP + MOOV + MDAT + b"\0\0\0\x10\x01\x02\x03\x04" + bytes(8), "damaged"),
        (FTYP + box(b"moov", box(b"mvhd")) + MDAT, "index is damaged"),
        (FTYP + box(b"moov", struct.pack(">I", 999) + b"trak") + MDAT, "index is damaged"),
        (FTYP + MOOV + box(b"free") * 100_001, "too many parts"),
        (b"\x1a\x45\xdf\xa3", "ends in its header"),
        (WEBM[:-1], "cut off"),
        (WEBM[:60], "cut off"),
        (LIVE[:-1], "cut off"),
        (LIVE[:-8], "cut off or damaged"),
        (LIVE + b"\0\0\0\0", "cut off or damaged"),
        (FTYP + index_of(chunks(200, 900)) + TO_THE_END, "its pictures should go on to byte 901"),
        (FTYP + index_of(chunks(2**40, wide=True)) + TO_THE_END, "its pictures should go on"),
        (
            FTYP + index_of(box(b"co64", bytes(4) + b"\0\0\0\1" + b"\xff" * 12)) + TO_THE_END,
            "its pictures should go on",
        ),
        (ebml(b"webm"), "no video behind"),
        (ebml(b"other") + element(SEGMENT, TRACKS + CLUSTER), "is neither"),
        (ebml(b"webm") + element(SEGMENT, TRACKS), "no tracks or no pictures"),
        (ebml(b"webm") + SEGMENT + b"\x01" + b"\xff" * 7 + TRACKS + CLUSTER[:-1], "cut off"),
    ],
)
def test_everything_else_is_refused_in_words(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    path.write_bytes(content)
    with pytest.raises(NotAVideo, match=words):
        check_video(path)


def test_no_beginning_of_a_real_video_passes_for_the_whole(tmp_path: Path) -> None:
    clip = Path(simulator.__file__).with_name("clips") / "gradient-480p.mp4"
    whole, path = clip.read_bytes(), tmp_path / "v.mp4"
    path.write_bytes(whole)
    check_video(path)
    for size in (*range(64), *range(64, len(whole), 997), *range(len(whole) - 64, len(whole))):
        path.write_bytes(whole[:size])
        with pytest.raises(NotAVideo):
            check_video(path)


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no ffmpeg to make videos with")
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("v.mp4", ""),
        ("v.mp4", "-movflags +faststart"),
        ("v.mp4", "-movflags frag_keyframe+empty_moov -g 5"),
        ("v.mov", ""),
        ("v.webm", ""),
        ("v.webm", "-live 1"),
        ("v.mkv", ""),
    ],
)
def test_what_others_make_is_known_with_and_without_its_end(name: str, options: str, tmp_path: Path) -> None:
    path = tmp_path / name
    picture = ["-f", "lavfi", "-i", "testsrc=duration=1:size=64x48:rate=10"]
    command = ["ffmpeg", "-v", "error", *picture, "-threads", "1", *options.split(), str(path)]
    made = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if made.returncode != 0:
        pytest.skip(f"this ffmpeg makes no such video: {made.stderr.strip()[-80:]}")
    check_video(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(NotAVideo):
        check_video(path)
