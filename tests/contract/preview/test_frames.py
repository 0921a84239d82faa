"""Frames out of real files, by the real decoder in its own process: good ones, broken ones, and what is no video."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import warnings
from pathlib import Path

import pytest

from headswap_tui.domain.errors import PreviewFailed
from headswap_tui.preview import frames
from headswap_tui.preview.frames import COUNT, KEPT, LARGEST_SIDE, Frame, Strip, Strips, strip_of
from tests.cli.watched import until

pytest.importorskip("av", reason="the extra `preview` is not installed (no wheel of PyAV for this machine?)")

CLIPS = Path(frames.__file__).parents[1] / "simulator" / "clips"


def colour(frame: Frame, x: float, y: float) -> tuple[int, ...]:
    """The pixel at these shares of width and height."""
    at = (int(frame.height * y) * frame.width + int(frame.width * x)) * 3
    return tuple(frame.rgb[at : at + 3])


@pytest.mark.parametrize(
    ("name", "length_s"),
    [("bars-720p.mp4", 10), ("counter-720p.mp4", 4), ("fractal-480p.mp4", 6), ("gradient-480p.mp4", 2)],
)
async def test_frames_are_spread_over_the_video(name: str, length_s: int) -> None:
    strip = await Strips().of(str(CLIPS / name))
    assert len(strip) == COUNT
    for number, frame in enumerate(strip):
        assert frame.at_s == pytest.approx(length_s * (number + 0.5) / COUNT, abs=0.2)
        assert (frame.width, len(frame.rgb)) == (LARGEST_SIDE, frame.width * frame.height * 3)
    assert frame.height == pytest.approx(216, abs=1)


async def test_the_picture_is_the_video_s() -> None:
    frame = (await Strips().of(str(CLIPS / "bars-720p.mp4")))[0]
    yellow, blue = colour(frame, 0.28, 0.3), colour(frame, 0.84, 0.3)
    assert min(yellow[:2]) > 150 > 60 > yellow[2]
    assert blue[2] > 150 > 60 > max(blue[:2])


async def test_the_frames_of_a_moving_video_differ() -> None:
    strip = await Strips().of(str(CLIPS / "counter-720p.mp4"))
    assert len({frame.rgb for frame in strip}) == COUNT


def spoilt(data: bytes, start: int, end: int) -> bytes:
    return data[:start] + bytes(255 - byte for byte in data[start:end]) + data[end:]


CLIP = (CLIPS / "gradient-480p.mp4").read_bytes()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "neither MP4"),
        (b"<!doctype html><title>Sign in</title>", "neither MP4"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "neither MP4"),
        (b"\0\0\0\x18ftypisom" + bytes(4000), "o frames: "),
        (CLIP[:600], "o frames: "),
        (CLIP[: len(CLIP) // 2], "o frames: "),
        (b"\x1a\x45\xdf\xa3" + bytes(4000), "o frames: "),
        (b"\0\0\0\x08wide" + bytes(range(256)) * 40, "o frames: "),
    ],
    ids=["empty", "page", "playlist", "zeros", "stub", "half", "matroska", "junk"],
)
async def test_what_is_no_video_is_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(content)
    with pytest.raises(PreviewFailed) as raised:
        await Strips().of(str(path))
    assert says in raised.value.message
    assert raised.value.message.endswith(".")
    assert "\n" not in raised.value.message


async def test_a_video_with_a_damaged_picture_shows_what_can_be_read(tmp_path: Path) -> None:
    clip = (CLIPS / "counter-720p.mp4").read_bytes()
    path = tmp_path / "x.mp4"
    path.write_bytes(clip[:70_000])  # its index is at its beginning
    strip = await Strips().of(str(path))
    assert 1 <= len(strip) < COUNT


async def test_damage_anywhere_is_frames_or_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    for start in range(0, len(CLIP), len(CLIP) // 7):
        path.write_bytes(spoilt(CLIP, start, start + 200))
        try:
            assert all(len(frame.rgb) == frame.width * frame.height * 3 for frame in await Strips().of(str(path)))
        except PreviewFailed as error:
            assert error.message.startswith("No frames: ")


def one_picture(path: Path, width: int, height: int) -> str:
    """A video of a single grey frame."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        container.mux(stream.encode(av.VideoFrame(width, height, "yuv420p")))
        container.mux(stream.encode(None))
    return str(path)


