"""The clips are real, small, playable videos, at any size they are padded to."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from headswap_tui.simulator.video import CLIPS, Clip, HostedVideo, choose_clip, size_bytes


def boxes(content: bytes) -> list[tuple[str, int]]:
    """Kind and length of the boxes of an MP4, which must fill it without a gap."""
    found, at = [], 0
    while at < len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8].decode("ascii")
        if length == 1:
            length = int.from_bytes(content[at + 8 : at + 16], "big")
        assert length >= 8
        found.append((kind, length))
        at += length
    assert at == len(content)
    return found


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
@pytest.mark.parametrize("size", [None, 1_000_003])
def test_boxes(clip: Clip, size: int | None) -> None:
    video = HostedVideo("6a066dc58570ecbf64f761a5", clip.name, size)

    kinds = [kind for kind, _ in boxes(video.read(0, video.size))]

    assert kinds[0] == "ftyp"
    assert kinds.index("moov") < kinds.index("mdat")  # can be played while it loads
    assert kinds[-1] == "free"
    assert size is None or video.size == size


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_a_player_takes_it(clip: Clip, tmp_path: Path) -> None:
    probe = shutil.which("ffprobe")
    if probe is None:
        pytest.skip("ffprobe is not installed")
    video = HostedVideo("6a066dc58570ecbf64f761a5", clip.name, 400_000)
    path = tmp_path / "a.mp4"
    path.write_bytes(video.read(0, video.size))

    ran = subprocess.run(
        [probe, "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", path],
        capture_output=True,
        text=True,
        check=True,
    )

    told = json.loads(ran.stdout)
    picture = next(stream for stream in told["streams"] if stream["codec_type"] == "video")
    assert ran.stderr == ""
    assert picture["codec_name"] == "h264"
    assert f"{picture['height']}p" == clip.resolution
    assert int(picture["nb_read_frames"]) > 10
    assert float(told["format"]["duration"]) == pytest.approx(clip.duration_s, abs=0.2)


@pytest.mark.parametrize(
    ("text", "size"), [("20MB", 20_000_000), ("1.5 kB", 1500), ("7", 7), ("2G", 2 * 10**9), (12, 12), (None, None)]
)
def test_sizes(text: int | str | None, size: int | None) -> None:
    assert size_bytes(text) == size


@pytest.mark.parametrize("text", ["", "big", "20 bananas", "1.2.3MB", "-5"])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"size|float"):
        size_bytes(text)


def test_together_they_stay_small() -> None:
    assert sum(HostedVideo("x", clip.name).size for clip in CLIPS) < 400_000


def test_the_clip_fits_the_resolution_where_there_is_one() -> None:
    assert {choose_clip(str(key), "480p").resolution for key in range(20)} == {"480p"}
    assert len({choose_clip(str(key), None).name for key in range(50)}) == len(CLIPS)
    assert choose_clip("a", "8k") in CLIPS


@pytest.mark.parametrize(("start", "stop"), [(0, 10), (33_000, 34_000), (99_990, 200_000), (50, 50), (90_000, 80_000)])
def test_any_part_equals_that_part_of_the_whole(start: int, stop: int) -> None:
    video = HostedVideo("task", "bars-720p.mp4", 100_000)
    whole = video.read(0, video.size)

    assert len(whole) == 100_000
    assert video.read(start, stop) == whole[start:stop]
