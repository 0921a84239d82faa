"""Hosted files: ranges, validators, links that expire."""

from __future__ import annotations

import hashlib

import httpx
import pytest

from headswap_tui.simulator.server import Simulator

SIZE = 300_000


@pytest.fixture
def link(still_simulator: Simulator, finished: str) -> str:
    """The link of a hosted file of SIZE bytes."""
    return still_simulator.video_url(finished)


@pytest.fixture
def content(still_simulator: Simulator, finished: str) -> bytes:
    """Its bytes."""
    return still_simulator.video_bytes(finished)


def test_a_whole_file(client: httpx.Client, link: str, content: bytes) -> None:
    answer = client.get(link)

    assert answer.status_code == 200
    assert answer.content == content
    assert len(content) == SIZE
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["last-modified"] == "Fri, 15 Jan 2027 08:00:00 GMT"
    assert answer.headers["etag"].startswith('"')
    assert "content-range" not in answer.headers


def test_head_has_the_headers_alone(client: httpx.Client, link: str) -> None:
    answer = client.head(link)

    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, str(SIZE), b"")


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=1000-1999", 1000, 2000),
        ("bytes=299990-", SIZE - 10, SIZE),
        ("bytes=-500", SIZE - 500, SIZE),
        ("bytes=-999999", 0, SIZE),
        ("bytes=100-99999999", 100, SIZE),
        ("bytes = 7 - 9", 7, 10),
    ],
)
def test_a_part(client: httpx.Client, link: str, content: bytes, asked: str, start: int, stop: int) -> None:
    answer = client.get(link, headers={"Range": asked})

    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(stop - start)
    assert answer.content == content[start:stop]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=999999-1000000", "bytes=-0"])
def test_a_part_behind_the_end(client: httpx.Client, link: str, asked: str) -> None:
    answer = client.get(link, headers={"Range": asked})

    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{SIZE}")


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=-", "bytes=a-b", "items=0-5", "bytes=0-1,5-6", "nonsense"])
def test_a_malformed_or_multiple_range_is_ignored(client: httpx.Client, link: str, content: bytes, asked: str) -> None:
    answer = client.get(link, headers={"Range": asked})

    assert (answer.status_code, answer.content == content) == (200, True)


def test_if_range_compares_strongly(still_simulator: Simulator, client: httpx.Client, link: str, finished: str) -> None:
    head = client.head(link).headers

    def status(condition: str) -> int:
        return client.get(link, headers={"Range": "bytes=10-", "If-Range": condition}).status_code

    assert status(head["etag"]) == 206
    assert status(head["last-modified"]) == 206
    assert status("W/" + head["etag"]) == 200
    assert status('"another"') == 200
    assert status("Thu, 14 Jan 2027 08:00:00 GMT") == 200
    assert status("yesterday") == 200
    still_simulator.world.replace_video(finished)
    assert status(head["etag"]) == 200
    assert status(head["last-modified"]) == 200


def test_a_replaced_file_is_another_one(
    still_simulator: Simulator, client: httpx.Client, link: str, finished: str
) -> None:
    before = client.get(link)
    still_simulator.world.replace_video(finished)
    after = client.get(link)

    assert before.headers["etag"] != after.headers["etag"]
    assert before.content != after.content
    assert after.content == still_simulator.video_bytes(finished)


def test_two_tasks_never_share_their_bytes(still_simulator: Simulator) -> None:
    ids = [still_simulator.create(clip="bars-720p.mp4", size=100_000) for _ in range(3)]

    assert len({still_simulator.video_bytes(task_id) for task_id in ids}) == 3


def test_links_expire_and_are_renewed(still_simulator: Simulator, client: httpx.Client) -> None:
    task_id = still_simulator.create(queue_s=0, processing_s=0, url_ttl_s=60)
    first = still_simulator.video_url(task_id)
    still_simulator.advance(59)
    assert still_simulator.video_url(task_id) == first
    still_simulator.advance(2)
    second = still_simulator.video_url(task_id)
    assert second != first
    assert client.get(first).status_code == 200
    still_simulator.advance(60)

    refused = client.get(first)
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/xml")
    assert client.get(second).status_code == 200


def test_a_link_holds_for_its_own_task_and_time_alone(
    still_simulator: Simulator, client: httpx.Client, link: str
) -> None:
    other = still_simulator.create(queue_s=0, processing_s=0)
    parsed = httpx.URL(link)

    assert client.get(parsed.copy_with(path=f"/media/{other}/video.mp4")).status_code == 403
    assert client.get(parsed.copy_set_param("Expires", "99999999999")).status_code == 403
    assert client.get(parsed.copy_set_param("Signature", "")).status_code == 403
    assert client.get(parsed.copy_with(query=None)).status_code == 403
    assert client.get(parsed.copy_merge_params({"Expires": "soon", "Signature": "é"})).status_code == 403


def test_nothing_is_hosted_before_completion(still_simulator: Simulator, client: httpx.Client) -> None:
    task_id = still_simulator.create(queue_s=60)

    assert client.get(still_simulator.video_url(task_id)).status_code == 404


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b\\c.mp4", "花火 🎬.mp4", "", ".mp4", "x" * 300, "\x1b[2J.mp4"]
)
def test_odd_file_names_make_plain_links(still_simulator: Simulator, client: httpx.Client, name: str) -> None:
    task_id = still_simulator.create(queue_s=0, processing_s=0, file_name=name)
    link = still_simulator.video_url(task_id)

    assert link.isascii()
    assert client.get(link).status_code == 200
    assert still_simulator.data(task_id)["file_name"] == name


def test_a_huge_file_is_made_while_it_is_read(still_simulator: Simulator, client: httpx.Client) -> None:
    size = 5_000_000_000
    task_id = still_simulator.create(queue_s=0, processing_s=0, size=size)

    answer = client.get(still_simulator.video_url(task_id), headers={"Range": f"bytes={size - 10}-"})

    assert answer.headers["content-range"] == f"bytes {size - 10}-{size - 1}/{size}"
    assert len(answer.content) == 10


def test_pieces_put_together_are_the_file(still_simulator: Simulator, client: httpx.Client) -> None:
    task_id = still_simulator.create(queue_s=0, processing_s=0, size=1_000_000)
    link = still_simulator.video_url(task_id)
    whole = hashlib.sha256()
    for start in range(0, 1_000_000, 65_537):
        whole.update(client.get(link, headers={"Range": f"bytes={start}-{start + 65_536}"}).content)

    assert whole.digest() == hashlib.sha256(still_simulator.video_bytes(task_id)).digest()


def test_bandwidth_is_limited(still_simulator: Simulator, client: httpx.Client) -> None:
    task_id = still_simulator.create(queue_s=0, processing_s=0, size=200_000, bandwidth=1_000_000)

    answer = client.get(still_simulator.video_url(task_id))

    assert answer.content == still_simulator.video_bytes(task_id)
    assert answer.elapsed.total_seconds() >= 0.1
