"""Decodes a few frames of one video file: a program of its own, for `headswap_tui.preview.frames` alone.

The file came from somewhere on the net, and a decoder is a million lines of C: what may go wrong with it goes wrong in
here, with bounds on memory and time, no credentials in the environment and nothing that could be written. It is run by
its path and imports nothing of ours, so that it starts quickly.

Standard output: per frame a line of JSON with `at` (seconds), `width` and `height`, and as many bytes of RGB behind it;
or a line with `problem`, in words.
"""

from __future__ import annotations

import json
import os
import resource
import stat
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Final

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

MEMORY_BYTES: Final = 2 << 30
"""Of address space. Two threads on 4096x4096 need half of it."""
CPU_S: Final = 10
BUDGET_S: Final = 3.0
"""For all frames together; a frame whose share has passed is taken from earlier in the video."""
MOST_PIXELS: Final = 4096 * 4096
LONGEST_SIDE: Final = 384
"""Pixels of a frame's longer side at most; terminals have no room for more."""
_EBML: Final = b"\x1a\x45\xdf\xa3"


class Unreadable(Exception):
    """No frames can be had, and why."""


def bound() -> None:
    """Give up what is not needed. What a system does not know of is left out."""
    limits = (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, most in limits:
        hard = resource.getrlimit(kind)[1]
        try:
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (OSError, ValueError):
            continue
    os.nice(10)


def open_regular(path: str) -> BinaryIO:
    """The file, if it is one: a pipe would be waited for. Raises `OSError`, `Unreadable`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("it is no ordinary file")
    return os.fdopen(descriptor, "rb")


def container_format(file: BinaryIO) -> str:
    """Which reader may have it, by its first bytes; nothing is guessed. Raises `Unreadable`."""
    head = file.read(12)
    file.seek(0)
    if head.startswith(_EBML):
        return "matroska"
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return "mov"
    raise Unreadable("it is neither MP4, MOV, WebM nor MKV")


def frames(file: BinaryIO, count: int) -> Iterator[tuple[float, Any]]:
    """Moment in seconds and picture of frames spread evenly over the video. Raises what PyAV raises, `Unreadable`."""
    import av

    # A file object, not a name: there is no protocol that could lead elsewhere.
    with av.open(file, "r", container_format(file), metadata_errors="ignore") as container:
        if not container.streams.video:
            raise Unreadable("it has no pictures, only sound")
        stream = container.streams.video[0]
        context = stream.codec_context
        if not 0 < context.width * context.height <= MOST_PIXELS:
            raise Unreadable(f"its pictures are {context.width}x{context.height}, more than is decoded here")
        context.options = {"max_pixels": str(MOST_PIXELS)}  # a picture may claim another size than the header
        context.thread_count = 2
        length_s = _length_s(container, stream)
        targets = [length_s * (2 * number + 1) / (2 * count) for number in range(count)] if length_s else [0.0]
        for frame in _chosen(container, stream, targets):
            yield frame.time or 0.0, _picture(frame, stream)


def _length_s(container: InputContainer, stream: VideoStream) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / 1_000_000


def _chosen(container: InputContainer, stream: VideoStream, targets: list[float]) -> Iterator[VideoFrame]:
    """For each target the first frame at or behind it, or what its share of the time allows; none twice."""
    end = time.monotonic() + BUDGET_S
    decoded = container.decode(stream)
    last: VideoFrame | None = None
    for number, target in enumerate(targets):
        now = time.monotonic()
        share_ends = now + (end - now) / (len(targets) - number)
        if _leaps(stream, target, last):
            container.seek(int(target * 1_000_000), backward=True)
            decoded = container.decode(stream)
        given = last
        for last in decoded:
            if (last.time or 0.0) >= target or time.monotonic() >= share_ends:
                break
        if last is not None and last is not given:
            yield last


def _leaps(stream: VideoStream, target: float, last: VideoFrame | None) -> bool:
    """Whether a key frame lies between where we are and the target, as far as the index tells."""
    assert stream.time_base is not None
    found = stream.index_entries.search_timestamp(int(target / stream.time_base), backward=True)
    if found < 0:
        return False
    key_s = float(stream.index_entries[found].timestamp * stream.time_base)
    return key_s > ((last.time or 0.0) if last else 0.0)


def _picture(frame: VideoFrame, stream: VideoStream) -> Any:
    """The frame as a small upright picture of Pillow's with square pixels."""
    ratio = float(stream.sample_aspect_ratio or 1)
    width, height = frame.width * (ratio if 0.1 < ratio < 10 else 1.0), float(frame.height)
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    # An extreme shape must not vanish in one direction.
    size = {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
    picture = frame.to_image(**size)  # type: ignore[no-untyped-call]  # PyAV left it without types
    return picture.rotate(frame.rotation, expand=True) if frame.rotation else picture


def write(out: BinaryIO, path: str, count: int) -> None:
    """Everything that a reader of `out` gets."""
    try:
        with open_regular(path) as file:
            for at_s, picture in frames(file, count):
                pixels = picture.convert("RGB").tobytes()
                header = {"at": max(0.0, at_s), "width": picture.width, "height": picture.height}
                out.write(json.dumps(header).encode() + b"\n" + pixels)
    except Unreadable as error:
        problem = str(error)
    except MemoryError:
        problem = "it needs too much memory"
    except OSError as error:  # PyAV's errors about the file are such as well
        problem = error.strerror or str(error)
    except ValueError as error:  # and those about what is in it such
        problem = getattr(error, "strerror", None) or str(error)
    else:
        return
    out.write(json.dumps({"problem": problem}).encode() + b"\n")


if __name__ == "__main__":
    bound()
    write(sys.stdout.buffer, sys.argv[1], int(sys.argv[2]))
