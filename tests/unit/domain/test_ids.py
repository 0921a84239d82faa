"""Ids are found in whatever people paste."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.domain.ids import find_ids

A = "6a066dc58570ecbf64f761a5"
B = "6a066dc58570ecbf64f761a6"
TEAM = "6805fb69e92d9edc7ca0b409"
CREATED = {
    "code": 1000,
    "msg": "OK",
    "data": {"_id": A, "uid": 101400, "team_id": TEAM, "task_id": "6a066dc58570ecbf64f761ff", "status": 1},
}
HEX_IDS = st.text(alphabet="0123456789abcdef", min_size=24, max_size=24)


@pytest.mark.parametrize(
    "text",
    [
        A,
        A.upper(),
        f"  {A}\n",
        f"{A} {A}, {A.upper()}",
        f"https://openapi.akool.com/api/open/v4/headswap/task/detail?_id={A}",
        f"https://openapi.akool.com/x?team_id={TEAM}&_id={A}&uid=1",
        f"https%3A%2F%2Fopenapi.akool.com%2Fx%3F_id%3D{A}%26team_id%3D{TEAM}",
        json.dumps(CREATED),
        json.dumps(CREATED, indent=2),
        json.dumps([CREATED, CREATED]),
        json.dumps({"body": json.dumps(CREATED)}),
        json.dumps(json.dumps(CREATED)),
        json.dumps({"_id": A, "team_id": [TEAM, {"x": TEAM}], "task_id": {"_id": B}}),
        f"2026-08-01 12:00:00 [INFO] created {json.dumps(CREATED)} in 0.3 s",
        f"curl -X POST https://host/x -d '{json.dumps(CREATED)}'",
        f'curl -d "{{\\"_id\\":\\"{A}\\",\\"team_id\\":\\"{TEAM}\\"}}" https://host/x',
        json.dumps(CREATED)[:-20],
        f'{{"task_id": ["{TEAM}", "{B}"], "_id": "{A}"',
        f"{{'_id': '{A}', 'team_id': '{TEAM}'}}",
        f"_id={A} team_id={TEAM} task_id: {B}",
        f"team_id : '{TEAM}'\n_id : '{A}'",
        f"\x1b[32m{A}\x1b[0m",
        f"任务{A}完成",
        f"head_{A}.mp4",
        f"\ufeff{A}",
        f"“{A}”",
        f"one\\n{A}\\ntwo",
        pytest.param(f"{'[' * 3000}{A}", id="brackets"),
        pytest.param(f'{"[" * 900}"{A}"{"]" * 900}', id="deep"),
        f"{'0' * 40} {A} {'a' * 23} {'g' * 24}",
    ],
)
def test_the_one_id_is_found(text: str) -> None:
    found = find_ids(text)
    assert found.ids == (A,)
    assert (found.unusual, found.problem) == (None, "")


@pytest.mark.parametrize("separator", ["\n", ",", " ", ", ", ";", "\t", "|", '","', "\r\n"])
def test_lists_keep_their_order_without_doubles(separator: str) -> None:
    assert find_ids(separator.join([B, A, B, A])).ids == (B, A)


def test_json_keeps_its_order() -> None:
    assert find_ids(json.dumps({"ids": [B, A], "data": {"_id": TEAM}, "note": f"see {B}"})).ids == (B, A, TEAM)


@pytest.mark.parametrize("word", ["abc-DEF_1", "123456", "x" * 64, A[:-1], A + "0", f'"{A}0"'])
def test_a_single_word_may_be_an_unusual_id(word: str) -> None:
    found = find_ids(f" {word}\n")
    assert found.unusual == word.strip('"')
    assert (found.ids, found.problem) == ((), "")


@pytest.mark.parametrize(
    ("word", "doubt"),
    [
        (A[:-1], "has 23 hex digits; a task id has 24."),
        (A + "0", "has 25 hex digits"),
        ("my_task-1", ""),
        ("beef01", ""),
    ],
)
def test_a_word_that_is_nearly_a_usual_id_is_doubted(word: str, doubt: str) -> None:
    found = find_ids(word)
    assert (found.unusual, found.problem) == (word, "")
    assert doubt in found.doubt
    assert bool(found.doubt) == bool(doubt)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Nothing was given"),
        (" \n", "Nothing was given"),
        ("abc", "too short"),
        ("two words", "No task id in “two words”"),
        ("x" * 65, "No task id"),
        ("ab/cd.ef", "No task id"),
        (f"{A[:-1]} and more", "has 23 hex digits"),
        (f"team_id={TEAM}", "only a team_id, task_id or uid"),
        (json.dumps({"team_id": TEAM}), "only a team_id, task_id or uid"),
        ("\x1b[2J evil", "␛[2J evil"),
    ],
)
def test_what_was_wrong_is_named(text: str, said: str) -> None:
    found = find_ids(text)
    assert said in found.problem
    assert (found.ids, found.unusual) == ((), None)


@given(st.text(alphabet=st.characters()))
def test_any_text_gives_exactly_one_kind_of_result(text: str) -> None:
    found = find_ids(text)
    assert [bool(found.ids), found.unusual is not None, bool(found.problem)].count(True) == 1


@given(st.lists(HEX_IDS, min_size=1, max_size=20), st.sampled_from([" ", "\n", ",", '", "', "=", "/", "\t"]))
def test_ids_found_are_those_given_and_found_again(ids: list[str], separator: str) -> None:
    found = find_ids(separator.join(ids)).ids
    assert found == tuple(dict.fromkeys(ids))
    assert find_ids("\n".join(found)).ids == found


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | HEX_IDS,
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["_id", "team_id", "task_id", "x"]), inner),
    max_leaves=20,
)


@given(JSON)
def test_in_json_the_ids_are_those_outside_of_other_keys(value: object) -> None:
    assert find_ids(json.dumps({"v": value})).ids == tuple(dict.fromkeys(expected(value)))


def expected(value: object) -> list[str]:
    if isinstance(value, str):
        return list(find_ids(value).ids)
    if isinstance(value, list):
        return [found for inner in value for found in expected(inner)]
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if key not in {"team_id", "task_id"}}
        return [found for inner in kept.values() for found in expected(inner)]
    return []


@pytest.mark.parametrize(
    "line",
    [
        "{0}",
        '{{"_id":"{0}"',
        '{{"code":1000,"data":{{"_id":"{0}","team_id":"6805fb69e92d9edc7ca0b409"}}}}',
        'x{{["y {0}',
    ],
)
def test_a_paste_of_ten_thousand_lines_takes_ten_times_one_of_a_thousand(line: str) -> None:
    took: dict[int, list[float]] = {1_000: [], 10_000: []}
    for count in (*took, *took, *took):
        ids = [f"{number:024x}" for number in range(count)]
        text = "\n".join(line.format(task_id) for task_id in ids)
        before = time.process_time()
        found = find_ids(text)
        took[count].append(time.process_time() - before)
        assert found.ids == tuple(ids)
    assert min(took[10_000]) < 25 * min(took[1_000]), "it would take a hundred times if each line looked at all others"
