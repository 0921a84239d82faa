"""The hosted files: small real MP4s from `clips/`, distinct per task and padded to any size as they are read."""

from __future__ import annotations

import functools
import hashlib
import random
import re
from importlib import resources
from typing import Final

import msgspec


class Clip(msgspec.Struct, frozen=True):
    """One of the files in `clips/`."""

    name: str
    resolution: str
    duration_s: float


# made with ffmpeg from its sources testsrc2, smptehdbars, mandelbrot and gradients: h264, aac where there is sound
CLIPS: Final = (
    Clip("counter-720p.mp4", "720p", 4),
    Clip("bars-720p.mp4", "720p", 10),
    Clip("fractal-480p.mp4", "480p", 6),
    Clip("gradient-480p.mp4", "480p", 2),
)


def clip_named(name: str) -> Clip:
    """The clip of that name. Raises ValueError for a name that is not there."""
    for clip in CLIPS:
        if clip.name == name:
            return clip
    raise ValueError(f"no clip named {name!r}; there are: {', '.join(clip.name for clip in CLIPS)}")


def choose_clip(key: str, resolution: str | None) -> Clip:
    """A clip picked by `key`, of that resolution if there is one."""
    fitting = [clip for clip in CLIPS if clip.resolution == resolution] or list(CLIPS)
    return random.Random(key).choice(fitting)


def size_bytes(size: int | str | None) -> int | None:
    """The bytes that a size such as `20MB`, `1.5GB` or `300kB` means. Raises ValueError for any other text."""
    if not isinstance(size, str):
        return size
    found = re.fullmatch(r"\s*([0-9.]+)\s*([kMG]?)B?\s*", size)
    if found is None:
        raise ValueError(f"not a size: {size!r}; such as 20MB")
    return round(float(found.group(1)) * {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}[found.group(2)])


@functools.cache
def _clip_bytes(name: str) -> bytes:
    return resources.files("headswap_tui.simulator").joinpath("clips", name).read_bytes()


_PATTERN_BYTES: Final = 65_521
"""A prime, so that a piece written at a wrong round offset shows."""

_LONG_HEADER: Final = 16


class HostedVideo:
    """The bytes of one hosted file: a clip, then a `free` box that names task and version and fills up to the size.

    Players skip the `free` box, so the file stays playable at any size, and no two tasks share the same bytes.
    """

    def __init__(self, task_id: str, clip: str, size: int | None = None, version: int = 0) -> None:
        """`size` is in bytes; one smaller than the clip and its marks is raised to them."""
        self._clip = _clip_bytes(clip)
        mark = f"{task_id} version {version} ".encode()
        smallest = len(self._clip) + _LONG_HEADER + len(mark)
        self.size = max(smallest, size or 0)
        """Length of the whole file in bytes."""
        box = self.size - len(self._clip)
        self._head = self._clip + b"\x00\x00\x00\x01free" + box.to_bytes(8, "big") + mark
        self._key = f"{task_id}/{version}"
        digest = hashlib.sha256(f"{self._key}/{clip}/{self.size}".encode()).hexdigest()
        self.etag = f'"{digest[:32]}"'
        """A strong validator."""

    def read(self, start: int, stop: int) -> bytes:
        """The bytes from `start` up to but without `stop`, cut at the end of the file."""
        stop = min(stop, self.size)
        if start >= stop:
            return b""
        head = self._head[start : min(stop, len(self._head))]
        at = max(start, len(self._head)) - len(self._head)
        wanted = stop - start - len(head)
        if wanted <= 0:
            return head
        pattern = _pattern(self._key)
        offset = at % _PATTERN_BYTES
        repeats = (offset + wanted) // _PATTERN_BYTES + 1
        return head + (pattern * repeats)[offset : offset + wanted]


@functools.lru_cache(maxsize=64)
def _pattern(key: str) -> bytes:
    return random.Random(key).randbytes(_PATTERN_BYTES)
