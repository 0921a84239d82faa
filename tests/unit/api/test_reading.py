"""Answers of the service, each in a file of `tests/replies` beside what it means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from headswap_tui.api.reading import read_answer
from headswap_tui.domain import errors
from headswap_tui.domain.task import Detail, TaskId

TASK = TaskId("6a066dc58570ecbf64f761a5")
NOW_MS = 1_778_806_300_000
REPLIES = Path(__file__).parents[2] / "replies"


def read(reply: dict[str, Any]) -> Detail:
    body = reply["body"] if "body" in reply else json.dumps(reply["answer"])
    return read_answer(reply["status"], reply["headers"], body.encode(), TASK, NOW_MS)


def replies(kind: str) -> list[Any]:
    loaded = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(REPLIES.glob("*.json"))}
    return [pytest.param(reply, id=name) for name, reply in loaded.items() if kind in reply]


@pytest.mark.parametrize("reply", replies("detail"))
def test_details(reply: dict[str, Any]) -> None:
    detail = read(reply)
    assert detail == Detail(**reply["detail"])
    assert msgspec.json.decode(msgspec.json.encode(detail), type=Detail) == detail


@pytest.mark.parametrize("reply", replies("error"))
def test_errors(reply: dict[str, Any]) -> None:
    expected = reply["error"]
    with pytest.raises(errors.ApiError) as caught:
        read(reply)
    error = caught.value
    assert type(error) is getattr(errors, expected["class"])
    assert expected["says"] in str(error)
    assert "secret" not in str(error)
    assert len(error.message) < 500
    if "code" in expected:
        assert error.code == expected["code"]
    if "wait_s" in expected:
        assert error.retry_after_s == expected["wait_s"]
    if error.code is None:
        assert error.http_status == reply["status"]


def test_every_error_says_what_to_do() -> None:
    for parameter in replies("error"):
        with pytest.raises(errors.ApiError) as caught:
            read(parameter.values[0])
        assert caught.value.hint.endswith("."), parameter.id


def test_invalid_utf8_loses_one_character_only() -> None:
    body = b'{"code":1000,"data":{"_id":"%s","status":2,"file_name":"caf\xe9.mp4"}}' % TASK.encode()
    detail = read_answer(200, {}, body, TASK, NOW_MS)
    assert (detail.status, detail.file_name) == (2, "caf\ufffd.mp4")


@pytest.mark.parametrize("body", [b"[" * 500_000, b'{"a":' * 100_000, b"\xff\xfe\x00", b"\x00" * 100])
def test_bodies_that_break_decoders_are_garbled(body: bytes) -> None:
    with pytest.raises(errors.Garbled):
        read_answer(200, {}, body, TASK, NOW_MS)


def test_unknown_fields_are_kept_within_a_limit() -> None:
    data: dict[str, Any] = {"_id": TASK, "status": 1, **{f"field{n}": "x" * 1000 for n in range(200)}}
    data["deep"] = json.loads("[" * 50 + "]" * 50)
    detail = read_answer(200, {}, json.dumps({"code": 1000, "data": data}).encode(), TASK, NOW_MS)
    assert detail.status == 1
    assert detail.other["field0"] == "x" * 1000
    assert 10_000 < len(json.dumps(detail.other)) < 20_000


def test_a_huge_reason_is_cut() -> None:
    body = json.dumps({"code": 1000, "data": {"_id": TASK, "status": 4, "error_reason": "x" * 200_000}}).encode()
    reason = read_answer(200, {}, body, TASK, NOW_MS).error_reason
    assert reason is not None
    assert len(reason) == 8_000
    assert reason.endswith("…")
