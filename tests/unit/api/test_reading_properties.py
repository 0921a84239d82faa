"""No answer of any shape makes the reader fail in another way than with an error of ours."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from headswap_tui.api.reading import read_answer, read_detail
from headswap_tui.domain.errors import ApiError
from headswap_tui.domain.task import Detail, TaskId

TASK = TaskId("6a066dc58570ecbf64f761a5")
NAMES = [
    *("_id", "uid", "team_id", "task_id", "source_video_url", "video_url", "create_time", "status", "progress"),
    *("video_duration", "deduction_duration", "resolution", "priority", "error_reason", "error_code"),
    *("file_name", "model_name"),
]
TEXTS = st.text(alphabet=st.characters()) | st.from_regex(r"-?[0-9]{0,6}\.?[0-9]{0,3}%?", fullmatch=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(min_value=10**300) | st.floats() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)
DATA = st.dictionaries(st.sampled_from(NAMES) | TEXTS, VALUES)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])  # making data is slow on a busy machine
@given(DATA)
def test_any_data_becomes_a_detail_that_can_be_stored(data: dict[str, Any]) -> None:
    detail = read_detail(data)
    assert msgspec.json.decode(msgspec.json.encode(detail), type=Detail) == detail
    assert detail.progress is None or 0 <= detail.progress <= 100
    for number in (detail.video_duration, detail.deduction_duration, detail.priority, detail.error_code):
        assert number is None or math.isfinite(number)
    assert (detail.video_duration or 0) >= 0


@settings(max_examples=60)
@given(DATA, st.sampled_from(NAMES), VALUES)
def test_one_odd_field_never_loses_the_others(data: dict[str, Any], name: str, value: Any) -> None:
    data.pop(name, None)
    before = read_detail(data)
    after = read_detail({**data, name: value})
    fields = {"create_time": "created_ms", "task_id": "provider_task_id"}
    blank: dict[str, Any] = {"other": {}} | ({fields.get(name, name): None} if name != "_id" else {})
    assert msgspec.structs.replace(after, **blank) == msgspec.structs.replace(before, **blank)


@given(
    st.integers(min_value=100, max_value=699),
    st.dictionaries(st.sampled_from(["retry-after", "date", "location", "content-type"]), TEXTS),
    st.binary() | VALUES.map(lambda value: json.dumps(value).encode()),
)
@example(429, {"retry-after": "9" * 5000}, b"")
@example(429, {"retry-after": "Wed, 21 Oct 99999 07:28:00 GMT"}, b"")
@example(429, {"retry-after": "Wed, 21 Oct 2026 07:28:00 -0000"}, b"")
def test_any_answer_is_a_detail_or_an_error_of_ours(status: int, headers: dict[str, str], body: bytes) -> None:
    assert_ours(status, headers, body)


@settings(max_examples=60)
@given(st.integers(min_value=100, max_value=699), VALUES, VALUES, DATA | VALUES)
@example(200, 1000, "OK", {"status": 1})
def test_any_envelope_is_a_detail_or_an_error_of_ours(status: int, code: Any, msg: Any, data: Any) -> None:
    body = json.dumps({"code": code, "msg": msg, "data": data}).encode()
    assert_ours(status, {}, body)
    assert_ours(200, {}, json.dumps({"code": 1000, "msg": msg, "data": data}).encode())


def assert_ours(status: int, headers: dict[str, str], body: bytes) -> None:
    try:
        detail = read_answer(status, headers, body, TASK, 0)
    except ApiError as error:
        assert error.message.isprintable()
        assert error.retry_after_s is None or 1 <= error.retry_after_s <= 3600
    else:
        assert isinstance(detail, Detail)