def sound(path: Path) -> str:
    """A stretch of silence."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48_000)
        frame = av.AudioFrame("s16", "stereo", 1024)
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
    return str(path)


async def test_pictures_beyond_all_measure_are_not_decoded(tmp_path: Path) -> None:
    with pytest.raises(PreviewFailed, match="5000x4000, more than is decoded"):
        await Strips().of(one_picture(tmp_path / "x.mp4", 5000, 4000))


async def test_sound_alone_has_no_pictures(tmp_path: Path) -> None:
    with pytest.raises(PreviewFailed, match="no pictures, only sound"):
        await Strips().of(sound(tmp_path / "x.mov"))


async def test_one_upright_picture(tmp_path: Path) -> None:
    strip = await Strips().of(one_picture(tmp_path / "x.mov", 480, 960))
    assert [(frame.width, frame.height) for frame in strip] == [(LARGEST_SIDE // 2, LARGEST_SIDE)]


async def test_what_cannot_be_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")  # opening it would wait for a writer
    for name, says in (("gone.mp4", "not there any more"), ("pipe.mp4", "no ordinary file"), (".", "no ordinary file")):
        with pytest.raises(PreviewFailed, match=says):
            await Strips().of(str(tmp_path / name))
    with pytest.raises(PreviewFailed, match="its path is none"):
        await Strips().of("a\0b.mp4")


@pytest.fixture
def decoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program to run in the decoder's place; it writes its process's number and environment before it hangs."""
    program = tmp_path / "python"
    program.write_text('#!/bin/sh\necho $$ > "$0.pid.part"\nenv > "$0.env"\nmv "$0.pid.part" "$0.pid"\nexec sleep 60\n')
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    return program


def has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_a_decoder_that_hangs_is_ended(decoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADSWAP_API_KEY", "sesame")
    with pytest.raises(PreviewFailed, match="more than 2 s"):
        await Strips(timeout_s=2).of(str(CLIPS / "gradient-480p.mp4"))
    until(lambda: has_ended(int(decoder.with_name("python.pid").read_text())))
    assert "sesame" not in decoder.with_name("python.env").read_text()


async def test_nobody_waits_for_it_any_more_and_it_is_ended(decoder: Path) -> None:
    reading = asyncio.create_task(Strips().of(str(CLIPS / "gradient-480p.mp4")))
    pid = decoder.with_name("python.pid")
    async with asyncio.timeout(10):
        while not pid.exists():
            await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    until(lambda: has_ended(int(pid.read_text())))


def test_it_is_ended_with_a_loop_that_does_not_wait(decoder: Path) -> None:
    """As when the app quits: cancelled, and again while it waits for the decoder's end."""
    pid = decoder.with_name("python.pid")

    async def begun() -> asyncio.Task[Strip]:
        reading = asyncio.create_task(Strips().of(str(CLIPS / "gradient-480p.mp4")))
        async with asyncio.timeout(10):
            while not pid.exists():
                await asyncio.sleep(0.01)
        return reading

    async def given_up_twice(reading: asyncio.Task[Strip]) -> None:
        reading.cancel()
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait([reading])

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        loop = asyncio.new_event_loop()
        loop.run_until_complete(given_up_twice(loop.run_until_complete(begun())))
        loop.close()
        until(lambda: has_ended(int(pid.read_text())))
        gc.collect()
    assert [str(each.message) for each in warned] == []


async def test_strips_are_kept_until_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(CLIP)
    strips = Strips()
    first = await strips.of(str(path))
    assert await strips.of(str(path)) is first
    path.write_bytes((CLIPS / "fractal-480p.mp4").read_bytes())
    assert (await strips.of(str(path)))[0].rgb != first[0].rgb
    strips.forget()
    assert strips._kept == {}


async def test_only_the_last_few_strips_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def decoded(_strips: Strips, path: str) -> bytes:
        asked.append(Path(path).name)
        return b'{"at": 1.5, "width": 1, "height": 1}\nabc'

    monkeypatch.setattr(Strips, "_decoded", decoded)
    strips = Strips()
    for name in [*map(str, range(KEPT)), "0", "new", "0", "1"]:
        if not (tmp_path / name).exists():
            (tmp_path / name).touch()
        assert await strips.of(str(tmp_path / name)) == (Frame(1.5, 1, 1, b"abc"),)
    assert asked == [*map(str, range(KEPT)), "new", "1"]


@pytest.mark.parametrize(
    "output",
    [
        b"",
        b"Traceback",
        b'{"at": 1, "width": 9, "height": 9}\nabc',
        b'{"at": 1, "width": 999, "height": 1}\n' + bytes(2997),
        b'{"at": NaN, "width": 1, "height": 1}\nabc',
        b'{"at": 1, "width": -1, "height": -1}\nabc',
    ],
)
def test_a_decoder_that_was_taken_over_is_not_believed(output: bytes) -> None:
    with pytest.raises(PreviewFailed, match="gave up"):
        strip_of(output)
