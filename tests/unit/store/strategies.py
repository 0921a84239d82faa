"""Any record that the program could make, and any JSON."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from headswap_tui.domain.task import Change, Detail, Download, DownloadState, LastError, TaskId, TrackedTask, pack

words = st.text(max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 100).map(float)
times = st.integers(0, 2_000_000_000_000)
leaves = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | numbers | words
json_values: st.SearchStrategy[Any] = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=8
)
json_objects = st.dictionaries(st.sampled_from(["a", "b", "c", "d", ""]), json_values, max_size=4)

changes = st.builds(
    Change,
    status=st.none() | st.integers(1, 9),
    progress=st.none() | numbers,
    url=st.booleans(),
    error=st.none() | words,
)
details = st.builds(
    Detail,
    status=st.none() | st.integers(1, 9),
    progress=st.none() | numbers,
    resolution=st.none() | words,
    video_duration=st.none() | numbers,
    video_url=st.none() | words,
    error_reason=st.none() | words,
    error_code=st.none() | numbers,
    file_name=st.none() | words,
    uid=st.none() | st.integers(0, 2**53),
    other=json_objects,
)
downloads = st.builds(
    Download,
    state=st.sampled_from(DownloadState),
    path=st.none() | words,
    bytes=st.integers(0, 2**40),
    total=st.none() | st.integers(0, 2**40),
    error=st.none() | words,
)
errors = st.builds(LastError, kind=words, message=words, at_ms=times)


def _made(is_packed: bool, **fields: Any) -> TrackedTask:
    task = TrackedTask(**fields)
    if is_packed:
        pack((task,))
    return task


def tasks(ids: st.SearchStrategy[str]) -> st.SearchStrategy[TrackedTask]:
    """Records with these ids, some of them packed."""
    return st.builds(
        _made,
        st.booleans(),
        id=ids.map(TaskId),
        added_ms=times,
        label=st.none() | words,
        tags=st.lists(words, max_size=3).map(tuple),
        detail=st.none() | details,
        asked_ms=times,
        refusals=st.integers(0, 9),
        last_error=st.none() | errors,
        history=st.dictionaries(times.map(str), changes, max_size=5),
        download=st.none() | downloads,
        archived=st.booleans(),
        notify=st.booleans(),
    )
