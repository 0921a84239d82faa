"""Frames of a video on this machine, fetched from the decoder's process, and the last few strips kept."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import OrderedDict
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta

from headswap_tui.domain.errors import PreviewFailed

COUNT: Final = 6
"""Frames of a strip at most; a short video may have fewer."""
TIMEOUT_S: Final = 10.0
KEPT: Final = 8
"""Strips in memory at most, each of 1.5 MB at most."""
LARGEST_SIDE: Final = 384
"""Pixels; see the decoder."""
_LARGEST_OUTPUT: Final = COUNT * (LARGEST_SIDE * LARGEST_SIDE * 3 + 200)
_NEEDED: Final = ("av", "PIL", "textual_image")
_HANDED_ON: Final = ("PATH", "LANG", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""All that the decoder learns of the environment: no credential is in it."""


class Frame(NamedTuple):
    """A small picture out of a video."""

    at_s: float
    """Seconds from the video's beginning."""
    width: int
    height: int
    rgb: bytes
    """Three bytes per pixel, row by row."""


Strip = tuple[Frame, ...]
"""Frames spread evenly over a video, in its order; at least one."""


class _Header(msgspec.Struct):
    at: Annotated[float, Meta(ge=0, le=1e9)] = 0.0
    width: Annotated[int, Meta(ge=1, le=LARGEST_SIDE)] = 1
    height: Annotated[int, Meta(ge=1, le=LARGEST_SIDE)] = 1
    problem: str = ""


def is_installed() -> bool:
    """Whether the packages of the extra `preview` are there; imports none of them."""
    return all(find_spec(name) is not None for name in _NEEDED)


class Strips:
    """Reads strips and keeps the last few, for as long as their files do not change."""

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._kept: OrderedDict[tuple[str, int, int], Strip] = OrderedDict()

    async def of(self, path: str) -> Strip:
        """The strip of that video. Cancelled, it ends the decoder. Raises `PreviewFailed`."""
        try:
            status = await asyncio.to_thread(Path(path).stat)
        except OSError as error:
            why = "it is not there any more" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
            raise PreviewFailed(f"No frames: {why}.") from None
        except ValueError:
            raise PreviewFailed("No frames: its path is none.") from None
        key = (path, status.st_mtime_ns, status.st_size)
        strip = self._kept.pop(key, None) or strip_of(await self._decoded(path))
        self._kept[key] = strip
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return strip

    def forget(self) -> None:
        """Free what is kept."""
        self._kept.clear()

    async def _decoded(self, path: str) -> bytes:
        """What the decoder wrote."""
        decoder = _started(path)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await asyncio.to_thread(_output, decoder)
        except TimeoutError:
            raise PreviewFailed(f"No frames: decoding took more than {self._timeout_s:g} s.") from None
        finally:
            decoder.kill()


def _started(path: str) -> subprocess.Popen[bytes]:
    """The decoder at work. Raises `PreviewFailed`."""
    try:
        return subprocess.Popen(  # noqa: S603  # our own program
            (sys.executable, "-P", str(Path(__file__).with_name("decoder.py")), path, str(COUNT)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # nothing of it may reach the screen
            env={name: os.environ[name] for name in _HANDED_ON if name in os.environ},
            start_new_session=True,
        )
    except OSError as error:
        raise PreviewFailed(f"No frames: the decoder cannot be started: {error.strerror or error}.") from None


def _output(decoder: subprocess.Popen[bytes]) -> bytes:
    """All that it writes, up to a bound; it has ended then.

    In a thread: asyncio's own subprocess leaves an open pipe and a zombie behind when the loop ends before the program.
    """
    assert decoder.stdout is not None
    with decoder:
        output = decoder.stdout.read(_LARGEST_OUTPUT + 1)
        decoder.kill()
    return output


def strip_of(output: bytes) -> Strip:
    """What the decoder wrote as frames; a problem after the first frame is passed over. Raises `PreviewFailed`."""
    frames: list[Frame] = []
    problem = "the decoder gave up"
    rest = memoryview(output)
    try:
        while rest:
            line, _, _ = bytes(rest[:500]).partition(b"\n")
            header = msgspec.json.decode(line, type=_Header)
            rest = rest[len(line) + 1 :]
            size = header.width * header.height * 3
            if header.problem or size > len(rest):
                problem = header.problem or problem
                break
            frames.append(Frame(header.at, header.width, header.height, bytes(rest[:size])))
            rest = rest[size:]
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass  # it was ended in the middle of its words
    if not frames:
        raise PreviewFailed(f"No frames: {problem}.")
    return tuple(frames)
